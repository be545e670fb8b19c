"""gate → desk: a submission is offered, then its sealed body handed in as a descriptor; checkpoints go out."""

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod


class Intake(VarlinkInterface, name="media-station.intake.v1"):
    """The gate's door into the desk. All that passes is signed text and ciphertext."""

    @varlinkmethod(return_parameter="length")
    async def Offer(self, *, submission: str) -> int:
        """Verifies submission.json (signed JSON) before any body is taken; the length of the body to come, in bytes."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="receipt")
    async def HandIn(self, *, payload: str, body: FileDescriptor) -> str:
        """Takes the complete ciphertext; the receipt is signed JSON (purpose `receipt`)."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="receipt")
    async def Receipt(self, *, payload: str) -> str:
        """The receipt of a payload taken earlier; empty if it was not taken."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="checkpoint")
    async def Checkpoint(self) -> str:
        """The journal's latest signed checkpoint."""
        raise NotImplementedError
