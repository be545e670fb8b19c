"""chore → desk: what a timer has the desk do by itself. Nothing passes but which chore it is."""

from asyncvarlink import VarlinkInterface, varlinkmethod

from media_station.model.chore import Chore


class Chores(VarlinkInterface, name="media-station.chores.v1"):
    """The timers' door into the desk."""

    @varlinkmethod(return_parameter="record")
    async def Do(self, *, chore: Chore) -> int:
        """Done and recorded: the record's sequence."""
        raise NotImplementedError
