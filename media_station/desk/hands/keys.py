"""The station's keys, from the credentials directory: each for one purpose, none ever shown."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from media_station.age.x25519 import X25519Identity
from media_station.model.errors import IntegrityViolation, PeerFault, Refused
from media_station.model.ids import Identity
from media_station.proof.note import Signer
from media_station.proof.signature import sign


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersKey:
    """ECDSA P-256, and its certificate by the district's CA with those between, as DER."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[bytes, ...]
    signer: str

    def sign(self, pdf: bytes) -> bytes:
        """PeerFault HND-011 if the cell left no room for it."""
        try:
            return sign(pdf, self.chain, lambda text: self.key.sign(text, ec.ECDSA(SHA256())))
        except ValueError as error:
            raise PeerFault("HND-011") from error


NEXT: Final = "journal.next.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Journal, and the one that is to be next if it was laid there; orders, receipts (and manifests), the sealing
    identity, the vault's key (32 bytes); that of the papers, None until the district's CA has given a certificate:
    papers are unsigned then, and say so.
    """

    journal: Signer = field(repr=False)
    journal_next: Signer | None = field(repr=False)
    orders: Signer = field(repr=False)
    receipts: Signer = field(repr=False)
    sealing: X25519Identity = field(repr=False)
    vault: bytes = field(repr=False)
    papers: PapersKey | None = field(repr=False)


def load(directory: Path, identity: Identity) -> Keys:
    """Reads the keys; each signing key's name must be this identity's, else IntegrityViolation KEY-002."""

    def read(name: str) -> str:
        try:
            return (directory / name).read_text().strip()
        except OSError as error:
            raise Refused("KEY-001", key=name) from error

    def signer(role: str, file: str = "") -> Signer:
        key = Signer.parse(read(file or f"{role}.key"))
        if key.name != identity.key_name(role):
            raise IntegrityViolation("KEY-002", key=role)
        return key

    return Keys(
        journal=signer("journal"),
        journal_next=signer("journal", NEXT) if (directory / NEXT).exists() else None,
        orders=signer("orders"),
        receipts=signer("receipts"),
        sealing=X25519Identity.parse(read("sealing.key")),
        vault=bytes.fromhex(read("vault.key")),
        papers=_papers(read("papers.key"), read("papers.crt")) if (directory / "papers.crt").exists() else None,
    )


def _papers(key: str, certificates: str) -> PapersKey:
    """IntegrityViolation KEY-002 if the certificate isn't the key's."""
    try:
        secret = load_pem_private_key(key.encode(), password=None)
        chain = x509.load_pem_x509_certificates(certificates.encode())
        (name,) = chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError) as error:
        raise IntegrityViolation("KEY-002", key="papers") from error
    if not isinstance(secret, ec.EllipticCurvePrivateKey) or chain[0].public_key() != secret.public_key():
        raise IntegrityViolation("KEY-002", key="papers")
    der = tuple(each.public_bytes(Encoding.DER) for each in chain)
    return PapersKey(key=secret, chain=der, signer=str(name.value))
