"""Kinds of media, and what each permits (requirement map, M)."""

from enum import Enum


class MediumKind(Enum):
    """The kinds that this station writes."""

    USB = "usb"
    DVD_R = "dvd-r"

    @property
    def letter(self) -> str:
        """In the medium's number."""
        return {"usb": "U", "dvd-r": "D"}[self.value]

    @property
    def optical(self) -> bool:
        return self is not MediumKind.USB

    @property
    def write_once(self) -> bool:
        """Write-once media can't be erased, only destroyed."""
        return self is MediumKind.DVD_R
