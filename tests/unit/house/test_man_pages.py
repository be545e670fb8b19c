"""The man pages tell of each command, option and setting, since they are made from them."""

import dataclasses
import importlib.util
import re
import subprocess
from pathlib import Path

import pytest

from media_station.__main__ import ROLES
from media_station.cli.main import COMMANDS
from media_station.settings import Settings

SCRIPT = Path(__file__).parents[3] / "scripts" / "write_man.py"


@pytest.fixture(scope="module")
def written():
    spec = importlib.util.spec_from_file_location("write_man", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


@pytest.fixture(scope="module")
def pages(written):
    return {name: text.replace("\\-", "-") for name, text in written.items()}


def test_troff_has_nothing_to_warn_of(written):
    for text in written.values():
        command = ["groff", "-ww", "-z", "-k", "-man", "-Tutf8"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        assert not done.stderr.decode()


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_section(pages, command):
    assert f'.SS "media-station {command}"' in pages["media-station.1"]


def test_options_and_roles_are_there(pages):
    assert "\\fB--answers\\fR" in pages["media-station.1"]
    assert all(role in pages["media-stationd.8"] for role in ROLES)


def test_each_section_of_the_settings_is_there(pages):
    for section in dataclasses.fields(Settings):
        if section.init:
            assert f'.SS "[{section.name}]"' in pages["station.toml.5"]


def test_no_line_is_taken_for_a_request(pages):
    """Each line that begins with a dot is one of ours."""
    for text in pages.values():
        requests = set(re.findall(r"(?m)^[.'](\S+)", text))
        assert requests <= {"TH", "nh", "ad", "SH", "SS", "TP", "PP", "nf", "fi"}
