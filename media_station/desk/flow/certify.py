"""O9: the certificate, out of nothing but a completed and validated erasure in the journal."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.duties import require_apart
from media_station.desk.papers import certificate
from media_station.model.asks import Certify, RenderCertificate
from media_station.model.certificate import CERTIFICATE, CertificateIssued, CertificateRendered, CertificateState
from media_station.model.duties import StaffDuty
from media_station.model.erasure import ErasureEnded, ErasureValidated
from media_station.model.errors import Refused
from media_station.model.handover import MediumReturned
from media_station.model.ids import PaperLetter
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
        certificate=desk.house.identity.paper_number(PaperLetter.CERTIFICATE, desk.ledger.count(CertificateIssued) + 1),
        medium=ask.medium,
        transfer=validated.transfer,
        erasure=erasure.sequence,
        performer=validated.performer,
        validator=validated.validator,
        approver=by.operator,
    )
    (record,) = desk.journal.commit(issued, actor=by.operator)
    return Answer(record=record.sequence, action=issued.name, facts={"certificate": issued.certificate})


async def render(desk: Desk, by: Authority, ask: RenderCertificate) -> Answer:
    """Refused PAP-011 if it is printed already."""
    if desk.ledger.state(CERTIFICATE, ask.certificate) is CertificateState.RENDERED:
        raise Refused("PAP-011", number=ask.certificate)
    if desk.ledger.state(CERTIFICATE, ask.certificate) is not CertificateState.ISSUED:
        raise Refused("FLW-002", number=ask.certificate)
    issued = desk.ledger.history("certificate", ask.certificate).the(CertificateIssued)
    sha256 = await certificate.print_certificate(desk, issued)
    rendered = CertificateRendered(
        certificate=ask.certificate, medium=issued.medium, transfer=issued.transfer, sha256=sha256
    )
    (record,) = desk.journal.commit(rendered, actor=by.operator)
    return Answer(record=record.sequence, action=rendered.name, facts={"paper": ask.certificate})
