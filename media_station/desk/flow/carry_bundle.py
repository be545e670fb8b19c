"""O11 S7: a sealed bundle leaves on a medium: its image, an order, the read-back; out to its reader, and back.

The image is the bundle's own ciphertext in a file system, with a leaflet. It stays in the spool until it is written.
"""

import asyncio
from collections.abc import Iterator

from media_station.desk.access.authority import Authority
from media_station.desk.access.carry_out import carry_out, in_bay
from media_station.desk.access.mint import mint
from media_station.desk.desk import Desk
from media_station.desk.image import build, export_leaflet, manifest
from media_station.desk.ledger.bundles import Sealed, carried, incident_of, is_in_the_spool, kept
from media_station.desk.ledger.views import check_not_past
from media_station.model.asks import HandOverBundle, KeepBundle, TakeBackBundle, WriteBundle
from media_station.model.backup import BackupMade
from media_station.model.bundle import (
    BundleHandedOver,
    BundleKept,
    BundleRendered,
    BundleReturned,
    BundleSealed,
    JournalExported,
)
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.medium import CUSTODY, MEDIUM, CustodyState, MediumRegistered, MediumState
from media_station.model.views import Answer, Progress

_PIECE = 1 << 20
_CONTENTS: dict[type[Sealed], export_leaflet.Contents] = {
    BundleSealed: export_leaflet.EVIDENCE,
    JournalExported: export_leaflet.LINES,
    BackupMade: export_leaflet.BACKUP,
}


async def write_bundle(desk: Desk, by: Authority, ask: WriteBundle) -> Answer:
    """Refused FLW-002 for a bundle that isn't kept, SEA-001 for a medium that isn't empty, in hand and without another
    image, SEA-002 if it is too small, SEA-006 if somebody ended it, FLW-003 while somebody is at either;
    IntegrityViolation SPL-002, SPL-005 if the spool doesn't hold what was sealed.
    """
    sealed = kept(desk.ledger, ask.bundle)
    for number in (ask.bundle, ask.medium):
        if number in desk.performing:
            raise Refused("FLW-003", number=number)
    rendered = carried(desk.ledger, ask.medium)
    state = desk.ledger.state(MEDIUM, ask.medium)
    again = state is MediumState.SEALED and rendered is not None and rendered.bundle == ask.bundle
    in_hand = desk.ledger.state(CUSTODY, ask.medium) is CustodyState.HAND
    if not in_hand or not (again or state is MediumState.READY):
        raise Refused("SEA-001", medium=ask.medium)
    # What makes no image can't be stopped as one.
    performing = {ask.bundle} if again else {ask.bundle, ask.medium}
    desk.performing.update(performing)
    try:
        try:
            loaded = await in_bay(desk, ask.bay, ask.medium)
            if not again or rendered is None:
                rendered = await _rendered(desk, by, ask, sealed)
        finally:
            desk.performing.difference_update(performing)
            desk.stopping.discard(ask.medium)
        with desk.spool.image(ask.medium) as image:
            issued, order = mint(
                desk,
                by,
                medium=ask.medium,
                transfer="",
                loaded=loaded,
                image_sha256=rendered.image_sha256,
                image_length=rendered.image_length,
            )
            return await carry_out(desk, by, issued, desk.drive.write(order, image, ask.bay, desk.tell))
    finally:
        if not is_in_the_spool(desk.ledger, ask.medium):
            desk.spool.drop_image(ask.medium)


async def hand_over(desk: Desk, by: Authority, ask: HandOverBundle) -> Answer:
    """Refused FLW-002 for a medium without a written bundle, HND-015 without who takes it, HND-003 without the bag's
    number, CNT-002 without the receipt's, DUE-001 for a day that is over.
    """
    carries = _carried(desk, ask.medium, MediumState.WRITTEN)
    if not ask.taker:
        raise Refused("HND-015")
    if not ask.bag:
        raise Refused("HND-003")
    if not ask.binder:
        raise Refused("CNT-002")
    if ask.back_by:
        check_not_past(ask.back_by, desk.clock.day())
    handed = BundleHandedOver(
        bundle=carries.bundle,
        incident=carries.incident,
        medium=ask.medium,
        binder=ask.binder,
        day=desk.clock.day(),
        back_by=ask.back_by,
        taker=ask.taker,
        bag=ask.bag,
    )
    (record,) = desk.journal.commit(handed, actor=by.operator)
    return Answer(record=record.sequence, action=handed.name, facts={"bundle": carries.bundle})


async def take_back(desk: Desk, by: Authority, ask: TakeBackBundle) -> Answer:
    """Refused FLW-002 for a medium that isn't out with a bundle."""
    carries = _carried(desk, ask.medium, MediumState.OUT, MediumState.LOST)
    return _ended(desk, by, carries, BundleReturned, ask.binder)


async def keep(desk: Desk, by: Authority, ask: KeepBundle) -> Answer:
    """Refused FLW-002 for a medium that isn't out with a bundle, CNT-002 without the receipt's number."""
    carries = _carried(desk, ask.medium, MediumState.OUT)
    if not ask.binder:
        raise Refused("CNT-002")
    return _ended(desk, by, carries, BundleKept, ask.binder)


def _ended(
    desk: Desk, by: Authority, carries: BundleRendered, how: type[BundleReturned | BundleKept], binder: str
) -> Answer:
    event = how(
        bundle=carries.bundle,
        incident=carries.incident,
        medium=carries.medium,
        binder=binder,
        day=desk.clock.day(),
    )
    (record,) = desk.journal.commit(event, actor=by.operator)
    return Answer(record=record.sequence, action=event.name, facts={"bundle": carries.bundle})


def _carried(desk: Desk, medium: str, *states: MediumState) -> BundleRendered:
    carries = carried(desk.ledger, medium)
    if carries is None or desk.ledger.state(MEDIUM, medium) not in states:
        raise Refused("FLW-002", number=medium)
    return carries


async def _rendered(desk: Desk, by: Authority, ask: WriteBundle, sealed: Sealed) -> BundleRendered:
    registered = desk.ledger.history("medium", ask.medium).the(MediumRegistered)
    made = desk.clock.wall()
    draft = manifest.BundleDraft(
        identity=desk.house.identity.name,
        medium=ask.medium,
        bundle=ask.bundle,
        ciphertext_length=sealed.length,
        made=made,
        signer=desk.keys.receipts,
    )
    leaflet = export_leaflet.leaflet(
        medium_number=ask.medium,
        bundle=ask.bundle,
        contents=_CONTENTS[type(sealed)],
        rehearsal=desk.house.identity.rehearsal,
    )
    plan = build.Plan(
        kind=build.ImageKind.of(registered.kind),
        label=ask.medium,
        ciphertext_length=draft.ciphertext_length,
        manifest_length=draft.length,
        pieces=(leaflet,),
        created=made,
    )
    if plan.length > registered.size_bytes:
        raise Refused("SEA-002", needs=plan.length, has=registered.size_bytes)

    def pieces() -> Iterator[bytes]:
        done = 0
        with desk.spool.bundle(ask.bundle) as source:
            while piece := source.read(_PIECE):
                done += len(piece)
                yield piece
                desk.tell(Progress(subject=ask.medium, phase="seal", done=done, total=sealed.length))
                if ask.medium in desk.stopping:
                    raise Refused("SEA-006", medium=ask.medium)

    def work() -> build.Image:
        with desk.spool.new_image(ask.medium, plan.length) as out:
            image = build.write_image(plan, pieces(), draft.signed, out)
            if image.ciphertext_sha256 != sealed.sha256:
                raise IntegrityViolation("SPL-005", file=ask.bundle)
            return image

    image = await asyncio.to_thread(work)
    if ask.medium in desk.stopping:
        raise Refused("SEA-006", medium=ask.medium)
    rendered = BundleRendered(
        bundle=ask.bundle,
        incident=incident_of(sealed),
        medium=ask.medium,
        image_sha256=image.sha256,
        image_length=image.length,
    )
    desk.journal.commit(rendered, actor=by.operator)
    return rendered
