import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_journal import signer

from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.proof.key import Signer, Verifier
from media_station.proof.note import LIMIT_BYTES, canonical, open_json, open_note, sign_json, sign_note, split_note

# The published example of Go's golang.org/x/mod/sumdb/note.
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="

TEXT = "media-station/baseline/v1/kita-zei-1/r1\n一行目\n\nthird\n"
KEY = signer()
NOTE = sign_note("baseline", TEXT, KEY)
FIELDS = {"id": "あ\n\u2028", "count": 5400, "items": ["b", "a"], "ok": True, "none": None}
SIGNED = sign_json("submission", FIELDS, KEY)


def test_gos_example_signs_to_the_same_bytes():
    assert Signer.parse(GO_SECRET).sign(GO_TEXT.encode()) == GO_SIGNATURE


def test_gos_example_key_is_read_and_written():
    assert Verifier.parse(GO_PUBLIC).render() == GO_PUBLIC


def test_gos_example_note_verifies():
    text, (line,) = split_note(f"{GO_TEXT}\n— PeterNeumann {GO_SIGNATURE}\n".encode())
    assert Verifier.parse(GO_PUBLIC).is_signature(text.encode(), line.data[4:])


def test_a_secret_key_comes_back_from_its_file():
    assert Signer.parse(KEY.render_secret() + "\n").verifier == KEY.verifier


def test_a_secret_key_does_not_show_itself():
    seed = KEY.render_secret().rpartition("+")[2]
    assert seed not in repr(KEY)
    assert seed not in f"{KEY} {vars(Verifier)}"


@pytest.mark.parametrize(
    "text", ["", "a+b", GO_PUBLIC[:-1], GO_PUBLIC + "A", GO_PUBLIC.replace("c7", "c8"), GO_PUBLIC.replace("P", "Q", 1)]
)
def test_a_public_key_that_is_not_itself_is_refused(text):
    with pytest.raises(Refused, match="PRF-001"):
        Verifier.parse(text)


@pytest.mark.parametrize("text", ["", GO_PUBLIC, GO_SECRET[:-1], GO_SECRET.replace("c7", "c8"), GO_SECRET[1:]])
def test_a_secret_key_that_is_not_itself_is_refused_without_showing_it(text):
    with pytest.raises(Refused, match="PRF-002") as caught:
        Signer.parse(text)
    assert not caught.value.parameters


def test_a_note_opens_with_its_key():
    note = open_note("baseline", NOTE, [signer(2).verifier, KEY.verifier])
    assert (note.text, note.signed_by) == (TEXT, (KEY.verifier,))


def test_unknown_signatures_beside_a_known_one_are_passed_over():
    other = f"— witness.example {signer(3).sign(TEXT.encode())}\n".encode()
    assert open_note("baseline", NOTE + other, [KEY.verifier]).signed_by == (KEY.verifier,)


def test_a_bad_signature_of_a_known_key_beside_a_good_one_is_not_passed_over():
    other = signer(2)
    line = f"— {other.name} {other.sign(b'something else')}\n".encode()
    with pytest.raises(IntegrityViolation, match="PRF-008"):
        open_note("baseline", NOTE + line, [KEY.verifier, other.verifier])


def test_a_note_without_a_known_signature_does_not_open():
    with pytest.raises(IntegrityViolation, match="PRF-007"):
        open_note("baseline", NOTE, [signer(2).verifier])


def test_a_note_signed_for_another_purpose_does_not_open():
    with pytest.raises(Refused, match="PRF-006"):
        open_note("base", NOTE, [KEY.verifier])


def test_a_note_beyond_64_kib_is_refused():
    with pytest.raises(Refused, match="PRF-003"):
        open_note("baseline", NOTE.replace(b"third", b"x" * LIMIT_BYTES), [KEY.verifier])


def test_a_seventeenth_signature_is_refused():
    line = NOTE.rpartition(b"\n\n")[2]
    assert open_note("baseline", NOTE + line * 15, [KEY.verifier])
    with pytest.raises(Refused, match="PRF-004"):
        open_note("baseline", NOTE + line * 16, [KEY.verifier])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        TEXT.encode(),
        TEXT.encode() + b"\n",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace(b"third", b"th\rrd"),
        NOTE.replace(b"third", b"th\xffrd"),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE.replace(b"kita-zei-1/r1/journal", b"a+b"),
    ],
)
def test_what_is_not_a_note_is_refused(raw):
    with pytest.raises(Refused, match="PRF-004"):
        open_note("baseline", raw, [KEY.verifier])


def test_no_byte_of_a_note_can_be_changed():
    for at in range(len(NOTE)):
        for bit in range(8):
            changed = bytearray(NOTE)
            changed[at] ^= 1 << bit
            with pytest.raises(StationError):
                open_note("baseline", bytes(changed), [KEY.verifier])


@pytest.mark.parametrize("text", ["no purpose\n", "media-station/baseline/v1", "media-station/baseline/v12\n"])
def test_a_text_without_its_purpose_is_not_signed(text):
    with pytest.raises(ValueError, match="not a text to sign"):
        sign_note("baseline", text, KEY)


def test_signed_json_gives_its_fields_and_key_id_back():
    assert open_json("submission", SIGNED, [signer(2).verifier, KEY.verifier]) == {**FIELDS, "key_id": KEY.key_id}


def test_signed_json_has_the_documented_form():
    whole = json.loads(SIGNED)
    signature = whole.pop("signature")
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert whole["schema"] == "media-station/submission/v1"
    assert signature == KEY.sign(b"media-station/submission/v1\n" + text + b"\n")


def test_signed_json_opens_whatever_its_spacing():
    assert open_json("submission", json.dumps(json.loads(SIGNED), indent=2).encode(), [KEY.verifier])["count"] == 5400


def test_a_submission_is_not_an_order():
    with pytest.raises(Refused, match="PRF-006"):
        open_json("order", SIGNED, [KEY.verifier])


def test_a_submission_that_calls_itself_an_order_does_not_open_as_one():
    with pytest.raises(IntegrityViolation, match="PRF-008"):
        open_json("order", SIGNED.replace(b"submission/v1", b"order/v1"), [KEY.verifier])


def test_signed_json_of_an_unknown_key_does_not_open():
    with pytest.raises(IntegrityViolation, match="PRF-007"):
        open_json("submission", SIGNED, [signer(2).verifier])


def test_no_byte_of_signed_json_can_be_changed():
    for at in range(len(SIGNED) - 1):  # the last newline is no part of the object
        for bit in range(8):
            changed = bytearray(SIGNED)
            changed[at] ^= 1 << bit
            with pytest.raises(StationError):
                open_json("submission", bytes(changed), [KEY.verifier])


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 30_000,
        b'{"a":' * 10_000,
        SIGNED.replace(b"5400", b"5400.0"),
        SIGNED.replace(b"5400", b"NaN"),
        SIGNED.replace(b"5400", b"1e3"),
        SIGNED.replace(b"5400", b"9007199254740992"),
        SIGNED.replace(b"5400", b"9" * 5000),
        SIGNED.replace(b'"count"', b'"id":"x","count"'),
        SIGNED.replace(b"5400", b'"\\ud800"'),
        SIGNED.replace(b"5400", b"[" * 20 + b"]" * 20),
        SIGNED.replace(b'"signature"', b'"signatura"'),
        SIGNED + SIGNED,
    ],
    ids=lambda raw: raw[:30].decode(errors="replace"),
)
def test_what_is_not_strict_json_is_refused(raw):
    with pytest.raises(Refused, match="PRF-005"):
        open_json("submission", raw, [KEY.verifier])


def test_signed_json_beyond_64_kib_is_refused():
    with pytest.raises(Refused, match="PRF-003"):
        open_json("submission", SIGNED + b" " * LIMIT_BYTES, [KEY.verifier])


@pytest.mark.parametrize("fields", [{"schema": "x"}, {"key_id": "x"}, {"signature": "x"}])
def test_fields_cannot_take_the_place_of_the_signature(fields):
    with pytest.raises(ValueError, match="not fields to sign"):
        sign_json("order", fields, KEY)


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), {1: 2}, b"x", {"a": (1,)}, "\ud800"])
def test_what_has_no_canonical_form_is_not_written(value):
    with pytest.raises(ValueError):
        canonical(value)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.text().filter(lambda name: name not in {"schema", "key_id", "signature"})


@given(st.dictionaries(names, values, max_size=4))
def test_whatever_was_signed_comes_back(fields):
    opened = open_json("receipt", sign_json("receipt", fields, KEY), [KEY.verifier])
    assert opened == {**fields, "key_id": KEY.key_id}
