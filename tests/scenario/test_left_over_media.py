"""Media that no transfer's steps ask for: what an import came on, and what can't be relied on after a transfer's end."""

from hands_in_memory import Luck, lucky
from one_process import BAYS
from walking_in_one import refusal

from media_station.model import asks
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind


def ordered(walk, ask):
    return walk.counter.do(ask, walk.staff.operator, second=walk.staff.approver)


def destroyed(walk, medium):
    """Before a witness, for whatever reason the masters know."""
    ask = asks.Destroy(
        medium=medium,
        reason="write-once",
        device="office-shredder",
        place="kinko",
        witness=walk.staff.approver.operator,
    )
    walk.house.run(ordered(walk, ask))


def imported(walk, kind):
    """The number of a new medium on which an import found nothing."""
    walk.house.drive.bays_now[BAYS[kind]] = walk.house.drive.new_piece(kind)
    registering = walk.counter.do(asks.RegisterMedium(bay=BAYS[kind]), walk.staff.operator)
    medium = walk.house.run(registering).facts["medium"]
    taking = asks.Import(medium=medium, bay=walk.house.load(medium), which=1)
    assert refusal(walk.house, ordered(walk, taking)).startswith("UNP-")
    return medium


def due(walk):
    """(what, subject, overdue) of the media that are to be erased or destroyed."""
    rows = walk.house.run(walk.counter.all("Due", walk.staff.operator))
    return [(row.what, row.subject, row.overdue) for row in rows if row.what in {"erase", "destroy"}]


def state_of(walk, medium):
    media = walk.house.run(walk.counter.all("Stock", walk.staff.operator))
    return next(each.state for each in media if each.medium == medium)


def test_what_an_import_came_on_is_due_until_it_is_erased_or_destroyed(walk):
    stick, disc = imported(walk, MediumKind.USB), imported(walk, MediumKind.DVD_R)
    assert sorted(due(walk)) == [("destroy", disc, False), ("erase", stick, False)]
    walk.house.run(walk.counter.advance(86_400))
    assert sorted(due(walk)) == [("destroy", disc, True), ("erase", stick, True)]
    walk.house.run(ordered(walk, asks.Erase(medium=stick, bay=walk.house.load(stick))))
    destroyed(walk, disc)
    assert due(walk) == []


def test_an_imports_stick_whose_erasure_breaks_off_is_no_new_stock(walk):
    stick = imported(walk, MediumKind.USB)
    lucky(walk.house.drive, Luck.LOST_MIDWAY)
    erase = asks.Erase(medium=stick, bay=walk.house.load(stick))
    refusal(walk.house, ordered(walk, erase))
    assert state_of(walk, stick) == "clearing"
    walk.house.run(walk.house.settle())
    assert len(walk.house.told("erasure.interrupted")) == 1
    assert state_of(walk, stick) == "foreign"
    assert due(walk) == [("erase", stick, False)]


def test_what_could_not_be_erased_before_its_first_use_is_due(walk):
    stick = imported(walk, MediumKind.USB)
    lucky(walk.house.drive, Luck.BAD)
    walk.house.run(ordered(walk, asks.Erase(medium=stick, bay=walk.house.load(stick))))
    assert due(walk) == [("destroy", stick, False)]


def test_a_medium_whose_certificate_is_voided_after_the_end_is_due(walk):
    certificate = walk.house.run(walk.until(StepKind.RENDER_CERTIFICATE)).steps[0].subject
    medium = walk.house.told("certificate.issued")[0]["medium"]
    assert walk.house.run(walk.to_the_end()).state == "closed"
    assert due(walk) == []
    walk.house.run(ordered(walk, asks.VoidCertificate(certificate=certificate, reason="doubtful", binder="別紙-30")))
    assert due(walk) == [("destroy", medium, False)]
    destroyed(walk, medium)
    assert due(walk) == []


def test_what_its_own_transfer_asks_for_is_not_asked_for_twice(walk):
    stick = walk.house.run(walk.until(StepKind.ERASE)).steps[0].subject
    lucky(walk.house.drive, Luck.BAD)
    walk.house.run(ordered(walk, asks.Erase(medium=stick, bay=walk.house.load(stick))))
    assert state_of(walk, stick) == "unerased"
    assert walk.house.run(walk.see()).steps[0].kind is StepKind.DESTROY
    assert due(walk) == []


def test_an_order_that_never_reached_the_drive_lapses_and_is_given_again(walk):
    stick = walk.house.run(walk.until(StepKind.ERASE)).steps[0].subject
    lucky(walk.house.drive, Luck.LOST_BEFORE)
    erase = asks.Erase(medium=stick, bay=walk.house.load(stick))
    assert refusal(walk.house, ordered(walk, erase)) == "HND-010"
    walk.house.run(walk.house.settle())
    assert walk.house.told("order.lapsed")[-1]["code"] == "DRV-091"
    assert state_of(walk, stick) == "identified"
    walk.house.run(ordered(walk, erase))
    assert state_of(walk, stick) == "erased"


def test_what_the_drive_broke_off_is_claimed_by_nobody(walk):
    stick = walk.house.run(walk.until(StepKind.WRITE)).steps[0].subject
    lucky(walk.house.drive, Luck.LOST_MIDWAY)
    refusal(walk.house, ordered(walk, asks.Write(medium=stick, bay=walk.house.load(stick))))
    walk.house.run(walk.house.settle())
    assert walk.house.told("medium.spoiled")[-1]["code"] == "DRV-092"
