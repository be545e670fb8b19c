"""Papers with their proofs, genuine and not: what each verifier must find (the scripts' names), and the package's code."""

import importlib.util
import json
import re
import sys
import tempfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from written_journal import IDENTITY, signer

from media_station.cell.papers.signing import make_room
from media_station.cell.papers.typeset import typeset
from media_station.cli.standalone import certificate
from media_station.desk.hands import keys
from media_station.model.ids import Identity
from media_station.proof.checkpoint import Checkpoint, sign
from media_station.proof.merkle import ProvingTree, leaf_hash
from media_station.proof.note import canonical
from media_station.proof.paper import paper_proof
from media_station.proof.prove import Proven

sys.path.append(str(Path(__file__).parents[1] / "papers"))
from paper_fields import CERTIFICATE, DESTRUCTION, FONTS

_spec = importlib.util.spec_from_file_location(
    "make_test_ca", Path(__file__).parents[3] / "scripts" / "make_test_ca.py"
)
make_test_ca = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_test_ca)

NUMBER, RECORD, SLIP = "KITA-ZEI-1-R1-C-00001", "KITA-ZEI-1-R1-X-00001", "KITA-ZEI-1-R1-S-00001"
MEDIUM = "R1-U-00001"
PEOPLE = {"performer": "sousa-hanako", "validator": "shonin-ichiro"}
_STREAM = re.compile(rb"<</Length [0-9]+(/Type/EmbeddedFile[^\n]*>>\nstream\n).*?\nendstream", re.DOTALL)


@dataclass(frozen=True)
class Case:
    pdf: bytes
    finding: str = ""
    code: str = ""


def line(sequence: int, action: str, **data: object) -> bytes:
    own = {"schema": 1, "sequence": sequence, "station": "kita-zei-1", "epoch": "r1", "key_id": "0" * 8, "data": data}
    own |= {"requirements": [], "boottime_ms": 1}
    event = {"action": action, "outcome": "success"}
    whole = {"@timestamp": "2026-04-01T09:00:00.000000Z", "event": event, "host": {"boot": {"id": "b"}}}
    return canonical({**whole, "media_station": own})


def life(
    *, verdict="PASS", returned=2, erased=MEDIUM, validator=PEOPLE["validator"], action="certificate.issued"
) -> list[bytes]:
    """A medium's records, and a certificate's as the last."""
    lines = [line(number, "thing.happened") for number in range(8)]
    lines[returned] = line(returned, "medium.returned", medium=MEDIUM)
    lines[4] = line(4, "erasure.ended", medium=erased, verdict=verdict)
    people = {**PEOPLE, "validator": validator}
    lines[6] = line(6, "erasure.validated", medium=MEDIUM, **people)
    lines[7] = line(7, action, certificate=NUMBER, medium=MEDIUM, erasure=4, **people)
    return lines


def proof(lines: list[bytes], told=(7, 2, 4, 6), *, number=NUMBER, key=None, identity: Identity = IDENTITY) -> bytes:
    tree = ProvingTree(told)
    for each in lines:
        tree.append(leaf_hash(each))
    hashes, _ = tree.proofs()
    records = [
        Proven(index=index, size=tree.size, line=lines[index], proof=tuple(path))
        for index, path in zip(told, hashes, strict=True)
    ]
    checkpoint = Checkpoint(origin=identity.origin, size=tree.size, root=tree.root())
    return paper_proof(number, records, sign(checkpoint, key or signer()))


def signed(pdf: bytes, folder: Path) -> bytes:
    """By a certificate of a test CA, whose own is folder/ca.crt."""
    if not (folder / "ca.crt").exists():
        make_test_ca.make(folder)
    secret, request = certificate.ask("media-station papers kita-zei-1/r1")
    (folder / "papers.csr").write_text(request)
    make_test_ca.sign(folder, folder / "papers.csr", folder / "papers.crt")
    papers = keys._papers(secret, (folder / "papers.crt").read_text())
    return papers.sign(make_room(pdf, datetime(2026, 11, 26, tzinfo=UTC)))


def carrying(pdf: bytes, content: bytes) -> bytes:
    """The PDF with another attachment."""
    packed = zlib.compress(content)
    made, count = _STREAM.subn(lambda found: b"<</Length %d" % len(packed) + found[1] + packed + b"\nendstream", pdf)
    assert count == 1
    return made


def sheet() -> bytes:
    """A certificate's PDF with a proof that holds."""
    return typeset("certificate", {**CERTIFICATE, "number": NUMBER}, fonts=FONTS, proof=proof(life()).decode())


def destruction(*witnesses: str, last: str = RECORD) -> bytes:
    """Of a medium before each witness; the `last` one's record has this number."""
    numbers = [*[RECORD] * (len(witnesses) - 1), last]
    lines = [
        line(at, "medium.destroyed", record=number, medium=f"R1-U-{at:05}", performer="sousa-hanako", witness=witness)
        for at, (number, witness) in enumerate(zip(numbers, witnesses, strict=True))
    ]
    content = proof(lines, range(len(lines)), number=RECORD)
    return typeset("destruction_record", {**DESTRUCTION, "number": RECORD}, fonts=FONTS, proof=content.decode())


def handed_over(*, slip=SLIP, bag="K-7", number=SLIP) -> bytes:
    """A slip's PDF, or what somebody makes of its proof."""
    content = proof([line(0, "medium.handed_over", slip=slip, bag=bag, medium=MEDIUM)], [0], number=number)
    return typeset("certificate", {**CERTIFICATE, "number": number}, fonts=FONTS, proof=content.decode())


def replaced(data: bytes, at: int, by: bytes) -> bytes:
    assert data[at : at + len(by)] != by
    return data[:at] + by + data[at + len(by) :]


def edited(content: bytes, change) -> bytes:
    whole = json.loads(content)
    change(whole)
    return canonical(whole)


def another_record(whole) -> None:
    whole["records"][2]["record"] = whole["records"][2]["record"].replace("PASS", "FAIL")


def another_leaf(whole) -> None:
    whole["records"][0]["leaf_hash"] = "0" * 64


def a_hash_too_many(whole) -> None:
    whole["records"][0]["proof"].append("0" * 64)


def a_hash_too_few(whole) -> None:
    whole["records"][0]["proof"].pop()


def another_place(whole) -> None:
    whole["records"][0]["leaf_index"] = 99


def no_records(whole) -> None:
    whole["records"] = []


def another_root(whole) -> None:
    whole["checkpoint"] = re.sub(r"\n8\n.", "\n8\nA", whole["checkpoint"])


def no_checkpoint(whole) -> None:
    whole["checkpoint"] = "none"


def cases() -> dict[str, Case]:
    pdf, genuine = sheet(), proof(life())
    with tempfile.TemporaryDirectory() as folder:
        whole = signed(pdf, Path(folder))
    signature, page = whole.rindex(b"/Contents<") + 400, whole.index(b"/MediaBox[0 0 595")
    edited_after = ("paper-edited", "PRF-038")
    other = Identity(station="minami-zei-1", epoch="r1")
    unfounded = ("paper-not-borne-out", "PRF-037")
    changed = ("paper-record-changed", "PRF-027")
    none = ("paper-without-proof", "PRF-034")
    differs = ("paper-number-differs", "PRF-036")

    def made(content: bytes, finding: tuple[str, str]) -> Case:
        return Case(carrying(pdf, content), *finding)

    return {
        "genuine": Case(pdf),
        "a certificate reissued": made(proof(life(action="certificate.reissued")), ("", "")),
        "a certificate reissued for a failed erasure": made(
            proof(life(action="certificate.reissued", verdict="FAIL")), unfounded
        ),
        "a destruction": Case(destruction("shonin-ichiro")),
        "a destruction without another's eyes": Case(destruction("sousa-hanako"), *unfounded),
        "a destruction of several": Case(destruction("shonin-ichiro", "kansa-saburo")),
        "a destruction whose second medium nobody else saw": Case(
            destruction("shonin-ichiro", "sousa-hanako"), *unfounded
        ),
        "a destruction with another record's medium": Case(
            destruction("shonin-ichiro", "shonin-ichiro", last=RECORD.replace("1", "2")), *unfounded
        ),
        "a slip": Case(handed_over()),
        "a slip whose bag has a certificate's number": Case(handed_over(bag=NUMBER, number=NUMBER), *differs),
        "a slip that has a certificate's number": Case(handed_over(slip=NUMBER, number=NUMBER), *differs),
        "a record edited": made(edited(genuine, another_record), changed),
        "a leaf edited": made(edited(genuine, another_leaf), changed),
        "a hash put in": made(edited(genuine, a_hash_too_many), changed),
        "a hash left out": made(edited(genuine, a_hash_too_few), changed),
        "a record from elsewhere": made(edited(genuine, another_place), changed),
        "no record": made(edited(genuine, no_records), differs),
        "a head edited": made(edited(genuine, another_root), ("checkpoint-bad-signature", "PRF-008")),
        "no head": made(edited(genuine, no_checkpoint), ("checkpoint-damaged", "PRF-009")),
        "another key": made(proof(life(), key=signer(2)), ("checkpoint-unknown-key", "PRF-007")),
        "another station": made(
            proof(life(), key=signer(2, identity=other), identity=other), ("checkpoint-unknown-key", "PRF-007")
        ),
        "this station's key on another's head": made(
            genuine.replace(b"checkpoint/v1/kita", b"checkpoint/v1/kota"), ("checkpoint-bad-signature", "PRF-008")
        ),
        "another number in the proof": made(proof(life(), number=RECORD), differs),
        "another number in the title": Case(
            pdf.replace(NUMBER.encode() + b"</rdf", RECORD.encode() + b"</rdf"), *differs
        ),
        "another paper's records": made(proof([each.replace(b"-00001", b"-00002") for each in life()]), differs),
        "an erasure that failed": made(proof(life(verdict="FAIL")), unfounded),
        "an erasure before the return": made(proof(life(returned=5), (7, 5, 4, 6)), unfounded),
        "another medium's erasure": made(proof(life(erased="R1-U-00002")), unfounded),
        "validated by who performed it": made(proof(life(validator="sousa-hanako")), unfounded),
        "the return left out": made(proof(life(), (7, 4, 6)), unfounded),
        "the validation left out": made(proof(life(), (7, 2, 4)), unfounded),
        "signed": Case(whole),
        "a page edited after it was signed": Case(replaced(whole, page + 14, b"6"), *edited_after),
        "something appended after it was signed": Case(whole + b"1 0 obj\n<<>>\nendobj\n", *edited_after),
        "a signature edited": Case(replaced(whole, signature, b"0000"), *edited_after),
        "a signature of another range": Case(whole.replace(b"/ByteRange[0 1", b"/ByteRange[0 2"), *edited_after),
        "two signatures": Case(whole.replace(b"/Prev", b"/ByteRange[0 1 2 3]/Prev"), *edited_after),
        "no attachment": Case(typeset("certificate", {**CERTIFICATE, "number": NUMBER}, fonts=FONTS), *none),
        "a second attachment": Case(pdf + _STREAM.search(pdf)[0], *none),
        "an attachment that is none": made(b"{}", none),
        "a list": made(b"[]", none),
        "half an attachment": Case(pdf.replace(b"stream\n" + _packed(pdf)[:20], b"stream\n" + bytes(20)), *none),
        "no PDF": Case(b"PK\x03\x04" + pdf[4:], *none),
    }


def _packed(pdf: bytes) -> bytes:
    return _STREAM.search(pdf)[0].split(b"\nstream\n", 1)[1]
