"""media-station medium destroy: before a witness, one or several on one record."""

import argparse

from media_station.cli import output, session
from media_station.model.asks import DestroyTogether
from media_station.texts.prompts import prompt

_DESTROY = """媒体を立会者の面前で破壊したことを記録します。複数の媒体は一枚の記録書になります（一括）。
Records that media were destroyed before a witness; several of them stand on one record. It needs a code,
and two persons where the policy says so."""


def arrange(what: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    page = what.add_parser("destroy", help="媒体を破壊した / media were destroyed")
    given = "--reason write-once --device office-shredder --place kinko --witness shonin-ichiro"
    output.explain(page, _DESTROY, examples=(f"medium destroy R1-D-00001 R1-D-00002 \\\n    {given}",))
    page.add_argument("numbers", nargs="+", metavar="NUMBER", help="媒体の番号\nthe media's numbers")
    page.add_argument("--reason", metavar="ID", required=True, help="理由（マスタの番号）\nof the master of reasons")
    page.add_argument("--device", metavar="ID", required=True, help="機器（マスタの番号）\nof the master of shredders")
    page.add_argument("--place", metavar="ID", required=True, help="場所（マスタの番号）\nof the master of places")
    page.add_argument("--witness", metavar="OPERATOR", required=True, help="立会者の操作者名\nwho watched it")
    output.arrange_json(page)
    session.arrange(page)


async def destroy(asked: argparse.Namespace) -> int:
    """Refused DST-001 to DST-003, and what the medium's table doesn't allow."""
    how = {name: getattr(asked, name) for name in ("reason", "device", "place", "witness")}
    ask = DestroyTogether(media=asked.numbers, **how)
    async with session.signed_in(asked) as at:
        second = await at.see("NeedsSecond", action=type(ask).__name__)
        answer = await at.do(ask, fresh=True, second=second)
    if asked.json:
        output.print_json([{"media": " ".join(asked.numbers), **answer.facts}])
    else:
        print(prompt("destroyed", asked.lang, media=" ".join(asked.numbers), **answer.facts))
    return 0
