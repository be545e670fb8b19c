"""一括: several media destroyed at once stand on one record, each with its line; or none of them is destroyed."""

import pytest
from at_a_console import at_a_console
from test_left_over_media import imported, ordered, state_of
from walking_in_one import refusal

from media_station.model import asks
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind


def together(walk, *media, witness=""):
    return asks.DestroyTogether(
        media=list(media),
        reason="write-once",
        device="office-shredder",
        place="kinko",
        witness=witness or walk.staff.approver.operator,
    )


def test_they_share_a_record_and_each_has_its_line(walk):
    walk.kinds = (MediumKind.DVD_R,)
    of_transfer = walk.house.run(walk.until(StepKind.DESTROY)).steps[0].subject
    media = [of_transfer, imported(walk, MediumKind.DVD_R), imported(walk, MediumKind.USB)]
    record = walk.house.run(ordered(walk, together(walk, *media))).facts["record"]
    told = walk.house.told("medium.destroyed")
    assert [(each["medium"], each["record"]) for each in told] == [(medium, record) for medium in media]
    assert [each["transfer"] for each in told] == [walk.transfer, "", ""]
    steps = [each for each in walk.house.run(walk.see()).steps if each.kind is StepKind.PRINT_DESTRUCTION_RECORD]
    assert [each.subject for each in steps] == [record]
    printing = asks.PrintDestructionRecord(paper=record)
    walk.house.run(walk.counter.do(printing, walk.staff.operator))
    said = walk.house.cells.sheets[record]
    assert [row["cells"][0] for row in said["rows"]] == media
    assert [row["cells"][3] for row in said["rows"]] == [walk.transfer, "—", "—"]
    assert [row["cells"][4] for row in said["rows"][1:]] == ["取込に用いた対象者データ（暗号化済み）"] * 2
    assert walk.house.run(walk.to_the_end()).state == "closed"
    walk.house.run(walk.counter.do(asks.CopyPaper(paper=record, reason="lost-paper"), walk.staff.operator))
    assert [row["cells"][0] for row in walk.house.cells.sheets[record]["rows"]] == media


def test_media_of_two_transfers_stand_on_one_record_and_both_transfers_close(walk):
    walk.kinds = (MediumKind.DVD_R,)
    transfers, media = [], []
    for _ in range(2):
        walk.house.run(walk.before())
        media.append(walk.house.run(walk.until(StepKind.DESTROY)).steps[0].subject)
        transfers.append(walk.transfer)
    record = walk.house.run(ordered(walk, together(walk, *media))).facts["record"]
    assert [(each["medium"], each["transfer"]) for each in walk.house.told("medium.destroyed")] == list(
        zip(media, transfers, strict=True)
    )
    for walk.transfer in transfers:
        assert walk.house.run(walk.to_the_end()).state == "closed"
    assert [row["cells"][3] for row in walk.house.cells.sheets[record]["rows"]] == transfers


def test_left_over_media_are_destroyed_at_the_keys_and_their_record_is_due_until_it_is_scanned(walk):
    discs = [imported(walk, MediumKind.DVD_R) for _ in range(2)]
    operator, approver = walk.staff.operator, walk.staff.approver

    def due():
        rows = walk.house.run(walk.counter.all("Due", operator))
        return [each.subject for each in rows if each.what == "paper"]

    async def at_the_keys(name, **answers):
        async with at_a_console(walk) as keys:
            await keys.sign_in(operator)
            await keys.press("f4")
            await keys.open(name)
            await keys.fill(operator, approver, **answers)
            keys.shows("済")

    walk.house.run(at_the_keys("DestroyTogether"))
    (record,) = {each["record"] for each in walk.house.told("medium.destroyed")}
    assert [each["medium"] for each in walk.house.told("medium.destroyed")] == discs
    assert due() == [record]
    walk.house.run(at_the_keys("PrintDestructionRecord"))
    assert due() == [record]
    walk.house.run(at_the_keys("ScanPaper", scan=walk.house.scan(record)))
    assert due() == []


def test_the_next_record_takes_the_next_number(walk):
    first = [imported(walk, MediumKind.DVD_R) for _ in range(2)]
    second = [imported(walk, MediumKind.DVD_R) for _ in range(2)]
    numbers = [walk.house.run(ordered(walk, together(walk, *each))).facts["record"] for each in (first, second)]
    assert [each[-5:] for each in numbers] == ["00001", "00002"]


def test_all_of_them_or_none(walk):
    disc = imported(walk, MediumKind.DVD_R)
    walk.kinds = (MediumKind.USB,)
    away = walk.house.run(walk.until(StepKind.HAND_OVER_NOTICE)).media[0].medium
    before = state_of(walk, disc)
    assert refusal(walk.house, ordered(walk, together(walk, disc, away))) == "FLW-001"
    assert (state_of(walk, disc), walk.house.told("medium.destroyed")) == (before, [])


@pytest.mark.parametrize("count", [0, 51])
def test_a_batch_has_bounds(walk, count):
    media = [f"R1-D-{number:05}" for number in range(1, count + 1)]
    assert refusal(walk.house, ordered(walk, together(walk, *media))) == "DST-003"


def test_no_medium_twice_and_no_witness_of_ones_own(walk):
    disc, other = imported(walk, MediumKind.DVD_R), imported(walk, MediumKind.DVD_R)
    assert refusal(walk.house, ordered(walk, together(walk, disc, other, disc))) == "DST-003"
    own = together(walk, disc, other, witness=walk.staff.operator.operator)
    assert refusal(walk.house, ordered(walk, own)) == "DST-001"
