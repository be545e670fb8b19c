"""The office that lives through the year of year_plan.py: at each day what is due, through the real doors."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from year_counter import NUMBERS
from year_plan import (
    FAILED_INSPECTION,
    LOOKED_INTO,
    LOST_NOTICE,
    NEW_CARRIER,
    NEW_POSTS,
    OVERDUE,
    ROWS,
    SPARE,
    SPARE_SHEETS,
    STOCK_TAKING,
    WORN,
    day,
)
from year_way import Way

from media_station.model import account_asks, asks
from media_station.model.compliance import ORGANISATIONAL, TITLES, Result, Side
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.masters import COLUMNS, MasterKind
from media_station.model.operator import Role
from media_station.rehearsal.people import Person


class Office(Way):
    """Set up on April 1; the diary says what comes on which day."""

    async def live_through_the_year(self) -> None:
        await self.set_up()
        for on, doing in sorted(self.diary(), key=lambda each: each[0]):
            await self.come(on[0])
            await doing()

    def diary(self) -> list[tuple[tuple[date, int, str], Callable[[], Awaitable[None]]]]:
        """(day, what comes first on a day, transfer): doing."""
        entries: list[tuple[tuple[date, int, str], Callable[[], Awaitable[None]]]] = [
            ((day(OVERDUE[1]), 0, ""), self.overdue),
            ((day(WORN[1]), 9, ""), self.wear_out),
            ((day(NEW_CARRIER), 0, ""), self.change_carrier),
            ((day(STOCK_TAKING[0]), 9, ""), self.take_stock),
            ((day("10-01"), 0, ""), self.renew),
            ((day(STOCK_TAKING[1]), 9, ""), self.take_stock_again),
            ((day(NEW_POSTS, ends=True), 0, ""), self.change_posts),
            ((day(LOOKED_INTO[1]), 5, ""), self.look_into),
            ((day(LOOKED_INTO[2]), 0, ""), self.go_on),
            ((day(LOST_NOTICE[1]), 5, ""), self.lose_the_notice),
        ]
        for row in ROWS:
            phases = (self.prepare, self.hand_over), (self.notice,), (self.deliver,), (self.return_medium,), (self.end,)
            days = (row.out, row.notice, row.delivered, row.back, row.notice_back or row.back)
            for number, (on, doings) in enumerate(zip(days, phases, strict=True), start=1):
                entries += [((on, number, row.transfer), lambda doing=doing, row=row: doing(row)) for doing in doings]
            if row.transfer.endswith(FAILED_INSPECTION[0]):
                entries.append(((day(FAILED_INSPECTION[1]), 3, row.transfer), lambda row=row: self.fail(row)))
        return entries

    # The year's beginning.

    async def set_up(self) -> None:
        for operator, name, roles in (
            ("kanri-jiro", "管理 次郎", (Role.ADMINISTRATOR,)),
            ("kanri-misaki", "管理 美咲", (Role.ADMINISTRATOR,)),
            ("sousa-hanako", "操作 花子", (Role.OPERATOR,)),
            ("kakari-kyoko", "係長 京子", (Role.OPERATOR, Role.APPROVER)),
            ("shonin-ichiro", "承認 一郎", (Role.APPROVER,)),
        ):
            self.staff[operator] = Person(operator=operator, name=name, roles=roles)
            by = (self.administrator, self.staff["kanri-misaki"]) if len(self.staff) > 2 else (None, None)
            await self.counter.enrol(self.staff[operator], *by)
        await self.come(date(2099, 4, 1))
        for letter in "AB":
            await self.open_consignment(letter)
        for kind, rows in self.masters.items():
            if kind is not MasterKind.HANDLERS:
                await self.adopt(kind, rows)
        await self.register_handlers(
            ("A", "hakobiya", "運搬 四郎（架空）", "2099-04-01", "2100-03-31"),
            ("B", "nimotsu", "荷物 六郎（架空）", "2099-04-01", "2099-09-30"),
        )
        await self.file_the_checklist()
        spare = await self.new_disc()
        assert spare.endswith(SPARE)
        await self.ask(asks.StoreMedium(medium=spare, place="kinko"))

    async def open_consignment(self, letter: str) -> None:
        starts, ends, kind, old = {
            "A": ("2099-04-01", "2100-03-31", MediumKind.DVD_R, ""),
            "B": ("2099-04-01", "2099-09-30", MediumKind.USB, ""),
            "C": ("2099-10-01", "2100-03-31", MediumKind.USB, NUMBERS["B"]),
        }[letter]
        terms = replace(
            self.sample,
            consignment=NUMBERS[letter],
            contractor=f"架空の受託者{'甲' if letter == 'A' else '乙'}（訓練用・実在しません）",
            contract_number=f"訓練-{letter}",
            starts=starts,
            ends=ends,
            privacy_mark_until="2100-12-31",
            procedure_confirmed="2099-03-20",
            kinds=[kind],
            submission_key=(self.house.host / "submission.pub").read_text().strip(),
            predecessor=old,
        )
        await self.ask(asks.ProposeConsignment(terms=terms))
        await self.approve(asks.OpenConsignment(consignment=terms.consignment))

    async def adopt(self, kind: MasterKind, rows: list[list[str]]) -> None:
        propose = asks.ProposeMasters(kind=kind, lines=[list(COLUMNS[kind]), *rows], sha256="0" * 64)
        await self.approve(asks.AdoptMasters(masters=(await self.ask(propose)).facts["masters"]))

    async def register_handlers(self, *handlers: tuple[str, str, str, str, str]) -> None:
        rows = [[NUMBERS[letter], number, name, "取扱者", "", *days] for letter, number, name, *days in handlers]
        await self.adopt(MasterKind.HANDLERS, rows)

    async def file_the_checklist(self) -> None:
        """受託者欄: the contractor's signed checklist row by row; and what the municipality confirms on paper."""
        for side, requirements in ((Side.CONTRACTOR, TITLES), (Side.MUNICIPALITY, sorted(ORGANISATIONAL))):
            for requirement in requirements:
                filed = asks.FileEvidence(
                    requirement=requirement,
                    side=side,
                    result=Result.MET,
                    consignment=NUMBERS["A"],
                    transfer="",
                    binder=f"確認表-{requirement}",
                    sha256="",
                    expires="2100-12-31",
                )
                await self.ask(filed)

    # What doesn't happen every day.

    async def overdue(self) -> None:
        row = next(each for each in ROWS if each.transfer.endswith(OVERDUE[0]))
        due = {(each.what, each.subject): each for each in await self.counter.all("Due", self.operator)}
        assert due["medium", row.medium].overdue
        assert due["medium", row.medium].day == "2099-06-08"

    async def wear_out(self) -> None:
        await self.destroy(f"R1-{WORN[0]}", reason="worn")

    async def change_carrier(self) -> None:
        await self.register_handlers(
            ("A", "hakobiya", "運搬 四郎（架空）", "2099-04-01", "2099-08-31"),
            ("A", "atarashi", "新井 八郎（架空）", str(day(NEW_CARRIER)), "2100-03-31"),
        )

    async def renew(self) -> None:
        await self.open_consignment("C")
        await self.approve(asks.EndConsignment(consignment=NUMBERS["B"]))
        # What is out under the ended one still comes back by the same hands.
        await self.register_handlers(("B", "nimotsu", "荷物 六郎（架空）", "2099-04-01", "2099-10-31"))

    async def take_stock(self) -> None:
        spare, witness = f"R1-{SPARE}", self.approver.operator
        count = asks.CountStock(place="kinko", media=[], binder="", witness=witness)
        assert await self.refused(count) == "STK-005"
        await self.ask(replace(count, binder="別紙-棚卸"))
        await self.ask(asks.DrawMedium(medium=spare))
        await self.ask(asks.StoreMedium(medium=spare, place="cabinet-a"))

    async def take_stock_again(self) -> None:
        witness = self.approver.operator
        await self.ask(asks.CountStock(place="cabinet-a", media=[f"R1-{SPARE}"], binder="", witness=witness))

    async def change_posts(self) -> None:
        """異動: one leaves, one comes; and what is still out comes back after the contract's end."""
        administrator = self.administrator
        self.staff["konishi-ryo"] = Person(operator="konishi-ryo", name="小西 良", roles=(Role.OPERATOR,))
        await self.counter.enrol(self.staff["konishi-ryo"], administrator, self.staff["kanri-misaki"])
        await self.counter.do(account_asks.Suspend(operator="sousa-hanako"), administrator, fresh=True)
        await self.register_handlers(("C", "nimotsu", "荷物 六郎（架空）", "2099-10-01", "2100-04-30"))

    async def lose_the_notice(self) -> None:
        row = next(each for each in ROWS if each.transfer.endswith(LOST_NOTICE[0]))
        await self.incident(row.transfer, IncidentKind.LOST_NOTICE, row.medium)
        assert await self.refused(self.out(row, sheets=SPARE_SHEETS)) == "FLW-001"
        await self.close_incident(row.transfer)

    async def look_into(self) -> None:
        row = next(each for each in ROWS if each.transfer.endswith(LOOKED_INTO[0]))
        await self.incident(row.transfer, IncidentKind.OTHER)
        assert await self.refused(self.out(row, sheets=SPARE_SHEETS)) == "FLW-001"

    async def go_on(self) -> None:
        await self.close_incident(f"R1-{LOOKED_INTO[0]}")
