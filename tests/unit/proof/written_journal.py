import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from media_station.model.ids import Identity
from media_station.proof.checkpoint import Checkpoint, sign
from media_station.proof.key import Signer
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.note import canonical
from media_station.proof.succession import sign_hand_over

IDENTITY = Identity(station="kita-zei-1", epoch="r1")


def signer(seed: int = 1, role: str = "journal", identity: Identity = IDENTITY) -> Signer:
    return Signer(identity.key_name(role), Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


@dataclass
class WrittenJournal:
    """A small journal as the station would write it, open to every attack."""

    directory: Path
    key: Signer

    @property
    def checkpoint(self) -> Path:
        return self.directory / "checkpoint"

    @property
    def segments(self) -> list[Path]:
        return sorted(self.directory.glob("*.jsonl"))

    def record(self, sequence: int, /, **other: object) -> bytes:
        own = {"schema": 1, "sequence": sequence, "station": IDENTITY.station, "epoch": IDENTITY.epoch}
        own |= {"key_id": self.key.key_id, "boottime_ms": 1000 * sequence} | other
        return canonical(
            {
                "@timestamp": f"2026-04-01T09:{sequence // 60:02d}:{sequence % 60:02d}.000000Z",
                "event": {"action": "thing.happened", "outcome": "success"},
                "host": {"boot": {"id": "3a1c"}},
                "media_station": own,
            }
        )

    def read(self) -> list[bytes]:
        return [line for segment in self.segments for line in segment.read_bytes().splitlines()]

    def write(self, lines: list[bytes], *, per_day: int = 4) -> None:
        """The lines into segments; the checkpoint stays as it is."""
        for segment in self.segments:
            segment.unlink()
        for at in range(0, len(lines), per_day):
            segment = self.directory / f"2026-04-{at // per_day + 1:02d}.jsonl"
            segment.write_bytes(b"".join(line + b"\n" for line in lines[at : at + per_day]))

    def signed(self, lines: list[bytes], key: Signer | None = None, identity: Identity = IDENTITY) -> bytes:
        tree = Tree(map(leaf_hash, lines))
        return sign(Checkpoint(origin=identity.origin, size=tree.size, root=tree.root()), key or self.key)

    def seal(self, lines: list[bytes]) -> None:
        """As the station does it: lines and their checkpoint."""
        self.write(lines)
        self.checkpoint.write_bytes(self.signed(lines))

    def hand_over(self, *seeds: int) -> None:
        """From key to key, with a record of each one's own after its hand-over."""
        lines = self.read()
        for seed in seeds:
            old, new = self.key, signer(seed)
            one, other = sign_hand_over(len(lines), old, new)
            record = json.loads(self.record(len(lines), requirements=["S8"]))
            record["event"]["action"] = "key.rotated"
            record["media_station"]["data"] = {
                "old_key": old.verifier.render(),
                "new_key": new.verifier.render(),
                "old_signature": one,
                "new_signature": other,
            }
            lines.append(canonical(record))
            self.key = new
            lines.append(self.record(len(lines), requirements=["S8"]))
        self.seal(lines)
