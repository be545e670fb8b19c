"""The whole flow, told in two languages: the second half of scripts/demo."""

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from media_station.doors.people import People
from media_station.doors.socket import connect
from media_station.model.errors import StationError
from media_station.model.steps import Step
from media_station.model.views import Progress, TransferView
from media_station.rehearsal import media
from media_station.rehearsal.facts import Facts
from media_station.rehearsal.house import House
from media_station.rehearsal.media import Bay
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.people import Counter
from media_station.rehearsal.trial import Trial, take_real_media
from media_station.rehearsal.walk import Walk, sample_masters, sample_terms, staff
from media_station.texts.texts import tell
from media_station.texts.words import STEP_WORDS

CONFIG = Path(__file__).resolve().parents[2] / "config"
MARK = ".media-station-rehearsal"
_PASSWORD = re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5})+")


def main() -> int:
    parser = argparse.ArgumentParser(prog="rehearsal", description="Runs the main job with synthetic data.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="where everything is left; emptied if it is ours")
    parser.add_argument("--records", type=int, default=5400)
    parser.add_argument("--seed", type=int, default=20250120)
    parser.add_argument(
        "--trial",
        metavar="BAY",
        help="疎通試験：この所に入れた本物の媒体に、架空のデータを書く（USBは消去する） / writes synthetic data "
        "onto the machine's own medium in this bay, to try the contractor's PC; a stick is erased first",
    )
    asked = parser.parse_args()
    folder: Path = asked.directory.resolve()
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        print(
            f"{folder}: 空でなく、この訓練の出力でもありません。not empty, and not an earlier rehearsal",
            file=sys.stderr,
        )
        return 2
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    try:
        if asked.trial:
            print(_tried(folder, *asyncio.run(try_out(folder, asked.trial, asked.records, asked.seed))))
            return 0
        view = asyncio.run(rehearse(folder, asked.records, asked.seed))
    except StationError as error:
        print(tell(error), file=sys.stderr)
        return error.exit_code
    _summary(folder, view)
    return 0


async def rehearse(folder: Path, records: int, seed: int) -> TransferView:
    """From a synthetic payload to a closed transfer; `folder` holds what a person would look at."""
    payload = _payload(folder, records, seed)
    house = House(folder)
    bays = _bays(folder / "bays")
    facts = Facts(folder=folder)
    try:
        house.set_up(bays)
        await house.start()
        counter = Counter(house.run / "people.sock", house.uids, house.revive)
        papers, journal = house.station / "state" / "papers", house.station / "state" / "desk" / "journal"
        walk = Walk(
            house=house,
            counter=counter,
            staff=staff(),
            bays=bays,
            payload=payload,
            records=records,
            terms=sample_terms(CONFIG / "consignment.sample.csv"),
            masters=sample_masters(CONFIG / "masters"),
            told=_told,
            written=lambda number, bay: facts.copy_of(
                number, bay, image_length(journal, number), password_on_paper(papers, journal, number)
            ),
            erased=facts.erased_copy_of,
        )
        await walk.enrol()
        watching = asyncio.create_task(_watch(house, walk))
        view = await walk.to_the_end()
        watching.cancel()
        await counter.close()
    finally:
        house.stop()
        for bay in bays:
            media.remove(bay)
    facts.write(
        payload=payload,
        records=records,
        papers=papers,
        journal=journal,
        public_key=house.station / "public" / "journal.pub",
    )
    return view


async def try_out(
    folder: Path, bay: str, records: int, seed: int, *, bays: Sequence[Bay] = ()
) -> tuple[str, Path, str]:
    """Number, notice and password of a medium that is really written; `bays` beside the machine's own."""
    payload = _payload(folder, records, seed)
    house = House(folder)
    try:
        house.set_up(bays)
        take_real_media(house)
        await house.start()
        trial = Trial(
            house=house,
            counter=Counter(house.run / "people.sock", house.uids, house.revive),
            staff=staff(),
            bays=[],
            payload=payload,
            records=records,
            terms=sample_terms(CONFIG / "consignment.sample.csv"),
            masters=sample_masters(CONFIG / "masters"),
            told=_told,
            written=lambda *_: None,
            erased=lambda *_: None,
        )
        await trial.enrol()
        watching = asyncio.create_task(_watch(house, trial))
        number = await trial.made(bay)
        watching.cancel()
        await trial.counter.close()
    finally:
        house.stop()
    papers, journal = house.station / "state" / "papers", house.station / "state" / "desk" / "journal"
    notice = papers / f"{_data(journal, 'notice.printed', number)['notice']}.pdf"
    return number, notice, password_on_paper(papers, journal, number)


def _payload(folder: Path, records: int, seed: int) -> Path:
    payload = folder / "payload" / "tokusoku.csv"
    payload.parent.mkdir()
    payload.write_bytes(synthesize(records, seed))
    return payload


def _tried(folder: Path, number: str, notice: Path, password: str) -> str:
    return f"""
疎通試験の媒体 {number} ができました（訓練用・無効。データは架空です）。{notice.name} を渡し、
受託者のパソコンで開けることと、件数・確認コードを確かめてください。記録は {_shown(folder)} だけにあります。
The medium {number} is ready to be tried at the contractor's PC: synthetic data, void. Its notice is
{_shown(notice)}, its password {password}."""


def _bays(folder: Path) -> list[Bay]:
    folder.mkdir()
    return [
        media.stick(folder, "usb0", "RH0000000001"),
        media.stick(folder, "usb1", "RH0000000002"),
        media.blank_disc(folder, "dvd0"),
    ]


def image_length(journal: Path, medium: str) -> int:
    """By the journal's own record of the sealed image."""
    length: int = _data(journal, "image.sealed", medium)["image_length"]
    return length


def password_on_paper(papers: Path, journal: Path, medium: str) -> str:
    """The contractor's way to it: read from the printed notice."""
    notice = papers / f"{_data(journal, 'notice.printed', medium)['notice']}.pdf"
    text = subprocess.run(["pdftotext", "-layout", notice, "-"], capture_output=True, text=True, check=True).stdout
    found = _PASSWORD.search(text)
    if found is None:
        raise ValueError(f"no password can be read on {notice.name}")
    return found[0]


def _data(journal: Path, action: str, medium: str) -> dict[str, Any]:
    for segment in sorted(journal.glob("*.jsonl")):
        for line in segment.read_text().splitlines():
            record = json.loads(line)
            data: dict[str, Any] = record["media_station"]["data"]
            if record["event"]["action"] == action and data["medium"] == medium:
                return data
    raise LookupError(f"{action} {medium}")


def _told(step: Step) -> None:
    japanese, english = STEP_WORDS[step.kind]
    print(
        f"\r\033[K・{japanese}  {step.subject}\n  {english}"
        if sys.stdout.isatty()
        else f"・{japanese}  {step.subject} / {english}"
    )


async def _watch(house: House, walk: Walk) -> None:
    """Progress with time left, on the last line of a terminal."""
    if not sys.stdout.isatty():
        return
    began: dict[tuple[str, str], float] = {}
    while True:
        await asyncio.sleep(0.2)
        if not (session := walk.staff.operator.session):
            continue
        with contextlib.suppress(StationError):
            async with (
                connect(house.run / "people.sock", People, uids=house.uids) as door,
                contextlib.aclosing(door.stream("Watch", session=session)) as stream,
            ):
                async for progress in stream:
                    _show(progress, began)


def _show(progress: Progress, began: dict[tuple[str, str], float]) -> None:
    now = time.monotonic()
    start = began.setdefault((progress.subject, progress.phase), now)
    share = progress.done / max(progress.total, 1)
    left = (now - start) * (1 - share) / share if share else 0.0
    bar = "#" * int(share * 30)
    print(f"\r\033[K  {progress.phase:<8} [{bar:<30}] {share:4.0%}  残り/left {left:4.1f} s", end="", flush=True)


def _summary(folder: Path, view: TransferView) -> None:
    media_told = ", ".join(f"{medium.medium} ({medium.state})" for medium in view.media)
    print(
        f"""
----------------------------------------------------------------------
完了：{view.transfer}（{view.records:,} 件）  媒体：{media_told}
  データは暗号化してUSBとDVDに書き込み、読み戻して照合し、手渡し、返却後に
  USBを消去（証明書発行）、DVDを破壊（記録書発行）、パスワードを廃棄しました。
Closed: {view.records:,} synthetic records went out sealed on a stick and a disc, came back, and were accounted for.

  papers/      媒体消去証明書・破壊記録書・確認記録票・パスワード通知書 / the papers, as PDF
  media/       媒体の内容の写し / copies of what was on the media; *.erased.img after the erasure
  journal/     アクセス記録 / the journal; check it with
               scripts/verify_journal.py {_shown(folder)}/journal --key {_shown(folder)}/journal.pub
  facts.json   すべての所在 / where everything is, with the passwords, since this is a rehearsal
  開き方 / open one yourself:  age -d media/….age   (7z x media/….img)
すべて訓練用（無効）です。/ All of it is a rehearsal and void."""
    )


def _shown(folder: Path) -> str:
    return os.path.relpath(folder)


if __name__ == "__main__":
    sys.exit(main())
