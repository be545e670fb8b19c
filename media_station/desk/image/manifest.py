"""manifest.json v1: what is on the medium, signed as JSON with purpose `manifest`.

Its length is known before the ciphertext's hash is, since a hash and a signature always have the same length.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from media_station.desk.image.layout import payload_name
from media_station.proof.note import JSON, Signer, sign_json


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """All but the hash. `ciphertext_length` in bytes."""

    identity: str
    medium: str
    ciphertext_length: int
    made: datetime
    signer: Signer = field(repr=False)

    @property
    def carries(self) -> dict[str, JSON]:
        """What it is that the medium carries."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        return len(self.signed("0" * 64))

    def signed(self, ciphertext_sha256: str) -> bytes:
        """The file's bytes."""
        return sign_json(
            "manifest",
            {
                "identity": self.identity,
                "medium": self.medium,
                **self.carries,
                "file": payload_name(self.medium),
                "length": self.ciphertext_length,
                "sha256": ciphertext_sha256,
                "made": self.made.astimezone(UTC).isoformat(timespec="seconds"),
            },
            self.signer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft(_Draft):
    """Of a transfer's medium."""

    transfer: str
    consignment: str
    records: int

    @property
    def carries(self) -> dict[str, JSON]:
        return {"transfer": self.transfer, "consignment": self.consignment, "records": self.records}


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleDraft(_Draft):
    """Of an export's."""

    bundle: str

    @property
    def carries(self) -> dict[str, JSON]:
        return {"bundle": self.bundle}
