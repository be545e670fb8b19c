"""docs/reading.md: each of its examples, typed as it stands, answers what a reading of the lines does."""

import json
import os
import re
import subprocess
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from recovering import IDENTITY, SIGNER, written
from years_of_records import CLERK, lines

ROOT = Path(__file__).parents[3]
RECORDS = 1500
EXAMPLES = re.findall(r"```sh\n(.*?)\n```", (ROOT / "docs" / "reading.md").read_text(encoding="utf-8"), re.DOTALL)
MEDIUM = "E1-U-00001"


@pytest.fixture(scope="module")
def records() -> list[dict]:
    return [json.loads(line) for _, line in islice(lines(SIGNER, IDENTITY), RECORDS)]


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, list[str]]:
    """What each example prints, beside a station's segments."""
    folder = written(tmp_path_factory.mktemp("reading"), RECORDS) / "journal"
    home = {
        **os.environ,
        "HOME": str(folder.parent),
        "XDG_CONFIG_HOME": "",
        "TERM": "dumb",
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
    }
    format_file = ROOT / "config" / "lnav" / "media-station.json"
    subprocess.run(["lnav", "-i", str(format_file)], env=home, capture_output=True, check=True)
    answers = {}
    for example in EXAMPLES:
        command = ["bash", "-euo", "pipefail", "-c", example]
        done = subprocess.run(command, cwd=folder, env=home, capture_output=True, text=True, check=True, timeout=120)
        assert done.stderr == ""
        answers[example] = done.stdout.splitlines()
    return answers


def told(answers, *of: str) -> list[str]:
    """What the one example with these words answers."""
    (found,) = (lines for example, lines in answers.items() if all(each in example for each in of))
    return found


def test_none_of_them_answers_nothing(answers):
    assert len(answers) == 10
    assert [example for example, lines in answers.items() if len(lines) < 2] == []


def test_jq_counts_what_happened(answers, records):
    counted = Counter(each["event"]["action"] for each in records)
    assert {line.split()[1]: int(line.split()[0]) for line in told(answers, "jq", "uniq", ".event.action")} == counted


def test_jq_tells_a_mediums_life_and_what_was_refused(answers, records):
    life = [each for each in records if each["media_station"]["data"].get("medium") == MEDIUM]
    assert [json.loads(line)[1] for line in told(answers, "jq", MEDIUM)] == [each["event"]["action"] for each in life]
    failed = [each["@timestamp"] for each in records if each["event"]["outcome"] == "failure"]
    assert [line.split("\t")[0] for line in told(answers, "jq", "failure")] == failed


def test_jq_tells_a_persons_days_a_requirements_records_and_makes_a_table(answers, records):
    days = Counter(each["@timestamp"][:10] for each in records if each.get("user", {}).get("name") == CLERK)
    assert {line.split()[1]: int(line.split()[0]) for line in told(answers, "jq", CLERK)} == days
    of_o8 = [n for n, each in enumerate(records) if "O8" in each["media_station"]["requirements"]]
    assert [json.loads(line)[0] for line in told(answers, "jq", "O8")] == of_o8
    assert len(told(answers, "@csv")) == RECORDS


def test_lnav_answers_sql_over_the_format(answers, records):
    counted = Counter(each["event"]["action"] for each in records)
    rows = [line.split() for line in told(answers, "lnav", "GROUP BY action")][1:]
    assert {action: int(times) for action, times in rows} == counted
    issued = Counter(
        each["media_station"]["data"]["action"] for each in records if each["event"]["action"] == "order.issued"
    )
    assert {what: int(n) for what, n in (line.split() for line in told(answers, "order.issued")[1:])} == issued


def test_lnav_knows_failures_as_errors_and_the_fields_of_events(answers, records):
    failed = [each["event"]["action"] for each in records if each["event"]["outcome"] == "failure"]
    assert [line.split()[3] for line in told(answers, "lnav", "log_level")[1:]] == failed
    life = [each["event"]["action"] for each in records if each["media_station"]["data"].get("medium") == MEDIUM]
    assert [line.split()[2] for line in told(answers, "lnav", MEDIUM)[1:]] == life


def test_each_column_that_an_example_asks_for_is_one_of_the_formats():
    values = json.loads((ROOT / "config" / "lnav" / "media-station.json").read_text())["media_station_log"]["value"]
    asked = {name for example in EXAMPLES if "lnav" in example for name in re.findall(r'"([\w/]+/[\w/]+)"', example)}
    assert asked
    assert asked <= set(values)
