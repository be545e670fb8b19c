"""An installed station is lost, and a fresh machine goes on from its backup by the commands of docs/restoring.md, under
a real systemd (S9).
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from booted import booted
from lan import lan
from system.lost_station import (
    ETC,
    FAILS,
    RESTORE,
    SECRETS,
    STATE,
    Person,
    Place,
    brought,
    check_codes,
    check_journal,
    check_ledger,
    check_order,
    check_vault,
    lose,
)

from media_station.age.x25519 import X25519Identity

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root can boot a container")
PROJECT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PYTHON = f"/usr/bin/python3.{sys.version_info.minor}"
GIVEN = "/opt/given"
# What code in its sandbox can do is tried before it restores.
TRIES = f"[Service]\nExecStartPre=-/bin/sh -c '{PYTHON} /opt/tests/trying.py >$STATE_DIRECTORY/tried'\n"
TRIED = "/etc/systemd/system/media-station-restore.service.d/tries.conf"


@contextmanager
def machine(folder, package, given):
    """A fresh one, with the package: in what was brought, something is typed and said."""
    binds = f"--overlay-ro=/usr:{package}/usr:/usr", f"--bind={given}:{GIVEN}", f"--bind-ro={HERE}:/opt/tests"
    with lan() as wire, booted(folder / "units", wire, None, *binds) as running:
        running.run("ldconfig")  # its /etc began empty
        running.run("systemd-sysusers")
        running.run("systemd-tmpfiles", "--create", "--prefix=/run/media-station", "--prefix=/etc/media-station")

        def sh(command, *lines):
            return running.run("sh", "-c", f'cd {GIVEN} && printf "%s\\n" "$@" | ({command})', "sh", *lines)

        yield Place(sh, PYTHON, "/opt/tests")


@pytest.fixture(scope="module")
def people():
    return [Person(name) for name in SECRETS]


@pytest.fixture(scope="module")
def lost(tmp_path_factory, people):
    """What is left of the first machine: what was carried away, and what no restore may take."""
    folder = tmp_path_factory.mktemp("lost")
    given = folder / "given"
    given.mkdir()
    secret = brought(given)
    built = subprocess.run([PROJECT / "scripts" / "build-deb", folder], capture_output=True, text=True, check=True)
    subprocess.run(["dpkg-deb", "-x", built.stdout.strip(), folder / "installed"], check=True)
    with machine(folder, folder / "installed", given) as place:
        left = lose(place, people)
    left.folder, left.installed, left.given, left.secret = folder, folder / "installed", given, secret
    return left


@pytest.fixture(scope="module")
def restored(lost):
    """On a second machine; a first try has the wrong key."""
    with machine(lost.folder / "second", lost.installed, lost.given) as place:
        place.sh(f'mkdir -p {Path(TRIED).parent}; printf %s "$1" >{TRIED}', TRIES)
        (lost.given / "other.txt").write_text(X25519Identity.generate().secret_text())
        with pytest.raises(AssertionError, match=r"STP-010(?s:.*)AGE-0"):
            place.sh(f"{RESTORE.replace('key.txt', 'other.txt')} --json")
        place.refused = place.sh(f"{FAILS}; cat {ETC}/keys/desk/identity; ls {STATE}")
        place.keys = place.sh(f"sha256sum {ETC}/keys/*/*")
        place.told = json.loads(place.sh(f"{RESTORE} --json"))
        yield place


def test_a_restore_that_is_refused_leaves_a_machine_on_which_no_desk_starts(restored):
    status, identity, *rest = restored.refused.split()
    assert (status, identity) == ("3", "kita-zei-1/e2")
    assert "journal" not in rest
    assert restored.sh(f"sha256sum {ETC}/keys/*/*") == restored.keys


def test_no_code_in_the_restore_can_do_more_than_its_own(restored):
    tried = json.loads(restored.sh(f"cat {STATE}/tried"))
    assert [name for name, came in tried.items() if came == "done"] == []
    assert len(tried) > 10


def test_its_journal_goes_on_in_the_next_epoch_and_verifies_with_both_keys(lost, restored):
    check_journal(restored, lost, restored.told)
    assert (restored.told["accounts"].split(), restored.told["locked"]) == (sorted(SECRETS), "")


def test_its_ledger_is_equal(lost, restored):
    check_ledger(restored, lost)


def test_a_used_code_is_refused_and_the_next_one_taken(lost, restored, people):
    check_codes(restored, lost, people)


def test_a_used_order_is_refused(lost, restored):
    check_order(restored, lost)


def test_yesterdays_vault_is_refused(restored):
    check_vault(restored)


def test_a_second_restore_is_refused(restored):
    before = restored.size()
    with pytest.raises(AssertionError, match="STP-006"):
        restored.sh(f"{RESTORE} --json")
    assert restored.size() == before


def test_the_districts_key_is_nowhere(lost, restored):
    assert "No such file" in restored.sh("ls -A /run/media-station-restore 2>&1 || true")
    assert restored.sh(f"grep -rlF -e {lost.secret} /etc /var /run || true") == ""
