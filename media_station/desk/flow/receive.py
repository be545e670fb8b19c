"""F1: a sealed payload comes in through the gate. The signed submission is verified before any body is taken."""

import asyncio
import os
from dataclasses import asdict

from media_station.desk.desk import Desk
from media_station.desk.ledger.views import terms
from media_station.model.consignment import CONSIGNMENT, ConsignmentState
from media_station.model.errors import Refused
from media_station.model.payload import PAYLOAD, PayloadReceived, Submission
from media_station.proof.note import JSON, Verifier, open_json, sign_json


def offer(desk: Desk, untrusted_submission: str) -> tuple[Submission, str]:
    """The submission and its key's id. Refused RCV-001 no such open consignment, RCV-002 known already."""
    submission, key_id = _verified(desk, untrusted_submission)
    if desk.ledger.state(PAYLOAD, submission.payload) is not None:
        raise Refused("RCV-002", payload=submission.payload)
    return submission, key_id


async def take(desk: Desk, submission: Submission, key_id: str, body: int) -> str:
    """Copies the complete ciphertext into the inbox and records it; the signed receipt. Others are served meanwhile.

    Refused FLW-003 while the same one is being taken, SPL-001 if it isn't what was signed.
    """
    if submission.payload in desk.performing:
        raise Refused("FLW-003", number=submission.payload)
    if desk.ledger.state(PAYLOAD, submission.payload) is None:
        length = os.fstat(body).st_size
        if length != submission.ciphertext_length:
            raise Refused("SPL-001", payload=submission.payload)
        desk.performing.add(submission.payload)
        try:
            await asyncio.to_thread(desk.spool.take, submission.payload, body, length, submission.ciphertext_sha256)
        finally:
            desk.performing.discard(submission.payload)
        desk.journal.commit(PayloadReceived(**asdict(submission), key_id=key_id))
    return receipt(desk, submission.payload)


def receipt(desk: Desk, payload: str) -> str:
    """Signed JSON, purpose `receipt`; empty if this payload was never taken."""
    history = desk.ledger.history("payload", payload)
    received = history.last(PayloadReceived)
    if received is None:
        return ""
    fields: dict[str, JSON] = {
        "payload": payload,
        "ciphertext_sha256": received.ciphertext_sha256,
        "ciphertext_length": received.ciphertext_length,
        "record": history.record(PayloadReceived).sequence,
        "checkpoint": desk.journal.head.decode(),
    }
    return sign_json("receipt", fields, desk.keys.receipts).decode()


def _verified(desk: Desk, untrusted_submission: str) -> tuple[Submission, str]:
    """Against the submission keys of the open consignments; the consignment named must be the key's own."""
    keys = {}
    for number in desk.ledger.numbers(CONSIGNMENT):
        if desk.ledger.state(CONSIGNMENT, number) is ConsignmentState.OPEN:
            keys[number] = Verifier.parse(terms(desk.ledger, number).submission_key)
    if not keys:
        raise Refused("RCV-001")
    fields = open_json("submission", untrusted_submission.encode(), list(keys.values()))
    key_id = str(fields.pop("key_id"))
    try:
        submission = Submission(**fields)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise Refused("RCV-003") from error
    key = keys.get(submission.consignment)
    if key is None or key.key_id != key_id:
        raise Refused("RCV-001")
    return submission, key_id
