"""What holds for both kinds of image."""

import dataclasses
import hashlib
import io
import os
import random
import subprocess
import sys
import time
import tracemalloc
from datetime import datetime
from pathlib import Path

import pytest
from foreign_eyes import CREATED, PIECES, image_bytes, manifest_of, plan_of, stream
from pycdlib import dates, headervd, udf

from media_station.desk.image.build import ImageKind, Piece, Plan, render, write_image
from media_station.model.errors import IntegrityViolation, Refused

pytestmark = pytest.mark.parametrize("kind", list(ImageKind))
CIPHERTEXT = random.Random(2).randbytes(300_001)


def drained(plan: Plan, content: bytes, manifest=manifest_of) -> bytes:
    return b"".join(render(plan, stream(content), manifest))


def test_the_hashes_are_those_of_what_was_written(kind: ImageKind) -> None:
    out = io.BytesIO()
    image = write_image(plan_of(kind, len(CIPHERTEXT)), stream(CIPHERTEXT), manifest_of, out)
    assert image.sha256 == hashlib.sha256(out.getvalue()).hexdigest()
    assert image.ciphertext_sha256 == hashlib.sha256(CIPHERTEXT).hexdigest()
    assert image.length == len(out.getvalue())


def test_the_manifest_is_asked_for_once_with_the_hash_of_the_ciphertext(kind: ImageKind) -> None:
    asked = []

    def manifest(sha256: str) -> bytes:
        asked.append(sha256)
        return manifest_of(sha256)

    drained(plan_of(kind, len(CIPHERTEXT)), CIPHERTEXT, manifest)
    assert asked == [hashlib.sha256(CIPHERTEXT).hexdigest()]


def test_the_chunks_of_the_ciphertext_make_no_difference(kind: ImageKind) -> None:
    plan = plan_of(kind, len(CIPHERTEXT))
    whole = b"".join(render(plan, iter([CIPHERTEXT]), manifest_of))
    assert b"".join(render(plan, iter([b"", *stream(CIPHERTEXT, 777), b""]), manifest_of)) == whole


def test_the_length_is_known_before_the_first_byte(kind: ImageKind) -> None:
    plan = plan_of(kind, len(CIPHERTEXT))
    planned = plan.length
    assert len(drained(plan, CIPHERTEXT)) == planned


def test_nothing_is_read_ahead_of_what_was_emitted(kind: ImageKind) -> None:
    taken = 0

    def counted():
        nonlocal taken
        for chunk in stream(CIPHERTEXT, 1000):
            taken += 1
            yield chunk

    emitted = 0
    for chunk in render(plan_of(kind, len(CIPHERTEXT)), counted(), manifest_of):
        if chunk == CIPHERTEXT[emitted * 1000 : (emitted + 1) * 1000]:
            emitted += 1
            assert taken == emitted
    assert emitted == 301


def test_the_same_inputs_give_the_same_bytes_in_another_process_zone_and_second(kind: ImageKind) -> None:
    program = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1]); import foreign_eyes as eyes, test_image_build as t\n"
        "kind = eyes.ImageKind(sys.argv[2])\n"
        "print(hashlib.sha256(t.drained(eyes.plan_of(kind, len(t.CIPHERTEXT)), t.CIPHERTEXT)).hexdigest())"
    )
    here = hashlib.sha256(drained(plan_of(kind, len(CIPHERTEXT)), CIPHERTEXT)).hexdigest()
    started = int(time.time())
    while int(time.time()) == started:  # a stamp of this second must not be that of the next
        time.sleep(0.05)
    folder = Path(__file__).parent
    there = subprocess.run(
        [sys.executable, "-c", program, folder, kind.value],
        env={**os.environ, "TZ": "America/New_York", "PYTHONHASHSEED": "7"},
        cwd=folder.parents[2],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert there.stdout.strip() == here


def test_another_label_or_time_gives_other_bytes(kind: ImageKind) -> None:
    plan = plan_of(kind, 10)
    images = {
        image_bytes(plan, bytes(10)),
        image_bytes(dataclasses.replace(plan, label="R1-D-00002"), bytes(10)),
        image_bytes(dataclasses.replace(plan, created=CREATED.replace(year=2027)), bytes(10)),
    }
    assert len(images) == 3


def test_the_clock_of_the_process_is_its_own_again_after_rendering(kind: ImageKind) -> None:
    drained(plan_of(kind, 3), b"abc")
    assert (dates.time, headervd.time, udf.time, udf.random) == (time, time, time, random)


@pytest.mark.parametrize("given", [0, 1, 999, 1001, 70_000])
def test_a_ciphertext_of_another_length_is_a_violation(kind: ImageKind, given: int) -> None:
    with pytest.raises(IntegrityViolation) as violation:
        drained(plan_of(kind, 1000), bytes(given))
    assert violation.value.code == "IMG-003"


def test_no_byte_beyond_the_promised_length_is_emitted(kind: ImageKind) -> None:
    emitted = bytearray()
    with pytest.raises(IntegrityViolation):
        for chunk in render(plan_of(kind, 1000), iter([b"\xaa" * 1000, b"\xbb" * 1000]), manifest_of):
            emitted += chunk
    assert emitted.endswith(b"\xaa" * 1000)


@pytest.mark.parametrize("change", [lambda m: m + b" ", lambda m: m[:-1], lambda _: b""])
def test_a_manifest_of_another_length_is_refused(kind: ImageKind, change) -> None:
    with pytest.raises(Refused) as refused:
        drained(plan_of(kind, 1000), bytes(1000), lambda sha256: change(manifest_of(sha256)))
    assert refused.value.code == "IMG-004"


@pytest.mark.parametrize("label", ["", "R12345-D-000001234", "媒体", "R1\nD"])
def test_a_label_that_does_not_fit_is_refused(kind: ImageKind, label: str) -> None:
    with pytest.raises(Refused) as refused:
        dataclasses.replace(plan_of(kind, 1), label=label)
    assert refused.value.code == "IMG-002"


@pytest.mark.parametrize(
    "change",
    [
        {"ciphertext_length": 0},
        {"manifest_length": 0},
        {"created": datetime(2026, 1, 1)},
        {"created": CREATED.replace(year=1979)},
        {"pieces": (*PIECES, PIECES[0])},
        {"pieces": (Piece(name="payload.txt", short="R1D00001.AGE", content=b"x"),)},
    ],
)
def test_a_plan_that_makes_no_image_is_a_mistake_of_the_program(kind: ImageKind, change: dict) -> None:
    with pytest.raises(ValueError):
        dataclasses.replace(plan_of(kind, 1), **change)


def test_memory_stays_flat_over_a_stream_of_300_mib(kind: ImageKind) -> None:
    length = 300 << 20
    plan = plan_of(kind, length)
    tracemalloc.start()
    try:
        with open(os.devnull, "wb", buffering=0) as out:
            image = write_image(plan, (bytes(1 << 20) for _ in range(300)), manifest_of, out)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert image.length == plan.length
    assert peak < 16 << 20


def test_an_output_that_takes_little_at_a_time_gets_every_byte(kind: ImageKind) -> None:
    class Narrow(io.BytesIO):
        def write(self, data) -> int:
            return super().write(bytes(data[:50_000]))

    plan, out = plan_of(kind, 200_000), Narrow()
    write_image(plan, stream(bytes(200_000)), manifest_of, out)
    assert out.getvalue() == image_bytes(plan, bytes(200_000))
