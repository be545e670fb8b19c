"""The one store beside the journal: accounts, TOTP floors, media passwords. Sealed; its hash stands in the journal.

Written first, its hash in the record that follows: an older vault put back doesn't match the journal and is refused.
A crash between the two leaves a vault that is one step ahead; it names its predecessor's hash, and only the desk can
seal one, so that step is accepted. Media passwords are not part of any backup.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from media_station.desk.hands.durably import replace_durably
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity

_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`password_hash` is a PHC string; `totp_secret` base32, `totp_period` in seconds, `totp_floor` the highest time
    step ever accepted; `recovery_hashes` of the codes not used yet.
    """

    password_hash: str = field(repr=False)
    totp_secret: str = field(repr=False)
    totp_period: int
    totp_floor: int
    recovery_salt: str = field(repr=False)
    recovery_hashes: tuple[str, ...] = field(repr=False)


class Vault:
    """Held in memory, sealed on disk after each change."""

    def __init__(self, path: Path, key: bytes, identity: Identity) -> None:
        self._path = path
        self._aead = AESGCM(key)
        self._associated = f"media-station/vault/v1/{identity.name}".encode()
        self.accounts: Mapping[str, Account] = {}
        self._passwords: dict[str, str] = {}
        self.sha256 = ""

    def open(self, expected_sha256: str) -> None:
        """Opens the vault that the journal names; IntegrityViolation VLT-001 for any other, VLT-002 if damaged."""
        if not self._path.exists():
            if expected_sha256:
                raise IntegrityViolation("VLT-001")
            return
        sealed = self._path.read_bytes()
        try:
            content = json.loads(self._aead.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], self._associated))
        except (InvalidTag, ValueError) as error:
            raise IntegrityViolation("VLT-002") from error
        self.sha256 = hashlib.sha256(sealed).hexdigest()
        if expected_sha256 not in (self.sha256, content["previous_sha256"]):
            raise IntegrityViolation("VLT-001")
        self.accounts = {
            name: Account(**{**account, "recovery_hashes": tuple(account["recovery_hashes"])})
            for name, account in content["accounts"].items()
        }
        self._passwords = content["passwords"]

    def without_passwords(self) -> bytes:
        """What a backup has of it, as JSON: the accounts, and the hash of the sealed vault that they are in."""
        accounts = {name: asdict(account) for name, account in self.accounts.items()}
        return json.dumps({"sha256": self.sha256, "accounts": accounts}, sort_keys=True).encode()

    def password(self, medium: str) -> str:
        """The medium's password; IntegrityViolation VLT-003 if it isn't there."""
        try:
            return self._passwords[medium]
        except KeyError:
            raise IntegrityViolation("VLT-003", medium=medium) from None

    def restore(self, accounts: Mapping[str, Account], former_sha256: str) -> str:
        """A backup's accounts in a vault of this station, which follows the one that was. Refused VLT-004."""
        self.sha256 = former_sha256
        return self._seal(accounts, {})

    def put_accounts(self, accounts: Mapping[str, Account]) -> str:
        """Seals these accounts beside the others; the vault's new hash, for the record that follows.

        Refused VLT-004, as the two below, if the disk won't take it: the vault is as it was.
        """
        return self._seal({**self.accounts, **accounts}, self._passwords)

    def put_password(self, medium: str, password: str) -> str:
        return self._seal(self.accounts, {**self._passwords, medium: password})

    def strike_password(self, medium: str) -> str:
        """Forgets the password; striking one that is gone changes nothing but the seal."""
        return self._seal(self.accounts, {name: kept for name, kept in self._passwords.items() if name != medium})

    def _seal(self, accounts: Mapping[str, Account], passwords: dict[str, str]) -> str:
        content = {
            "previous_sha256": self.sha256,
            "accounts": {name: asdict(account) for name, account in accounts.items()},
            "passwords": passwords,
        }
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._aead.encrypt(nonce, json.dumps(content).encode(), self._associated)
        try:
            replace_durably(self._path, sealed)
        except OSError as error:  # one that is there all the same names this one as its predecessor
            raise Refused("VLT-004") from error
        self.accounts, self._passwords = accounts, passwords
        self.sha256 = hashlib.sha256(sealed).hexdigest()
        return self.sha256
