"""The whole corpus at one real station: handed in sealed, inspected by real cells, refused, recorded, and nowhere told."""

import asyncio
import hashlib
import io
import os
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from asyncvarlink import FileDescriptor
from at_the_counter import at_the_counter, check_the_journal_verifies, records
from corpus import MALFORMED
from corpus.encodings import ENCODINGS
from corpus.leaks import leaks, left_in
from corpus.shapes import LINE_ENDS
from corpus.sound import ITEMS, ROWS

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Recipient
from media_station.doors.intake import Intake
from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model import asks
from media_station.model.errors import Refused, StationError
from media_station.model.exemption import ExceptionKind
from media_station.model.payload import Submission
from media_station.model.views import Answer
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.rehearsal.house import House
from media_station.texts.texts import tell

AT_ONCE = 4
OVERRIDDEN = "個人番号 with hyphens"
# The twins that differ in how the file is written; the others, in a value or a column, are inspected in tests/unit/cell.
CLEAN = {each.twin: f"twin of {each.name}" for each in reversed([*ENCODINGS, *LINE_ENDS])}


@dataclass(frozen=True)
class Done:
    """What the station answered to each, and what it left: records of the journal, files by path."""

    answers: Mapping[str, Answer | StationError]
    house: House
    journal: Sequence[dict]
    left: Mapping[str, bytes]

    def of(self, name: str) -> list[dict]:
        """The records of a payload, received first."""
        return [each for each in self.journal if each["media_station"]["data"].get("payload") == number(name)]


def number(name: str) -> str:
    """The payload's."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


@contextmanager
def in_memory(content: bytes) -> Iterator[int]:
    body = os.memfd_create("body")
    try:
        os.write(body, content)
        yield body
    finally:
        os.close(body)


async def hand_in(gate, walk, name: str, content: bytes, declared: int) -> None:
    """As the gate does it, with what a district host has sealed and signed."""
    recipient = X25519Recipient.parse((walk.house.station / "public/sealing.pub").read_text().strip())
    sealed = b"".join(map(bytes, encrypt(io.BytesIO(content), recipient)))
    submission = Submission(
        payload=number(name),
        consignment=walk.terms.consignment,
        ciphertext_length=len(sealed),
        ciphertext_sha256=hashlib.sha256(sealed).hexdigest(),
        plaintext_length=len(content),
        plaintext_sha256=hashlib.sha256(content).hexdigest(),
        records=declared,
    )
    signer = Signer.parse((walk.house.host / "submission.key").read_text())
    await gate.call("Offer", submission=sign_json("submission", asdict(submission), signer).decode())
    with in_memory(sealed) as body:
        await gate.call("HandIn", payload=submission.payload, body=FileDescriptor(body))


async def inspect_all(walk, names: list[str]) -> dict[str, Answer | StationError]:
    """Some at once, each asker at a connection of his own."""
    session, waiting, answers = walk.staff.operator.session, list(names), {}

    async def ask() -> None:
        async with connect(walk.house.run / "people.sock", People, uids=walk.house.uids) as door:
            while waiting:
                name = waiting.pop()
                try:
                    answers[name] = await door.call(
                        "Inspect", session=session, code=None, second=None, payload=number(name)
                    )
                except StationError as error:
                    answers[name] = error

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
    return answers


async def override(walk, name: str) -> Answer:
    grant = asks.GrantException(
        kind=ExceptionKind.INDIVIDUAL_NUMBER, transfer="", payload=number(name), binder="別紙-9"
    )
    await walk.counter.do(grant, walk.staff.approver, fresh=True)
    return await walk.counter.do(asks.Inspect(payload=number(name)), walk.staff.operator)


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Done:
    folder: Path = tmp_path_factory.mktemp("malformed")
    answers: dict[str, Answer | StationError] = {}

    async def doing(walk):
        await walk.consign()
        assert walk.terms.items == ITEMS
        async with connect(walk.house.run / "intake.sock", Intake, uids=walk.house.uids) as gate:
            for each in MALFORMED.values():
                await hand_in(gate, walk, each.name, each.spoiled, each.records or len(ROWS))
            for twin, name in CLEAN.items():
                await hand_in(gate, walk, name, twin, twin.rstrip(b"\r\n").count(b"\n"))
        await walk.counter.all("Payloads", walk.staff.operator)
        answers.update(await inspect_all(walk, [*MALFORMED, *CLEAN.values()]))
        answers["the override"] = await override(walk, OVERRIDDEN)

    house = at_the_counter(folder, doing)
    return Done(answers=answers, house=house, journal=records(house), left=dict(left_in(house.folder)))


def action(record: dict) -> str:
    return record["event"]["action"]


def data(record: dict) -> dict:
    return record["media_station"]["data"]


def said(answer: Answer | StationError) -> bytes:
    """All that a person at the counter may see of it, and a programmer."""
    shown = repr(answer)
    if isinstance(answer, StationError):
        shown += tell(answer) + repr(answer.parameters) + "".join(traceback.format_exception(answer))
    return shown.encode()


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_payload_is_refused_in_the_same_words_at_the_door_and_in_the_journal(done, name):
    each, answer = MALFORMED[name], done.answers[name]
    assert isinstance(answer, Refused)
    assert (answer.code, dict(answer.parameters)) == (
        each.code,
        {"row": str(each.row), "column": str(each.column), "item": each.item},
    )
    assert leaks({"door": said(answer)}, each.secrets) == []
    _, refused = done.of(name)[:2]
    assert action(refused) == "payload.refused"
    assert data(refused) == {
        "payload": number(name),
        "code": each.code,
        "row": each.row,
        "column": each.column,
        "item": each.item,
        "signature": "",
    }


@pytest.mark.parametrize("name", CLEAN.values())
def test_a_clean_payload_is_counted_and_its_bytes_are_unchanged(done, name):
    answer = done.answers[name]
    assert isinstance(answer, Answer)
    _, inspected = done.of(name)
    assert action(inspected) == "payload.inspected"
    (twin,) = [twin for twin, clean in CLEAN.items() if clean == name]
    assert data(inspected)["plaintext_sha256"] == hashlib.sha256(twin).hexdigest()
    assert answer.facts["records"] == str(data(inspected)["records"])


def test_no_cell_of_any_payload_is_in_anything_that_the_station_left(done):
    """Journal, ledger, vault, spool, logs of all processes: every file of the house."""
    assert {"processes.log", "station/state/desk/ledger.sqlite"} <= set(done.left)
    assert any(path.endswith(".jsonl") for path in done.left)
    assert leaks(done.left, {cell for each in MALFORMED.values() for cell in each.secrets}) == []


def test_what_an_approver_overrides_is_recorded_and_holds_for_that_payload_alone(done):
    history = done.of(OVERRIDDEN)
    assert list(map(action, history)) == [
        "payload.received",
        "payload.refused",
        "exception.granted",
        "payload.inspected",
    ]
    granted = data(history[2])
    assert (granted["kind"], granted["approver"]) == (ExceptionKind.INDIVIDUAL_NUMBER.value, "shonin-ichiro")
    assert [each for each in done.journal if action(each) == "exception.granted"] == [history[2]]


def test_the_journal_of_all_this_verifies(done):
    check_the_journal_verifies(done.house)
