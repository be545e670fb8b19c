"""An image to a stick, byte by byte from its first block."""

import os

from media_station.drive.direct import Tell, write


def write_image(descriptor: int, image: int, length: int, tell: Tell) -> int:
    """Copies `length` bytes of the image to the device. EOFError if the image is shorter; OSError of the device."""

    def fill(buffer: memoryview, offset: int) -> None:
        filled = 0
        while filled < len(buffer):
            came = os.preadv(image, [buffer[filled:]], offset + filled)
            if not came:
                raise EOFError(offset + filled)
            filled += came

    return write(descriptor, length, fill, tell)
