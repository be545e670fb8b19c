"""The intake door's end: what the gate hands in, and what the host may have."""

from dataclasses import dataclass

from asyncvarlink import FileDescriptor, varlinkmethod

from media_station.desk.access.authority import require_work
from media_station.desk.desk import Desk
from media_station.desk.flow import know_host, receive, release, take_supply, witness
from media_station.doors.intake import Intake, TurnedAway
from media_station.doors.refusals import Refusals
from media_station.doors.socket import Peer
from media_station.model.errors import PeerFault, Refused, StationError
from media_station.model.journal import Grown
from media_station.model.payload import Submission

OFFERS_KEPT = 64
IDLE_SECONDS = 60.0  # the gate asks as soon as it is connected


@dataclass(frozen=True, slots=True)
class Offers:
    """Submissions verified and not yet handed in, by payload; gone with a restart, when the host offers again."""

    waiting: dict[str, tuple[Submission, str]]


class IntakeDoor(Intake):
    """One connection."""

    idle_seconds = IDLE_SECONDS

    def __init__(self, desk: Desk, offers: Offers, shown: dict[str, int], refusals: Refusals, peer: Peer) -> None:
        self._desk = desk
        self._waiting = offers.waiting
        self._shown = shown
        self._refusals = refusals
        self._peer = peer

    def interface(self) -> Intake:
        return self

    def refused(self, request: str, error: StationError) -> None:
        self._refusals.take("intake", self._peer.uid, request, error)

    @varlinkmethod(return_parameter="length")
    async def Offer(self, *, submission: str) -> int:  # noqa: N802 - varlink names
        require_work(self._desk)
        offered, key_id = receive.offer(self._desk, submission)
        while len(self._waiting) >= OFFERS_KEPT:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[offered.payload] = (offered, key_id)
        return offered.ciphertext_length

    @varlinkmethod(return_parameter="receipt")
    async def HandIn(self, *, payload: str, body: FileDescriptor) -> str:  # noqa: N802
        require_work(self._desk)
        if payload not in self._waiting:
            raise Refused("RCV-004")
        offered, key_id = self._waiting[payload]
        receipt = await receive.take(self._desk, offered, key_id, body.fileno())
        self._waiting.pop(payload, None)
        return receipt

    @varlinkmethod(return_parameter="receipt")
    async def Receipt(self, *, payload: str) -> str:  # noqa: N802
        return receive.receipt(self._desk, payload)

    @varlinkmethod(return_parameter="length")
    async def OfferSupply(self, *, header: str) -> int:  # noqa: N802
        require_work(self._desk)
        supply, _ = take_supply.offer(self._desk, header)
        return supply.length

    @varlinkmethod(return_parameter="receipt")
    async def HandInSupply(self, *, header: str, body: FileDescriptor) -> str:  # noqa: N802
        require_work(self._desk)
        return await take_supply.take(self._desk, header, body.fileno())

    @varlinkmethod(return_parameter="receipt")
    async def SupplyReceipt(self, *, supply: str) -> str:  # noqa: N802
        return take_supply.receipt(self._desk, supply)

    @varlinkmethod(return_parameter="exports")
    async def Exports(self) -> str:  # noqa: N802
        return release.released(self._desk)

    @varlinkmethod(return_parameter="sealed")
    async def Export(self, *, bundle: str) -> FileDescriptor:  # noqa: N802
        require_work(self._desk)
        return FileDescriptor(release.send(self._desk, bundle), should_close=True)

    @varlinkmethod
    async def Report(self, *, refusals: list[TurnedAway]) -> None:  # noqa: N802
        for each in refusals:
            self._refusals.take("gate", self._peer.uid, each.request, PeerFault(each.code), times=each.times)

    @varlinkmethod(return_parameter="certificates")
    async def Hosts(self, *, in_use: list[str]) -> list[str]:  # noqa: N802
        return know_host.hear(self._desk, in_use)

    @varlinkmethod(return_parameter="checkpoint")
    async def Checkpoint(self) -> str:  # noqa: N802
        return self._desk.journal.head.decode()

    @varlinkmethod(return_parameter="grown")
    async def Grown(self, *, size: int) -> Grown:  # noqa: N802
        return await witness.show(self._desk, self._shown, size)

    @varlinkmethod(return_parameter="size")
    async def Witness(self, *, checkpoint: str) -> int:  # noqa: N802
        return witness.take(self._desk, self._shown, checkpoint)
