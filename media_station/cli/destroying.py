"""media-station medium destroy, entrust, proved: in the house before a witness, or by a firm; several on one record."""

import argparse
from collections.abc import Callable, Mapping
from typing import Final

from media_station.cli import output, session
from media_station.model.asks import Ask, DestroyTogether, Entrust, ProveDestruction
from media_station.texts.prompts import prompt

_DESTROY = """媒体を立会者の面前で破壊したことを記録します。複数の媒体は一枚の記録書になります（一括）。
Records that media were destroyed before a witness; several of them stand on one record. It needs a code,
and two persons where the policy says so."""
_ENTRUST = """破壊する媒体を業者に引き渡したことを記録します。破壊済になるのは、業者の証明書を記録したときだけです。
Records that media left to a firm that destroys them. They are destroyed only when its proof is recorded:
medium proved. Lost on the way: an incident. It needs a code, and two persons where the policy says so."""
_PROVED = """業者の破壊証明書を記録します。一つの記録書のうち業者に残っている媒体を、すべて指定します。
Records the firm's proof of destruction, for all media that it still has of one record. It needs a witness who
saw the paper, a code, and two persons where the policy says so."""

ASKS: Final[Mapping[str, Callable[[argparse.Namespace], Ask]]] = {
    "destroy": lambda asked: DestroyTogether(media=asked.numbers, **of(asked, "reason", "device", "place", "witness")),
    "entrust": lambda asked: Entrust(
        media=asked.numbers, **of(asked, "reason", "firm", "taker", "bag", "binder", "proof_by")
    ),
    "proved": lambda asked: ProveDestruction(media=asked.numbers, **of(asked, "binder", "day", "method", "witness")),
}
_SAID: Final = {"entrust": "entrusted"}


def arrange(what: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    destroy = what.add_parser("destroy", help="媒体を破壊した / media were destroyed")
    given = "--reason write-once --device office-shredder --place kinko --witness shonin-ichiro"
    output.explain(destroy, _DESTROY, examples=(f"medium destroy R1-D-00001 R1-D-00002 \\\n    {given}",))
    entrust = what.add_parser("entrust", help="破壊事業者に渡した / media left to a firm that destroys them")
    given = "--reason write-once --firm yokai-center --taker 回収太郎 --bag カバン-3 --binder 受領-7"
    output.explain(entrust, _ENTRUST, examples=(f"medium entrust R1-D-00001 \\\n    {given} --proof-by 2026-12-25",))
    proved = what.add_parser("proved", help="業者の破壊証明書 / the firm's proof of destruction")
    given = "--binder 別紙-40 --day 2026-12-10 --method 溶解 --witness shonin-ichiro"
    output.explain(proved, _PROVED, examples=(f"medium proved R1-D-00001 \\\n    {given}",))
    for page in (destroy, entrust, proved):
        page.add_argument("numbers", nargs="+", metavar="NUMBER", help="媒体の番号\nthe media's numbers")
    for page in (destroy, entrust):
        _add(page, "reason", "ID", "理由（マスタの番号）\nof the master of reasons")
    _add(destroy, "device", "ID", "機器（マスタの番号）\nof the master of shredders")
    _add(destroy, "place", "ID", "場所（マスタの番号）\nof the master of places")
    _add(entrust, "firm", "ID", "業者（マスタの番号）\nof the master of firms")
    _add(entrust, "taker", "NAME", "受取者の氏名\nwho takes them along")
    _add(entrust, "bag", "NUMBER", "かばんの番号\nthe bag's number")
    _add(entrust, "binder", "NUMBER", "受領書の綴りの番号\nthe receipt's number")
    _add(entrust, "proof-by", "DAY", "証明書の期限（YYYY-MM-DD）\nday by which the proof is due")
    _add(proved, "binder", "NUMBER", "証明書の綴りの番号\nthe proof's number")
    _add(proved, "day", "DAY", "証明書にある破壊の日\nday of destruction, as on the proof")
    _add(proved, "method", "TEXT", "証明書にある破壊の方法\nmethod, as on the proof")
    _add(destroy, "witness", "OPERATOR", "立会者の操作者名\nwho watched it")
    _add(proved, "witness", "OPERATOR", "証明書を共に見た操作者名\nwho saw the proof too")
    for page in (destroy, entrust, proved):
        output.arrange_json(page)
        session.arrange(page)


def _add(page: argparse.ArgumentParser, name: str, shown: str, told: str) -> None:
    page.add_argument(f"--{name}", metavar=shown, required=True, help=told)


def of(asked: argparse.Namespace, *names: str) -> dict[str, str]:
    """What was asked, by the names of a request's fields."""
    return {name: getattr(asked, name) for name in names}


async def destroy(asked: argparse.Namespace) -> int:
    """Refused as the asks are, and what the medium's table doesn't allow."""
    ask = ASKS[asked.what](asked)
    async with session.signed_in(asked) as at:
        second = await at.see("NeedsSecond", action=type(ask).__name__)
        answer = await at.do(ask, fresh=True, second=second)
    if asked.json:
        output.print_json([{"media": " ".join(asked.numbers), **answer.facts}])
    else:
        said = _SAID.get(asked.what, "destroyed")
        print(prompt(said, asked.lang, media=" ".join(asked.numbers), **answer.facts))
    return 0
