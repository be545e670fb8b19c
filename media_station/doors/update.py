"""desk → update: one signed order and the update that it names; both are verified, then it is installed."""

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod


class TakesUpdate(VarlinkInterface, name="media-station.update.v1"):
    """One order a process."""

    @varlinkmethod(return_parameter="version")
    async def Take(self, *, order: str, supply: FileDescriptor) -> str:
        """Takes what a supply order says (signed JSON, purpose `supply-order`). `supply` is the whole file; of the
        former version, the package as it was kept. The version that will be installed, which stops the desk.
        """
        raise NotImplementedError
