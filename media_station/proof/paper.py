"""A paper by itself: its PDF carries the records that it tells of, with their proofs under one signed checkpoint.

The first record names the paper's number. What is drawn on the page isn't read here: who reads it holds it against
what the records say.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509

from media_station.model.errors import IntegrityViolation
from media_station.model.strict_json import canonical
from media_station.proof.attachment import attachment
from media_station.proof.checkpoint import Checkpoint, open_checkpoint
from media_station.proof.key import Verifier
from media_station.proof.prove import Proven
from media_station.proof.signature import Signed, require_signer, verify_signature

PAPER_PROOF_SCHEMA: Final = "media-station/paper-proof/v1"
_HANDED: Final = (
    *("medium.handed_over", "enclosures.handed_over", "notice.handed_over", "letters.handed_over"),
    *("medium.returned", "notice.returned", "letters.delivered"),
)
# What gives a paper its number, by the number's letter: people type what they like into other fields.
_NUMBERED_BY: Final[Mapping[str, Mapping[str, str]]] = {
    "C": {"certificate.issued": "certificate", "certificate.reissued": "certificate"},
    "X": {"medium.destroyed": "record"},
    "S": dict.fromkeys(_HANDED, "slip"),
    "K": {"handover.corrected": "correction"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A proved record: its place in the journal, its line, and of that the action and the data."""

    sequence: int
    line: str
    action: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPaper:
    """`records` in the proof's order: the first is the one that the paper's QR code names. `signed`: by whom, if so.
    `note` is the signed checkpoint as it stands in the proof.
    """

    number: str
    checkpoint: Checkpoint
    note: bytes
    records: tuple[Told, ...]
    signed: Signed | None


def paper_proof(number: str, records: Sequence[Proven], checkpoint: bytes) -> bytes:
    """What a paper carries (docs/formats.md): canonical JSON and a newline."""
    proven = [{"record": each.line.decode(), **each.render()} for each in records]
    whole = {"schema": PAPER_PROOF_SCHEMA, "number": number, "records": proven, "checkpoint": checkpoint.decode()}
    return canonical(whole) + b"\n"  # type: ignore[arg-type]


def verify_paper(
    untrusted_pdf: bytes, verifiers: Sequence[Verifier], roots: Sequence[x509.Certificate] = ()
) -> VerifiedPaper:
    """What a paper's proof says, once it and the signature hold; with `roots` it must be signed, by a chain to one,
    under the name of the station that the proof is of.

    IntegrityViolation PRF-034 (no proof, or not in form), PRF-007 to PRF-010 (its checkpoint), PRF-027 (a record),
    PRF-036 (title, proof and record don't name one number), PRF-037 (the records don't bear out what such a paper
    says), PRF-038, PRF-039 (its signature, see signature.py).
    """
    signed = verify_signature(untrusted_pdf, roots)
    titled, raw = attachment(untrusted_pdf)
    try:
        whole = json.loads(raw.decode())
        if whole["schema"] != PAPER_PROOF_SCHEMA:
            raise ValueError("schema")
        number, note, given = str(whole["number"]), str(whole["checkpoint"]).encode(), list(whole["records"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IntegrityViolation("PRF-034") from error
    checkpoint = open_checkpoint(note, verifiers)
    if roots and signed:
        require_signer(signed, checkpoint.identity)
    records = tuple(_told(each, checkpoint) for each in given)
    if not records or number != titled or not _gives_out(records[0], number):
        raise IntegrityViolation("PRF-036", number=number)
    if not is_borne_out(records):
        raise IntegrityViolation("PRF-037", number=number)
    return VerifiedPaper(number=number, checkpoint=checkpoint, note=note, records=records, signed=signed)


def _gives_out(about: Told, number: str) -> bool:
    _, letter, _ = ("--" + number).rsplit("-", 2)
    field = _NUMBERED_BY.get(letter, {}).get(about.action)
    return field is not None and about.data.get(field) == number


def _told(given: Any, checkpoint: Checkpoint) -> Told:
    try:
        line, index = str(given["record"]).encode(), int(given["leaf_index"])
        proof = tuple(bytes.fromhex(each) for each in given["proof"])
        proven = Proven(index=index, size=int(given["tree_size"]), line=line, proof=proof)
        if proven.size != checkpoint.size or proven.render() != {name: given[name] for name in proven.render()}:
            raise ValueError("proof")
        proven.verify(checkpoint.root)
        record = json.loads(line)
        action, data = str(record["event"]["action"]), dict(record["media_station"]["data"])
        return Told(sequence=index, line=line.decode(), action=action, data=data)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IntegrityViolation("PRF-027", index=-1) from error


def is_borne_out(records: Sequence[Told]) -> bool:
    """A certificate: of that very medium a PASS after its return, validated by someone else than the performer. A
    destruction: of each medium on this record, before a witness who is not the performer.
    """
    about = records[0]
    if about.action in _NUMBERED_BY["C"]:
        return _is_erased(about, records)
    if about.action == "medium.destroyed":
        destroyed = [each.data for each in records if each.action == "medium.destroyed"]
        of_one = {str(each.get("record")) for each in destroyed}
        return len(of_one) == 1 and all(each.get("performer") != each.get("witness") for each in destroyed)
    return True


def _is_erased(issued: Told, records: Sequence[Told]) -> bool:
    performer, validator = issued.data.get("performer"), issued.data.get("validator")
    ended = int(issued.data["erasure"])
    own = {
        (each.action, each.sequence): each.data for each in records if each.data.get("medium") == issued.data["medium"]
    }
    validations = [
        (data.get("performer"), data.get("validator"))
        for (action, sequence), data in own.items()
        if action == "erasure.validated" and ended < sequence < issued.sequence
    ]
    return (
        any(action == "medium.returned" and sequence < ended for action, sequence in own)
        and own.get(("erasure.ended", ended), {}).get("verdict") == "PASS"
        and (performer, validator) in validations
        and performer != validator
    )
