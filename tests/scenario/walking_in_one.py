"""The rehearsal's walk at a desk in one process: what the station says is next is done, at a millisecond a request."""

import hashlib
import shutil
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from one_process import BAYS, CounterOfOne, OneProcess

from media_station.model import asks
from media_station.model.confirmation import confirmation_code
from media_station.model.consignment import Terms
from media_station.model.errors import StationError
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.walk import Staff, Walk, sample_masters, sample_terms, staff

CONFIG = Path(__file__).parents[2] / "config"
RECORDS = 5
ROUNDS = 80  # of the longest way about fifty
PAYLOAD = synthesize(RECORDS, 7)


class WalkInOne(Walk):
    """With media that are there when they are needed."""

    async def before(self) -> None:
        """The consignment is open already."""
        for kind in self.kinds:
            await self.ready(kind)
        payload = await self.hand_in()
        await self.counter.do(asks.Inspect(payload=payload), self.staff.operator)
        today = (await self.counter.today()).isoformat()
        approve = asks.Approve(payload=payload, records=self.records, kinds=list(self.kinds), tax_due=today)
        self.transfer = (await self.counter.do(approve, self.staff.approver)).facts["transfer"]

    async def until(self, kind: StepKind):
        """Walks on until this step is what comes next; the view that says so."""
        for _ in range(ROUNDS):
            view = await self._once()
            if view is not None:
                view = await self.see()
                if view.steps and view.steps[0].kind is kind:
                    return view
        raise LookupError(f"{kind} never comes; now {view}")

    async def see(self):
        return await self.counter.see("Transfer", self.staff.operator, transfer=self.transfer)

    def read_back(self) -> str:
        return confirmation_code(self.transfer, hashlib.sha256(PAYLOAD).hexdigest())

    async def hand_in(self, payload: bytes = PAYLOAD, records: int = RECORDS) -> str:
        return await self.house.hand_in(payload, self.terms.consignment, records)

    def _empty_bay(self, kind, stock):
        bay = BAYS[kind]
        self.house.drive.bays_now[bay] = self.house.drive.new_piece(kind)
        return SimpleNamespace(name=bay)

    async def _bay(self, number):
        return SimpleNamespace(name=self.house.load(number))


def refusal(station: OneProcess, doing) -> str:
    """The code of what must be refused."""
    with pytest.raises(StationError) as caught:
        station.run(doing)
    return caught.value.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A station whose people are enrolled, whose consignment is open and whose masters are adopted; closed."""

    folder: Path
    staff: Staff
    terms: Terms

    def opened(self, to: Path, settings: str = "") -> WalkInOne:
        """A copy of it, with more settings."""
        shutil.copytree(self.folder, to)
        with (to / "station" / "station.toml").open("a") as file:
            file.write(settings)
        walk = walk_in(OneProcess(to), deepcopy(self.staff))
        walk.terms = self.terms
        return walk


def prepare(folder: Path) -> Prepared:
    walk = walk_in(OneProcess(folder), staff())

    async def begin():
        await walk.enrol()
        await walk.consign()

    walk.house.run(begin())
    walk.house.close()
    for person in walk.staff.all():
        person.session = ""
    return Prepared(folder=folder, staff=walk.staff, terms=walk.terms)


def walk_in(station: OneProcess, people: Staff, kinds=(MediumKind.USB,)) -> WalkInOne:
    terms = sample_terms(CONFIG / "consignment.sample.csv")
    return WalkInOne(
        house=station,
        counter=CounterOfOne(station),
        staff=people,
        bays=[],
        payload=Path(),
        records=RECORDS,
        terms=replace(terms, kinds=[*dict.fromkeys([*terms.kinds, *MediumKind])]),
        masters=sample_masters(CONFIG / "masters"),
        told=lambda _: None,
        written=lambda *_: None,
        erased=lambda *_: None,
        kinds=kinds,
    )
