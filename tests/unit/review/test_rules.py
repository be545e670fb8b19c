"""Each rule with the smallest journal that makes it speak, and its twin, one short of that, that doesn't."""

from collections.abc import Callable

import pytest
from made_journal import (
    HANAKO,
    HASH,
    ICHIRO,
    NEXT_BOOT,
    NOTICE,
    SABURO,
    SLIP,
    STICK,
    TRANSFER,
    Made,
    came_in,
    evidence,
    handed,
    refused,
    showed_a_code,
    terms,
    transfer_opened,
    wrong,
)

from media_station.cell.review.analyse import rules
from media_station.cell.review.people_rules import SELF_APPROVALS
from media_station.cell.review.rule import Calendar
from media_station.model.clock import Against, ClockAdvanced, ClockSet, ClockStepped
from media_station.model.consignment import ConsignmentAmended, ConsignmentProposed, Duty, HandlerRegistered, Separation
from media_station.model.erasure import ErasureEnded, ErasureInterrupted
from media_station.model.finding import SEEN_BY_THE_DESK, FindingKind
from media_station.model.handover import (
    Correctable,
    HandoverCorrected,
    LettersDelivered,
    LettersHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
)
from media_station.model.incident import MediumLost
from media_station.model.kind import MediumKind
from media_station.model.masters import MasterKind, MastersAdopted, MastersProposed, Row
from media_station.model.medium import MediumIdentified, MediumSpoiled, StockCounted
from media_station.model.network import PeerRefused
from media_station.model.order import Action, OrderRefused, Verdict
from media_station.model.payload import ImageSealed, PayloadInspected
from media_station.model.review import Thresholds
from media_station.model.sign_in import Factor
from media_station.model.station import StationStarted, StationStopped, TailSetAside
from media_station.model.transfer import Count, CountCorrected, CountReported, LettersInspected


def failures(*times, names=(HANAKO,)) -> Made:
    made = Made()
    for number, clock in enumerate(times):
        made.at(6, clock, wrong(names[number % len(names)]))
    return made


FIVE = ("10:00", "10:02", "10:04", "10:06", "10:10")
FIVE_TOO_SLOW = ("10:00", "10:02", "10:04", "10:06", "10:10:01")


def holidays(*days: str) -> Made:
    made = Made()
    rows = tuple(Row(values=(day, "休日")) for day in days)
    made.at(1, "09:00", MastersProposed(masters="R1-M-00001", kind=MasterKind.HOLIDAYS, rows=rows, sha256=HASH))
    return made.at(
        1, "09:01", MastersAdopted(masters="R1-M-00001", kind=MasterKind.HOLIDAYS, approver=ICHIRO), actor=ICHIRO
    )


def erased(verdict: Verdict):
    of = {"order": "R1-O-00001", "medium": STICK, "transfer": TRANSFER}
    return ErasureEnded(**of, verdict=verdict, evidence=evidence(Action.ERASE, verdict))


def identified(verdict: Verdict):
    of = {"order": "R1-O-00001", "medium": STICK, "transfer": TRANSFER}
    return MediumIdentified(**of, verdict=verdict, evidence=evidence(Action.READ, verdict))


def agreed(**of) -> Made:
    """A consignment whose terms say so, and a transfer of it."""
    made = Made().at(1, "09:00", ConsignmentProposed(consignment="TAX-1", terms=terms(**of)))
    register = HandlerRegistered(
        consignment="TAX-1",
        handler="hakobiya",
        person="運搬 一郎",
        duty=Duty.HANDLER,
        employer="",
        starts="2026-04-01",
        ends="2026-04-06",
        approver=ICHIRO,
    )
    return made.at(1, "09:01", register).at(1, "09:02", transfer_opened())


def out(made: Made, medium_day=2, notice_day=3, **of_notice) -> Made:
    made.at(medium_day, "10:00", handed(medium=STICK, day=f"2026-04-{medium_day:02}"))
    notice = handed(NoticeHandedOver, notice=NOTICE, medium=STICK, day=f"2026-04-{notice_day:02}", **of_notice)
    return made.at(notice_day, "11:00", notice)


def counted(count: Count, value: int):
    return CountReported(transfer=TRANSFER, count=count, value=value, confirmation_code="")


def stock(*found: str):
    return StockCounted(place="kinko", expected=(STICK,), found=found, binder="別紙-1", witness=ICHIRO)


def started(*times, day=6, boots=(NEXT_BOOT,), stops=True) -> Made:
    """Each time it had stopped in order before, unless it doesn't."""
    made = Made()
    for number, clock in enumerate(times):
        event = StationStarted(version="0.1.0", records=number, vault_sha256="")
        made.at(day, clock, event, boot=boots[number % len(boots)])
        if stops:
            made.at(day, clock, StationStopped(), boot=boots[number % len(boots)])
    return made


def peer_refused(address: str):
    wall = "2026-04-06T01:00:00.000000Z"
    return PeerRefused(address=address, ports=("tcp/22",), packets=1, first_at=wall, last_at=wall)


def order_refused(code: str):
    return OrderRefused(order="R1-O-00001", medium=STICK, code=code)


def inspected_with(patterns: str, scanner: str = "ClamAV 1.4.6/27500"):
    return PayloadInspected(
        payload="0" * 32,
        records=1,
        duplicates=0,
        sums=(),
        encoding="utf-8",
        plaintext_sha256="0" * 64,
        scanner=scanner,
        patterns=patterns,
    )


# kind, the records that it is about, the journal that fires, its twin that doesn't.
CASES: dict[str, tuple[FindingKind, tuple[int, int], Made, Made]] = {
    "five failures in ten minutes": (
        *(FindingKind.FAILURES, (0, 4)),
        *(failures(*FIVE), failures(*FIVE_TOO_SLOW)),
    ),
    "five failures, whoever's": (
        *(FindingKind.FAILURES, (0, 4)),
        *(failures(*FIVE, names=(HANAKO, ICHIRO, "unknown")), failures(*FIVE[:4], names=(HANAKO, ICHIRO, "unknown"))),
    ),
    "what the throttle refused is no failure": (
        *(FindingKind.FAILURES, (0, 5)),
        failures(*FIVE[:4]).at(6, "10:07", wrong(code="THR-001")).at(6, "10:08", wrong()),
        failures(*FIVE[:4]).at(6, "10:07", wrong(code="THR-001")).at(6, "10:08", wrong(code="THR-001")),
    ),
    "a success after a burst": (
        *(FindingKind.SUCCESS_AFTER_FAILURES, (0, 5)),
        failures(*FIVE).at(6, "10:10", came_in(ICHIRO)),
        failures(*FIVE[:4]).at(6, "10:10", came_in(ICHIRO)),
    ),
    "a burst is over when it was quiet for as long": (
        *(FindingKind.SUCCESS_AFTER_FAILURES, (4, 5)),
        failures(*FIVE).at(6, "10:20", came_in()),
        failures(*FIVE).at(6, "10:20:01", came_in()),
    ),
    "a code that had been used": (
        *(FindingKind.REPLAYED_CODE, (0, 0)),
        *(Made().at(6, "10:00", wrong(factor=Factor.REPLAYED)), Made().at(6, "10:00", wrong(factor=Factor.CODE))),
    ),
    "before the office opens": (
        *(FindingKind.OUT_OF_HOURS, (0, 0)),
        *(Made().at(6, "07:59:59", came_in()), Made().at(6, "08:00", came_in())),
    ),
    "after it has closed": (
        *(FindingKind.OUT_OF_HOURS, (0, 0)),
        *(Made().at(6, "19:00", showed_a_code()), Made().at(6, "18:59:59", showed_a_code())),
    ),
    "on a holiday of the master": (
        *(FindingKind.HOLIDAY, (2, 2)),
        holidays("2026-04-06").at(6, "10:00", came_in()),
        holidays("2026-04-07").at(6, "10:00", came_in()),
    ),
    "a self-approval": (
        *(FindingKind.SELF_APPROVAL, (0, 0)),
        *(Made().at(6, "10:00", refused("APR-001")), Made().at(6, "10:00", refused("APR-002"))),
    ),
    "an erasure that failed": (
        *(FindingKind.ERASURE_FAILED, (0, 0)),
        *(Made().at(6, "10:00", erased(Verdict.FAIL)), Made().at(6, "10:00", erased(Verdict.PASS))),
    ),
    "an erasure of which nobody knows": (
        *(FindingKind.ERASURE_UNKNOWN, (0, 0)),
        *(Made().at(6, "10:00", erased(Verdict.UNKNOWN)), Made().at(6, "10:00", erased(Verdict.PASS))),
    ),
    "an erasure that broke off": (
        *(FindingKind.ERASURE_UNKNOWN, (0, 0)),
        Made().at(6, "10:00", ErasureInterrupted(order="R1-O-00001", medium=STICK, transfer=TRANSFER, code="DRV-092")),
        Made().at(6, "10:00", erased(Verdict.FAIL)),
    ),
    "a medium that reads back otherwise": (
        *(FindingKind.READ_BACK_MISMATCH, (0, 0)),
        Made().at(6, "10:00", MediumSpoiled(order="R1-O-00001", medium=STICK, transfer=TRANSFER, code="DRV-030")),
        Made().at(6, "10:00", identified(Verdict.PASS)),
    ),
    "a return that is not what left": (
        *(FindingKind.READ_BACK_MISMATCH, (0, 0)),
        *(Made().at(6, "10:00", identified(Verdict.FAIL)), Made().at(6, "10:00", identified(Verdict.PASS))),
    ),
    "a sheet once more": (
        *(FindingKind.REPRINT, (0, 0)),
        Made().at(6, "10:00", refused("PAP-011", "PrintNotice")),
        Made().at(6, "10:00", refused("PAP-010", "PrintNotice")),
    ),
    "a handler whose days are over": (
        *(FindingKind.EXPIRED_HANDLER, (3, 3)),
        agreed().at(7, "10:00", handed(medium=STICK, day="2026-04-07")),
        agreed().at(6, "10:00", handed(medium=STICK, day="2026-04-06")),
    ),
    "a handler of another consignment": (
        *(FindingKind.EXPIRED_HANDLER, (3, 3)),
        agreed().at(6, "10:00", handed(medium=STICK, number="R1-T-00002")),
        agreed().at(6, "10:00", handed(medium=STICK)),
    ),
    "a handler who was refused": (
        *(FindingKind.EXPIRED_HANDLER, (0, 0)),
        Made().at(6, "10:00", refused("HND-002", "HandOver")),
        Made().at(6, "10:00", refused("HND-001", "HandOver")),
    ),
    "medium and notice on one day": (
        *(FindingKind.SAME_OCCASION, (3, 4)),
        *(out(agreed(), 6, 6, visit=2), out(agreed(), 3, 6, visit=2)),
    ),
    "medium and notice in one visit": (
        *(FindingKind.SAME_OCCASION, (3, 4)),
        out(agreed(separation=Separation.VISIT), 6, 6, visit=1),
        out(agreed(separation=Separation.VISIT), 6, 6, visit=2),
    ),
    "medium and notice back on one day": (
        *(FindingKind.SAME_OCCASION, (5, 6)),
        out(agreed())
        .at(6, "10:00", handed(NoticeReturned, notice=NOTICE, medium=STICK))
        .at(6, "10:01", handed(MediumReturned, medium=STICK)),
        out(agreed())
        .at(5, "10:00", handed(NoticeReturned, notice=NOTICE, medium=STICK, day="2026-04-05"))
        .at(6, "10:01", handed(MediumReturned, medium=STICK)),
    ),
    "letters not posted": (
        *(FindingKind.OVERDUE, (0, 0)),
        *(Made().at(1, "10:00", transfer_opened("2026-04-06")), Made().at(1, "10:00", transfer_opened("2026-04-07"))),
    ),
    "letters posted on the last day": (
        *(FindingKind.OVERDUE, (0, 0)),
        Made().at(1, "10:00", transfer_opened("2026-04-05")).at(6, "10:00", handed(LettersHandedOver, letters=20)),
        Made()
        .at(1, "10:00", transfer_opened("2026-04-05"))
        .at(5, "10:00", handed(LettersHandedOver, letters=20, day="2026-04-05")),
    ),
    "a difference of counts": (
        *(FindingKind.COUNT_MISMATCH, (0, 1)),
        Made().at(1, "10:00", transfer_opened()).at(6, "10:00", counted(Count.PRINTED, 19)),
        Made().at(1, "10:00", transfer_opened()).at(6, "10:00", counted(Count.PRINTED, 20)),
    ),
    "a difference that a slip's correction makes": (
        *(FindingKind.COUNT_MISMATCH, (0, 3)),
        *(
            Made()
            .at(1, "10:00", transfer_opened())
            .at(2, "10:00", counted(Count.ENCLOSED, 19))
            .at(2, "10:01", handed(LettersDelivered, letters=19, day="2026-04-02"))
            .at(
                6,
                "10:00",
                HandoverCorrected(
                    correction="REHEARSAL-R1-K-00001",
                    slip=slip,
                    transfer=TRANSFER,
                    field=Correctable.LETTERS,
                    was="19",
                    becomes="18",
                    binder="別紙-1",
                ),
            )
            for slip in (SLIP, "REHEARSAL-R1-S-00002")
        ),
    ),
    "a stock that is not the ledger's": (
        *(FindingKind.COUNT_MISMATCH, (0, 0)),
        *(Made().at(6, "10:00", stock()), Made().at(6, "10:00", stock(STICK))),
    ),
    "a clock that steps forward": (
        *(FindingKind.CLOCK_STEP, (0, 1)),
        Made().at(6, "10:00", came_in()).at(6, "10:01", came_in(), drift=5),
        Made().at(6, "10:00", came_in()).at(6, "10:01", came_in(), drift=4.9),
    ),
    "a clock that steps back": (
        *(FindingKind.CLOCK_STEP, (0, 1)),
        Made().at(6, "10:00", came_in(), drift=5).at(6, "10:01", came_in()),
        Made().at(6, "10:00", came_in(), drift=4.9).at(6, "10:01", came_in()),
    ),
    "a clock that is behind after a start of the machine": (
        *(FindingKind.CLOCK_STEP, (0, 1)),
        Made().at(6, "10:00", came_in(), drift=70).at(6, "10:01", came_in(), boot=NEXT_BOOT),
        Made().at(6, "10:00", came_in(), drift=50).at(6, "10:01", came_in(), boot=NEXT_BOOT),
    ),
    "a clock that the station saw step": (
        *(FindingKind.CLOCK_STEP, (0, 0)),
        Made().at(6, "10:00", ClockStepped(against=Against.BOOT_TIME, expected="", seconds=2)),
        Made().at(6, "10:00", ClockSet(clock_order="R1-K-00001", seconds=2)),
    ),
    "a clock that nobody ordered": (
        *(FindingKind.CLOCK_STEP, (0, 1)),
        Made().at(6, "10:00", came_in()).at(6, "10:01", came_in(), drift=3600),
        Made().at(6, "10:00", came_in()).at(6, "10:01", ClockSet(clock_order="R1-K-00001", seconds=3600), drift=3600),
    ),
    "a rehearsal's clock that nobody moved": (
        *(FindingKind.CLOCK_STEP, (0, 1)),
        Made().at(6, "10:00", came_in()).at(6, "10:01", came_in(), drift=3600),
        Made().at(6, "10:00", ClockAdvanced(seconds=3600)).at(6, "10:01", came_in(), drift=3600),
    ),
    "a silence": (
        *(FindingKind.GAP, (0, 1)),
        *(Made().at(2, "10:00", came_in()).at(6, "10:00", came_in()),),
        *(Made().at(2, "10:00", came_in()).at(6, "09:59:59", came_in()),),
    ),
    "a torn tail": (
        *(FindingKind.GAP, (0, 0)),
        Made().at(6, "10:00", TailSetAside(file="2026-04-06.jsonl", length=7, sha256=HASH)),
        Made().at(6, "10:00", came_in()),
    ),
    "a start at night": (
        *(FindingKind.UNEXPECTED_START, (0, 0)),
        *(started("07:59"), started("08:00")),
    ),
    "a start on a Sunday": (
        *(FindingKind.UNEXPECTED_START, (0, 0)),
        *(started("10:00", day=5), started("10:00", day=6)),
    ),
    "three starts on a day": (
        *(FindingKind.UNEXPECTED_START, (0, 4)),
        *(started("10:00", "11:00", "12:00"), started("10:00", "11:00")),
    ),
    "a start without a stop": (
        *(FindingKind.UNEXPECTED_START, (1, 1)),
        *(started("10:00", "11:00", stops=False), started("10:00", "11:00")),
    ),
    "a peer that the firewall refused": (
        *(FindingKind.REFUSED_PEER, (0, 0)),
        Made().at(6, "10:00", peer_refused("192.0.2.3")).at(6, "10:01", peer_refused("192.0.2.4")),
        Made().at(6, "10:00", refused("GAT-020")),
    ),
    "another key at the gate": (
        *(FindingKind.REFUSED_PEER, (0, 0)),
        *(Made().at(6, "10:00", refused("GAT-010")), Made().at(6, "10:00", refused("GAT-011"))),
    ),
    "another user at a door": (
        *(FindingKind.REFUSED_PEER, (0, 0)),
        *(Made().at(6, "10:00", refused("DOR-010")), Made().at(6, "10:00", refused("DOR-011"))),
    ),
    "another medium in the bay": (
        *(FindingKind.STRANGE_DEVICE, (0, 0)),
        *(Made().at(6, "10:00", order_refused("DRV-018")), Made().at(6, "10:00", order_refused("DRV-017"))),
    ),
    "patterns a week old": (
        *(FindingKind.STALE_PATTERNS, (0, 0)),
        *(Made().at(6, "10:00", inspected_with("2026-03-30")), Made().at(6, "10:00", inspected_with("2026-03-31"))),
    ),
    "patterns of an unknown day": (
        *(FindingKind.STALE_PATTERNS, (0, 0)),
        *(Made().at(6, "10:00", inspected_with("")), Made().at(6, "10:00", inspected_with("", scanner=""))),
    ),
    "a keyboard in the bay": (
        *(FindingKind.STRANGE_DEVICE, (0, 0)),
        *(Made().at(6, "10:00", refused("DRV-040")), Made().at(6, "10:00", refused("DRV-041"))),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_fires_and_one_short_of_it_does_not(case):
    kind, (first, last), fires, short = CASES[case]
    assert (kind.value, first, last) in fires.found(2, 7)
    assert kind.value not in {each for each, _, _ in short.found(2, 7)}


def test_each_kind_has_a_rule_and_each_rule_is_tried():
    every = rules(Thresholds(), Calendar("08:00", "19:00"))
    kinds = [kind for rule in every for kind in rule.kinds]
    assert len(kinds) == len(set(kinds))
    assert (
        set(kinds)
        == set(FindingKind) - SEEN_BY_THE_DESK
        == {kind for kind, *_ in CASES.values()} | {FindingKind.OVERDUE}
    )


def test_each_threshold_is_some_rules():
    every = rules(Thresholds(), Calendar("08:00", "19:00"))
    assert {name for rule in every for name in rule.thresholds} == set(Thresholds.__dataclass_fields__)


@pytest.mark.parametrize(
    ("threshold", "event"),
    [
        ("replayed_codes", wrong(factor=Factor.REPLAYED)),
        ("self_approvals", refused("MST-003")),
        ("erasures_failed", erased(Verdict.FAIL)),
        ("erasures_unknown", erased(Verdict.UNKNOWN)),
        ("read_back_mismatches", identified(Verdict.UNKNOWN)),
        ("reprints", refused("PAP-011")),
        ("expired_handlers", refused("HND-002")),
        ("refused_peers", peer_refused("192.0.2.3")),
        ("strange_devices", order_refused("DRV-018")),
    ],
)
def test_a_threshold_counts_what_is_alike_on_one_day(threshold, event):
    two = Made().at(6, "10:00", event).at(6, "11:00", event)
    assert len(two.found(**{threshold: 2})) == 1
    assert two.found(**{threshold: 3}) == []
    assert Made().at(3, "10:00", event).at(6, "11:00", event).found(3, 6, **{threshold: 2}) == []
    # Once a day, however many there are.
    assert len(two.at(6, "12:00", event).found(**{threshold: 2})) == 1


def back(made: Made, kind: Callable, day: int, **of) -> Made:
    return made.at(day, "10:00", handed(kind, medium=STICK, day=f"2026-04-{day:02}", **of))


def test_a_medium_and_its_notice_are_overdue_after_the_mediums_last_day():
    """Out on Thursday the 2nd for 2 days: due on Saturday, so on Monday the 6th; late from the 7th on."""
    made = out(agreed(return_days=2))
    assert made.found(1, 6) == []
    assert made.found(7, 7) == [("overdue", 3, 3), ("overdue", 4, 4)]
    assert made.found(8, 8) == []
    assert made.found(7, 8, overdue_days=2) == [("overdue", 3, 3), ("overdue", 4, 4)]
    back(made, MediumReturned, 6)
    assert made.found(7, 7) == [("overdue", 4, 4)]
    back(made, NoticeReturned, 7, notice=NOTICE)
    assert ("overdue", 4, 4) in made.found(7, 7)


def test_a_holiday_puts_the_return_off():
    made = holidays("2026-04-06")
    for event in (ConsignmentProposed(consignment="TAX-1", terms=terms(return_days=2)), transfer_opened()):
        made.at(1, "10:00", event)
    made.at(2, "10:00", handed(medium=STICK, day="2026-04-02"))
    assert ("overdue", 4, 4) not in made.found(7, 7)
    assert ("overdue", 4, 4) in made.found(8, 8)


def test_a_lost_medium_is_not_overdue():
    made = out(agreed(return_days=2))
    made.at(6, "10:00", MediumLost(medium=STICK, transfer=TRANSFER, incident="R1-I-00001"))
    assert made.found(7, 7) == [("overdue", 4, 4)]


def test_terms_that_were_amended_hold():
    made = out(agreed(return_days=2))
    amended = ConsignmentAmended(
        consignment="TAX-1", terms=terms(return_days=9), consultation="協議-1", approver=ICHIRO
    )
    made.at(6, "10:00", amended)
    assert made.found(7, 12) == []
    assert made.found(13, 15) == [("overdue", 3, 3), ("overdue", 4, 4)]


def test_a_medium_that_is_used_again_has_another_notice():
    made = out(agreed(), 3, 4)
    sealed = ImageSealed(
        payload="0" * 32,
        transfer=TRANSFER,
        medium=STICK,
        kind=MediumKind.USB,
        image_sha256=HASH,
        image_length=1,
        ciphertext_sha256=HASH,
        ciphertext_length=1,
        opener_sha256=HASH,
        vault_sha256=HASH,
    )
    made.at(4, "12:00", sealed).at(4, "13:00", handed(medium=STICK, day="2026-04-04"))
    assert made.found(1, 6) == []


def test_a_count_that_a_paper_explains_is_no_mismatch_and_a_new_one_is_told_once():
    made = Made().at(1, "10:00", transfer_opened()).at(2, "10:00", counted(Count.PRINTED, 19))
    correction = CountCorrected(transfer=TRANSFER, count=Count.PRINTED, was=19, value=19, binder="別紙-2")
    made.at(3, "10:00", correction)
    made.at(3, "11:00", counted(Count.COMBINED, 0)).at(3, "12:00", counted(Count.ENCLOSED, 18))
    made.at(4, "10:00", counted(Count.SPOILED, 3))
    assert made.found(1, 6) == [("count_mismatch", 0, 1), ("count_mismatch", 0, 4)]


def test_a_round_that_did_not_pass_begins_anew():
    made = Made().at(1, "10:00", transfer_opened()).at(2, "10:00", counted(Count.ENCLOSED, 19))
    made.at(2, "11:00", handed(LettersDelivered, letters=18, day="2026-04-02"))
    inspected = {"transfer": TRANSFER, "inspected": 18, "pulled": 0, "inspector": HANAKO}
    made.at(3, "10:00", LettersInspected(verdict=Verdict.FAIL, **inspected))
    made.at(3, "11:00", counted(Count.ENCLOSED, 19))
    made.at(3, "12:00", handed(LettersDelivered, letters=19, day="2026-04-03"))
    assert [each for each in made.found(1, 6) if each[0] == "count_mismatch"] == [("count_mismatch", 0, 2)]


@pytest.mark.parametrize("code", sorted(SELF_APPROVALS))
def test_each_refusal_of_the_same_person_twice_is_a_self_approval(code):
    assert Made().at(6, "10:00", refused(code)).found() == [("self_approval", 0, 0)]


def test_the_burst_concerns_those_whose_factors_were_wrong():
    made = failures(*FIVE, names=(HANAKO, ICHIRO, "unknown")).at(6, "10:12", came_in(SABURO))
    assert [each.concerned for each in made.analysis().detections] == [[ICHIRO, HANAKO], [SABURO]]
