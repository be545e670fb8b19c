"""O9: the certificate, out of nothing but a completed and validated erasure in the journal; 再発行, and void.

What was issued is never changed.
"""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.ledger.views import certificate_of, master_row
from media_station.desk.papers import certificate
from media_station.model.asks import Certify, ReissueCertificate, RenderCertificate, VoidCertificate
from media_station.model.certificate import (
    CERTIFICATE,
    CertificateIssued,
    CertificateReissued,
    CertificateRendered,
    CertificateState,
    CertificateSuperseded,
    CertificateVoided,
    Issued,
)
from media_station.model.duties import StaffDuty
from media_station.model.erasure import ErasureEnded, ErasureValidated
from media_station.model.errors import Refused
from media_station.model.handover import MediumReturned
from media_station.model.ids import PaperLetter
from media_station.model.masters import MasterKind
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.order import Verdict
from media_station.model.payload import ImageSealed
from media_station.model.views import Answer


async def certify(desk: Desk, by: Authority, ask: Certify) -> Answer:
    """Refused CRT-001 unless a PASS after the medium's return was validated, CRT-002 for the performer, DTY-001 for who
    may not certify it.
    """
    if desk.ledger.state(MEDIUM, ask.medium) is not MediumState.VALIDATED:
        raise Refused("CRT-001", medium=ask.medium)
    history = desk.ledger.history("medium", ask.medium).since(ImageSealed)
    erasure, validated = history.record(ErasureEnded), history.the(ErasureValidated)
    if history.the(ErasureEnded).verdict is not Verdict.PASS:
        raise Refused("CRT-001", medium=ask.medium)
    if erasure.sequence < history.record(MediumReturned).sequence:
        raise Refused("CRT-001", medium=ask.medium)
    if by.operator == validated.performer:
        raise Refused("CRT-002")
    require_apart(desk.ledger, validated.transfer, by.operator, StaffDuty.CERTIFIER)
    issued = CertificateIssued(
        certificate=_next_number(desk),
        medium=ask.medium,
        transfer=validated.transfer,
        erasure=erasure.sequence,
        performer=validated.performer,
        validator=validated.validator,
        approver=by.operator,
    )
    (record,) = desk.journal.commit(issued, actor=by.operator)
    return Answer(record=record.sequence, action=issued.name, facts={"certificate": issued.certificate})


def _next_number(desk: Desk) -> str:
    count = desk.ledger.count(CertificateIssued) + desk.ledger.count(CertificateReissued)
    return desk.house.identity.paper_number(PaperLetter.CERTIFICATE, count + 1)


def _valid(desk: Desk, number: str) -> Issued:
    """How it was issued; Refused FLW-002 if there is no such certificate, CRT-003 if it is void."""
    state = desk.ledger.state(CERTIFICATE, number)
    if state is None:
        raise Refused("FLW-002", number=number)
    if state is CertificateState.VOID:
        raise Refused("CRT-003", number=number)
    issued: list[Issued] = desk.ledger.history("certificate", number).all(CertificateIssued, CertificateReissued)
    return issued[0]


async def render(desk: Desk, by: Authority, ask: RenderCertificate) -> Answer:
    """Refused PAP-011 if it is printed and scanned back, CRT-003 if it is void."""
    issued = _valid(desk, ask.certificate)
    if desk.ledger.state(CERTIFICATE, ask.certificate) is CertificateState.SCANNED:
        raise Refused("PAP-011", number=ask.certificate)
    sheet = await certificate.make_certificate(desk, issued)
    rendered = CertificateRendered(
        certificate=ask.certificate,
        medium=issued.medium,
        transfer=issued.transfer,
        sha256=sheet.sha256,
        qr_sha256=sheet.qr_sha256,
    )
    (record,) = desk.journal.commit(rendered, actor=by.operator)
    await sheet.print(desk)
    return Answer(record=record.sequence, action=rendered.name, facts={"paper": ask.certificate})


async def reissue(desk: Desk, by: Authority, ask: ReissueCertificate) -> Answer:
    """Refused CRT-003 if it is void already, DST-002 for a reason that isn't in the masters, CRT-002 for the performer,
    DTY-001 for who may not certify it.
    """
    issued = _valid(desk, ask.certificate)
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)
    if by.operator == issued.performer:
        raise Refused("CRT-002")
    require_apart(desk.ledger, issued.transfer, by.operator, StaffDuty.CERTIFIER)
    anew = CertificateReissued(
        certificate=_next_number(desk),
        supersedes=ask.certificate,
        medium=issued.medium,
        transfer=issued.transfer,
        erasure=issued.erasure,
        performer=issued.performer,
        validator=issued.validator,
        approver=by.operator,
        reason=reason["title"],
    )
    superseded = CertificateSuperseded(certificate=ask.certificate, successor=anew.certificate)
    _, record = desk.journal.commit(superseded, anew, actor=by.operator)
    return Answer(record=record.sequence, action=anew.name, facts={"certificate": anew.certificate})


async def void(desk: Desk, by: Authority, ask: VoidCertificate) -> Answer:
    """Refused CRT-003 if it is void already, DST-002 for a reason that isn't in the masters, CNT-002 without the
    reason's paper.
    """
    issued = _valid(desk, ask.certificate)
    reason = master_row(desk.ledger, MasterKind.REASONS, "reason", ask.reason)
    if not ask.binder:
        raise Refused("CNT-002")
    last = certificate_of(desk.ledger, desk.ledger.history("medium", issued.medium))
    rests = last == issued and desk.ledger.state(MEDIUM, issued.medium) is MediumState.CERTIFIED
    voided = CertificateVoided(
        certificate=ask.certificate,
        medium=issued.medium if rests else "",
        reason=reason["title"],
        binder=ask.binder,
        approver=by.second,
    )
    (record,) = desk.journal.commit(voided, actor=by.operator)
    return Answer(record=record.sequence, action=voided.name, facts={})
