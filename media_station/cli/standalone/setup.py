"""media-station setup: a new identity with its keys, for a station or for the district host that sends to it; and the
whole machine, after its package.
"""

import argparse
import hashlib
import json
import re
import secrets
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from media_station.age.x25519 import X25519Identity
from media_station.cli.standalone import certificate, machine, recovery_sheet
from media_station.cli.standalone.doctor import main as doctor
from media_station.cli.standalone.fresh_files import write_all
from media_station.model.errors import Refused
from media_station.model.ids import Identity, parse_identity
from media_station.pages import sealer
from media_station.proof.cosignature import Witness
from media_station.proof.key import Signer
from media_station.proof.pin import pin
from media_station.proof.signature import papers_name
from media_station.settings import load

TWO_PERSON: Final = ("write", "erase", "destroy", "release_notice")
_REHEARSAL_ISSUER: Final = "訓練市（訓練用・実在しません）"
# fonts-ipaexfont-mincho, fonts-ipaexfont-gothic and fonts-noto-cjk put them there, in Debian 12 and 13.
_FONTS: Final = tuple(
    Path("/usr/share/fonts/opentype") / name for name in ("ipaexfont-mincho", "ipaexfont-gothic", "noto")
)
_HOST_NAME = re.compile(r"[a-z][a-z0-9-]{1,22}[a-z0-9]")


def arrange(parser: argparse.ArgumentParser) -> None:
    whose = parser.add_subparsers(dest="whose", required=True, metavar="WHOSE")
    station = whose.add_parser("station", help="a new station: its settings and the keys of its processes")
    station.add_argument("directory", type=Path, metavar="DIR")
    station.add_argument("--station", required=True, metavar="ID", help="its name in every number and signature")
    station.add_argument(
        "--rehearsal", action="store_true", help="for training only, for ever: epochs r1, r2 in place of e1, e2"
    )
    station.add_argument(
        "--epoch", type=int, default=1, metavar="N", help="one more than the last, where a backup is to be restored"
    )
    station.add_argument("--host-cert", type=Path, metavar="FILE", help="tls.crt of the district host that may send")
    station.add_argument("--issued-by", metavar="TEXT", help="the municipality, as papers name it")
    host = whose.add_parser("host", help="the district host's keys")
    host.add_argument("directory", type=Path, metavar="DIR")
    host.add_argument("--name", required=True)
    following = whose.add_parser("next-key", help="a station's next journal key, to which two administrators hand over")
    following.add_argument("directory", type=Path, metavar="DIR", help="the station's, with keys/ and public/")
    whole = whose.add_parser("machine", help="this machine, whole, after its package was installed")
    machine.arrange(whole)
    recovery = whose.add_parser("recover", help="this machine's keys back, by the recovery sheet")
    recovery_sheet.arrange(recovery)
    for each in (station, host, following):
        each.add_argument("--json", action="store_true", help="say what was made as JSON")


def run(asked: argparse.Namespace) -> int:
    if asked.whose == "machine":
        code = machine.run(asked, station_files, load)
        if not asked.json:
            doctor.tell_untried(asked)
        return code
    if asked.whose == "recover":
        return recovery_sheet.run(asked)
    if asked.whose == "host":
        given = setup_host(asked.directory, asked.name)
    elif asked.whose == "next-key":
        given = setup_next_key(asked.directory)
    else:
        given = setup_station(
            asked.directory,
            Identity(station=asked.station, epoch=f"{'r' if asked.rehearsal else 'e'}{asked.epoch}"),
            issued_by=asked.issued_by or (_REHEARSAL_ISSUER if asked.rehearsal else ""),
            host_certificate=asked.host_cert,
        )
    if asked.json:
        print(json.dumps(given, ensure_ascii=False, indent=2))
    else:
        print("\n".join(f"{name:15} {value}" for name, value in given.items()))
    return 0


def setup_host(directory: Path, name: str) -> dict[str, str]:
    """tls.key, tls.crt, submission.key, submission.pub, witness.key, witness.pub, host.pin. Refused STP-001 rather than
    overwrite, STP-004.
    """
    if not _HOST_NAME.fullmatch(name):
        raise Refused("STP-004")
    tls = certificate.issue(f"media-station host {name}", certificate.HOST)
    submission = Signer.generate(f"media-station-host/{name}/submission")
    witness = Signer.generate(f"media-station-host/{name}/witness")
    public = submission.verifier.render()
    witnessing = Witness(key=witness.verifier).render()
    write_all(
        directory,
        {
            "tls.key": tls.key,
            "tls.crt": tls.certificate,
            "submission.key": submission.render_secret() + "\n",
            "submission.pub": public + "\n",
            "witness.key": witness.render_secret() + "\n",
            "witness.pub": witnessing + "\n",
            "host.pin": tls.pin + "\n",
        },
    )
    return {"host": name, "host_pin": tls.pin, "submission_key": public, "witness_key": witnessing}


def setup_station(
    directory: Path, identity: Identity, *, issued_by: str, host_certificate: Path | None
) -> dict[str, str]:
    """What `station_files` makes, in a folder; what the masters and the host need to know of it.

    Refused STP-001 rather than overwrite, STP-002 if it can't be written, STP-003, STP-005.
    """
    files, told = station_files(identity, issued_by=issued_by, host_certificate=host_certificate)
    write_all(directory, files)
    load(directory / "station.toml")
    return told


def station_files(
    identity: Identity, *, issued_by: str, host_certificate: Path | None, more: str = ""
) -> tuple[dict[str, str], dict[str, str]]:
    """keys/ROLE/…, public/… to give away, and station.toml (`more` at its end); and what the masters and the host need
    to know. Refused STP-003, STP-005.
    """
    if not issued_by or not issued_by.isprintable():
        raise Refused("STP-005")
    hosts = certificate.read_certificates(host_certificate) if host_certificate else []
    signers = {role: Signer.generate(identity.key_name(role)) for role in ("journal", "orders", "receipts")}
    sealing = X25519Identity.generate()
    tls = certificate.issue(f"media-station gate {identity.name}", certificate.GATE)
    papers_key, papers_csr = certificate.ask(papers_name(identity))
    public = {f"{role}.pub": signer.verifier.render() + "\n" for role, signer in signers.items()}
    public |= {
        "sealing.pub": f"{sealing.to_public()}\n",
        "gate.crt": tls.certificate,
        "gate.pin": tls.pin + "\n",
        "papers.csr": papers_csr,
        "SEAL.html": sealer(identity.name, str(sealing.to_public())),
    }
    desk = {f"{role}.key": signer.render_secret() + "\n" for role, signer in signers.items()}
    desk |= {"sealing.key": sealing.secret_text() + "\n", "vault.key": secrets.token_hex(32) + "\n"}
    desk["papers.key"] = papers_key
    gate = {"tls.key": tls.key, "tls.crt": tls.certificate}
    if hosts:
        gate["host.crt"] = "".join(each.public_bytes(Encoding.PEM).decode() for each in hosts)
    ordered = {"orders.pub": public["orders.pub"]}
    roles = {
        "desk": desk,
        "drive": ordered,
        "clock": ordered,
        "patterns": ordered,
        "update": ordered,
        "gate": gate,
        "cell": {},
        "chore": {},
    }
    roles["guard"] = {"receipts.pub": public["receipts.pub"]}
    files = {f"public/{name}": text for name, text in public.items()}
    for role, credentials in roles.items():
        files[f"keys/{role}/identity"] = identity.name + "\n"
        files |= {f"keys/{role}/{name}": text for name, text in credentials.items()}
    pins = tuple(pin(each) for each in hosts)
    # Last, so that settings are there only for an identity that is whole.
    files["station.toml"] = _settings(identity, issued_by, pins) + more
    told = {name.replace(".", "_"): text.strip() for name, text in public.items() if name.endswith((".pub", ".pin"))}
    page = hashlib.sha256(public["SEAL.html"].encode()).hexdigest()
    return files, {"station": identity.name, **told, "SEAL_html_sha256": page}


def setup_next_key(directory: Path) -> dict[str, str]:
    """keys/desk/journal.next.key and public/journal.next.pub. Refused STP-001 rather than overwrite, SET-003."""
    try:
        identity = parse_identity((directory / "keys" / "desk" / "identity").read_text())
    except OSError as error:
        raise Refused("SET-003", file="identity") from error
    signer = Signer.generate(identity.key_name("journal"))
    public = signer.verifier.render()
    secret = signer.render_secret() + "\n"
    write_all(directory, {"keys/desk/journal.next.key": secret, "public/journal.next.pub": public + "\n"})
    return {"station": identity.name, "key_id": signer.key_id, "journal_next_pub": public}


def _settings(identity: Identity, issued_by: str, pins: tuple[str, ...]) -> str:
    state, run = ("state", "run") if identity.rehearsal else ("/var/lib/media-station", "/run/media-station")
    fonts = [str(path) for path in _FONTS if path.is_dir()] or [str(path) for path in _FONTS]
    return (
        "[station]\n"
        f"state = {_toml(state)}\nrun = {_toml(run)}\nkeys = {_toml('keys')}\n"
        f"issued_by = {_toml(issued_by)}\nfonts = {_toml(fonts)}\n\n"
        f"[policy]\ntwo_person = {_toml(list(TWO_PERSON))}\n\n"
        f"[gate]\nhost_pins = {_toml(list(pins))}\n"
    )


def _toml(value: str | list[str]) -> str:
    """A JSON text or list of printable texts is one of TOML too."""
    return json.dumps(value, ensure_ascii=False)
