"""An outside firm destroys: media leave with it, are due, and are destroyed by its proof alone; or they are lost."""

import pytest
from at_a_console import at_a_console
from paper_fields import FONTS
from sheet_reading import squeezed, text_of
from test_left_over_media import imported, ordered
from walking_in_one import refusal

from media_station.cell.papers.typeset import typeset
from media_station.model import asks
from media_station.model.errors import Refused
from media_station.model.incident import IncidentKind
from media_station.model.kind import MediumKind
from media_station.model.station import PaperKind
from media_station.model.steps import StepKind

RECORD = "REHEARSAL-R1-X-00001"


def today(walk):
    return walk.house.run(walk.counter.today()).isoformat()


def entrusting(walk, *media, **other):
    given = {
        "reason": "write-once",
        "firm": "yokai-center",
        "taker": "回収 太郎",
        "bag": "カバン-9",
        "binder": "受領-7",
        "proof_by": "2100-01-04",
    }
    return asks.Entrust(media=list(media), **{**given, **other})


def proving(walk, *media, **other):
    given = {"binder": "別紙-40", "day": today(walk), "method": "溶解", "witness": walk.staff.approver.operator}
    return asks.ProveDestruction(media=list(media), **{**given, **other})


def in_house(walk, *media):
    return asks.DestroyTogether(
        media=list(media),
        reason="write-once",
        device="office-shredder",
        place="kinko",
        witness=walk.staff.approver.operator,
    )


def do(walk, ask):
    return walk.house.run(ordered(walk, ask))


def state_of(walk, medium):
    return walk.house.run(walk.counter.see("Medium", walk.staff.operator, medium=medium)).state


def due(walk):
    rows = walk.house.run(walk.counter.all("Due", walk.staff.operator))
    return [(each.subject, each.day, each.overdue) for each in rows if each.what == "proof"]


def lost(walk, medium, transfer=""):
    ask = asks.OpenIncident(kind=IncidentKind.LOST_MEDIUM, transfer=transfer, medium=medium, binder="事故-1")
    return walk.house.run(walk.counter.do(ask, walk.staff.operator))


@pytest.fixture
def discs(walk):
    return [imported(walk, MediumKind.DVD_R) for _ in range(2)]


def test_a_transfers_disc_leaves_comes_to_its_end_by_the_proof_and_the_transfer_closes(walk):
    walk.kinds = (MediumKind.DVD_R,)
    disc = walk.house.run(walk.until(StepKind.DESTROY)).steps[0].subject
    do(walk, entrusting(walk, disc))
    seen = walk.house.run(walk.counter.see("Medium", walk.staff.operator, medium=disc))
    assert (seen.state, seen.custody, seen.place) == ("entrusted", "away", "架空溶解センター（訓練用）")
    row = walk.house.run(walk.counter.all("Ledger", walk.staff.operator))[-1]
    assert (row.transfer, row.direction, row.item, row.medium) == (walk.transfer, "out", "medium", disc)
    assert (row.handler_name, row.bag, row.binder) == ("架空溶解センター（訓練用） 回収 太郎", "カバン-9", "受領-7")
    steps = walk.house.run(walk.see()).steps
    assert [each.subject for each in steps if each.kind is StepKind.PROVE_DESTRUCTION] == [disc]
    assert "record" in walk.house.run(walk.see()).missing
    do(walk, proving(walk, disc))
    assert walk.house.run(walk.to_the_end()).state == "closed"
    said = walk.house.cells.sheets[RECORD]
    assert said["title"] == "媒体物理的破壊記録書（外部委託）"
    stated = {each["label"]: each["value"] for each in said["stated"]}
    assert stated["破壊証明書の綴り番号"] == "別紙-40"
    assert stated["破壊の方法（証明書による）"] == "溶解"
    assert [row["cells"][:4:3] for row in said["rows"]] == [[disc, walk.transfer]]


def test_while_the_firm_has_it_nothing_but_its_proof_says_destroyed(walk, discs):
    do(walk, entrusting(walk, *discs))
    for ask in (
        in_house(walk, discs[0]),
        entrusting(walk, discs[0]),
        asks.StoreMedium(medium=discs[0], place="kinko"),
    ):
        assert refusal(walk.house, ordered(walk, ask)) == "FLW-001"
    assert [state_of(walk, each) for each in discs] == ["entrusted"] * 2
    assert walk.house.told("medium.destroyed") == []


def test_what_never_left_is_not_destroyed_by_a_proof(walk, discs):
    assert refusal(walk.house, ordered(walk, proving(walk, *discs))) == "DST-004"


def test_a_proof_is_for_all_that_the_firm_has_of_one_record(walk, discs):
    another = imported(walk, MediumKind.DVD_R)
    do(walk, entrusting(walk, *discs))
    do(walk, entrusting(walk, another))
    for media in ([discs[0]], [*discs, another], [*discs, imported(walk, MediumKind.USB)]):
        assert refusal(walk.house, ordered(walk, proving(walk, *media))) == "DST-004"
    do(walk, proving(walk, *discs))
    assert refusal(walk.house, ordered(walk, proving(walk, *discs))) == "DST-004"
    assert state_of(walk, another) == "entrusted"
    do(walk, proving(walk, another))
    told = walk.house.told("medium.destroyed")
    assert [(each["medium"], each["record"][-1]) for each in told] == [(discs[0], "1"), (discs[1], "1"), (another, "2")]


def test_one_that_is_lost_on_the_way_is_an_incident_and_the_others_are_proved(walk, discs):
    do(walk, entrusting(walk, *discs))
    lost(walk, discs[0])
    assert refusal(walk.house, ordered(walk, proving(walk, *discs))) == "DST-004"
    do(walk, proving(walk, discs[1]))
    assert [state_of(walk, each) for each in discs] == ["lost", "destroyed"]
    assert due(walk) == []


def test_a_transfers_disc_that_the_firm_loses_freezes_the_transfer(walk):
    walk.kinds = (MediumKind.DVD_R,)
    disc = walk.house.run(walk.until(StepKind.DESTROY)).steps[0].subject
    do(walk, entrusting(walk, disc))
    with pytest.raises(Refused, match="INC-003"):
        lost(walk, disc)
    lost(walk, disc, walk.transfer)
    assert state_of(walk, disc) == "lost"
    assert walk.house.run(walk.see()).frozen


def test_before_the_inspection_nothing_leaves_to_a_firm(walk):
    walk.kinds = (MediumKind.DVD_R,)
    for kind in (StepKind.RECEIVE_MEDIUM, StepKind.IDENTIFY):
        view = walk.house.run(walk.until(StepKind.INSPECT_LETTERS))
        step = next(each for each in view.steps if each.kind is kind)
        walk.house.run(walk.take(step, view))
    disc = view.media[0].medium
    assert state_of(walk, disc) == "identified"
    assert refusal(walk.house, ordered(walk, entrusting(walk, disc))) == "FLW-001"


def test_the_proof_is_due_by_its_day_and_then_overdue(walk, discs):
    do(walk, entrusting(walk, *discs, proof_by=today(walk)))
    assert due(walk) == [(each, today(walk), False) for each in discs]
    day = today(walk)
    walk.house.run(walk.counter.advance(86_400))
    assert due(walk) == [(each, day, True) for each in discs]
    do(walk, proving(walk, *discs))
    assert due(walk) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": "nonsense"}, "DST-002"),
        ({"firm": "nobody"}, "DST-002"),
        ({"proof_by": "2020-01-01"}, "DUE-001"),
        ({"taker": ""}, "HND-015"),
        ({"bag": ""}, "HND-003"),
        ({"binder": ""}, "CNT-002"),
    ],
)
def test_nothing_leaves_without_who_when_and_what_for(walk, discs, wrong, code):
    assert refusal(walk.house, ordered(walk, entrusting(walk, *discs, **wrong))) == code
    assert walk.house.told("medium.entrusted") == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"witness": "sousa-hanako"}, "DST-001"),
        ({"witness": "nobody-known"}, "DST-001"),
        ({"binder": ""}, "CNT-002"),
        ({"method": ""}, "DST-006"),
        ({"day": "2020-01-01"}, "DST-005"),
        ({"day": "2100-01-01"}, "DST-005"),
    ],
)
def test_no_proof_without_its_number_day_method_and_witness(walk, discs, wrong, code):
    do(walk, entrusting(walk, *discs))
    assert refusal(walk.house, ordered(walk, proving(walk, *discs, **wrong))) == code
    assert walk.house.told("medium.destroyed") == []


def test_the_list_that_goes_along_names_each_medium(walk, discs):
    do(walk, entrusting(walk, *discs))
    printing = asks.PrintSheet(kind=PaperKind.ENTRUSTED, subject=RECORD)
    paper = walk.house.run(walk.counter.do(printing, walk.staff.operator)).facts["paper"]
    said = walk.house.cells.sheets[paper]
    assert said["title"] == "破壊委託媒体引渡書"
    assert [row["cells"][0] for row in said["rows"]] == discs
    assert {"label": "破壊事業者", "value": "架空溶解センター（訓練用）"} in said["stated"]
    nothing = asks.PrintSheet(kind=PaperKind.ENTRUSTED, subject=RECORD.replace("1", "2"))
    assert refusal(walk.house, walk.counter.do(nothing, walk.staff.operator)) == "FLW-002"


def test_rare_characters_are_read_back_from_both_sheets(walk, discs):
    do(walk, entrusting(walk, *discs, taker="髙﨑邉𠮷"))
    printing = asks.PrintSheet(kind=PaperKind.ENTRUSTED, subject=RECORD)
    list_of_media = walk.house.run(walk.counter.do(printing, walk.staff.operator)).facts["paper"]
    do(walk, proving(walk, *discs, method="髙﨑邉𠮷式溶解"))
    walk.house.run(walk.counter.do(asks.PrintDestructionRecord(paper=RECORD), walk.staff.operator))
    for paper, title, rare in (
        (list_of_media, "破壊委託媒体引渡書", "髙﨑邉𠮷"),
        (RECORD, "媒体物理的破壊記録書（外部委託）", "髙﨑邉𠮷式溶解"),
    ):
        text = squeezed(text_of(typeset("form", dict(walk.house.cells.sheets[paper]), fonts=FONTS), "-raw"))
        assert [each for each in (title, rare, *discs) if each not in text] == []


def test_given_away_and_proved_at_the_keys(walk, discs):
    operator, approver = walk.staff.operator, walk.staff.approver

    async def at_the_keys(name, **answers):
        async with at_a_console(walk) as keys:
            await keys.sign_in(operator)
            await keys.press("f4")
            await keys.open(name)
            await keys.fill(operator, approver, **answers)
            keys.shows("済")

    entrusted = {"taker": "回収太郎", "bag": "BAG-9", "binder": "7", "proof_by": "2100-01-04"}
    walk.house.run(at_the_keys("Entrust", **entrusted))
    assert [state_of(walk, each) for each in discs] == ["entrusted"] * 2
    walk.house.run(at_the_keys("ProveDestruction", binder="40", method="溶解"))
    assert [state_of(walk, each) for each in discs] == ["destroyed"] * 2
    assert {each["day"] for each in walk.house.told("medium.destroyed")} == {today(walk)}
