"""パスワード通知書: the one sheet that carries a secret."""

from media_station.desk.desk import Desk
from media_station.desk.image.layout import payload_name
from media_station.desk.papers.sheet import Sheet, common, make_secret
from media_station.model.handover import NoticeSpoiled
from media_station.model.ids import PaperLetter
from media_station.model.payload import ImageSealed


async def make_notice(desk: Desk, medium: str) -> Sheet:
    """Under a number of its own."""
    history = desk.ledger.history("medium", medium)
    sealed = history.the(ImageSealed)
    # Numbered as what made it necessary, an image or a spoiled sheet: two notices printed at once can't take one
    # number, and none is taken twice.
    causes = desk.ledger.of(ImageSealed, NoticeSpoiled).records
    count = 1 + max(number for number, cause in enumerate(causes) if getattr(cause.event, "medium", "") == medium)
    number = desk.house.identity.paper_number(PaperLetter.NOTICE, count)
    fields = {
        **common(desk, number=number, transfer=sealed.transfer, about=history.record(ImageSealed)),
        "medium_number": medium,
        "transfer_number": sealed.transfer,
        "file_name": payload_name(medium),
        "password": desk.vault.password(medium),
        "opener_sha256": sealed.opener_sha256,
    }
    return await make_secret(desk, "notice", fields)
