import hashlib
import json
from pathlib import Path

import pytest

from media_station.model.confirmation import confirmation_code, parse_code
from media_station.model.errors import Refused

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "confirmation_codes.json").read_text())
SHA256 = "0" * 64


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["code"])
def test_a_vector_has_its_code(vector: dict[str, str]) -> None:
    assert hashlib.sha256(vector["plaintext"].encode()).hexdigest() == vector["plaintext_sha256"]
    assert confirmation_code(vector["transfer"], vector["plaintext_sha256"]) == vector["code"]


def test_codes_of_many_transfers_differ_and_use_every_character_at_every_place() -> None:
    codes = {confirmation_code(f"R1-T-{number:05}", SHA256) for number in range(1000)}

    assert len(codes) == 1000
    assert {len({code[place] for code in codes}) for place in (0, 1, 2, 3, 5, 6, 7, 8)} == {23}


@pytest.mark.parametrize(("transfer", "sha256"), [("R1-U-00001", SHA256), ("R1-T-00001", "0" * 63), ("", "")])
def test_a_code_is_made_of_a_transfers_number_and_a_hash_alone(transfer: str, sha256: str) -> None:
    with pytest.raises(Refused, match="IDS-001"):
        confirmation_code(transfer, sha256)


@pytest.mark.parametrize(
    "typed", ["KY6C-3HK2", "ky6c3hk2", " KY6C 3HK2 ", "ＫＹ６Ｃ－３ＨＫ２", "ky6cー3hk2".replace("ー", "－")]
)
def test_a_code_may_be_typed_in_any_way(typed: str) -> None:
    assert parse_code(typed) == "KY6C-3HK2"


@pytest.mark.parametrize("typed", [" ", "KY6C-3HK", "KY6C-3HK22", "KY6C-3HKO", "A" * 10_000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="CNT-008"):
        parse_code(typed)
