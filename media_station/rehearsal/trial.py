"""疎通試験: a real stick or disc with synthetic data, to try the contractor's PC before the day.

A rehearsal's station of its own makes it, with the orders, records and papers of any write: its keys, its journal and
its numbers (R1-…) are in its folder, so that nothing of it stands in the real station's ledger.
"""

from collections.abc import Sequence
from pathlib import Path

from media_station.model.errors import Refused
from media_station.model.steps import StepKind
from media_station.model.views import Loaded, MediumView
from media_station.rehearsal.house import House
from media_station.rehearsal.media import Bay
from media_station.rehearsal.walk import Walk

REAL_MEDIA = "\n[drive]\nreal_media = true\n"
# By then the medium is written and read back, and its password is printed.
_LAST = StepKind.HAND_OVER_NOTICE


class Trial(Walk):
    """At one medium, which is in already."""

    def _empty_bay(self, kind: object, stock: list[MediumView]) -> Bay:
        del kind, stock
        return self.bays[0]

    async def made(self, bay: str) -> str:
        """The number of the medium in this bay, once it is written and its notice is printed; a stick is erased first.

        Refused ORD-001 for a bay that is empty, or with the code by which the drive won't touch what is in.
        """
        loaded = await self._loaded(bay)
        self.bays, self.kinds = [_bay_of(loaded)], (loaded.kind,)
        while True:
            view = await self._once()
            if view is not None and view.steps and view.steps[0].kind is _LAST:
                return view.steps[0].subject

    async def _loaded(self, bay: str) -> Loaded:
        inside: Sequence[Loaded] = await self.counter.see("Bays", self.staff.operator)
        loaded = next((each for each in inside if each.bay == bay), None)
        if loaded is None:
            raise Refused("ORD-001", bay=bay)
        loaded.require_usable()
        return loaded


def _bay_of(loaded: Loaded) -> Bay:
    return Bay(
        name=loaded.bay,
        kind=loaded.kind.value,
        path=Path("/dev/null"),
        backing=Path("/dev/null"),
        serial=loaded.serial,
        size_bytes=loaded.size_bytes,
    )


def take_real_media(house: House) -> None:
    """The machine's own sticks and discs, beside the bays of its settings."""
    settings = house.station / "station.toml"
    settings.write_text(settings.read_text() + REAL_MEDIA)
