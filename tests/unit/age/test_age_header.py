import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_station.age.header import (
    LIMITS,
    VERSION_LINE,
    Stanza,
    parse_base64,
    parse_header,
    read_header,
    render_header,
    verify_mac,
)
from media_station.model.errors import Refused, StationError

FILE_KEY = bytes(range(16))
MAC = b"--- " + b"A" * 43 + b"\n"
SALT = "AAAAAAAAAAAAAAAAAAAAAA"
KEY = b"A" * 43 + b"\n"  # a base64 line of 32 zero bytes


class Dripping(io.RawIOBase):
    """A pipe that gives one byte at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, room: memoryview) -> int:
        return self._data.readinto(memoryview(room)[:1])


def refusal(raw: bytes) -> str:
    with pytest.raises(Refused) as caught:
        parse_header(raw)
    return caught.value.code


def header(*lines: bytes) -> bytes:
    return VERSION_LINE + b"".join(lines) + MAC


arguments = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
stanzas = st.builds(
    Stanza,
    kind=arguments.filter(lambda kind: kind not in ("scrypt", "X25519")),
    arguments=st.lists(arguments, max_size=3).map(tuple),
    body=st.binary(max_size=200),
)


@given(st.lists(stanzas, min_size=1, max_size=5))
def test_what_is_written_is_read_back(written: list[Stanza]) -> None:
    raw = render_header(written, FILE_KEY)

    read = parse_header(raw + b"payload")

    assert read.stanzas == tuple(written)
    assert read.size_bytes == len(raw)
    verify_mac(read, FILE_KEY)


@given(st.lists(stanzas, min_size=1, max_size=3), st.data())
def test_a_header_changed_in_one_bit_is_refused(written: list[Stanza], data: st.DataObject) -> None:
    raw = bytearray(render_header(written, FILE_KEY))
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Refused):
        verify_mac(parse_header(bytes(raw)), FILE_KEY)


def test_another_file_key_does_not_pass_the_mac() -> None:
    read = parse_header(render_header([Stanza(kind="x", arguments=(), body=b"")], FILE_KEY))

    with pytest.raises(Refused, match="AGE-013"):
        verify_mac(read, bytes(16))


alphabet = st.sampled_from(
    [
        b"-> ",
        b"--- ",
        b"---",
        b"\n",
        b" ",
        b"scrypt",
        b"X25519",
        b"A" * 43,
        b"A" * 64,
        b"A",
        b"=",
        b"\r",
        b"\xff",
        b"15",
    ]
)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_raise_nothing_but_the_houses_errors(raw: bytes) -> None:
    try:
        parse_header(raw)
    except StationError:
        return
    raise AssertionError("random bytes were taken for a header")


@given(st.lists(alphabet, max_size=30).map(b"".join))
@example(b"-> scrypt " + SALT.encode() + b" 10\n" + KEY + MAC)
@example(b"-> X25519 A\n\n" + MAC)
def test_bytes_that_resemble_a_header_raise_nothing_but_the_houses_errors(raw: bytes) -> None:
    try:
        read = parse_header(VERSION_LINE + raw)
    except StationError:
        return
    assert (VERSION_LINE + raw).startswith(read.authenticated)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"age-encryption.org/v1",
        b"age-encryption.org/v1\r\n" + MAC,
        b"age-encryption.org/v2\n" + MAC,
        b"\n" + VERSION_LINE,
        b"-----BEGIN AGE ENCRYPTED FILE-----\n",
    ],
)
def test_what_does_not_begin_with_the_version_line_is_no_age_file(raw: bytes) -> None:
    assert refusal(raw) == "AGE-001"


@pytest.mark.parametrize("size", range(len(VERSION_LINE), len(header(b"-> x a\n", b"QUJD\n"))))
def test_a_header_cut_off_anywhere_is_refused_as_cut_off(size: int) -> None:
    assert refusal(header(b"-> x a\n", b"QUJD\n")[:size]) == "AGE-003"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(header(), id="no stanza"),
        pytest.param(header(b"-> \n", b"\n"), id="no kind"),
        pytest.param(header(b"->\n", b"\n"), id="arrow alone"),
        pytest.param(header(b"-> x \n", b"\n"), id="blank at the end"),
        pytest.param(header(b"-> x  y\n", b"\n"), id="two blanks"),
        pytest.param(header(b"-> x\ty\n", b"\n"), id="tab"),
        pytest.param(header(b"-> x\r\n", b"\n"), id="carriage return"),
        pytest.param(header("-> é\n".encode(), b"\n"), id="not ASCII"),
        pytest.param(header(b"-> x\n", b"QUJD\r\n"), id="carriage return in the body"),
        pytest.param(header(b"-> x\n", b"QUI=\n"), id="padding"),
        pytest.param(header(b"-> x\n", b"QUJ\n"), id="bits left over"),
        pytest.param(header(b"-> x\n", b"QUJDR\n"), id="impossible length"),
        pytest.param(header(b"-> x\n", b"QU_-\n"), id="other alphabet"),
        pytest.param(header(b"-> x\n", b"QU JD\n"), id="blank in the body"),
        pytest.param(header(b"-> x\n", b"A" * 68 + b"\n"), id="line too long"),
        pytest.param(header(b"-> x\n", b"A" * 64 + b"\n"), id="full line without a shorter one"),
        pytest.param(header(b"-> x\n", b"QUJD\n", b"QUJD\n"), id="short line before the last"),
        pytest.param(header(b"-> x\n", b"\n", b"\n"), id="empty line"),
        pytest.param(VERSION_LINE + b"-> x\n\n---" + b"A" * 43 + b"\n", id="no blank before the MAC"),
        pytest.param(VERSION_LINE + b"-> x\n\n--- " + b"A" * 42 + b"\n", id="MAC too short"),
        pytest.param(VERSION_LINE + b"-> x\n\n--- " + b"A" * 43 + b" \n", id="something after the MAC"),
        pytest.param(VERSION_LINE + b"-> x\n\n--- " + b"A" * 42 + b"B\n", id="MAC not canonical"),
        pytest.param(VERSION_LINE + b"-> x\n\n--- " + b"A" * 43 + b"\r\n", id="carriage return after the MAC"),
    ],
)
def test_a_header_that_is_not_canonical_is_refused(raw: bytes) -> None:
    assert refusal(raw) == "AGE-004"


def test_the_error_names_the_line() -> None:
    with pytest.raises(Refused) as caught:
        parse_header(header(b"-> x\n", b"QUJ\n"))

    assert caught.value.parameters["line"] == 3


@pytest.mark.parametrize(
    "lines",
    [
        (b"-> X25519\n", KEY),
        (b"-> X25519 " + b"A" * 42 + b"\n", KEY),
        (b"-> X25519 " + b"A" * 43 + b" more\n", KEY),
        (b"-> X25519 " + b"A" * 43 + b"\n", b"A" * 42 + b"\n"),
        (b"-> scrypt " + SALT.encode() + b"\n", KEY),
        (b"-> scrypt " + SALT[1:].encode() + b" 15\n", KEY),
        (b"-> scrypt " + SALT.encode() + b" 15\n", b"QUJD\n"),
        (b"-> scrypt " + SALT.encode() + b" 15 15\n", KEY),
        *(
            (b"-> scrypt " + SALT.encode() + b" " + bad + b"\n", KEY)
            for bad in (b"0", b"015", b"+15", b"1_5", b"1e1", b"0x0f")
        ),
    ],
)
def test_a_malformed_stanza_of_a_known_kind_is_refused_without_a_key(lines: tuple[bytes, bytes]) -> None:
    assert refusal(header(*lines)) == "AGE-006"


@pytest.mark.parametrize("factor", [b"21", b"30", b"999"])
def test_a_work_factor_beyond_the_cap_is_refused_before_any_work(factor: bytes) -> None:
    assert refusal(header(b"-> scrypt " + SALT.encode() + b" " + factor + b"\n", KEY)) == "AGE-008"


@pytest.mark.parametrize("other_first", [True, False])
def test_a_passphrase_beside_another_recipient_is_refused(other_first: bool) -> None:
    lines = [b"-> scrypt " + SALT.encode() + b" 15\n" + KEY, b"-> x\n\n"]

    assert refusal(header(*(reversed(lines) if other_first else lines))) == "AGE-007"


def test_as_many_stanzas_as_allowed_are_read_and_one_more_is_refused() -> None:
    assert len(parse_header(header(*[b"-> x\n\n"] * LIMITS.stanzas)).stanzas) == LIMITS.stanzas
    assert refusal(header(*[b"-> x\n\n"] * (LIMITS.stanzas + 1))) == "AGE-005"


def test_a_header_as_large_as_allowed_is_read_and_one_byte_more_is_refused() -> None:
    room = LIMITS.header_bytes - len(header(b"-> \n", b"\n"))

    assert parse_header(header(b"-> " + b"x" * room + b"\n", b"\n")).size_bytes == LIMITS.header_bytes
    assert refusal(header(b"-> " + b"x" * (room + 1) + b"\n", b"\n")) == "AGE-002"


def test_a_stream_without_an_end_of_header_is_read_no_further_than_the_cap() -> None:
    source = io.BytesIO(VERSION_LINE + b"-> x\n" + (b"A" * 64 + b"\n") * 10_000)

    with pytest.raises(Refused, match="AGE-002"):
        read_header(source)
    assert source.tell() == LIMITS.header_bytes + 1


def test_nothing_after_the_header_is_lost_when_it_is_read_from_a_stream() -> None:
    raw = render_header([Stanza(kind="x", arguments=(), body=bytes(100))], FILE_KEY)
    source = io.BytesIO(raw + b"\n--- payload")

    read, already_read = read_header(source)

    assert read == parse_header(raw)
    assert already_read + source.read() == b"\n--- payload"


def test_a_pipe_that_gives_single_bytes_is_read_to_the_end_of_the_header_and_no_further() -> None:
    raw = render_header([Stanza(kind="x", arguments=(), body=bytes(100))], FILE_KEY)

    read, already_read = read_header(Dripping(raw + b"payload"))  # type: ignore[arg-type]

    assert (read.size_bytes, already_read) == (len(raw), b"")


@given(st.binary(max_size=40).filter(lambda text: not text.isascii()))
def test_base64_outside_ascii_is_no_base64(text: bytes) -> None:
    assert parse_base64(text) is None
