"""gate → desk: a submission or a supply is offered, then its body handed in as a descriptor; what was released for the
host goes out as one; checkpoints go out and come back cosigned."""

import re
from dataclasses import dataclass
from typing import Final

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinkmethod

from media_station.model.errors import Refused
from media_station.model.journal import Grown
from media_station.texts.texts import catalogue

METHODS: Final = frozenset({"GET", "PUT"})
NAMES: Final = frozenset({"submission.json", "payload.age", "header.json", "body", "receipt", "exports", "checkpoint"})
TIMES_MOST: Final = 1_000_000  # far more than a gate answers in the time between two reports
_REQUESTS: Final = frozenset({"", *(f"{method} {name}" for method in METHODS for name in NAMES)})
_CODE: Final = re.compile(r"(GAT|AGE)-[0-9]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """What the gate refused by itself, `times` since it last told: of a request that it knows, or of none (empty).

    Each kind is recorded: what a gate makes up is refused here, as one kind.
    """

    request: str
    code: str
    times: int

    def __post_init__(self) -> None:
        known = self.request in _REQUESTS and _CODE.fullmatch(self.code) and self.code in catalogue("en")
        if not known or not 1 <= self.times <= TIMES_MOST:
            raise Refused("IDS-001", what="refusal")


class Intake(VarlinkInterface, name="media-station.intake.v1"):
    """The gate's door into the desk. All that passes is signed text, and ciphertext or what a publisher signed."""

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

    @varlinkmethod(return_parameter="length")
    async def OfferSupply(self, *, header: str) -> int:
        """Verifies a supply's header (signed JSON) before any body is taken; the length of the body, in bytes."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="receipt")
    async def HandInSupply(self, *, header: str, body: FileDescriptor) -> str:
        """Takes the complete body; the receipt is signed JSON (purpose `supply-receipt`)."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="receipt")
    async def SupplyReceipt(self, *, supply: str) -> str:
        """The receipt of a supply taken earlier (`patterns-7`); empty if it was not taken."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="exports")
    async def Exports(self) -> str:
        """What was released for the host, with length and SHA-256 of each: signed JSON (purpose `exports`)."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="sealed")
    async def Export(self, *, bundle: str) -> FileDescriptor:
        """One of them, for reading: ciphertext."""
        raise NotImplementedError

    @varlinkmethod
    async def Report(self, *, refusals: list[TurnedAway]) -> None:
        """Whom and what the gate refused before the desk heard of it."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="certificates")
    async def Hosts(self, *, in_use: list[str]) -> list[str]:
        """By which keys the host is known, current and next, as PEM certificates: what was adopted last, nothing if
        nothing was. `in_use`: the gate's own, then those by which it knows the host now.
        """
        raise NotImplementedError

    @varlinkmethod(return_parameter="checkpoint")
    async def Checkpoint(self) -> str:
        """The journal's latest signed checkpoint."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="grown")
    async def Grown(self, *, size: int) -> Grown:
        """The same, with the hashes that lead to it from the checkpoint of so many records."""
        raise NotImplementedError

    @varlinkmethod(return_parameter="size")
    async def Witness(self, *, checkpoint: str) -> int:
        """Takes a checkpoint that was shown with a witness's cosignature; how many records are witnessed now."""
        raise NotImplementedError
