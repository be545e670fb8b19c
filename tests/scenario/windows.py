"""Looking for what must not be left: any 32-byte window of a ciphertext, at any offset of an image."""

from pathlib import Path

WINDOW = 32
_STEP = 16  # each window of 32 bytes holds a whole aligned block of 16
_PIECE = 1 << 20


def windows_left(ciphertext: bytes, image: Path) -> int:
    """How many of the ciphertext's aligned 16-byte blocks stand anywhere in the image: 0 means that no window does."""
    blocks = {ciphertext[at : at + _STEP] for at in range(0, len(ciphertext) - _STEP + 1, _STEP)}
    assert not any(block.count(0) == _STEP for block in blocks)
    found = set()
    overlap = b""
    with image.open("rb") as file:
        while piece := file.read(_PIECE):
            searched = overlap + piece
            overlap = searched[-(_STEP - 1) :]
            if searched.count(0) == len(searched):
                continue
            found |= blocks & {searched[at : at + _STEP] for at in range(len(searched) - _STEP + 1)}
    return len(found)
