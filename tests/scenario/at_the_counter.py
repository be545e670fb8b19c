"""A real station with its people enrolled, for tests of one situation at the counter."""

import asyncio
import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest

from media_station.model.errors import Refused
from media_station.model.kind import MediumKind
from media_station.model.steps import StepKind
from media_station.rehearsal import media
from media_station.rehearsal.house import House
from media_station.rehearsal.payload import synthesize
from media_station.rehearsal.people import Counter
from media_station.rehearsal.walk import Staff, Walk, sample_masters, sample_terms, staff

ROOT = Path(__file__).parents[2]
RECORDS = 20
STICK_BYTES = 4 * 1024 * 1024
LIMIT_SECONDS = 300  # against a hang; the longest walk takes a fifth of it


def at_the_counter(
    folder: Path,
    doing: Callable[[Walk], Awaitable[None]],
    *,
    payload: bytes = b"",
    sticks: int = 1,
    stick_bytes: int = STICK_BYTES,
    commands: Mapping[str, Sequence[str]] | None = None,
    two_person: str = "",
    more_settings: str = "",
    limit_seconds: float | None = LIMIT_SECONDS,
    plugged: Sequence[media.Bay] = (),
    enrolled: bool = False,
) -> House:
    """Runs `doing` in a house of its own, whose roles are started by `commands`; what the house left behind.

    `enrolled`: its people were, once for all the tests of this process that say so, and the house is a copy; else they
    are now. `two_person` is one more action for which its policy asks for a second person, `more_settings` stand at its
    settings' end, `plugged` are bays beside its own. Without a limit, whoever waits has one
    for each wait.
    """
    path = folder / "payload.csv"
    path.write_bytes(payload or synthesize(RECORDS, 7))
    house = House(folder / "house", commands=commands)
    bays = [media.stick(folder, f"usb{n}", f"RH000000010{n}", stick_bytes) for n in range(sticks)]
    bays += [*plugged, media.blank_disc(folder, "dvd0")]

    async def whole():
        await house.start()
        counter = Counter(house.run / "people.sock", house.uids, house.revive)
        walk = _walk(house, counter, people or staff(), bays, path)
        try:
            if people is None:
                async with asyncio.timeout(LIMIT_SECONDS):
                    await walk.enrol()
            async with asyncio.timeout(limit_seconds):
                await doing(walk)
        finally:
            await counter.close()
            house.stop()

    try:
        people = _copied(house) if enrolled else None
        if people is None:
            house.set_up([])
        settings = house.station / "station.toml"
        settings.write_text(settings.read_text() + "".join(bay.settings() for bay in bays) + more_settings)
        if two_person:
            settings.write_text(settings.read_text().replace("two_person = [", f'two_person = ["{two_person}", '))
        asyncio.run(whole())
    finally:
        for bay in bays:
            media.remove(bay)
    return house


def _copied(house: House) -> Staff:
    """Of the one whose people are enrolled: who they are."""
    standing, people = _enrolled()
    shutil.copytree(standing.folder, house.folder)
    settings = house.station / "station.toml"
    settings.write_text(settings.read_text().replace(str(standing.run), str(house.run)))
    return deepcopy(people)


@cache
def _enrolled() -> tuple[House, Staff]:
    """A house that stands still: its people were enrolled, once for all that is copied from it."""
    folder = Path(tempfile.mkdtemp(prefix="enrolled-"))
    atexit.register(shutil.rmtree, folder)
    house, people = House(folder / "house"), staff()

    async def whole():
        house.set_up([])
        await house.start()
        counter = Counter(house.run / "people.sock", house.uids, house.revive)
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                await _walk(house, counter, people, [], folder).enrol()
        finally:
            await counter.close()
            house.stop()

    asyncio.run(whole())
    for person in people.all():
        person.session = ""
    return house, people


def _walk(house: House, counter: Counter, people: Staff, bays: Sequence[media.Bay], payload: Path) -> Walk:
    return Walk(
        house=house,
        counter=counter,
        staff=people,
        bays=bays,
        payload=payload,
        records=RECORDS,
        terms=sample_terms(ROOT / "config" / "consignment.sample.csv"),
        masters=sample_masters(ROOT / "config" / "masters"),
        told=lambda _: None,
        written=lambda *_: None,
        erased=lambda *_: None,
    )


async def refused(doing) -> str:
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value.code


async def until(walk, kind: StepKind):
    """Walks on until this step is what comes next; the view that says so."""
    walk.kinds = (MediumKind.USB,)
    while True:
        view = await walk._once()
        if view is not None and walk.transfer:
            now = await walk.counter.see("Transfer", walk.staff.operator, transfer=walk.transfer)
            if now.steps and now.steps[0].kind is kind:
                return now


def journal(house: House) -> Path:
    return house.station / "state" / "desk" / "journal"


def records(house: House) -> list[dict]:
    """The journal as any JSON reader sees it, without a line that is being written."""
    segments = sorted(journal(house).glob("*.jsonl"))
    return [json.loads(line) for segment in segments for line in segment.read_bytes().split(b"\n")[:-1]]


def told(house: House, action: str) -> list[dict]:
    """The data of each record of this action."""
    return [each["media_station"]["data"] for each in records(house) if each["event"]["action"] == action]


def check_the_journal_verifies(house: House) -> None:
    script, key = ROOT / "scripts" / "verify_journal.py", house.station / "public" / "journal.pub"
    command = [sys.executable, str(script), str(journal(house)), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
