"""What was sealed for a reader, and the media that carry it. None of them ever carries a transfer's image before."""

from media_station.desk.ledger.index import Ledger
from media_station.model.backup import BackupMade
from media_station.model.bundle import (
    BUNDLE,
    KEPT,
    BundleRendered,
    BundleReturned,
    BundleSealed,
    JournalExported,
)
from media_station.model.erasure import ErasureEnded
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, MediumState
from media_station.model.payload import ImageSealed

Sealed = BundleSealed | JournalExported | BackupMade
IN_THE_SPOOL = frozenset({MediumState.SEALED, MediumState.WRITING})


def kept(ledger: Ledger, bundle: str) -> Sealed:
    """Refused FLW-002 for what was never sealed, or is purged."""
    if ledger.state(BUNDLE, bundle) not in KEPT:
        raise Refused("FLW-002", number=bundle)
    history = ledger.history("bundle", bundle)
    return history.last(JournalExported) or history.last(BackupMade) or history.the(BundleSealed)


def is_the_stations_own(ledger: Ledger, bundle: str) -> bool:
    """A backup that nobody asked for: the station made it by itself."""
    made = [each for each in ledger.history("bundle", bundle).records if isinstance(each.event, BackupMade)]
    return any(not each.actor for each in made)


def incident_of(sealed: Sealed) -> str:
    """Empty for a part of the journal, and for a backup."""
    return sealed.incident if isinstance(sealed, BundleSealed) else ""


def carried(ledger: Ledger, medium: str) -> BundleRendered | None:
    """What this medium carries or is to carry: None for a transfer's, and for one that is empty again."""
    history = ledger.history("medium", medium)
    rendered = history.last(BundleRendered)
    since = history.since(BundleRendered)
    gone = since.last(ErasureEnded) or since.last(BundleReturned)
    if rendered is None or gone or history.last(ImageSealed) or ledger.state(MEDIUM, medium) not in _CARRYING:
        return None
    return rendered


_CARRYING = IN_THE_SPOOL | {MediumState.WRITTEN, MediumState.OUT, MediumState.LOST}


def waiting(ledger: Ledger, bundle: str) -> list[str]:
    """The media whose images with this bundle are in the spool, not written yet."""
    media = {each.medium for each in ledger.history("bundle", bundle).all(BundleRendered)}
    return sorted(each for each in media if is_in_the_spool(ledger, each, bundle))


def is_in_the_spool(ledger: Ledger, medium: str, bundle: str = "") -> bool:
    """An image of an export is kept until it is written; `bundle`: of this one."""
    rendered = carried(ledger, medium)
    return rendered is not None and bundle in ("", rendered.bundle) and ledger.state(MEDIUM, medium) in IN_THE_SPOOL
