"""A supply is what its publisher signed, of its kind, whole; anything else is no supply."""

import hashlib
import io

import pytest

from media_station.model.errors import IntegrityViolation, Refused, StationError
from media_station.model.supply import Supply, SupplyKind
from media_station.proof.key import Signer
from media_station.proof.note import sign_json
from media_station.proof.supply import header_line, open_file, open_header, sign_header

PATTERNS, UPDATE = (
    Signer.generate("media-station-publisher/patterns"),
    Signer.generate("media-station-publisher/update"),
)
PUBLISHERS = {SupplyKind.PATTERNS: [PATTERNS.verifier], SupplyKind.UPDATE: [UPDATE.verifier]}
BODY = b"tar" * 1000
MADE = "2025-01-31T01:23:45.000000Z"


def supply(kind=SupplyKind.PATTERNS, **changed):
    said = {"number": 7, "made": MADE, "length": len(BODY), "sha256": hashlib.sha256(BODY).hexdigest()}
    return Supply(kind=kind, **{**said, **changed})


HEADER = sign_header(supply(), PATTERNS)


def test_a_file_is_left_at_its_body():
    file = io.BytesIO(HEADER + BODY)
    assert open_file(file, PUBLISHERS) == supply()
    assert file.read() == BODY


def test_a_header_is_read_in_any_spacing_and_kept_in_one():
    spaced = HEADER.replace(b",", b" ,\n ")
    assert open_header(spaced, PUBLISHERS) == (supply(), PATTERNS.key_id)
    assert header_line(spaced) == HEADER


@pytest.mark.parametrize("body", [BODY[:-1], BODY + b"x", b"", b"TAR" + BODY[3:]])
def test_another_body_is_none(body):
    with pytest.raises(IntegrityViolation, match="SUP-002"):
        open_file(io.BytesIO(HEADER + body), PUBLISHERS)


def test_a_key_signs_its_own_kind_alone():
    for kind, key in ((SupplyKind.UPDATE, PATTERNS), (SupplyKind.PATTERNS, UPDATE)):
        with pytest.raises(IntegrityViolation, match="PRF-007"):
            open_header(sign_header(supply(kind), key), PUBLISHERS)


def test_one_kind_is_not_shown_as_the_other():
    with pytest.raises(IntegrityViolation, match="PRF-008"):
        open_header(HEADER.replace(b"/patterns/", b"/update/"), {SupplyKind.UPDATE: [PATTERNS.verifier]})


def test_without_a_publisher_nothing_is_one():
    with pytest.raises(IntegrityViolation, match="PRF-007"):
        open_header(HEADER, {})


@pytest.mark.parametrize(
    "fields",
    [
        {"number": 0},
        {"number": True},
        {"number": 2**53 - 1, "length": 0},
        {"number": "7"},
        {"made": "2025-01-31"},
        {"sha256": "A" * 64},
        {"kind": "update"},
        {"more": 1},
    ],
)
def test_what_a_publisher_signs_wrongly_is_none(fields):
    said = {"number": 7, "made": MADE, "length": len(BODY), "sha256": "0" * 64}
    with pytest.raises(Refused, match="SUP-001"):
        open_header(sign_json("patterns", {**said, **fields}, PATTERNS), PUBLISHERS)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"\xff", sign_json("receipt", {}, PATTERNS), HEADER + b" " * 4096])
def test_what_announces_none_is_none(raw):
    with pytest.raises(Refused, match="SUP-001"):
        open_header(raw, PUBLISHERS)


@pytest.mark.parametrize("at", range(0, len(HEADER), 7))
def test_a_header_changed_anywhere_is_refused(at):
    changed = bytearray(HEADER)
    changed[at] ^= 1
    with pytest.raises(StationError):
        open_file(io.BytesIO(bytes(changed) + BODY), PUBLISHERS)
