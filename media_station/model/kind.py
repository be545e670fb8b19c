"""Kinds of media, and what each permits (requirement map, M)."""

from enum import Enum


class MediumKind(Enum):
    """The kinds that this station writes."""

    USB = "usb"
    DVD_R = "dvd-r"
    DVD_PLUS_R = "dvd+r"
    DVD_RW = "dvd-rw"
    DVD_PLUS_RW = "dvd+rw"
    DVD_RAM = "dvd-ram"

    @property
    def letter(self) -> str:
        """In the medium's number: all discs share theirs."""
        return "D" if self.optical else "U"

    @property
    def optical(self) -> bool:
        return self is not MediumKind.USB

    @property
    def write_once(self) -> bool:
        """Write-once media can't be erased, only destroyed."""
        return self in {MediumKind.DVD_R, MediumKind.DVD_PLUS_R}

    @property
    def sequential(self) -> bool:
        """Written from its beginning on, when it is blank, and closed."""
        return self.write_once or self is MediumKind.DVD_RW
