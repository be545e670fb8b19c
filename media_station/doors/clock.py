"""desk → clock: one signed order, and the clock is set; then the process ends."""

from asyncvarlink import VarlinkInterface, varlinkmethod


class SetsClock(VarlinkInterface, name="media-station.clock.v1"):
    """One order a process."""

    @varlinkmethod
    async def Set(self, *, order: str) -> None:
        """Sets the wall clock as a clock order says (signed JSON, purpose `clock-order`)."""
        raise NotImplementedError
