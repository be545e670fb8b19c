"""The month's ログ分析報告書: each of its figures is what jq counts in the journal, and a reviewer signs it (S8)."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from asking_jq import QUERIES, asked
from hands_in_memory import Luck, lucky
from test_reviewed import dispose, findings, refused, replay_ones_code, stand_for_two, to_an_open_day_at_ten

from media_station.model import account_asks, asks, review_asks
from media_station.model.finding import Disposition
from media_station.model.kind import MediumKind
from media_station.model.operator import Post, Role
from media_station.model.review import ReportMade, ReportReviewed
from media_station.model.station import PaperPrinted
from media_station.model.steps import StepKind


async def today(walk) -> date:
    return await walk.counter.today()


async def until_next_month(walk) -> str:
    """Ten o'clock of the first open day of the next month; the month that is over."""
    day = await today(walk)
    over = day.strftime("%Y-%m")
    while (await today(walk)).strftime("%Y-%m") == over:
        await to_an_open_day_at_ten(walk)
    return over


async def made(walk, month: str, by=None) -> str:
    answer = await walk.counter.do(review_asks.MakeReport(month=month), by or walk.staff.auditor)
    return answer.facts["report"]


async def a_month_of_work(walk) -> None:
    """Two transfers' beginnings and one's end, an erasure that failed, refusals; a disc stays away."""
    await until_next_month(walk)
    await replay_ones_code(walk, walk.staff.operator)
    await stand_for_two(walk)
    await to_an_open_day_at_ten(walk)
    walk.kinds = (MediumKind.USB,)
    await walk.to_the_end()
    await to_an_open_day_at_ten(walk)
    stick = walk.house.drive.new_piece(MediumKind.USB)
    walk.house.drive.bays_now["usb0"] = stick
    number = (await walk.counter.do(asks.RegisterMedium(bay="usb0"), walk.staff.operator)).facts["medium"]
    lucky(walk.house.drive, Luck.BAD)
    await walk.counter.do(asks.Erase(medium=number, bay="usb0"), walk.staff.operator, second=walk.staff.approver)
    walk.kinds, walk.transfer = (MediumKind.DVD_R,), ""
    while True:
        view = await walk._once()
        if view and view.steps and view.steps[0].kind is StepKind.REPORT_COUNT:
            break


@pytest.fixture
def over(walk):
    """A month that is over, with its findings, one of them disposed of."""

    async def whole() -> str:
        await a_month_of_work(walk)
        month = await until_next_month(walk)
        report = await made(walk, month)
        mine = [row.finding for row in await findings(walk) if row.day.startswith(month)]
        await dispose(walk, mine[0], disposition=Disposition.MEASURES, binder="別紙-4")
        assert len(mine) > 2
        del report
        return month

    walk.month = walk.house.run(whole())
    return walk


def printed_figures(fields) -> dict:
    """As the paper has them."""
    return {
        "records": int(fields["stated"][1]["value"].split()[1].split("件")[0].replace(",", "")),
        "jobs": [bar["count"] for bar in fields["jobs"]],
        "refusals": [row["hours"] for row in fields["refusals"]],
        **{name: [bar["count"] for bar in fields[name]] for name in ("away", "erasures", "totals")},
        "findings": sorted(
            ({name: row[name] for name in ("count", "waiting", "became")} for row in fields["findings"]),
            key=lambda row: (row["became"], row["count"], row["waiting"]),
        ),
    }


def test_each_figure_is_what_jq_counts_in_the_journal(over):
    report = over.house.run(made(over, over.month))
    figures = printed_figures(over.house.cells.sheets[report])
    end = f"{over.month}-{monthrange(*map(int, over.month.split('-')))[1]}"
    assert set(figures) == set(QUERIES)
    for figure, count in figures.items():
        assert asked(over.house.journal, over.month, end, figure) == count, figure
    # None of them is empty by chance.
    assert all(any(figures[name]) for name in ("jobs", "away", "erasures", "totals", "findings"))
    assert sum(map(sum, figures["refusals"])) > 1


def test_a_month_without_anything_has_nothing_to_show(over):
    async def idle() -> str:
        await over.counter.advance(40 * 86_400)
        await over.counter.advance(40 * 86_400)
        day = (await today(over)).replace(day=1) - timedelta(days=1)
        return await made(over, day.strftime("%Y-%m"))

    fields = over.house.cells.sheets[over.house.run(idle())]
    for chart in ("jobs", "erasures"):
        assert {bar["count"] for bar in fields[chart]} == {0}
    assert {hour for row in fields["refusals"] for hour in row["hours"]} == {0}


def test_a_report_is_made_again_under_a_number_of_its_own_and_only_of_a_month_that_is_over(over):
    async def make():
        numbers = [await made(over, over.month), await made(over, over.month, by=over.staff.administrator)]
        assert len(set(numbers)) == 2
        this = (await today(over)).strftime("%Y-%m")
        assert await refused(made(over, this)) == "RVW-005"
        assert await refused(made(over, "2999-01")) == "RVW-005"
        assert await refused(made(over, "2026-13")) == "IDS-001"
        for person in (over.staff.operator, over.staff.approver):
            assert await refused(made(over, over.month, by=person)) == "ACC-011"

    over.house.run(make())
    told = over.house.desk.ledger.of(ReportMade).all(ReportMade)
    papers = {each.paper: each.sha256 for each in over.house.desk.ledger.of(PaperPrinted).all(PaperPrinted)}
    assert [papers[each.report] for each in told] == [each.sha256 for each in told]
    assert over.house.rows() == over.house.rows_folded_anew()


def test_someone_who_is_no_operator_reviews_it_once(over):
    async def sign(report, by=None, binder="綴り-9"):
        ask = review_asks.ReviewReport(report=report, binder=binder)
        return await over.counter.do(ask, by or over.staff.auditor, fresh=True)

    async def also_an_operator():
        day = (await today(over)).isoformat()
        posts = [Post(role=role, starts=day, ends="", deputy_of="") for role in (Role.AUDITOR, Role.OPERATOR)]
        ask = account_asks.ChangePosts(operator=over.staff.auditor.operator, posts=posts)
        await over.counter.do(ask, over.staff.administrator, second=over.staff.second_administrator)

    async def review():
        report = await made(over, over.month)
        for person in over.staff.all():
            if person is not over.staff.auditor:
                assert await refused(sign(report, by=person)) == "ACC-011"
        assert await refused(sign(report, binder="")) == "CNT-002"
        assert await refused(sign(report.replace("R1", "R2"))) == "FLW-002"
        assert await refused(sign(report)) == "PAP-014"
        await over.counter.do(asks.ScanPaper(scan=over.house.scan(report)), over.staff.auditor)
        await sign(report)
        assert await refused(sign(report)) == "FLW-002"
        await also_an_operator()
        another = await made(over, over.month)
        await over.counter.do(asks.ScanPaper(scan=over.house.scan(another)), over.staff.auditor)
        assert await refused(sign(another)) == "RVW-006"

    over.house.run(review())
    (told,) = over.house.desk.ledger.of(ReportReviewed).all(ReportReviewed)
    assert (told.reviewer, told.binder) == (over.staff.auditor.operator, "綴り-9")
