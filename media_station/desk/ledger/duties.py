"""Who had which duty in a transfer, and whether one more may be the same person's (O3)."""

from media_station.desk.ledger.index import Ledger
from media_station.desk.ledger.views import master_rows
from media_station.model.certificate import CertificateIssued, CertificateReissued
from media_station.model.duties import Pair, StaffDuty, is_allowed
from media_station.model.erasure import ErasureValidated, MediumDestroyed
from media_station.model.errors import Refused
from media_station.model.handover import MediumHandedOver, NoticeHandedOver, NoticePrinted
from media_station.model.incident import MediumAttested
from media_station.model.masters import MasterKind
from media_station.model.order import Action, OrderIssued
from media_station.model.transfer import LettersInspected
from media_station.proof.record import Record

_DUTIES = frozenset(each.value for each in StaffDuty)


def require_apart(ledger: Ledger, transfer: str, person: str, *duties: StaffDuty) -> None:
    """Refused DTY-001 if this person has, or would have, two duties of this transfer that one person may not have."""
    if not transfer:
        return
    said = _said(ledger)
    had = {
        duty for record in ledger.history("transfer", transfer).records for duty, who in _of(record) if who == person
    }
    for duty in duties:
        for other in sorted(had.union(duties), key=lambda each: each.value):
            if not is_allowed(duty, other, said):
                raise Refused("DTY-001", duty=duty.value, other=other.value)


def _said(ledger: Ledger) -> dict[Pair, bool]:
    """A row of duties that nobody has here allows nothing."""
    return {
        frozenset({StaffDuty(row["duty"]), StaffDuty(row["other"])}): row["allowed"] == "yes"
        for row in master_rows(ledger, MasterKind.SAME_PERSON)
        if {row["duty"], row["other"]} <= _DUTIES
    }


def _of(record: Record) -> tuple[tuple[StaffDuty, str], ...]:
    """The duties that this record gives, and whose they are."""
    match record.event:
        case OrderIssued(action=Action.ERASE, requester=who):
            return ((StaffDuty.PERFORMER, who),)
        case MediumDestroyed(performer=who, witness=witness) | MediumAttested(performer=who, witness=witness):
            return ((StaffDuty.PERFORMER, who), (StaffDuty.WITNESS, witness))
        case ErasureValidated(validator=who):
            return ((StaffDuty.VALIDATOR, who),)
        case CertificateIssued(approver=who) | CertificateReissued(approver=who):
            return ((StaffDuty.CERTIFIER, who),)
        case MediumHandedOver(clerk=who):
            return ((StaffDuty.CLERK, who),)
        case NoticeHandedOver(clerk=who):
            return ((StaffDuty.NOTICE_CLERK, who),)
        case NoticePrinted():
            return ((StaffDuty.NOTICE_CLERK, record.actor),)
        case LettersInspected(inspector=who):
            return ((StaffDuty.INSPECTOR, who),)
        case _:
            return ()
