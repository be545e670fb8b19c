"""媒体物理的破壊記録書."""

from media_station.desk.desk import Desk
from media_station.desk.ledger.index import History
from media_station.desk.papers.sheet import Copy, Sheet, common, local, make_sheet, of_medium, person
from media_station.model.erasure import ErasureEnded, MediumDestroyed
from media_station.model.medium import MediumRegistered
from media_station.model.order import Verdict


async def make_record(desk: Desk, medium: str, copy: Copy | None = None) -> Sheet:
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
