"""The people at the counter and what they ask, day by day."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from year_plan import (
    Row,
    carrier,
    clerk,
)

from media_station.model import asks
from media_station.model.asks import Ask
from media_station.model.consignment import Terms
from media_station.model.errors import Refused
from media_station.model.masters import MasterKind
from media_station.model.views import Answer
from media_station.rehearsal.house import House
from media_station.rehearsal.media import Bay
from media_station.rehearsal.people import Counter, Person
from media_station.texts.era import JST

NUMBERS = {"A": "2099-TAX-001", "B": "2099-TAX-002", "C": "2099-TAX-003"}


@dataclass(slots=True, kw_only=True)
class Counterwork:
    """`shelf` holds the discs that are not in the tray."""

    house: House
    counter: Counter
    tray: Bay
    shelf: Path
    sample: Terms
    masters: dict[MasterKind, list[list[str]]]
    staff: dict[str, Person] = field(default_factory=dict)
    today: date = date.min
    incidents: dict[str, str] = field(default_factory=dict)

    @property
    def operator(self) -> Person:
        return self.staff[clerk(self.today)]

    @property
    def approver(self) -> Person:
        return self.staff["shonin-ichiro"]

    @property
    def administrator(self) -> Person:
        return self.staff["kanri-jiro"]

    async def ask(self, ask: Ask) -> Answer:
        return await self.counter.do(ask, self.operator)

    async def approve(self, ask: Ask, *, fresh: bool = False) -> Answer:
        return await self.counter.do(ask, self.approver, fresh=fresh)

    async def order(self, ask: Ask) -> Answer:
        return await self.counter.do(ask, self.operator, second=self.approver)

    async def refused(self, ask: Ask) -> str:
        with pytest.raises(Refused) as caught:
            await self.ask(ask)
        return caught.value.code

    async def come(self, on: date) -> None:
        """Nine in the morning of this day."""
        if on > self.today:
            morning = datetime.combine(on, time(9), JST).astimezone(UTC)
            await self.counter.advance(int((morning - await self.counter.now()).total_seconds()))
            self.today = on

    def out(
        self,
        row: Row,
        *,
        media: list[str] | None = None,
        notices: list[str] | None = None,
        sheets: int = 0,
        letters: int = 0,
    ) -> Ask:
        return asks.HandOver(
            transfer=row.transfer,
            handler=carrier(row, self.today),
            bag="カバン-1",
            seal="",
            visit=1,
            media=media or [],
            notices=notices or [],
            sheets=sheets,
            letters=letters,
        )

    def back(
        self, row: Row, *, media: list[str] | None = None, notices: list[str] | None = None, letters: int = 0
    ) -> Ask:
        return asks.TakeBack(
            transfer=row.transfer,
            handler=carrier(row, self.today),
            bag="カバン-1",
            seal="",
            visit=1,
            media=media or [],
            notices=notices or [],
            letters=letters,
        )

    async def slip(self, ask: Ask) -> str:
        """What passes the counter, and its 確認記録票."""
        slip = (await self.ask(ask)).facts["slip"]
        await self.out_of_the_printer(asks.PrintSlip(paper=slip))
        return slip

    async def out_of_the_printer(self, ask: Ask) -> None:
        await self.scanned((await self.ask(ask)).facts["paper"])

    async def scanned(self, paper: str) -> None:
        await self.ask(asks.ScanPaper(scan=self.house.scan(paper)))
