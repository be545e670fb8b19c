"""Each request of the people door has its place at the console, or a reason to have none."""

import argparse
import importlib

import pytest

from media_station.cli.main import COMMANDS
from media_station.console.tasks import OTHERS, PAYLOADS, PERMITS, STEPS
from media_station.desk.access.rules import RULES
from media_station.model import account_asks, asks, network_asks

TASKS = [*STEPS.values(), *PERMITS.values(), *OTHERS, *(each for some in PAYLOADS.values() for each in some)]
# By what an administrator or auditor types at the station: a file comes in or goes out, a key or a token is made, or
# what is to be looked at first is longer than a form.
BY_COMMAND = {
    account_asks.Enrol: "operator enrol",
    account_asks.Renew: "operator recover",
    account_asks.ChangePosts: "operator role",
    account_asks.ProposeStaff: "operator import",
    account_asks.ImportPresence: "presence import",
    asks.ProposeConsignment: "consignment propose",
    asks.AmendConsignment: "consignment amend",
    asks.ProposeMasters: "masters propose",
    asks.FetchBundle: "incident bundle",
    asks.InstallPatterns: "supply install",
    asks.InstallUpdate: "supply install",
    asks.ReadJournal: "journal query",
    asks.RotateKey: "journal rotate",
    asks.SetClock: "clock set",
    asks.TakeSupply: "supply take",
    network_asks.AdoptBaseline: "baseline adopt",
    network_asks.AdoptHost: "baseline adopt-host",
}
ELSEWHERE = {asks.Cancel: "F8", asks.AdvanceClock: "a rehearsal's alone"}


def test_each_request_is_a_task_or_is_asked_for_otherwise():
    tasks = {each.ask for each in TASKS}
    otherwise = BY_COMMAND.keys() | ELSEWHERE.keys()
    assert not tasks & otherwise
    assert tasks | otherwise == RULES.keys() | {asks.AdvanceClock}


def test_no_two_other_tasks_have_one_name():
    assert len({each.name for each in OTHERS}) == len(OTHERS)


@pytest.mark.parametrize("command", BY_COMMAND.values())
def test_there_is_such_a_command(command):
    name, what = command.split()
    parser = argparse.ArgumentParser()
    importlib.import_module(COMMANDS[name][0]).arrange(parser)
    (choices,) = (each.choices for each in parser._actions if each.dest == "what")
    assert what in choices
