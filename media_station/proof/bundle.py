"""An incident's evidence as plain files that anyone can check, and as one archive of fixed bytes (docs/formats.md).

Each record has its proof against one signed checkpoint; each paper's hash stands in a record; the station's signature
of the list of files shows that nothing was left out, put in or changed since.
"""

import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from media_station.model.ids import Identity
from media_station.model.strict_json import canonical
from media_station.proof.key import Signer
from media_station.proof.note import sign_note
from media_station.proof.prove import Proven

PURPOSE: Final = "bundle"
SUMS: Final = "SHA256SUMS"
NOTE: Final = "SHA256SUMS.note"
PROOFS_SCHEMA: Final = "media-station/bundle-proofs/v1"
_MODE: Final = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """`papers` by number, as PDF; `records` in the order of the journal; `checkpoint` is the signed note."""

    identity: Identity
    number: str
    incident: str
    readme: str
    checkpoint: bytes
    records: Sequence[Proven]
    papers: Mapping[str, bytes] = field(repr=False)


def files(bundle: Bundle, signer: Signer) -> dict[str, bytes]:
    """Name to content, in the archive's order. `signer` is the journal's key."""
    proofs = canonical({"schema": PROOFS_SCHEMA, "proofs": [each.render() for each in bundle.records]})
    listed = {
        "README.txt": bundle.readme.encode(),
        "checkpoint": bundle.checkpoint,
        "journal.pub": signer.verifier.render().encode() + b"\n",
        **{f"papers/{number}.pdf": sheet for number, sheet in sorted(bundle.papers.items())},
        "proofs.json": proofs + b"\n",
        "records.jsonl": b"".join(each.line + b"\n" for each in bundle.records),
    }
    sums = "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in listed.items()).encode()
    heading = f"media-station/{PURPOSE}/v1/{bundle.identity.name}"
    text = f"{heading}\n{bundle.number}\n{bundle.incident}\n{sha256(sums).hexdigest()}\n"
    return {**listed, SUMS: sums, NOTE: sign_note(PURPOSE, text, signer)}


def archive(folder: str, content: Mapping[str, bytes], written: datetime) -> Iterator[bytes]:
    """A tar (POSIX.1-1988 ustar) of the files under `folder`, in their order: equal input gives equal bytes.

    Everything is root's, 0644 and of the moment `written`.
    """
    for name, data in content.items():
        entry = tarfile.TarInfo(f"{folder}/{name}")
        entry.size, entry.mode, entry.mtime = len(data), _MODE, int(written.timestamp())
        yield entry.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")
        yield data
        yield bytes(-len(data) % tarfile.BLOCKSIZE)
    yield bytes(archive_length(content) - _blocks(content))


def archive_length(content: Mapping[str, bytes]) -> int:
    """Bytes of the archive: two empty blocks at least, and whole records of 10 KiB."""
    return -(-(_blocks(content) + 2 * tarfile.BLOCKSIZE) // tarfile.RECORDSIZE) * tarfile.RECORDSIZE


def _blocks(content: Mapping[str, bytes]) -> int:
    return sum(tarfile.BLOCKSIZE * (1 + -(-len(data) // tarfile.BLOCKSIZE)) for data in content.values())
