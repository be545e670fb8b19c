"""A witness's cosignature holds for its own note, time and key alone."""

import pytest
from written_journal import IDENTITY, signer

from media_station.model.errors import IntegrityViolation, Refused
from media_station.proof.checkpoint import Checkpoint, open_checkpoint, sign
from media_station.proof.cosignature import Witness, cosign, cosigned_at
from media_station.proof.key import Signer, Verifier
from media_station.proof.merkle import Tree

STATION = signer()
HOST = Signer.generate("media-station-host/jouhou-1/witness")
WITNESS = Witness(key=HOST.verifier)
NOTE = sign(Checkpoint(origin=IDENTITY.origin, size=7, root=Tree().root()), STATION)
SECONDS = 1_775_000_000


def code(doing) -> str:
    with pytest.raises((IntegrityViolation, Refused)) as caught:
        doing()
    return caught.value.code


def test_it_holds_and_the_checkpoint_stays_what_it_was():
    cosigned = cosign(NOTE, HOST, SECONDS)
    assert cosigned_at(cosigned, WITNESS) == SECONDS
    assert open_checkpoint(cosigned, [STATION.verifier]) == open_checkpoint(NOTE, [STATION.verifier])
    assert cosigned_at(cosign(cosigned, signer(3), 1), WITNESS) == SECONDS


def test_the_key_of_a_witness_is_another_than_the_same_key_that_signs():
    assert Witness.parse(WITNESS.render()) == WITNESS
    assert WITNESS.key_id != HOST.key_id
    assert code(lambda: Witness.parse(HOST.verifier.render())) == "PRF-001"
    assert code(lambda: Verifier.parse(WITNESS.render())) == "PRF-001"


def test_the_example_of_the_specification_has_its_form():
    name = "witness.example.com/w1"
    line = "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    ours = cosign(NOTE, Signer.generate(name), 1_679_315_147).decode().splitlines()[-1]
    assert len(ours) == len(f"— {name} {line}")


@pytest.mark.parametrize(
    "spoilt",
    [
        NOTE,
        b"",
        cosign(NOTE, HOST, SECONDS).replace(b"\n7\n", b"\n8\n"),
        cosign(NOTE, signer(3), SECONDS),
        cosign(NOTE, Signer.generate(HOST.name), SECONDS),
        NOTE + f"— {HOST.name} {HOST.sign(NOTE)}\n".encode(),
    ],
    ids=["none", "no note", "another text", "another witness", "another key of its name", "no cosignature"],
)
def test_anything_else_does_not(spoilt):
    assert code(lambda: cosigned_at(spoilt, WITNESS)) == "PRF-052"


def test_another_time_does_not():
    one, other = (cosign(NOTE, HOST, each).decode().rpartition(" ")[2] for each in (SECONDS, SECONDS + 1))
    assert one[:6] == other[:6]
    moved = NOTE + f"— {HOST.name} {one[:16]}{other[16:]}".encode()
    assert code(lambda: cosigned_at(moved, WITNESS)) == "PRF-052"
