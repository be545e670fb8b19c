"""媒体物理的破壊記録書, and the 引渡書 that goes along to a firm."""

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
from media_station.model.erasure import ErasureEnded, MediumDestroyed, MediumEntrusted
from media_station.model.errors import Refused
from media_station.model.medium import MediumRegistered
from media_station.model.order import Verdict
from media_station.proof.record import Record

_COLUMNS = ("管理番号 4", "種別 4", "シリアル番号 4", "提供番号 4", "情報の内容 6", "件数 2")


def media_on(desk: Desk, number: str) -> list[str]:
    """Those that were destroyed under this record's number, in the order in which they were named."""
    return [each.medium for each in desk.ledger.of(MediumDestroyed).all(MediumDestroyed) if each.record == number]


async def make_record(desk: Desk, number: str, copy: Copy | None = None) -> Sheet:
    media = media_on(desk, number)
    by_a_firm = desk.ledger.history("medium", media[0]).the(MediumDestroyed).proof
    if len(media) > 1 or by_a_firm:
        return await _make_of_many(desk, media, copy)
    return await _make_of_one(desk, media[0], copy)


async def _make_of_many(desk: Desk, media: Sequence[str], copy: Copy | None) -> Sheet:
    """一括: what they have in common above, then a line for each."""
    histories = [desk.ledger.history("medium", medium) for medium in media]
    about, destroyed = histories[0].record(MediumDestroyed), histories[0].the(MediumDestroyed)
    lines = [_line(desk, history, history.the(MediumDestroyed).transfer) for history in histories]
    fields: Fields = {
        **common(desk, number=destroyed.record, transfer="", about=about),
        "title": "媒体物理的破壊記録書（外部委託）" if destroyed.proof else "媒体物理的破壊記録書（一括）",
        "number_label": "記録書番号",
        **(_by_firm(desk, histories[0]) if destroyed.proof else _in_house(desk, destroyed, about, len(media))),
        **listed(_COLUMNS, lines),
    }
    tells = [history.record(kind) for history in histories for kind in (MediumDestroyed, MediumRegistered)]
    return await make_sheet(desk, "form", fields, tells=tells, copy=copy)


def _in_house(desk: Desk, destroyed: MediumDestroyed, about: Record, count: int) -> Fields:
    return {
        "lead": "次のとおり、媒体を立会者の面前で物理的に破壊した。データの消去（上書き）を証明するものではない。",
        "stated": [
            stated("数量", f"{count} 点"),
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
        "seals": ["実施者", "立会者", "承認者"],
    }


def _by_firm(desk: Desk, history: History) -> Fields:
    destroyed, entrusted = history.the(MediumDestroyed), history.the(MediumEntrusted)
    return {
        "lead": "次の媒体を事業者に引き渡し、物理的に破壊した旨の証明書を受領した。破壊に区の職員は立ち会っていない。",
        "stated": [
            stated("破壊の理由", destroyed.reason),
            stated("破壊事業者", destroyed.device),
            stated("引渡日・受取者", f"{entrusted.day}　{entrusted.taker}"),
            stated("かばん・受領書の綴り番号", f"{entrusted.bag}・{entrusted.binder}"),
            stated("破壊証明書の綴り番号", destroyed.proof),
            stated("破壊の日（証明書による）", destroyed.day),
            stated("破壊の方法（証明書による）", destroyed.method),
            stated("証明書を確認した日時", local(history.record(MediumDestroyed))),
            stated("確認者", person(desk, destroyed.performer)),
            stated("確認の立会者", person(desk, destroyed.witness)),
        ],
        "seals": ["確認者", "確認の立会者", "承認者"],
    }


def entrusted_list(desk: Desk, number: str, record: str) -> Fields:
    """破壊委託媒体引渡書: what goes along, to be receipted by the firm. Refused FLW-002 if nothing left so."""
    told = desk.ledger.of(MediumEntrusted).records
    left = [
        (each, each.event) for each in told if isinstance(each.event, MediumEntrusted) and each.event.record == record
    ]
    if not left:
        raise Refused("FLW-002", number=record)
    about, entrusted = left[0]
    histories = [desk.ledger.history("medium", each.medium) for _, each in left]
    return {
        **common(desk, number=number, transfer="", about=about),
        "title": "破壊委託媒体引渡書",
        "number_label": "引渡書番号",
        "lead": "次の媒体を、物理的な破壊のため引き渡す。破壊後、管理番号、日及び方法を記した証明書を提出すること。",
        "stated": [
            stated("記録書番号", record),
            stated("破壊事業者", entrusted.firm),
            stated("受取者", entrusted.taker),
            stated("かばん", entrusted.bag),
            stated("引渡しの日", entrusted.day),
            stated("証明書の提出期限", entrusted.proof_by),
            stated("引渡者", person(desk, about.actor)),
            stated("数量", f"{len(left)} 点"),
        ],
        **listed(
            ("管理番号 4", "種別 4", "シリアル番号 5", "照合 2"),
            [[*_line(desk, each, "")[:3], ""] for each in histories],
        ),
        "seals": ["区（引渡者）", "破壊事業者（受取者）"],
    }


def _line(desk: Desk, history: History, transfer: str) -> list[str]:
    of = of_medium(desk, history, transfer)
    return [
        str(of["medium_number"]),
        str(of["medium_kind"]),
        str(of["serial"]) or "なし",
        transfer or NOBODYS,
        f"{of['information']}{not_erased(history)}",
        f"{of['records']:,} 件",
    ]


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
