"""F1: a sealed payload comes in, at the gate or on a medium. Nothing is taken but what its signed submission says.

An import medium is read in pieces by a cell, never mounted or copied: only an age file of it ever lies in the spool.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import asdict

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.hands.cells import Unpacked
from media_station.desk.hands.spool import Incoming
from media_station.desk.ledger.views import terms
from media_station.doors.pieces import pair
from media_station.model.asks import Import
from media_station.model.consignment import CONSIGNMENT, ConsignmentState
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.order import OrderIssued
from media_station.model.payload import PAYLOAD, PayloadImported, PayloadReceived, Submission
from media_station.model.views import Answer
from media_station.proof.note import JSON, Verifier, open_json, sign_json

_MAY_BRING = frozenset({MediumState.STOCK, MediumState.READY, MediumState.FOREIGN})


def offer(desk: Desk, untrusted_submission: str) -> tuple[Submission, str]:
    """The submission and its key's id. Refused RCV-001 no such open consignment, RCV-002 known already."""
    submission, key_id = _verified(desk, untrusted_submission)
    if desk.ledger.state(PAYLOAD, submission.payload) is not None:
        raise Refused("RCV-002", payload=submission.payload)
    return submission, key_id


async def take(
    desk: Desk,
    submission: Submission,
    key_id: str,
    body: int,
    *,
    by: str = "",
    imported: Sequence[PayloadImported] = (),
) -> str:
    """Copies the complete ciphertext into the inbox and records it; the signed receipt. Others are served meanwhile.

    `imported`: where it came from, and `by` whom, if not at the gate.

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
        desk.journal.commit(PayloadReceived(**asdict(submission), key_id=key_id), *imported, actor=by)
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


async def import_payload(desk: Desk, by: Authority, ask: Import) -> Answer:
    """Whatever was refused once the drive has begun, the medium is foreign from then on.

    Refused FLW-002 for a medium that is on its way elsewhere, UNP-001 to UNP-005 for what is on it, SPL-003 without
    room, as `offer` and `take`; IntegrityViolation for a submission that isn't signed by its section.
    """
    if desk.ledger.state(MEDIUM, ask.medium) not in _MAY_BRING or ask.medium in desk.performing:
        raise Refused("FLW-002", number=ask.medium)
    loaded = await in_bay(desk, ask.bay, ask.medium)
    issued, order = mint(desk, by, medium=ask.medium, transfer="", loaded=loaded, image_sha256="", image_length=0)
    with desk.spool.incoming() as body:
        unpacked = await _unpacked(desk, by, ask, (issued, order), body)
        submission, key_id = offer(desk, unpacked.submission)
        imported = PayloadImported(payload=submission.payload, medium=ask.medium, order=issued.order)
        await take(desk, submission, key_id, body.fileno(), by=by.operator, imported=[imported])
    record = desk.ledger.history("payload", submission.payload).record(PayloadImported)
    facts = {"payload": submission.payload, "records": str(submission.records), "payloads": str(unpacked.payloads)}
    facts["sha256"] = submission.plaintext_sha256  # as the section's page has shown it
    return Answer(record=record.sequence, action=imported.name, facts=facts)


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


async def _unpacked(
    desk: Desk, by: Authority, ask: Import, minted: tuple[OrderIssued, str], body: Incoming
) -> Unpacked:
    """Drive and cell at work together, each with one end of a socket; the first that ends has its end closed here, by
    which the other one knows.
    """
    issued, order = minted
    gives, wants = pair()

    async def giving() -> None:
        with gives:
            await carry_out(desk, by, issued, desk.drive.give(order, gives.fileno(), ask.bay, desk.tell))

    async def unpacking() -> Unpacked:
        with wants:
            return await desk.cells.unpack(wants.fileno(), ask.which - 1, body.write)

    given, unpacked = await asyncio.gather(giving(), unpacking(), return_exceptions=True)
    if isinstance(given, BaseException):
        raise given
    if isinstance(unpacked, BaseException):
        raise unpacked
    return unpacked
