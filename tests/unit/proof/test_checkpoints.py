from base64 import b64encode

import pytest
from written_journal import IDENTITY, signer

from media_station.model.errors import IntegrityViolation
from media_station.model.ids import Identity
from media_station.proof.checkpoint import Checkpoint, open_checkpoint, parse_unsigned, sign
from media_station.proof.note import sign_note

KEY = signer()
HEAD = Checkpoint(origin=IDENTITY.origin, size=20852163, root=bytes(range(32)))


def signed_text(text: str) -> bytes:
    return sign_note("checkpoint", text, KEY)


def test_a_checkpoint_has_the_three_lines_of_the_standard():
    text = sign(HEAD, KEY).decode().split("\n\n")[0]
    assert text == f"media-station/checkpoint/v1/kita-zei-1/r1\n20852163\n{b64encode(HEAD.root).decode()}"


def test_a_checkpoint_comes_back():
    assert open_checkpoint(sign(HEAD, KEY), [KEY.verifier]) == HEAD


def test_a_checkpoint_tells_whose_it_is():
    assert parse_unsigned(sign(HEAD, KEY)).identity == IDENTITY


@pytest.mark.parametrize("size", ["", "-1", "+1", "01", "1 ", "1_0", "１", "9" * 17, "9" * 5000, "0x1"])
def test_a_size_that_is_no_plain_number_is_refused(size):
    with pytest.raises(IntegrityViolation, match="PRF-009"):
        open_checkpoint(signed_text(HEAD.render().replace("20852163", size)), [KEY.verifier])


@pytest.mark.parametrize(
    "text",
    [
        HEAD.render() + "extension\n",
        HEAD.render().replace("/r1", ""),
        HEAD.render().replace("/r1", "/r1/x"),
        HEAD.render().replace("kita", "Kita"),
        HEAD.render().replace("AAEC", "AAE"),
        HEAD.render().replace("Hh8=", "Hh9="),
        HEAD.render().replace("Hh8=", ""),
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(IntegrityViolation, match="PRF-009"):
        open_checkpoint(signed_text(text), [KEY.verifier])


def test_garbage_is_a_damaged_checkpoint():
    with pytest.raises(IntegrityViolation, match="PRF-009"):
        open_checkpoint(b"garbage", [KEY.verifier])


@pytest.mark.parametrize(
    "other", [signer(role="orders"), signer(identity=Identity(station="kita-zei-1", epoch="r2"))], ids=lambda s: s.name
)
def test_a_checkpoint_under_the_key_of_another_purpose_or_epoch_is_refused(other):
    with pytest.raises(IntegrityViolation, match="PRF-010"):
        open_checkpoint(sign_note("checkpoint", HEAD.render(), other), [other.verifier])


def test_the_orders_key_signs_no_checkpoint():
    with pytest.raises(ValueError, match="journal key"):
        sign(HEAD, signer(role="orders"))
