"""The station's keys, from the credentials directory: each for one purpose, none ever shown."""

from dataclasses import dataclass, field
from pathlib import Path

from media_station.age.x25519 import X25519Identity
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.proof.note import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Journal, orders, receipts (and manifests), the sealing identity, the vault's key (32 bytes)."""

    journal: Signer = field(repr=False)
    orders: Signer = field(repr=False)
    receipts: Signer = field(repr=False)
    sealing: X25519Identity = field(repr=False)
    vault: bytes = field(repr=False)


def load(directory: Path, identity: Identity) -> Keys:
    """Reads the five keys; each signing key's name must be this identity's, else IntegrityViolation KEY-002."""

    def read(name: str) -> str:
        try:
            return (directory / name).read_text().strip()
        except OSError as error:
            raise Refused("KEY-001", key=name) from error

    def signer(role: str) -> Signer:
        key = Signer.parse(read(f"{role}.key"))
        if key.name != identity.key_name(role):
            raise IntegrityViolation("KEY-002", key=role)
        return key

    return Keys(
        journal=signer("journal"),
        orders=signer("orders"),
        receipts=signer("receipts"),
        sealing=X25519Identity.parse(read("sealing.key")),
        vault=bytes.fromhex(read("vault.key")),
    )
