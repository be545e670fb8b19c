"""A journal made for a rule: each event at a time that the test names, in records as the station writes them."""

from datetime import date, datetime, timedelta

from media_station.cell.review.analyse import analyse
from media_station.model.consignment import Separation, Terms
from media_station.model.handover import MediumHandedOver
from media_station.model.ids import Identity
from media_station.model.instant import Instant, wall_text
from media_station.model.item import Item, ItemType
from media_station.model.kind import MediumKind
from media_station.model.order import Action, Evidence, Verdict
from media_station.model.review import Thresholds
from media_station.model.sign_in import Factor, SignInAccepted, SignInRefused, StepUpAccepted
from media_station.model.station import RequestRefused
from media_station.model.transfer import TransferOpened
from media_station.proof.record import encode
from media_station.texts.era import JST

IDENTITY = Identity(station="rehearsal", epoch="r1")
BOOT, NEXT_BOOT = "3a1c9c1e-0000-4000-8000-000000000000", "3a1c9c1e-0000-4000-8000-000000000001"
MONDAY = date(2026, 4, 6)
HANAKO, ICHIRO, SABURO = "sousa-hanako", "shonin-ichiro", "kansa-saburo"
STICK, NOTICE, TRANSFER, SLIP = "R1-U-00001", "REHEARSAL-R1-N-00001", "R1-T-00001", "REHEARSAL-R1-S-00001"
HASH = "ab" * 32


class Made:
    """Times are Japan's. The machine's own clock runs with them unless a test sets one of them."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.began = datetime(2026, 4, 1, tzinfo=JST)

    def at(self, day: int, clock: str, event, *, drift: float = 0, boot: str = BOOT, actor: str = HANAKO) -> "Made":
        """On this day of April 2026; wall time is ahead of the machine's own clock by `drift` seconds."""
        when = datetime.fromisoformat(f"2026-04-01T{clock}").replace(tzinfo=JST) + timedelta(days=day - 1)
        ms = int((when - self.began).total_seconds() * 1000)
        at = Instant(wall=wall_text(when + timedelta(seconds=drift)), boottime_ms=ms, boot_id=boot)
        number = len(self.lines)
        self.lines.append(encode(event, sequence=number, identity=IDENTITY, key_id="0a1b2c3d", at=at, actor=actor))
        return self

    def analysis(self, since: int = 6, until: int = 6, **thresholds):
        days = date(2026, 4, 1) + timedelta(days=since - 1), date(2026, 4, 1) + timedelta(days=until - 1)
        return analyse(self.lines, *days, Thresholds(**thresholds))

    def found(self, *days: int, **thresholds) -> list[tuple[str, int, int]]:
        """Kind and records of what is found on the 6th, a Monday, or in these days."""
        return [(each.kind.value, each.first, each.last) for each in self.analysis(*days, **thresholds).detections]


def wrong(operator=HANAKO, code="ACC-002", factor=Factor.CODE):
    return SignInRefused(operator=operator, factor=factor, code=code, left_out=0, offset_seconds=0)


def came_in(operator=HANAKO):
    return SignInAccepted(operator=operator, vault_sha256=HASH)


def showed_a_code(operator=HANAKO):
    return StepUpAccepted(operator=operator, second="", action="Write", vault_sha256=HASH)


def refused(code, request="Approve", unrecorded=0):
    return RequestRefused(door="people", request=request, code=code, uid=1000, unrecorded=unrecorded)


def terms(separation=Separation.DAY, return_days=7) -> Terms:
    names = (
        *("title", "section", "business", "committee_item", "contractor", "privacy_mark", "contract_number"),
        *("information", "classification", "submission_key", "cloud", "workflow", "contact_tree"),
    )
    return Terms(
        **dict.fromkeys(names, "あ"),
        consignment="TAX-1",
        privacy_mark_until="2027-03-31",
        procedure_confirmed="2026-03-01",
        starts="2026-04-01",
        ends="2027-03-31",
        items=[Item(heading="指定番号", type=ItemType.DESIGNATED_NUMBER)],
        kinds=[MediumKind.USB],
        return_days=return_days,
        post_days=20,
        separation=separation,
        seal_required=False,
        special_terms_sha256=HASH,
        predecessor="",
    )


def transfer_opened(post_by="2026-06-30", number=TRANSFER):
    return TransferOpened(
        transfer=number,
        payload="0" * 32,
        consignment="TAX-1",
        records=20,
        kinds=(MediumKind.USB,),
        post_by=post_by,
    )


def handed(kind=MediumHandedOver, day="2026-04-06", visit=1, handler="hakobiya", number=TRANSFER, **of):
    return kind(
        transfer=number, slip=SLIP, clerk=HANAKO, handler=handler, bag="カバン-3", seal="", visit=visit, day=day, **of
    )


def evidence(action: Action, verdict: Verdict) -> Evidence:
    return Evidence(
        order="R1-O-00001",
        action=action,
        verdict=verdict,
        code="" if verdict is Verdict.PASS else "DRV-030",
        fingerprint=HASH,
        method="raw",
        passes=1,
        bytes_written=0,
        bytes_verified=0,
        device_read=-1,
        device_written=-1,
        sha256=HASH,
        bad_sectors=-1,
        differs_at=-1,
        drive="x",
        tool="x",
        started_ms=1,
        ended_ms=2,
    )
