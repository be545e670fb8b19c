"""Under a CA's root only its authorities vouch, and only for this station's papers: command and script agree."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from papers_made import NUMBER, sheet
from script import verify_journal as script
from written_journal import IDENTITY, signer

from media_station.cell.papers.signing import make_room
from media_station.cli.main import main
from media_station.proof.signature import papers_name, sign

NOW = datetime(2026, 11, 26, tzinfo=UTC)
PAPERS = papers_name(IDENTITY)
USAGES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
USAGES += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")


@dataclass(frozen=True)
class Owner:
    """A key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def issued(by: Owner | None, *names: str, ca=True, usage="key_cert_sign", path=None, constrained=True) -> Owner:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each) for each in names])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=1))
    )
    if constrained:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path), critical=True)
    if usage:
        builder = builder.add_extension(x509.KeyUsage(**{each: each == usage for each in USAGES}), critical=True)
    return Owner(key, builder.sign(by.key if by else key, SHA256()))


def leaf(by: Owner, *names: str) -> Owner:
    return issued(by, *(names or (PAPERS,)), ca=False, usage="digital_signature")


ROOT, SHORT = issued(None, "区認証局"), issued(None, "区認証局 0", path=0)
BETWEEN, ONE_MORE = issued(ROOT, "書面認証局", path=0), issued(SHORT, "書面認証局")
BELOW = issued(BETWEEN, "書面認証局 2")
SERVER = leaf(ROOT, "www.kita.example")
NO_SIGNER, NO_USAGE = issued(ROOT, "失効", usage="crl_sign"), issued(ROOT, "用途なし", usage="")
UNCONSTRAINED = issued(ROOT, "旧式", constrained=False)
OWN = leaf(ROOT)
CASES = {
    "by the root": (ROOT, [OWN], "genuine"),
    "through an authority between": (ROOT, [leaf(BETWEEN), BETWEEN], "genuine"),
    "the root in the chain too": (ROOT, [leaf(BETWEEN), BETWEEN, ROOT], "genuine"),
    "another purpose": (ROOT, [SERVER], "paper-not-signed"),
    "another station's papers": (ROOT, [leaf(ROOT, "media-station papers minami-zei-1/r1")], "paper-not-signed"),
    "another epoch's papers": (ROOT, [leaf(ROOT, PAPERS.replace("/r1", "/r2"))], "paper-not-signed"),
    "two names": (ROOT, [leaf(ROOT, PAPERS, "www.kita.example")], "paper-not-signed"),
    "by an end-entity": (ROOT, [leaf(SERVER), SERVER], "paper-not-signed"),
    "by who may not sign certificates": (ROOT, [leaf(NO_SIGNER), NO_SIGNER], "paper-not-signed"),
    "by who says no usage": (ROOT, [leaf(NO_USAGE), NO_USAGE], "paper-not-signed"),
    "by who says nothing of being an authority": (ROOT, [leaf(UNCONSTRAINED), UNCONSTRAINED], "paper-not-signed"),
    "below a root of path length 0": (SHORT, [leaf(ONE_MORE), ONE_MORE], "paper-not-signed"),
    "below an authority of path length 0": (ROOT, [leaf(BELOW), BELOW, BETWEEN], "paper-not-signed"),
    "an end-entity as the root": (SERVER, [leaf(SERVER)], "paper-not-signed"),
    "the signer as the root": (OWN, [OWN], "paper-not-signed"),
}


@pytest.fixture(scope="module")
def paper() -> bytes:
    return make_room(sheet(), NOW)


@pytest.mark.parametrize(("root", "chain", "finding"), CASES.values(), ids=CASES)
def test_both_verifiers_agree_who_may_sign(paper, tmp_path, capsys, root, chain, finding):
    der = [each.certificate.public_bytes(Encoding.DER) for each in chain]
    signed = sign(paper, der, lambda data: chain[0].key.sign(data, ec.ECDSA(SHA256())))
    given = {"paper.pdf": signed, "root.pem": root.certificate.public_bytes(Encoding.PEM)}
    given["journal.pub"] = signer().verifier.render().encode()
    for name, content in given.items():
        (tmp_path / name).write_bytes(content)
    arguments = [str(tmp_path / "paper.pdf"), "--key", str(tmp_path / "journal.pub")]
    arguments += ["--root", str(tmp_path / "root.pem")]
    code = main(["verify", "--json", *arguments])
    said = capsys.readouterr()
    script.main(arguments)
    assert capsys.readouterr().out.partition(":")[0] == finding
    if finding == "genuine":
        about = json.loads(said.out.splitlines()[0])
        assert (code, about["paper"], about["station"], about["signed"]["signer"]) == (0, NUMBER, IDENTITY.name, PAPERS)
    else:
        assert (code, "PRF-039" in said.err) == (5, True)
