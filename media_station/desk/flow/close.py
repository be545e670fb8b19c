"""O9: the password is destroyed, the spool purged, the transfer closed when all is accounted for."""

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.views import media_of, transfer_facts
from media_station.model.asks import Close, DestroyPassword, Purge
from media_station.model.errors import Refused
from media_station.model.handover import PasswordDestroyed
from media_station.model.payload import ImageSealed, PayloadPurged
from media_station.model.steps import Step, StepKind, next_steps
from media_station.model.transfer import Count, CountReported, LettersInspected, TransferClosed, TransferOpened
from media_station.model.views import Answer


async def destroy_password(desk: Desk, by: Authority, ask: DestroyPassword) -> Answer:
    """Struck from the vault; the table says when (after ⑦, the notice back or never printed)."""
    sealed = desk.ledger.history("medium", ask.medium).the(ImageSealed)
    _check_due(desk, sealed.transfer, StepKind.DESTROY_PASSWORD, ask.medium)
    destroyed = PasswordDestroyed(medium=ask.medium, transfer=sealed.transfer, vault_sha256="")
    (record,) = desk.journal.commit(destroyed, actor=by.operator, vault=lambda: desk.vault.strike_password(ask.medium))
    return Answer(record=record.sequence, action=destroyed.name, facts={})


async def purge(desk: Desk, by: Authority, ask: Purge) -> Answer:
    """Files first, then the record: a crash between leaves a purge that can be asked for again."""
    _check_due(desk, ask.transfer, StepKind.PURGE, "")
    payload = desk.ledger.history("transfer", ask.transfer).the(TransferOpened).payload
    desk.spool.purge(payload, media_of(desk.ledger, ask.transfer))
    purged = PayloadPurged(payload=payload)
    (record,) = desk.journal.commit(purged, actor=by.operator)
    return Answer(record=record.sequence, action=purged.name, facts={})


async def close(desk: Desk, by: Authority, ask: Close) -> Answer:
    """Refused CLS-001 while a step is left, CLS-002 while counts differ without an explanation."""
    _check_due(desk, ask.transfer, StepKind.CLOSE, "")
    history = desk.ledger.history("transfer", ask.transfer)
    records = history.the(TransferOpened).records
    inspected = history.the(LettersInspected)
    counts = {each.count: each for each in history.all(CountReported)}
    expected = {Count.PRINTED: records, Count.POSTED: inspected.inspected - inspected.pulled}
    for count, value in expected.items():
        if counts[count].value != value and not counts[count].note:
            raise Refused("CLS-002", count=count.value, expected=value, reported=counts[count].value)
    closed = TransferClosed(transfer=ask.transfer, records=records, posted=counts[Count.POSTED].value)
    (record,) = desk.journal.commit(closed, actor=by.operator)
    return Answer(record=record.sequence, action=closed.name, facts={})


def _check_due(desk: Desk, transfer: str, kind: StepKind, subject: str) -> None:
    steps = next_steps(transfer_facts(desk.ledger, transfer))
    if Step(kind=kind, subject=subject) not in steps:
        left = ", ".join(dict.fromkeys(step.kind.value for step in steps)) or "-"
        raise Refused("CLS-001", left=left)
