"""A bundle's index for apt and its manifest: `new-key FILE`, `public FILE`, `sign BUNDLE KEY`.

The manifest is a signed note: `media-station/installation/v1`, then SHA-256 and name of each file (sha256sum(1)).
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from media_station.proof.key import Signer
from media_station.proof.note import sign_note

PURPOSE = "installation"
TRIAL = "media-station-publisher/trial/installation"


def new_key(path: Path) -> None:
    path.touch(mode=0o600)
    path.write_text(Signer.generate(TRIAL).render_secret() + "\n")


def public(path: Path) -> str:
    return Signer.parse(path.read_text().strip()).verifier.render()


def sign(bundle: Path, key: Path) -> None:
    (bundle / "packages" / "Packages").write_text("\n".join(map(entry, sorted((bundle / "packages").glob("*.deb")))))
    files = sorted(path.relative_to(bundle) for path in bundle.rglob("*") if path.is_file())
    lines = [f"{digest(bundle / name)}  {name}\n" for name in files]
    text = f"media-station/{PURPOSE}/v1\n" + "".join(lines)
    (bundle / "manifest").write_bytes(sign_note(PURPOSE, text, Signer.parse(key.read_text().strip())))


def entry(package: Path) -> str:
    """As apt's index has it (deb822, `dpkg-scanpackages`)."""
    control = subprocess.run(["dpkg-deb", "-f", package], capture_output=True, text=True, check=True).stdout
    return f"{control}Filename: ./{package.name}\nSize: {package.stat().st_size}\nSHA256: {digest(package)}\n"


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    os.umask(0o022)
    match sys.argv[1:]:
        case ["new-key", path]:
            new_key(Path(path))
        case ["public", path]:
            print(public(Path(path)))
        case ["sign", folder, path]:
            sign(Path(folder), Path(path))
        case _:
            sys.exit(__doc__)
