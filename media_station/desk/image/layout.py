"""What both file systems share: the files of a medium, and an image as known bytes with two gaps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MANIFEST_NAME, MANIFEST_SHORT = "manifest.json", "MANIFEST.JSN"
OPENER_NAME, OPENER_SHORT = "OPEN.html", "OPEN.HTM"

# ISO 9660 level 1 (ECMA-119 10.1) and FAT short names agree on this form.
_SHORT = re.compile(r"[A-Z0-9_]{1,8}\.[A-Z0-9_]{1,3}")
# Forbidden in a VFAT or Joliet name; a dot or a space at the end is cut off by Windows.
_LONG = re.compile(r'[^\x00-\x1f\x7f"*/:;<>?\\|]{0,63}[^\x00-\x1f\x7f"*/:;<>?\\|. ]')
_ZEROS = bytes(1 << 20)


def payload_name(label: str) -> str:
    """The sealed payload carries the medium's number, so that several media can be copied into one folder."""
    return f"{label}.age"


def payload_short(label: str) -> str:
    """Its 8.3 name."""
    return f"{label.replace('-', '').upper()[-8:]}.AGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A small file whose bytes are known beforehand. `name` is what a person sees, `short` its 8.3 name, in ASCII."""

    name: str
    short: str
    content: bytes

    def __post_init__(self) -> None:
        # Names are ours, not an operator's: a bad one is a mistake in the program. Joliet holds 64 UCS-2 characters.
        if not _LONG.fullmatch(self.name) or max(self.name) > "\uffff":
            raise ValueError(f"not a name for a file on a medium: {self.name!r}")
        if not _SHORT.fullmatch(self.short):
            raise ValueError(f"not an 8.3 name: {self.short!r}")
        if not self.content:
            raise ValueError(f"an empty file tells nobody anything: {self.name!r}")


@dataclass(frozen=True, slots=True)
class Zeros:
    """A run of zero bytes that is never held in memory."""

    length: int

    def __post_init__(self) -> None:
        if self.length < 0:
            raise ValueError("the parts of an image overlap")


Part = bytes | Zeros


def emit(parts: tuple[Part, ...]) -> Iterator[bytes]:
    """The bytes of the parts, zeros in chunks of at most 1 MiB."""
    for part in parts:
        if isinstance(part, bytes):
            if part:
                yield part
            continue
        left = part.length
        while left:
            chunk = _ZEROS[: min(left, len(_ZEROS))]  # the whole of it is the same object, not a copy
            left -= len(chunk)
            yield chunk


def length_of(parts: tuple[Part, ...]) -> int:
    return sum(len(part) if isinstance(part, bytes) else part.length for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """An image in order: `before`, the ciphertext, `between`, the manifest, `after`."""

    before: tuple[Part, ...]
    ciphertext_length: int
    between: tuple[Part, ...]
    manifest_length: int
    after: tuple[Part, ...]

    @property
    def length(self) -> int:
        known = length_of(self.before) + length_of(self.between) + length_of(self.after)
        return known + self.ciphertext_length + self.manifest_length
