"""O9: the password is destroyed, the spool purged, the transfer closed: complete, or truthfully by an incident."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import counts, media_of, transfer_facts, unexplained
from media_station.model.asks import Close, DestroyPassword, Purge
from media_station.model.errors import Refused
from media_station.model.handover import PasswordDestroyed
from media_station.model.incident import INCIDENT, IncidentState
from media_station.model.payload import PAYLOAD, ImageSealed, PayloadPurged, PayloadState
from media_station.model.steps import Step, StepKind, accounted, next_steps
from media_station.model.transfer import Count, Ending, TransferClosed, TransferOpened
from media_station.model.views import Answer


async def destroy_password(desk: Desk, by: Authority, ask: DestroyPassword) -> Answer:
    """Struck from the vault; the tables say when (after ⑦ or an approver's word, the notice back, lost or kept)."""
    sealed = desk.ledger.history("medium", ask.medium).last(ImageSealed)
    if sealed is None:
        raise Refused("FLW-002", number=ask.medium)
    _check_due(desk, sealed.transfer, StepKind.DESTROY_PASSWORD, ask.medium)
    destroyed = PasswordDestroyed(medium=ask.medium, transfer=sealed.transfer, vault_sha256="")
    (record,) = desk.journal.commit(destroyed, actor=by.operator, vault=lambda: desk.vault.strike_password(ask.medium))
    return Answer(record=record.sequence, action=destroyed.name, facts={})


async def purge(desk: Desk, by: Authority, ask: Purge) -> Answer:
    """Files first, then the record: a crash between leaves a purge that can be asked for again."""
    state = desk.ledger.state(PAYLOAD, ask.payload)
    began = desk.ledger.history("payload", ask.payload).last(TransferOpened)
    media: list[str] = []
    if began is not None:
        _check_due(desk, began.transfer, StepKind.PURGE, ask.payload)
        media = media_of(desk.ledger, began.transfer)
    elif state not in {PayloadState.REFUSED, PayloadState.REJECTED}:
        raise Refused("FLW-002", number=ask.payload)
    desk.spool.purge(ask.payload, media)
    purged = PayloadPurged(payload=ask.payload)
    (record,) = desk.journal.commit(purged, actor=by.operator)
    return Answer(record=record.sequence, action=purged.name, facts={})


async def close(desk: Desk, by: Authority, ask: Close) -> Answer:
    """完了: Refused CLS-001 while a step is left, CLS-002 while counts differ without an explanation, CLS-003 with what
    of O9's five is missing for good. 事故終結: CLS-004 unless a closed incident of this transfer tells why, CNT-002
    without the paper.
    """
    complete = ask.ending is Ending.COMPLETE
    facts = transfer_facts(desk.ledger, ask.transfer)
    if complete:
        missing = [name for name, there in accounted(facts).items() if not there]
        if missing and {step.kind for step in next_steps(facts)} == {StepKind.CLOSE_BY_INCIDENT}:
            raise Refused("CLS-003", missing=", ".join(missing))
        _check_due(desk, ask.transfer, StepKind.CLOSE, "")
        for each in unexplained(desk.ledger, ask.transfer):
            raise Refused("CLS-002", count=each.count.value, expected=each.expected, reported=each.found)
    else:
        told = ask.incident in facts.incidents and desk.ledger.state(INCIDENT, ask.incident) is IncidentState.CLOSED
        if not told:
            raise Refused("CLS-004")
        if not ask.binder:
            raise Refused("CNT-002")
        _check_due(desk, ask.transfer, StepKind.CLOSE_BY_INCIDENT, next(iter(facts.incidents)))
    history = desk.ledger.history("transfer", ask.transfer)
    posted = counts(history).get(Count.POSTED)
    closed = TransferClosed(
        transfer=ask.transfer,
        ending=ask.ending,
        records=history.the(TransferOpened).records,
        posted=0 if posted is None else posted.value,
        incident="" if complete else ask.incident,
        binder="" if complete else ask.binder,
        approver=by.operator,
    )
    (record,) = desk.journal.commit(closed, actor=by.operator)
    return Answer(record=record.sequence, action=closed.name, facts={})


def _check_due(desk: Desk, transfer: str, kind: StepKind, subject: str) -> None:
    steps = next_steps(transfer_facts(desk.ledger, transfer))
    if Step(kind=kind, subject=subject) not in steps:
        left = ", ".join(dict.fromkeys(step.kind.value for step in steps)) or "-"
        raise Refused("CLS-001", left=left)
