"""A hundred thousand messages that are no requests: each refused with a code and counted, and nothing else happens."""

import json
import re
from collections import Counter
from datetime import datetime

import psutil
from at_the_counter import check_the_journal_verifies, records
from attacking import (
    CELL,
    CLOCK,
    FINDINGS,
    INTAKE,
    MEDIA,
    ONCE,
    PEOPLE,
    code,
    heard,
    in_the_end,
    is_refusal,
    said,
    standing,
)
from noise import Noise

from media_station.doors.cell import Cell
from media_station.doors.clock import SetsClock
from media_station.doors.findings import Findings
from media_station.doors.intake import Intake
from media_station.doors.media import Media
from media_station.doors.people import People

MIB = 1 << 20
MESSAGES = {PEOPLE: 50_000, INTAKE: 24_000, FINDINGS: 2_000, MEDIA: 24_000, CELL: 2_000, CLOCK: 1_000}
INTERFACES = {PEOPLE: People, INTAKE: Intake, FINDINGS: Findings, MEDIA: Media, CELL: Cell, CLOCK: SetsClock}
AT_ONCE = {door: 100 if door in ONCE else 50 for door in MESSAGES}  # on one connection
FROM_ALL_ROOMS = {"DOR-016", "DOR-017", "ACC-010", "ACC-011", "IDS-001", "FLW-002", "RCV-001", "DRV-010"}
REFUSED = {"request.refused", "sign_in.refused", "step_up.refused", "session.ended", "station.stopped"}


def test_noise_is_refused_and_counted_and_leaves_everything_as_it_was(tmp_path):
    assert sum(MESSAGES.values()) >= 100_000
    with standing(tmp_path) as station:
        sessions = [station.session(each) for each in station.walk.staff.all()]
        noises = {door: Noise(interface, f"noise at {door}", sessions) for door, interface in INTERFACES.items()}
        quiet, content = len(records(station.house)), station.walk.bays[0].path.read_bytes()
        codes: Counter[str] = Counter()
        for door, noise in noises.items():  # after the first tenth all is loaded that will be
            codes += made(station, door, noise, MESSAGES[door] // 10)
        before = {role: (station.rss(role), open_files(station, role)) for role in ("desk", "drive")}
        for door, noise in noises.items():
            codes += made(station, door, noise, MESSAGES[door] - MESSAGES[door] // 10)
        in_the_end(lambda: all(open_files(station, role) <= files for role, (_, files) in before.items()))
        for role, (rss, _) in before.items():
            assert station.rss(role) - rss < 6 * MIB
        station.check_it_stands()
        assert station.walk.bays[0].path.read_bytes() == content
    assert codes.keys() >= FROM_ALL_ROOMS
    noise = records(station.house)[quiet:]
    assert {each["event"]["action"] for each in noise} <= REFUSED
    assert counted([each for each in noise if is_refusal(each)], station.log()) == MESSAGES
    check_the_journal_verifies(station.house)


def made(station, door: str, noise: Noise, messages: int) -> Counter[str]:
    """So many messages at a door, each refused; the codes that came as answers."""
    codes: Counter[str] = Counter()
    for _ in range(messages // AT_ONCE[door]):
        asked = [noise.answered() for _ in range(AT_ONCE[door] - 1)]
        with station.knock(door) as sock:
            said(sock, b"".join(asked) + noise.cut_off())
            answers = [json.loads(each) for each in heard(sock, AT_ONCE[door])[:-1].split(b"\0")]
        assert len(answers) == len(asked), asked[len(answers) :][:1]
        for message, answer in zip(asked, answers, strict=True):
            assert code(answer), message
            codes[code(answer)] += 1
    return codes


def counted(refusals: list[dict], log: str) -> Counter[str]:
    """By door: how many refusals the records tell of. Of each kind, there is one a minute, and one at the end."""
    told = [each["media_station"]["data"] for each in refusals]
    kinds = Counter((each["door"], each["request"], each["code"], each["uid"]) for each in told)
    first, last = (datetime.fromisoformat(each["@timestamp"]) for each in (refusals[0], refusals[-1]))
    assert max(kinds.values()) <= 2 + (last - first).total_seconds() // 60
    by_door = Counter()
    for each in told:
        by_door[each["door"]] += 1 + each["unrecorded"]
    for door, unrecorded in re.findall(r"request\.refused .*\bdoor=(\w+) .*\bunrecorded=(\d+)", log):
        by_door[door] += 1 + int(unrecorded)
    return by_door


def open_files(station, role: str) -> int:
    return psutil.Process(station.pids[role]).num_fds()
