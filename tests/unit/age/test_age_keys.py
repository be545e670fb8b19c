import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_station.age import bech32
from media_station.age.header import Header, Stanza, encode_base64
from media_station.age.scrypt import ScryptIdentity, ScryptRecipient, WorkFactors
from media_station.age.x25519 import X25519Identity, X25519Recipient
from media_station.model.errors import Refused

FILE_KEY = bytes(range(16))
SECRET = "correct horse"


def header_of(*stanzas: Stanza) -> Header:
    return Header(stanzas=stanzas, mac=bytes(32), authenticated=b"", size_bytes=0)


def test_a_recipient_reads_back_what_it_writes() -> None:
    recipient = X25519Identity.generate().to_public()

    assert X25519Recipient.parse(str(recipient)) == recipient


def test_an_identity_reads_back_its_secret_text() -> None:
    identity = X25519Identity.generate()

    again = X25519Identity.parse(identity.secret_text())

    assert (again.secret_text(), again.to_public()) == (identity.secret_text(), identity.to_public())


def test_texts_of_keys_are_those_of_another_implementation() -> None:
    foreign = pyrage.x25519.Identity.generate()

    identity = X25519Identity.parse(str(foreign))

    assert (identity.secret_text(), str(identity.to_public())) == (str(foreign), str(foreign.to_public()))


def test_neither_repr_nor_str_shows_a_secret() -> None:
    identity = X25519Identity.generate()
    shown = f"{identity!r}{identity}{ScryptIdentity(SECRET)!r}{ScryptRecipient(SECRET)!r}"

    assert SECRET not in shown
    assert "SECRET-KEY" not in shown


@given(st.binary(max_size=60))
def test_bech32_reads_back_what_it_writes(data: bytes) -> None:
    assert bech32.decode("age", bech32.encode("age", data)) == data


@given(st.data())
def test_bech32_finds_any_two_wrong_characters(data: st.DataObject) -> None:
    text = bech32.encode("age", bytes(range(32)))
    changed = list(text)
    for _ in range(2):
        changed[data.draw(st.integers(4, len(text) - 1))] = data.draw(st.sampled_from(bech32._ALPHABET))

    assert (bech32.decode("age", "".join(changed)) is None) == ("".join(changed) != text)


IDENTITY = bech32.encode("age-secret-key-", bytes(range(32))).upper()
RECIPIENT = str(X25519Identity.parse(IDENTITY).to_public())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        RECIPIENT.upper(),
        "Age" + RECIPIENT[3:],
        RECIPIENT[:-1],
        RECIPIENT + " ",
        IDENTITY,
        bech32.encode("age", bytes(range(1, 32))),
        "age1é",
        bech32.encode("bge", bytes(range(32))),
    ],
)
def test_a_text_that_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="AGE-030"):
        X25519Recipient.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        IDENTITY.lower(),
        IDENTITY[:-1],
        IDENTITY + "\n",
        RECIPIENT,
        bech32.encode("age-secret-key-", bytes(31)).upper(),
    ],
)
def test_a_text_that_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="AGE-031"):
        X25519Identity.parse(text)


@pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f"])
def test_a_recipient_of_low_order_is_refused(point: bytes) -> None:
    with pytest.raises(Refused, match="AGE-030"):
        X25519Recipient.parse(bech32.encode("age", point))


def test_an_ephemeral_share_of_low_order_is_refused() -> None:
    stanza = Stanza(kind="X25519", arguments=(encode_base64(bytes(32)),), body=bytes(32))

    with pytest.raises(Refused, match="AGE-006"):
        X25519Identity.generate().unwrap(header_of(stanza))


def test_an_identity_finds_its_stanza_among_those_of_others() -> None:
    identity = X25519Identity.generate()
    others = [X25519Identity.generate().to_public().wrap(FILE_KEY) for _ in range(2)]
    unknown = Stanza(kind="unknown", arguments=("x",), body=b"")

    assert identity.unwrap(header_of(unknown, *others, identity.to_public().wrap(FILE_KEY))) == FILE_KEY


@pytest.mark.parametrize("work_factor", [1, 14, 19, 20])
def test_a_passphrase_is_not_sealed_to_with_a_factor_outside_our_own(work_factor: int) -> None:
    with pytest.raises(Refused, match="AGE-009"):
        ScryptRecipient(SECRET, work_factor)


def test_the_work_factor_of_what_we_write_is_15() -> None:
    assert ScryptRecipient(SECRET).wrap(FILE_KEY).arguments[1] == "15"


def test_a_foreign_factor_opens_unless_only_our_own_are_accepted() -> None:
    weak = ScryptRecipient(SECRET)
    object.__setattr__(weak, "work_factor", 10)
    header = header_of(weak.wrap(FILE_KEY))

    assert ScryptIdentity(SECRET).unwrap(header) == FILE_KEY
    with pytest.raises(Refused, match="AGE-009"):
        ScryptIdentity(SECRET, WorkFactors.OWN).unwrap(header)


@pytest.mark.parametrize("kind", [ScryptRecipient, ScryptIdentity])
@pytest.mark.parametrize("text", ["", "\ud800"])
def test_a_passphrase_that_cannot_be_used_is_refused(kind: type[ScryptRecipient | ScryptIdentity], text: str) -> None:
    with pytest.raises(Refused, match="AGE-032"):
        kind(text)
