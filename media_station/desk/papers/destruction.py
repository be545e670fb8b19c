"""媒体物理的破壊記録書."""

from collections.abc import Sequence

from media_station.desk.desk import Desk
from media_station.desk.ledger.index import History
from media_station.desk.papers.sheet import (
    NOBODYS,
    Copy,
    Fields,
    Sheet,
    common,
    listed,
    local,
    make_sheet,
    of_medium,
    person,
    stated,
)
from media_station.model.erasure import ErasureEnded, MediumDestroyed
from media_station.model.medium import MediumRegistered
from media_station.model.order import Verdict


def media_on(desk: Desk, number: str) -> list[str]:
    """Those that were destroyed under this record's number, in the order in which they were named."""
    return [each.medium for each in desk.ledger.of(MediumDestroyed).all(MediumDestroyed) if each.record == number]


async def make_record(desk: Desk, number: str, copy: Copy | None = None) -> Sheet:
    media = media_on(desk, number)
    return await (_make_of_one(desk, media[0], copy) if len(media) == 1 else _make_of_many(desk, media, copy))


async def _make_of_many(desk: Desk, media: Sequence[str], copy: Copy | None) -> Sheet:
    """一括: what they have in common above, then a line for each."""
    histories = [desk.ledger.history("medium", medium) for medium in media]
    about, destroyed = histories[0].record(MediumDestroyed), histories[0].the(MediumDestroyed)
    lines = []
    for history in histories:
        each = history.the(MediumDestroyed)
        of = of_medium(desk, history, each.transfer)
        lines.append(
            [
                str(of["medium_number"]),
                str(of["medium_kind"]),
                str(of["serial"]) or "なし",
                each.transfer or NOBODYS,
                f"{of['information']}{not_erased(history)}",
                f"{of['records']:,} 件",
            ]
        )
    fields: Fields = {
        **common(desk, number=destroyed.record, transfer="", about=about),
        "title": "媒体物理的破壊記録書（一括）",
        "number_label": "記録書番号",
        "lead": "次のとおり、媒体を立会者の面前で物理的に破壊した。データの消去（上書き）を証明するものではない。",
        "stated": [
            stated("数量", f"{len(media)} 点"),
            stated("破壊の理由", destroyed.reason),
            stated("破壊の方法", destroyed.method),
            stated("使用機器", destroyed.device),
            stated("粒度", destroyed.particle),
            stated("場所", destroyed.place),
            stated("日時", local(about)),
            stated("残さの処分", destroyed.residue),
            stated("実施者", person(desk, destroyed.performer)),
            stated("立会者", person(desk, destroyed.witness)),
        ],
        **listed(("管理番号 4", "種別 4", "シリアル番号 4", "提供番号 4", "情報の内容 6", "件数 2"), lines),
        "seals": ["実施者", "立会者", "承認者"],
    }
    tells = [history.record(kind) for history in histories for kind in (MediumDestroyed, MediumRegistered)]
    return await make_sheet(desk, "form", fields, tells=tells, copy=copy)


async def _make_of_one(desk: Desk, medium: str, copy: Copy | None) -> Sheet:
    history = desk.ledger.history("medium", medium)
    destroyed, about = history.the(MediumDestroyed), history.record(MediumDestroyed)
    fields = {
        **common(desk, number=destroyed.record, transfer=destroyed.transfer, about=about),
        **of_medium(desk, history, destroyed.transfer),
        "reason": f"{destroyed.reason}{not_erased(history)}",
        "batch": "",
        "method": destroyed.method,
        "device": destroyed.device,
        "particle_size": destroyed.particle,
        "place": destroyed.place,
        "destroyed_at": local(about),
        "residue": destroyed.residue,
        "performer": person(desk, destroyed.performer),
        "witness": person(desk, destroyed.witness),
        "approver": "",
    }
    tells = (about, history.record(MediumRegistered))
    return await make_sheet(desk, "destruction_record", fields, tells=tells, copy=copy)


def not_erased(history: History) -> str:
    """Of a medium whose last erasure did not pass: what it came to, and where it was seen."""
    ended = history.last(ErasureEnded)
    if ended is None or ended.verdict is Verdict.PASS:
        return ""
    evidence = ended.evidence
    where = f"、{evidence.differs_at:,}バイト目からのセクタが不一致" if evidence.differs_at >= 0 else ""
    return f"（消去の結果 {evidence.verdict.value} {evidence.code}{where}）"
