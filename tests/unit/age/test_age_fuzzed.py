"""Headers and files that nobody made: hostile ones, and genuine ones changed. FUZZ_EXAMPLES says how many of each.

Whatever comes in: the house's own refusal or a header that is what it says, in bounded time and memory. By the million,
and led by coverage: tests/fuzz/age_headers.py.
"""

import io
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from checked_header import check_header
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_station.age.decrypt import decrypt
from media_station.age.encrypt import encrypt
from media_station.age.header import VERSION_LINE, encode_base64, render_header
from media_station.age.scrypt import ScryptIdentity
from media_station.age.x25519 import X25519Identity
from media_station.model.errors import Refused

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "300"))
HANG_SECONDS = 10
GROWTH_KIB = 64 * 1024
IDENTITY = X25519Identity.generate()
PASSPHRASE = ScryptIdentity("x")
GENUINE = b"".join(map(bytes, encrypt(io.BytesIO(bytes(70_000)), IDENTITY.to_public())))
OTHERS = [
    render_header([IDENTITY.to_public().wrap(bytes(16))] * 3, bytes(16)),
    VERSION_LINE + b"-> scrypt %s 1\n%s\n--- %s\n" % ((encode_base64(bytes(16)).encode(),) + (b"A" * 43,) * 2),
]
fuzzed = settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck), print_blob=True)

words = st.sampled_from(
    [
        *(
            b"->",
            b" ",
            b"\n",
            b"---",
            b"--- ",
            b"X25519",
            b"scrypt",
            b"ssh-ed25519",
            b"grease",
            b"\r",
            b"\0",
            b"=",
            b"\xff",
        ),
        *(
            b"A" * 22,
            b"A" * 43,
            b"A" * 64,
            b"AA",
            b"15",
            b"1",
            b"30",
            b"018",
            b"-1",
            b"+1",
            b"99999999999",
            "字".encode(),
        ),
    ]
)
lines = st.lists(st.one_of(words, st.binary(max_size=80)), max_size=12).map(b"".join)
hostile = st.lists(st.one_of(words, lines), max_size=40).map(lambda parts: VERSION_LINE + b"".join(parts))


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A genuine file with a few places changed, cut, doubled or put in."""
    raw = bytearray(draw(st.sampled_from([GENUINE[:400], *OTHERS])))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        length = draw(st.integers(0, 20))
        raw[at : at + length] = draw(st.one_of(words, st.binary(max_size=8), st.just(bytes(raw[at : at + 2 * length]))))
    return bytes(raw)


@contextmanager
def bounded() -> Iterator[None]:
    """A hang ends by SIGALRM; memory may not grow by more than a header's cap allows."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWTH_KIB


@fuzzed
@given(st.one_of(hostile, changed(), st.binary(max_size=200)))
def test_a_fuzzed_header_is_refused_or_is_what_it_says(raw: bytes) -> None:
    with bounded():
        check_header(raw)


@settings(fuzzed, max_examples=max(1, EXAMPLES // 3))
@given(st.one_of(hostile, changed()), st.binary(max_size=100))
def test_a_fuzzed_file_gives_nothing_that_was_not_sealed(raw: bytes, more: bytes) -> None:
    for identity in (IDENTITY, PASSPHRASE):
        given_out = bytearray()
        with bounded():
            try:
                for piece in decrypt(io.BytesIO(raw + more), identity):
                    given_out += piece
            except Refused:
                pass
            else:
                raise AssertionError("a file that nobody sealed")
        assert not given_out


@settings(fuzzed, max_examples=max(1, EXAMPLES // 3))
@given(st.integers(0, len(GENUINE) - 1), st.binary(max_size=20), st.integers(0, 70_000), st.sampled_from([1, 2]))
def test_a_fuzzed_body_gives_genuine_chunks_alone_and_is_refused(at: int, put: bytes, cut: int, threads: int) -> None:
    raw = GENUINE[:at] + put + GENUINE[at + cut :]
    given_out = bytearray()
    with bounded():
        try:
            for piece in decrypt(io.BytesIO(raw), IDENTITY, threads=threads):
                given_out += piece
        except Refused:
            assert len(given_out) in {0, 65_536}
        else:
            assert raw == GENUINE
    assert not any(given_out)
