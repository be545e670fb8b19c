"""desk → patterns: one signed order and the supply that it names; the patterns are tried and take the others' place."""

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod


class InstallsPatterns(VarlinkInterface, name="media-station.patterns.v1"):
    """One order a process."""

    @varlinkmethod(return_parameter="scanner")
    async def Install(self, *, order: str, supply: FileDescriptor) -> str:
        """Installs as a supply order says (signed JSON, purpose `supply-order`). `supply` is the whole file. The engine
        with the patterns' number, as they were tried.
        """
        raise NotImplementedError
