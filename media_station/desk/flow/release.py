"""S7: what was sealed for a reader leaves at the gate: nothing but what people released for the district host, until it
is purged. The host gets ciphertext; that it is whole it sees by the signed list.
"""

import asyncio
import hashlib
import os

from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.ledger.bundles import Sealed, incident_of, kept
from media_station.model.asks import ReleaseBundle
from media_station.model.bundle import BUNDLE, BundleReleased, BundleSent, BundleState
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import parse_bundle
from media_station.model.instant import wall_text
from media_station.model.views import Answer
from media_station.proof.note import JSON, sign_json

MOST = 64  # the list of them is one message
_PIECE = 1 << 20


async def release(desk: Desk, by: Authority, ask: ReleaseBundle) -> Answer:
    """Refused FLW-002 for a bundle that isn't kept, FLW-001 if it is released already, FLW-003 while somebody is at it,
    SPL-007 if too many are; IntegrityViolation SPL-002, SPL-005 if the spool doesn't hold what was sealed.
    """
    sealed = kept(desk.ledger, ask.bundle)
    if ask.bundle in desk.performing:
        raise Refused("FLW-003", number=ask.bundle)
    if len(_offered(desk)) >= MOST:
        raise Refused("SPL-007", most=MOST)
    desk.performing.add(ask.bundle)
    try:
        await asyncio.to_thread(_verify, desk, sealed)
    finally:
        desk.performing.discard(ask.bundle)
    event = BundleReleased(bundle=ask.bundle, incident=incident_of(sealed))
    (record,) = desk.journal.commit(event, actor=by.operator)
    facts = {"bundle": ask.bundle, "sha256": sealed.sha256, "length": str(sealed.length)}
    return Answer(record=record.sequence, action=event.name, facts=facts)


def released(desk: Desk) -> str:
    """Signed JSON, purpose `exports`."""
    found = [kept(desk.ledger, each) for each in _offered(desk)]
    exports: list[JSON] = [{"bundle": each.bundle, "length": each.length, "sha256": each.sha256} for each in found]
    fields: dict[str, JSON] = {
        "station": desk.house.identity.name,
        "at": wall_text(desk.clock.wall()),
        "exports": exports,
    }
    return sign_json("exports", fields, desk.keys.receipts).decode()


def send(desk: Desk, untrusted_bundle: str) -> int:
    """A descriptor of its ciphertext, for reading, which the caller closes. That it leaves is recorded before.

    Refused IDS-001 for what is no number, SPL-008 for one that isn't released; IntegrityViolation SPL-002, SPL-005 if
    the spool doesn't hold what was sealed.
    """
    bundle = parse_bundle(untrusted_bundle)
    if desk.ledger.state(BUNDLE, bundle) is not BundleState.RELEASED:
        raise Refused("SPL-008", bundle=bundle)
    sealed = kept(desk.ledger, bundle)
    history = desk.ledger.history("bundle", bundle)
    with desk.spool.bundle(bundle) as file:
        if os.fstat(file.fileno()).st_size != sealed.length:
            raise IntegrityViolation("SPL-005", file=bundle)
        if history.last(BundleSent) is None:
            clerk = history.record(BundleReleased).actor
            sent = BundleSent(
                bundle=bundle,
                incident=incident_of(sealed),
                clerk=clerk,
                day=desk.clock.day(),
                sha256=sealed.sha256,
            )
            desk.journal.commit(sent)
        return os.dup(file.fileno())


def _offered(desk: Desk) -> list[str]:
    """What was released and lies there: no backup holds exports, so that a restored station has none of before."""
    return [each for each in desk.ledger.in_state(BUNDLE, BundleState.RELEASED) if desk.spool.has_bundle(each)]


def _verify(desk: Desk, sealed: Sealed) -> None:
    seen, length = hashlib.sha256(), 0
    with desk.spool.bundle(sealed.bundle) as source:
        while piece := source.read(_PIECE):
            seen.update(piece)
            length += len(piece)
    if (seen.hexdigest(), length) != (sealed.sha256, sealed.length):
        raise IntegrityViolation("SPL-005", file=sealed.bundle)
