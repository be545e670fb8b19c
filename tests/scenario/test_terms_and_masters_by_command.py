"""O1 O3 O8 O11: consignments and masters as staff bring them in: CSVs, by command, each by two people."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from at_a_console import people_door
from typing_commands import Typing
from walking_in_one import CONFIG

from media_station.model.masters import MasterKind

NUMBER = "2026-TAX-003"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypingAt(Typing):
    door: Path


def csv_of(walk, folder: Path, **changed: str) -> Path:
    """The shipped sample, filled in; as Excel saves it."""
    text = (CONFIG / "consignment.sample.csv").read_text(encoding="utf-8")
    text = text.replace("2024-TAX-017", NUMBER)
    text = text.replace("TO-BE-FILLED-WITH-THE-VERIFIER-KEY-OF-THE-SENDER", walk.terms.submission_key)
    for label, value in changed.items():
        text = "\n".join(f"{label},{value}," if line.startswith(label) else line for line in text.split("\n"))
    path = folder / "terms.csv"
    path.write_bytes(text.encode("cp932"))
    return path


def test_a_consignment_is_proposed_opened_amended_and_ended_by_command_and_has_its_handlers(walk, tmp_path):
    staff = walk.staff
    operator, approver = staff.operator, staff.approver

    async def doing():
        async with people_door(walk.house) as door:
            typing, said = TypingAt(walk=walk, door=door), []

            async def typed(*command, by, refused=""):
                done = await typing.piped(*map(str, command), by=by)
                assert (done.code == 0) is (not refused), done.err
                assert refused in done.err
                said.append(done.out.strip())

            await typed("consignment", "propose", csv_of(walk, tmp_path), by=operator)
            await typed("consignment", "open", NUMBER, by=operator, refused="ACC-011")
            await typed("consignment", "open", NUMBER, by=approver)
            handlers = tmp_path / "handlers.csv"
            sample = (CONFIG / "masters" / "handlers.sample.csv").read_text(encoding="utf-8")
            handlers.write_bytes(sample.replace("2024-TAX-017", NUMBER).encode("cp932"))
            await typed("masters", "propose", MasterKind.HANDLERS.value, handlers, by=operator)
            number = said[-1].split(":")[0]
            await typed("masters", "adopt", number, by=approver)
            known = await walk.counter.all("Handlers", operator, consignment=NUMBER)
            assert [each.handler for each in known][:2] == ["sekinin", "hakobiya"]
            amended = csv_of(walk, tmp_path, 返却期限日数="7")
            arguments = ("-m", "media_station.cli.main", "consignment", "amend", str(amended))
            done = await typing.of_two(*arguments, "--consultation", "協議-4", by=operator, second=approver)
            assert done.code == 0, done.err
            await walk.counter.advance(60)
            await typed("consignment", "end", NUMBER, by=approver)
            await typed("consignment", "propose", handlers, by=operator, refused="FRM-001")
            return said

    said = walk.house.run(asyncio.wait_for(doing(), 300))
    assert said[0].startswith(f"{NUMBER}: ")
    of_it = {
        action: [each for each in walk.house.told(f"consignment.{action}") if each["consignment"] == NUMBER]
        for action in ("proposed", "opened", "amended", "ended")
    }
    assert list(map(len, of_it.values())) == [1, 1, 1, 1]
    (amended,) = of_it["amended"]
    assert (amended["terms"]["return_days"], amended["consultation"]) == (7, "協議-4")
