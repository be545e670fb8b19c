"""F2: what is sealed is what was approved, byte for byte, or nothing is; whatever became of the ciphertext meanwhile."""

import asyncio
import io
from pathlib import Path
from unittest import mock

import pytest
from one_process import ME
from walking_in_one import PAYLOAD, refusal

from media_station.age.encrypt import encrypt
from media_station.age.x25519 import X25519Identity
from media_station.desk.access.authority import grant
from media_station.desk.flow import cancel, seal
from media_station.model import asks
from media_station.model.kind import MediumKind
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.steps import StepKind


def to_be_sealed(walk):
    """The request that comes next, where the payload lies, and where images do."""
    walk.house.run(walk.before())
    view = walk.house.run(walk.see())
    assert view.steps[0].kind is StepKind.SEAL
    medium = walk.house.run(walk.ready(MediumKind(view.steps[0].subject)))
    (inbox,) = (walk.house.station / "state" / "desk" / "inbox").iterdir()
    return asks.Seal(transfer=walk.transfer, medium=medium), inbox, inbox.parents[1] / "images"


def sealed(walk, plaintext: bytes, recipient=None) -> bytes:
    recipient = recipient or walk.house.desk.keys.sealing.to_public()
    return b"".join(map(bytes, encrypt(io.BytesIO(plaintext), recipient)))


BECAME = {
    "another row": (lambda walk, was: sealed(walk, PAYLOAD[:-5] + b"0" + PAYLOAD[-4:]), "SEA-003"),
    "a row more": (lambda walk, was: sealed(walk, PAYLOAD + b"\r\n"), "IMG-003"),
    "a row less": (lambda walk, was: sealed(walk, PAYLOAD[:-2]), "IMG-003"),
    "nothing": (lambda walk, was: sealed(walk, b""), "IMG-003"),
    "cut off": (lambda walk, was: was[:-1], "AGE-020"),
    "flipped": (lambda walk, was: was[:-9] + bytes([was[-9] ^ 1]) + was[-8:], "AGE-020"),
    "twice": (lambda walk, was: was * 2, "AGE-020"),
    "sealed to another": (lambda walk, was: sealed(walk, PAYLOAD, X25519Identity.generate().to_public()), "AGE-010"),
    "no age file": (lambda walk, was: PAYLOAD, "AGE-001"),
}


@pytest.mark.parametrize("what", BECAME)
def test_what_is_not_what_was_approved_is_not_sealed(walk, what):
    became, code = BECAME[what]
    ask, inbox, images = to_be_sealed(walk)
    was, lay, told = inbox.read_bytes(), sorted(images.iterdir()), len(walk.house.told("image.sealed"))
    inbox.write_bytes(became(walk, was))

    assert refusal(walk.house, walk.counter.do(ask, walk.staff.operator)) == code

    assert sorted(images.iterdir()) == lay
    assert len(walk.house.told("image.sealed")) == told
    inbox.write_bytes(was)
    walk.house.run(walk.counter.do(ask, walk.staff.operator))
    assert len(walk.house.told("image.sealed")) == told + 1


def test_a_payload_that_is_gone_is_not_sealed(walk):
    ask, inbox, images = to_be_sealed(walk)
    inbox.unlink()
    lay = sorted(images.iterdir())

    assert refusal(walk.house, walk.counter.do(ask, walk.staff.operator)) == "SPL-002"
    assert sorted(images.iterdir()) == lay


def ending_in(walk, ask, place, told):
    """As soon as this place is reached, somebody ends the sealing; what he is answered goes to `told`."""
    desk, loop = walk.house.desk, walk.house.loop
    within, name = (seal.build, "write_image") if "." in place else (seal, place)
    real = getattr(within, name)

    async def end():
        by = await grant(
            desk,
            walk.house.sessions,
            ME,
            action=asks.Cancel,
            session=walk.staff.operator.session,
            code=None,
            second=None,
        )
        told.append(await cancel.cancel(desk, by, asks.Cancel(medium=ask.medium)))

    def ending(*of, **fields):
        done = real(*of, **fields)
        if not told:
            asyncio.run_coroutine_threadsafe(end(), loop).result()
        return done

    return mock.patch.object(within, name, ending)


PLACES = ["Progress", "build.write_image"]


@pytest.mark.parametrize("place", PLACES)
def test_a_sealing_that_somebody_ends_leaves_nothing_and_the_medium_as_it_was(walk, place):
    """In the middle of the stream, and when the image is whole but in no record yet."""
    ask, _, images = to_be_sealed(walk)
    lay, operator, desk, told = sorted(images.iterdir()), walk.staff.operator, walk.house.desk, []

    with ending_in(walk, ask, place, told):
        assert refusal(walk.house, walk.counter.do(ask, operator)) == "SEA-006"

    assert told[0].action == "image.abandoned"
    assert walk.house.told("image.abandoned") == [{"medium": ask.medium}]
    assert sorted(images.iterdir()) == lay
    assert walk.house.told("image.sealed") == []
    assert desk.ledger.state(MEDIUM, ask.medium) is MediumState.READY
    walk.house.run(walk.counter.do(ask, operator))
    assert desk.ledger.state(MEDIUM, ask.medium) is MediumState.SEALED


@pytest.mark.parametrize("place", PLACES)
def test_nothing_is_left_either_if_the_desk_was_killed_once_the_end_was_recorded(walk, place):
    """What a killed process doesn't come to do here is removing."""
    ask, _, images = to_be_sealed(walk)
    with mock.patch.object(Path, "unlink", lambda path, **_: None), ending_in(walk, ask, place, []):
        assert refusal(walk.house, walk.counter.do(ask, walk.staff.operator)) == "SEA-006"
    assert list(images.iterdir()) != []

    walk.house.restart()

    assert list(images.iterdir()) == []


def test_nor_of_an_image_that_was_killed_before_its_record_and_the_recorded_one_stays(walk):
    ask, _, images = to_be_sealed(walk)
    walk.house.run(walk.counter.do(ask, walk.staff.operator))
    (image,) = images.iterdir()
    was = image.read_bytes()
    (images / "R1-U-00099.img").write_bytes(was)

    walk.house.restart()

    assert [each.name for each in images.iterdir()] == [image.name]
    assert image.read_bytes() == was


def test_there_is_nothing_to_end_where_nothing_is_sealed(walk):
    ask, _, _ = to_be_sealed(walk)
    assert refusal(walk.house, walk.counter.do(asks.Cancel(medium=ask.medium), walk.staff.operator)) == "FLW-002"
