"""An image around a live ciphertext: planned, rendered in one pass, hashed."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import BinaryIO, assert_never

from media_station.desk.image import fat32, iso9660
from media_station.desk.image.layout import MANIFEST_SHORT, Layout, Piece, emit, payload_short
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.kind import MediumKind

__all__ = ["Image", "ImageKind", "Piece", "Plan", "render", "write_image"]


_WORTH_A_THREAD = 128 << 10  # bytes; handing over less costs more than hashing it


class ImageKind(Enum):
    DVD = "dvd"
    USB = "usb"

    @classmethod
    def of(cls, kind: MediumKind) -> "ImageKind":
        return cls.DVD if kind.optical else cls.USB


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that an image depends on but the ciphertext and the manifest. Lengths in bytes; `created` with a zone."""

    kind: ImageKind
    label: str
    ciphertext_length: int
    manifest_length: int
    pieces: tuple[Piece, ...]
    created: datetime

    def __post_init__(self) -> None:
        if self.created.utcoffset() is None or not 1980 <= self.created.year <= 2100:
            raise ValueError("an image is made at a known instant that its file system can hold")
        if self.ciphertext_length < 1 or self.manifest_length < 1:
            raise ValueError("neither ciphertext nor manifest is ever empty")
        shorts = [payload_short(self.label), MANIFEST_SHORT, *(piece.short for piece in self.pieces)]
        if len(set(shorts)) != len(shorts):
            raise ValueError("two files of one name")
        match self.kind:
            case ImageKind.DVD:
                iso9660.verify_label(self.label)
            case ImageKind.USB:
                fat32.volume_label(self.label)
                fat32.verify_file_length(self.ciphertext_length)
            case _:
                assert_never(self.kind)

    @property
    def length(self) -> int:
        """The image's exact length: a multiple of 2048 for a DVD, of 4096 for a stick."""
        return _layout(self).length


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What was written: hashes as lower-case hex, length in bytes."""

    sha256: str
    length: int
    ciphertext_sha256: str


@lru_cache(maxsize=2)  # asked for twice: once for the length, once for the bytes
def _layout(plan: Plan) -> Layout:
    lay_out = iso9660.lay_out if plan.kind is ImageKind.DVD else fat32.lay_out
    return lay_out(
        label=plan.label,
        ciphertext_length=plan.ciphertext_length,
        manifest_length=plan.manifest_length,
        pieces=plan.pieces,
        created=plan.created,
    )


class _Digest:
    """SHA-256 on a thread of its own: it is the slowest stage, and hashlib lets other threads run meanwhile.

    A chunk is good until the next is asked for, so it is settled before.
    """

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._sha256 = hashlib.sha256()
        self._pending: Future[None] | None = None

    def begin(self, chunk: bytes | memoryview) -> None:
        if len(chunk) < _WORTH_A_THREAD:
            self._sha256.update(chunk)
        else:
            self._pending = self._pool.submit(self._sha256.update, chunk)

    def settle(self) -> None:
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def hexdigest(self) -> str:
        return self._sha256.hexdigest()


def render(
    plan: Plan, ciphertext: Iterator[bytes | memoryview], manifest: Callable[[str], bytes]
) -> Iterator[bytes | memoryview]:
    """The image's bytes, forward only; a chunk is good until the next is asked for. `manifest` is called once, with
    the SHA-256 of the ciphertext as hex.

    Raises IntegrityViolation when the ciphertext isn't exactly as long as promised, Refused when the manifest isn't.
    What was emitted before a raise is no image: the caller throws it away.
    """
    layout = _layout(plan)
    yield from emit(layout.before)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ciphertext-sha256") as pool:
        digest = _Digest(pool)
        seen = 0
        for chunk in ciphertext:
            seen += len(chunk)
            if seen > plan.ciphertext_length:
                break
            digest.begin(chunk)
            yield chunk
            digest.settle()
        if seen != plan.ciphertext_length:
            raise IntegrityViolation("IMG-003", promised_bytes=plan.ciphertext_length, seen_bytes=seen)
        ciphertext_sha256 = digest.hexdigest()
    yield from emit(layout.between)
    content = manifest(ciphertext_sha256)
    if len(content) != plan.manifest_length:
        raise Refused("IMG-004", promised_bytes=plan.manifest_length, given_bytes=len(content))
    yield content
    yield from emit(layout.after)


def write_image(
    plan: Plan, ciphertext: Iterator[bytes | memoryview], manifest: Callable[[str], bytes], out: BinaryIO
) -> Image:
    """Renders into `out` from where it stands; neither seeks nor syncs."""
    ciphertext_sha256 = ""

    def manifest_of(sha256: str) -> bytes:
        nonlocal ciphertext_sha256
        ciphertext_sha256 = sha256
        return manifest(sha256)

    length = 0
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="image-sha256") as pool:
        digest = _Digest(pool)
        for chunk in render(plan, ciphertext, manifest_of):
            digest.begin(chunk)
            _write_all(out, chunk)
            length += len(chunk)
            digest.settle()
        return Image(sha256=digest.hexdigest(), length=length, ciphertext_sha256=ciphertext_sha256)


def _write_all(out: BinaryIO, chunk: bytes | memoryview) -> None:
    """An unbuffered file may take less than it is given."""
    view = memoryview(chunk)
    while view:
        view = view[out.write(view) :]
