"""The journal of a real desk is analysed, and what is found is looked into by someone whom it doesn't concern (S8)."""

from datetime import date, timedelta

import pytest

from media_station.desk.flow import review
from media_station.desk.hands import cells
from media_station.model import asks, review_asks
from media_station.model.certificate import CertificateIssued
from media_station.model.errors import Refused
from media_station.model.finding import Disposition, FindingKind
from media_station.model.handover import MediumHandedOver, NoticePrinted
from media_station.model.review import LONGEST_DAYS, LogAnalysed
from media_station.texts.era import JST


async def refused(doing) -> str:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


async def to_an_open_day_at_ten(walk) -> None:
    now = (await walk.counter.now()).astimezone(JST)
    day = now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    await walk.counter.advance(int((day - now).total_seconds()) + 1)


async def replay_ones_code(walk, person) -> None:
    """Signed in, and once more with the same code."""
    code = person.code(await walk.counter._fresh(person))
    of = {"operator": person.operator, "password": person.password, "code": code}
    person.session = await walk.house.call("SignIn", **of)
    assert await refused(walk.house.call("SignIn", **of)) == "ACC-002"


async def stand_for_two(walk) -> None:
    operator = walk.staff.operator
    courier = asks.AddCourier(consignment=walk.terms.consignment, handler="tobiiri", person="飛入 六郎", employer="")
    assert await refused(walk.counter.do(courier, operator, second=operator)) == "ACC-014"


async def analyse(walk, *, by=None, until=0):
    today = await walk.counter.today()
    ask = review_asks.AnalyseLog(since=today.isoformat(), until=(today + timedelta(days=until)).isoformat())
    return (await walk.counter.do(ask, by or walk.staff.auditor)).facts


async def dispose(walk, *numbers, by=None, disposition=Disposition.EXPLAINED, binder=""):
    ask = review_asks.DisposeFindings(findings=list(numbers), disposition=disposition, binder=binder)
    return await walk.counter.do(ask, by or walk.staff.auditor, fresh=True)


async def findings(walk, *, disposed=False):
    return await walk.counter.all("Findings", walk.staff.auditor, disposed=disposed)


@pytest.fixture
def found(walk):
    """An hour's records with a replay and a person who stood for two, analysed."""

    async def whole():
        await to_an_open_day_at_ten(walk)
        await replay_ones_code(walk, walk.staff.operator)
        await stand_for_two(walk)
        return await analyse(walk)

    walk.facts = walk.house.run(whole())
    return walk


def test_what_is_found_is_raised_once(found):
    async def again():
        rows = await findings(found)
        assert {row.kind for row in rows} == {FindingKind.REPLAYED_CODE, FindingKind.SELF_APPROVAL}
        assert [row.finding for row in rows] == ["R1-F-00001", "R1-F-00002"]
        assert [row.concerned_names for row in rows if row.kind is FindingKind.REPLAYED_CODE] == [["操作 花子"]]
        assert (found.facts["found"], found.facts["raised"]) == ("2", "2")
        facts = await analyse(found, by=found.staff.administrator)
        assert (facts["found"], facts["raised"]) == ("2", "0")
        assert await findings(found) == rows

    found.house.run(again())
    told = found.house.desk.ledger.of(LogAnalysed).all(LogAnalysed)
    assert [(each.detections, each.raised) for each in told] == [(2, 2), (2, 0)]
    assert told[0].records < told[1].records
    assert found.house.rows() == found.house.rows_folded_anew()


def test_of_more_than_anyone_looks_into_the_rest_is_one_finding(walk, monkeypatch):
    monkeypatch.setattr(cells, "DETECTIONS_MOST", 1)

    async def whole():
        await to_an_open_day_at_ten(walk)
        await replay_ones_code(walk, walk.staff.operator)
        await stand_for_two(walk)
        facts = await analyse(walk)
        assert (facts["found"], facts["raised"]) == ("2", "2")
        rows = [(row.kind, row.detail, row.day) for row in await findings(walk)]
        day = (await walk.counter.today()).isoformat()
        assert rows == [(FindingKind.REPLAYED_CODE, "", day), (FindingKind.MORE, "self_approval 1", day)]
        assert (await analyse(walk))["raised"] == "0"
        await replay_ones_code(walk, walk.staff.approver)
        assert (await analyse(walk))["raised"] == "1"
        assert (await findings(walk))[-1].detail == "replayed_code 1, self_approval 1"

    walk.house.run(whole())


def test_what_the_nights_have_raised_is_not_counted_as_more_in_the_months_report(walk, monkeypatch):
    monkeypatch.setattr(cells, "DETECTIONS_MOST", 1)

    async def whole():
        for person in (walk.staff.operator, walk.staff.approver):
            await to_an_open_day_at_ten(walk)
            await replay_ones_code(walk, person)
            assert (await analyse(walk))["raised"] == "1"
        month = f"{await walk.counter.today():%Y-%m}"
        await walk.counter.advance(31 * 86_400)
        await walk.counter.do(review_asks.MakeReport(month=month), walk.staff.auditor)
        kinds = {row.kind for row in await findings(walk)}
        assert FindingKind.REPLAYED_CODE in kinds
        assert FindingKind.MORE not in kinds

    walk.house.run(whole())


def test_everyone_is_told_how_many_wait_and_only_reviewers_see_what(found):
    async def look():
        day = (await found.counter.today()).isoformat()
        for person in found.staff.all():
            seen = await found.counter.see("OpenFindings", person)
            assert (seen.count, seen.oldest) == (2, day)
        assert await refused(found.counter.see("Findings", found.staff.operator, start=0)) == "ACC-011"
        await dispose(found, "R1-F-00001")
        assert (await found.counter.see("OpenFindings", found.staff.operator)).count == 1
        await dispose(found, "R1-F-00002")
        seen = await found.counter.see("OpenFindings", found.staff.operator)
        assert (seen.count, seen.oldest) == (0, "")

    found.house.run(look())


def test_a_named_reviewer_disposes_of_it_once_with_the_paper_that_it_takes(found):
    async def review():
        for person in found.staff.all():
            if person is not found.staff.auditor:
                assert await refused(dispose(found, "R1-F-00001", by=person)) == "ACC-011"
        for disposition in (Disposition.MEASURES, Disposition.INCIDENT):
            assert await refused(dispose(found, "R1-F-00001", disposition=disposition)) == "CNT-002"
        assert await refused(dispose(found, "R1-F-00001", "R1-F-00009")) == "FLW-002"
        assert await refused(dispose(found)) == "FLW-002"
        assert len(await findings(found)) == 2
        await dispose(found, "R1-F-00002", "R1-F-00001", disposition=Disposition.MEASURES, binder="別紙-7")
        assert await refused(dispose(found, "R1-F-00001")) == "FLW-002"
        assert await findings(found) == []
        rows = await findings(found, disposed=True)
        assert {(row.disposition, row.binder, row.reviewer_name) for row in rows} == {
            ("measures", "別紙-7", "監査 三郎")
        }

    found.house.run(review())


def test_nobody_disposes_of_what_concerns_himself(found):
    async def review():
        auditor = found.staff.auditor
        await replay_ones_code(found, auditor)
        assert (await analyse(found))["raised"] == "1"
        mine = next(row.finding for row in await findings(found) if row.concerned == [auditor.operator])
        assert await refused(dispose(found, mine, "R1-F-00001")) == "RVW-004"
        assert len(await findings(found)) == 3

    found.house.run(review())


def test_whom_it_concerns_does_not_read_of_it_in_a_history(found):
    async def look():
        operator = found.staff.operator
        own = await found.counter.all("History", operator, noun="operator", number=operator.operator)
        assert {row.action for row in own} >= {"operator.enrolled", "sign_in.refused"}
        assert "finding.raised" not in {row.action for row in own}
        for noun, number in (("finding", "R1-F-00001"), ("person", operator.operator), ("requirement", "S8")):
            asked = {"noun": noun, "number": number, "start": 0}
            assert await refused(found.counter.see("History", operator, **asked)) == "ACC-011"
            rows = await found.counter.all("History", found.staff.auditor, noun=noun, number=number)
            assert "finding.raised" in {row.action for row in rows}

    found.house.run(look())


def test_a_sheet_that_is_printed_is_not_printed_again_and_the_attempt_is_found(walk):
    async def whole():
        await to_an_open_day_at_ten(walk)
        await walk.to_the_end()
        ledger, operator = walk.house.desk.ledger, walk.staff.operator
        notice, issued = ledger.of(NoticePrinted).all(NoticePrinted)[0], ledger.of(CertificateIssued)
        again = [
            walk.counter.do(asks.PrintNotice(medium=notice.medium), operator, second=walk.staff.approver),
            walk.counter.do(asks.RenderCertificate(certificate=issued.the(CertificateIssued).certificate), operator),
            walk.counter.do(asks.PrintSlip(paper=ledger.of(MediumHandedOver).the(MediumHandedOver).slip), operator),
        ]
        await to_an_open_day_at_ten(walk)
        assert [await refused(each) for each in again] == ["PAP-011"] * 3
        await analyse(walk)
        kinds = [row.kind for row in await findings(walk)]
        assert kinds == [FindingKind.REPRINT] * 3

    walk.house.run(whole())


def test_days_to_come_and_who_is_no_reviewer_are_refused(found):
    async def ask():
        assert await refused(analyse(found, until=1)) == "RVW-001"
        assert await refused(analyse(found, until=-1)) == "RVW-001"
        for person in (found.staff.operator, found.staff.approver):
            assert await refused(analyse(found, by=person)) == "ACC-011"

    found.house.run(ask())


def test_by_itself_each_day_is_analysed_once_however_long_the_machine_was_off(walk):
    desk, days = walk.house.desk, timedelta(days=1)

    async def nights():
        today = await walk.counter.today()
        ran = []
        for off in (0, 1, 3, 0, LONGEST_DAYS + 2):
            if off:
                await walk.counter.advance(int((off * days).total_seconds()))
            today += off * days
            if off == 3:  # somebody looks at a part of today: it is no whole day
                await analyse(walk)
            count = desk.ledger.count(LogAnalysed)
            await review.analyse_by_itself(desk)
            new = desk.ledger.of(LogAnalysed).all(LogAnalysed)[count:]
            ran.append([tuple((date.fromisoformat(each) - today).days for each in (n.since, n.until)) for n in new])
        return ran

    assert walk.house.run(nights()) == [
        [(-1, -1)],
        [(-1, -1)],
        [(-3, -1)],
        [(-1, -1)],
        [(-LONGEST_DAYS - 2, -3), (-2, -1)],
    ]
