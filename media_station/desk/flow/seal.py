"""F2 O5: unseal, re-seal to a generated password, render the image around the live ciphertext, in one pass.

What is on the disk is ciphertext alone. The second pass over the plaintext must match the approved hash, or there is
no image and so no order.
"""

import asyncio
import io
from collections.abc import Iterator

from media_station.age import passphrase
from media_station.age.decrypt import decrypt
from media_station.age.encrypt import encrypt, encrypted_length
from media_station.age.scrypt import ScryptRecipient
from media_station.desk.access.authority import Authority
from media_station.desk.desk import Desk
from media_station.desk.hands.passing import Passing
from media_station.desk.image import build, leaflet, manifest, opener
from media_station.desk.ledger.views import terms_of
from media_station.model.asks import Seal
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.medium import CUSTODY, MEDIUM, CustodyState, MediumRegistered, MediumState
from media_station.model.payload import ImageSealed, PayloadInspected, PayloadReceived
from media_station.model.transfer import ENDED, TRANSFER, TransferOpened, TransferState
from media_station.model.views import Answer, Progress


async def seal(desk: Desk, by: Authority, ask: Seal) -> Answer:
    """Refused SEA-001 if the medium isn't ready, SEA-002 if it is too small, SEA-004 for an erased medium that carried
    another consignment's data or whose transfer isn't closed yet, SEA-005 for a kind that wasn't approved for the
    transfer, SEA-006 if somebody ended it; IntegrityViolation SEA-003.
    """
    if desk.ledger.state(MEDIUM, ask.medium) not in {MediumState.READY, MediumState.CERTIFIED}:
        raise Refused("SEA-001", medium=ask.medium)
    _check_again(desk, ask)
    if desk.ledger.state(TRANSFER, ask.transfer) not in {TransferState.OPENED, TransferState.OUT}:
        raise Refused("FLW-002", number=ask.transfer)
    if ask.medium in desk.performing:
        raise Refused("FLW-003", number=ask.medium)
    if desk.ledger.state(CUSTODY, ask.medium) is not CustodyState.HAND:
        raise Refused("SEA-001", medium=ask.medium)
    registered = desk.ledger.history("medium", ask.medium).the(MediumRegistered)
    opened = desk.ledger.history("transfer", ask.transfer).the(TransferOpened)
    if registered.kind not in opened.kinds:
        raise Refused("SEA-005", medium=ask.medium, kind=registered.kind.value)
    payload = desk.ledger.history("payload", opened.payload)
    received, inspected = payload.the(PayloadReceived), payload.the(PayloadInspected)
    agreed = terms_of(desk.ledger, ask.transfer)
    password = passphrase.generate()
    recipient = ScryptRecipient(password)
    made = desk.clock.wall()
    draft = manifest.Draft(
        identity=desk.house.identity.name,
        medium=ask.medium,
        transfer=ask.transfer,
        consignment=opened.consignment,
        records=opened.records,
        ciphertext_length=encrypted_length(received.plaintext_length, recipient),
        made=made,
        signer=desk.keys.receipts,
    )
    plan = build.Plan(
        kind=build.ImageKind.of(registered.kind),
        label=ask.medium,
        ciphertext_length=draft.ciphertext_length,
        manifest_length=draft.length,
        pieces=(
            leaflet.leaflet(
                medium_number=ask.medium,
                contact=agreed.contact_tree,
                records=opened.records,
                rehearsal=desk.house.identity.rehearsal,
            ),
            opener.opener(),
        ),
        created=made,
    )
    if plan.length > registered.size_bytes:
        raise Refused("SEA-002", needs=plan.length, has=registered.size_bytes)

    def work() -> build.Image:
        with desk.spool.payload(opened.payload) as sealed, desk.spool.new_image(ask.medium, plan.length) as out:
            plain = Passing(decrypt(sealed, desk.keys.sealing))
            ciphertext = _told(desk, ask.medium, encrypt(io.BufferedReader(plain, 1 << 18), recipient, threads=2), plan)
            image = build.write_image(plan, ciphertext, draft.signed, out)
            if plain.sha256() != inspected.plaintext_sha256:
                raise IntegrityViolation("SEA-003", payload=opened.payload)
            return image

    desk.performing.add(ask.medium)
    try:
        image = await asyncio.to_thread(work)
        if ask.medium in desk.stopping:
            desk.spool.drop_image(ask.medium)
            raise Refused("SEA-006", medium=ask.medium)
    finally:
        desk.performing.discard(ask.medium)
        desk.stopping.discard(ask.medium)
    sealed = ImageSealed(
        payload=opened.payload,
        transfer=ask.transfer,
        medium=ask.medium,
        kind=registered.kind,
        image_sha256=image.sha256,
        image_length=image.length,
        ciphertext_sha256=image.ciphertext_sha256,
        ciphertext_length=draft.ciphertext_length,
        opener_sha256=opener.opener_sha256(),
        vault_sha256="",
    )
    (record,) = desk.journal.commit(
        sealed, actor=by.operator, vault=lambda: desk.vault.put_password(ask.medium, password)
    )
    facts = {"image_sha256": image.sha256, "image_length": str(image.length)}
    return Answer(record=record.sequence, action=sealed.name, facts=facts)


def _check_again(desk: Desk, ask: Seal) -> None:
    earlier = desk.ledger.history("medium", ask.medium).last(ImageSealed)
    if earlier is None:
        return
    before, now = (
        desk.ledger.history("transfer", number).the(TransferOpened) for number in (earlier.transfer, ask.transfer)
    )
    if desk.ledger.state(TRANSFER, earlier.transfer) not in ENDED or before.consignment != now.consignment:
        raise Refused("SEA-004", medium=ask.medium)


def _told(desk: Desk, medium: str, pieces: Iterator[memoryview], plan: build.Plan) -> Iterator[memoryview]:
    done = 0
    for piece in pieces:
        done += len(piece)
        yield piece
        desk.tell(Progress(subject=medium, phase="seal", done=done, total=plan.ciphertext_length))
        if medium in desk.stopping:
            raise Refused("SEA-006", medium=medium)
