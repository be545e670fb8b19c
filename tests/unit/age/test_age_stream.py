import hashlib
import io
import os
import tempfile
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from media_station.age import stream
from media_station.age.decrypt import decrypt, decrypt_whole
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.header import Stanza, parse_header, render_header
from media_station.age.scrypt import ScryptIdentity, ScryptRecipient
from media_station.age.x25519 import X25519Identity
from media_station.model.errors import Refused

CHUNK = 64 * 1024
SEALED_CHUNK = CHUNK + 16
IDENTITY = X25519Identity.generate()
RECIPIENT = IDENTITY.to_public()
SIZES = [
    0,
    1,
    CHUNK - 1,
    CHUNK,
    CHUNK + 1,
    *(4 * CHUNK + by for by in (-1, 0, 1, CHUNK)),
    (1 << 20) - 1,
    1 << 20,
    (1 << 20) + 1,
    (5 << 20) + 1,
]
CHUNKS = 6
LONG = hashlib.shake_256(b"long").digest(CHUNKS * CHUNK - 100)
LONGER = hashlib.shake_256(b"longer").digest(max(SIZES))


def gathered(pieces: Iterator[memoryview]) -> bytes:
    return b"".join(map(bytes, pieces))


@contextmanager
def on_disk(content: bytes) -> Iterator[BinaryIO]:
    """A regular file, which threads read for themselves."""
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(content)
        file.seek(0)
        yield file


@contextmanager
def as_stream(content: bytes) -> Iterator[BinaryIO]:
    yield io.BytesIO(content)


WAYS = [(as_stream, 1), (as_stream, 2), (on_disk, 1), (on_disk, 2), (on_disk, 3)]


def sealed(plaintext: bytes, threads: int = 1, where=as_stream) -> bytes:
    with where(plaintext) as source:
        return gathered(encrypt(source, RECIPIENT, threads=threads))


def opened(ciphertext: bytes) -> bytes:
    """In each way, which are to agree."""
    whole = decrypt_whole(io.BytesIO(ciphertext), IDENTITY)
    for where, threads in WAYS:
        with where(ciphertext) as source:
            assert gathered(decrypt(source, IDENTITY, threads=threads)) == whole
    return whole


def given_and_refused(ciphertext: bytes) -> tuple[bytes, Refused]:
    """What is given, and why no more; the same in each way."""
    seen: list[tuple[bytes, Refused]] = []
    for where, threads in WAYS:
        given = bytearray()
        with where(ciphertext) as source, pytest.raises(Refused) as caught:
            for piece in decrypt(source, IDENTITY, threads=threads):
                given += piece
        seen.append((bytes(given), caught.value))
    assert len({(given, why.code, repr(why.parameters)) for given, why in seen}) == 1
    return seen[0]


def refusal(ciphertext: bytes) -> Refused:
    return given_and_refused(ciphertext)[1]


LONG_SEALED = sealed(LONG)
BODY = parse_header(LONG_SEALED).size_bytes + 16  # the first chunk begins here


def with_chunks(*chunks: tuple[bytes, bool]) -> bytes:
    """An age file with genuine chunks of any size and mark."""
    file_key, salt = bytes(16), bytes(16)
    cipher = stream._payload_cipher(file_key, salt)
    body = [cipher.encrypt(stream._nonce(number, last=last), data, None) for number, (data, last) in enumerate(chunks)]
    return render_header([RECIPIENT.wrap(file_key)], file_key) + salt + b"".join(body)


class Dripping(io.RawIOBase):
    """A pipe that gives what it likes."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readinto(self, room: memoryview) -> int:
        return self._data.readinto(memoryview(room)[:10_007])


class Endless(io.RawIOBase):
    """Zeros, up to a size that must not stand in memory."""

    def __init__(self, size: int) -> None:
        self._left = size

    def readinto(self, room: memoryview) -> int:
        size = min(len(room), self._left)
        room[:size] = bytes(size)
        self._left -= size
        return size


class Pieces(io.RawIOBase):
    """An iterator as a source."""

    def __init__(self, pieces: Iterator[memoryview]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readinto(self, room: memoryview) -> int:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        size = min(len(room), len(self._rest))
        room[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens(size: int) -> None:
    for where, threads in WAYS:
        assert opened(sealed(LONGER[:size], threads, where)) == LONGER[:size]


@pytest.mark.parametrize("size", SIZES)
def test_the_length_is_known_beforehand(size: int) -> None:
    plaintext = bytes(size)

    assert len(sealed(plaintext)) == len(sealed(plaintext, threads=2)) == encrypted_length(size, RECIPIENT)


@pytest.mark.parametrize("work_factor", [15, 16])
def test_the_length_is_known_beforehand_for_a_passphrase_too(work_factor: int) -> None:
    recipient = ScryptRecipient("x", work_factor)

    assert len(gathered(encrypt(io.BytesIO(b"abc"), recipient))) == encrypted_length(3, recipient)


def test_a_source_that_gives_less_than_asked_for_is_read_whole() -> None:
    ciphertext = gathered(encrypt(Dripping(LONG), RECIPIENT))  # type: ignore[arg-type]

    assert gathered(decrypt(Dripping(ciphertext), IDENTITY)) == LONG  # type: ignore[arg-type]


def test_a_source_that_would_block_is_not_taken_for_one_that_ended() -> None:
    class Blocking(io.RawIOBase):
        def readinto(self, room: memoryview) -> None:
            return None

    with pytest.raises(TypeError):
        list(encrypt(Blocking(), RECIPIENT))  # type: ignore[arg-type]


def test_no_two_files_share_anything_but_their_first_words() -> None:
    assert sealed(b"same")[40:] != sealed(b"same")[40:]


@pytest.mark.parametrize(("threads", "limit"), [(1, 12 << 20), (2, 20 << 20)])
def test_memory_stays_flat_whatever_the_size(threads: int, limit: int) -> None:
    size = 48 << 20
    tracemalloc.start()
    try:
        ciphertext = encrypt(Endless(size), RECIPIENT, threads=threads)  # type: ignore[arg-type]
        pieces = decrypt(Pieces(ciphertext), IDENTITY, threads=threads)  # type: ignore[arg-type]
        length = sum(len(piece) for piece in pieces)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert length == size
    assert peak < limit


@pytest.mark.parametrize("threads", [1, 2])
def test_a_piece_that_was_kept_can_not_be_mistaken_for_what_it_was(threads: int) -> None:
    """Its buffer is used again; the piece itself is released."""
    pieces = decrypt(io.BytesIO(sealed(bytes(3 << 20))), IDENTITY, threads=threads)
    kept = next(pieces)
    next(pieces)

    with pytest.raises(ValueError, match="released"):
        bytes(kept)


@pytest.mark.parametrize("threads", [1, 2])
def test_who_stops_in_the_middle_leaves_no_thread_behind(threads: int) -> None:
    before = threading.active_count()
    pieces = encrypt(Endless(1 << 40), RECIPIENT, threads=threads)  # type: ignore[arg-type]
    for _ in range(3):
        next(pieces)
    pieces.close()

    assert threading.active_count() == before


@pytest.mark.parametrize("buffering", [0, 8192])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_file_is_read_from_where_it_stands(threads: int, buffering: int, tmp_path) -> None:
    (tmp_path / "file").write_bytes(LONG)
    with (tmp_path / "file").open("rb", buffering=buffering) as file:
        file.read(70_001)
        assert opened(gathered(encrypt(file, RECIPIENT, threads=threads))) == LONG[70_001:]


def test_a_file_that_becomes_shorter_ends_the_work() -> None:
    with on_disk(bytes(9 << 20)) as file:
        pieces = encrypt(file, RECIPIENT, threads=2)
        for _ in ("header", "salt", "piece"):
            next(pieces)
        file.truncate(1 << 20)

        with pytest.raises(OSError, match="shorter"):
            gathered(pieces)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_source_that_fails_ends_the_work_with_its_error(threads: int) -> None:
    class Failing(Endless):
        def readinto(self, room: memoryview) -> int:
            return super().readinto(room) or os.stat("/nowhere").st_size

    with pytest.raises(FileNotFoundError):
        gathered(encrypt(Failing(5 << 20), RECIPIENT, threads=threads))  # type: ignore[arg-type]


@pytest.mark.parametrize("chunk", [0, 3, 4, 15, 16, 17, 40])
def test_damage_in_any_batch_is_found_where_it_is(chunk: int) -> None:
    plaintext = hashlib.shake_256(b"batches").digest(41 * CHUNK)
    damaged = bytearray(sealed(plaintext))
    damaged[BODY + chunk * SEALED_CHUNK + 5] ^= 1

    given, why = given_and_refused(bytes(damaged))

    assert (given, why.code, why.parameters["offset"]) == (plaintext[: chunk * CHUNK], "AGE-020", chunk * CHUNK)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_file_cut_off_between_two_chunks_gives_what_is_genuine_and_then_raises(chunk: int) -> None:
    given, why = given_and_refused(LONG_SEALED[: BODY + chunk * SEALED_CHUNK])

    assert given == LONG[: chunk * CHUNK]
    assert (why.code, why.parameters["offset"]) == ("AGE-022", chunk * CHUNK)


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("more", [1, 15, 16, 17, CHUNK - 200])
def test_a_file_cut_off_within_a_chunk_raises(chunk: int, more: int) -> None:
    assert refusal(LONG_SEALED[: BODY + chunk * SEALED_CHUNK + more]).code == "AGE-020"


def test_a_file_without_any_chunk_is_cut_off() -> None:
    assert refusal(LONG_SEALED[:BODY]).code == "AGE-022"


@pytest.mark.parametrize("size", [BODY - 16, BODY - 1])
def test_a_file_that_ends_before_its_first_chunk_ends_within_its_first_part(size: int) -> None:
    assert refusal(LONG_SEALED[:size]).code == "AGE-003"


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("within", [0, 1000, CHUNK - 150])
def test_a_flipped_bit_is_damage_and_its_chunk_is_named(chunk: int, within: int) -> None:
    damaged = bytearray(LONG_SEALED)
    damaged[BODY + chunk * SEALED_CHUNK + within] ^= 1

    error = refusal(bytes(damaged))

    assert (error.code, error.parameters["offset"]) == ("AGE-020", chunk * CHUNK)


@pytest.mark.parametrize("at", [BODY - 16, BODY - 1, len(LONG_SEALED) - 1])
def test_a_flipped_bit_in_the_payloads_salt_or_the_last_tag_is_damage(at: int) -> None:
    damaged = bytearray(LONG_SEALED)
    damaged[at] ^= 0x80

    assert refusal(bytes(damaged)).code == "AGE-020"


def test_two_chunks_in_the_wrong_order_are_damage() -> None:
    first, second = (LONG_SEALED[BODY + n * SEALED_CHUNK : BODY + (n + 1) * SEALED_CHUNK] for n in (1, 2))

    assert refusal(LONG_SEALED.replace(first + second, second + first)).code == "AGE-020"


def test_the_same_bytes_pass_unless_they_are_changed() -> None:
    assert opened(LONG_SEALED) == LONG


@pytest.mark.parametrize("added", [b"\0", bytes(100), bytes(SEALED_CHUNK), bytes(5 * SEALED_CHUNK)])
@pytest.mark.parametrize("chunks", [1, 3, 4, 5])
def test_bytes_after_a_full_last_chunk_are_told_as_such(added: bytes, chunks: int) -> None:
    assert refusal(sealed(bytes(chunks * CHUNK)) + added).code == "AGE-021"


def test_bytes_after_a_short_last_chunk_are_refused() -> None:
    assert refusal(sealed(b"abc") + b"\0").code == "AGE-020"


def test_chunks_made_for_a_test_open_when_they_follow_the_rules() -> None:
    assert opened(with_chunks((bytes(CHUNK), False), (b"end", True))) == bytes(CHUNK) + b"end"


def test_an_empty_last_chunk_is_refused_after_others() -> None:
    assert refusal(with_chunks((bytes(CHUNK), False), (b"", True))).code == "AGE-020"


def test_an_empty_last_chunk_is_an_empty_payload_when_it_is_alone() -> None:
    assert opened(with_chunks((b"", True))) == b""


def test_a_short_chunk_before_the_last_is_refused() -> None:
    assert refusal(with_chunks((b"short", False), (b"end", True))).code == "AGE-020"


def test_a_short_last_chunk_without_its_mark_is_not_given() -> None:
    given, why = given_and_refused(with_chunks((bytes(CHUNK), False), (b"end", False)))

    assert (given, why.code) == (bytes(CHUNK), "AGE-020")


def test_a_full_last_chunk_without_its_mark_is_a_file_cut_off() -> None:
    assert refusal(with_chunks((bytes(CHUNK), False))).code == "AGE-022"


def test_a_chunk_after_the_last_is_refused() -> None:
    assert refusal(with_chunks((bytes(CHUNK), True), (b"end", True))).code == "AGE-021"


def test_another_identity_finds_no_stanza() -> None:
    with pytest.raises(Refused, match="AGE-010"):
        list(decrypt(io.BytesIO(LONG_SEALED), X25519Identity.generate()))


def test_another_passphrase_is_wrong() -> None:
    ciphertext = gathered(encrypt(io.BytesIO(b"abc"), ScryptRecipient("right")))

    with pytest.raises(Refused, match="AGE-011"):
        list(decrypt(io.BytesIO(ciphertext), ScryptIdentity("wrong")))


def test_a_passphrase_opens_nothing_that_was_sealed_to_a_key() -> None:
    with pytest.raises(Refused, match="AGE-012"):
        list(decrypt(io.BytesIO(LONG_SEALED), ScryptIdentity("x")))


def test_a_stanza_added_to_the_header_breaks_its_mac_before_any_plaintext() -> None:
    extra = Stanza(kind="x", arguments=(), body=b"").render()
    changed = LONG_SEALED.replace(b"\n--- ", b"\n" + extra + b"--- ", 1)

    with pytest.raises(Refused, match="AGE-013"):
        next(decrypt(io.BytesIO(changed), IDENTITY))


def test_the_first_chunk_is_sealed_as_the_format_says() -> None:
    """Against the primitives alone, so that two mistakes cannot agree with each other."""
    file_key = IDENTITY.unwrap(parse_header(LONG_SEALED))
    salt, chunk = LONG_SEALED[BODY - 16 : BODY], LONG_SEALED[BODY : BODY + SEALED_CHUNK]
    pseudorandom = hashlib.new("sha256")  # HMAC written out, RFC 2104 and RFC 5869
    inner = bytes(a ^ 0x36 for a in salt.ljust(64, b"\0"))
    outer = bytes(a ^ 0x5C for a in salt.ljust(64, b"\0"))
    pseudorandom.update(outer + hashlib.sha256(inner + file_key).digest())
    block = pseudorandom.digest().ljust(64, b"\0")
    inner, outer = bytes(a ^ 0x36 for a in block), bytes(a ^ 0x5C for a in block)
    key = hashlib.sha256(outer + hashlib.sha256(inner + b"payload\x01").digest()).digest()

    assert ChaCha20Poly1305(key).decrypt(bytes(12), chunk, None) == LONG[:CHUNK]
