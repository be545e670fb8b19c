"""The station's keys as systemd's credentials: sealed to this machine (its TPM2, where it has one, and its host key),
or, where systemd-creds(1) can't, files of root's alone.
"""

import binascii
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from media_station.model.errors import IntegrityViolation, Refused

_CREDS: Final = "systemd-creds"
_SECONDS: Final = 60.0
# How it is sealed, as systemd-creds names it.
WITH: Final = ("host+tpm2", "host")
PLAIN: Final = "none"
# A machine's TPM2, as the kernel names it, also where systemd-creds lacks the libraries to use it.
TPM: Final = Path("/sys/class/tpmrm/tpmrm0")
# How such a credential begins (systemd, sd_id128 of its kind).
_BY_HOST_ALONE: Final = bytes.fromhex("5a1c6a86df9d4096b1d5a65e0862f19a")
# Units beside the role's own that have its keys.
_MORE_UNITS: Final = {"desk": ("restore",)}


def is_secret(name: str) -> bool:
    """Of a file below /etc/media-station."""
    return name.startswith("keys/") and name.endswith(".key")


def sealed(files: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The secret ones sealed, each to its own name; and with what, PLAIN if this machine can't."""
    for key in WITH:
        if key == "host+tpm2" and not _has_tpm():
            continue
        try:
            return {name: seal(name, text, key) if is_secret(name) else text for name, text in files.items()}, key
        except Refused:
            continue
    return dict(files), PLAIN


def seal(name: str, text: str, key: str) -> str:
    """Refused STP-008 if this machine can't. It is opened once, so that what couldn't be opened is never kept."""
    credential = Path(name).name
    try:
        made = _run([_CREDS, f"--name={credential}", f"--with-key={key}", "encrypt", "-", "-"], text.encode())
        opened = unseal(name, made)
    except (OSError, subprocess.SubprocessError) as error:
        raise Refused("STP-008", what=f"{_CREDS} encrypt") from error
    if opened != text:
        raise Refused("STP-008", what=f"{_CREDS} decrypt")
    return made.decode()


def unseal(name: str, text: bytes) -> str:
    """IntegrityViolation STP-009 if it isn't this machine's, or damaged."""
    try:
        return _run([_CREDS, f"--name={Path(name).name}", "decrypt", "-", "-"], text).decode()
    except (OSError, subprocess.SubprocessError) as error:
        raise IntegrityViolation("STP-009", key=name) from error


def is_by_host_alone(text: bytes) -> bool:
    """Sealed by the host's key and no TPM2: who has the disk can open it."""
    try:
        return binascii.a2b_base64(text[:24]).startswith(_BY_HOST_ALONE)
    except binascii.Error:
        return False


def drop_ins(names: Iterable[str]) -> dict[str, str]:
    """By their names below /etc/systemd/system: each role's unit takes its sealed keys as what they are."""
    lines: dict[str, str] = {}
    for name in filter(is_secret, names):
        _, role, credential = name.split("/")
        for unit in (role, *_MORE_UNITS.get(role, ())):
            lines.setdefault(unit, "[Service]\n")
            lines[unit] += f"LoadCredentialEncrypted={credential}:/etc/media-station/{name}\n"
    return {f"media-station-{unit}.service.d/sealed.conf": text for unit, text in lines.items()}


def _has_tpm() -> bool:
    try:
        return subprocess.run([_CREDS, "has-tpm2"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _run(command: list[str], given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True, timeout=_SECONDS).stdout
