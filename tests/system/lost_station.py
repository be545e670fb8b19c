"""A station that is lost and comes back by the commands of docs/restoring.md: what its people type and keep, whatever
machine it is. `sh(command, *lines)` types a command there, answered by these lines, in the folder that was brought; an
AssertionError has what it said if it fails.
"""

import json
import re
import time
from pathlib import Path
from types import SimpleNamespace

import pyotp
import pytest

from media_station.age.x25519 import X25519Identity

HERE = Path(__file__).parent
GUIDE = HERE.parents[1] / "docs" / "restoring.md"
STATE = "/var/lib/media-station/desk"
ETC = "/etc/media-station"
LOG = f"{STATE}/journal"
PERIOD = 30
PASSWORD = "mizuumi-no-hotori-{}-42"
SECRETS = {
    "kanri-ichiro": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "kanri-jiro": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
}
MAKE, PROVE, RESTORE = re.findall(r"(?ms)^```sh\n(.*?)\n```$", GUIDE.read_text())
# It is tried again, and has no status meanwhile.
FAILS = (
    "! systemctl start media-station-desk.service && "
    "until systemctl show -P ExecMainStatus media-station-desk.service | grep -v '^0$'; do sleep 0.2; done"
)
AS_THE_DESK = "setpriv --reuid=media-station-desk --regid=media-station-desk --clear-groups --"


class Person:
    """With a token, of which no code is shown twice."""

    def __init__(self, name):
        self.name, self.password = name, PASSWORD.format(name)
        self.used = self.now() - 1

    def now(self):
        return int(time.time()) // PERIOD

    def code_of(self, step):
        return pyotp.TOTP(SECRETS[self.name], interval=PERIOD).at(step * PERIOD)

    def code(self):
        """The next one that the station takes; it is not yet shown, at most."""
        self.used = max(self.used + 1, self.now())
        time.sleep(max(0, (self.used - 1) * PERIOD - time.time()))
        return self.code_of(self.used)


class Place:
    """A machine with the package; `tests` is where the scripts of this folder are in it."""

    def __init__(self, sh, python, tests):
        self.sh, self._python, self._tests = sh, f"env PYTHONPATH=/usr/lib/media-station {python}", tests

    def size(self):
        return int(self.sh(f"cat {LOG}/*.jsonl | wc -l"))

    def runs(self, script_and_arguments, as_whom=""):
        return self.sh(f"{as_whom} {self._python} {self._tests}/{script_and_arguments}").strip()

    def verifies(self, *keys):
        given = " ".join(f"--key {each}" for each in keys)
        return self.sh(f"{self._python} /usr/share/media-station/verify_journal.py {LOG} {given}")


def brought(folder):
    """What lies ready for the first machine; the district's secret key."""
    readers = [X25519Identity.generate() for _ in range(2)]
    secret = readers[1].secret_text()
    (folder / "key.txt").write_text(f"# of the district\n{secret}\n")
    recipients = json.dumps([str(each.to_public()) for each in readers])
    (folder / "answers.toml").write_text(f'station = "kita-zei-1"\nissued_by = "北市"\nrecipients = {recipients}\n')
    return secret


def lose(place, people):
    """A station is set up and used; what is kept of it is in the folder. What else its successor is held against."""
    sh = place.sh
    sh("media-station setup machine --answers answers.toml --json")
    named = ", ".join(f'["{each.name}", "管理者"]' for each in people)
    sh(f"echo 'administrators = [{named}]' >>answers.toml")
    for each in people:
        enrol = f"media-station operator enrol {each.name} --name 管理者 --role administrator --setup"
        lines = each.password, each.password, SECRETS[each.name], each.code_of(each.now() - 2)
        sh(f"{enrol} --token {PERIOD} --secrets-from-stdin", *lines)
    first = people[0]
    sh(f"{MAKE} --as {first.name} --secrets-from-stdin", first.password, first.code(), first.code())
    lost = SimpleNamespace(used=first.used)
    sh(f"cp {ETC}/public/journal.pub e1.pub")
    lost.proved = json.loads(sh(f"{PROVE} --json"))
    sh(f"systemd-creds --name=orders.key decrypt {ETC}/keys/desk/orders.key orders.key")
    place.runs("offering.py order kita-zei-1/e1 orders.key >order")
    lost.offered = [offered(place) for _ in range(2)]
    # What comes after it is lost; who verifies knows of it by the head.
    sh("systemctl restart media-station-desk.service")
    sh(f"cp {LOG}/checkpoint head; cp {STATE}/vault .")
    sh("systemctl stop media-station-desk.service")
    lost.ledger = place.runs(f"ledger_rows.py {lost.proved['records']}")
    lost.size = place.size()
    return lost


def offered(place):
    """The code with which the drive refuses the order in the folder, which the desk alone can ask of it."""
    place.sh("install -m 644 order /run/order")
    return place.runs("offering.py offer /run/order", as_whom=AS_THE_DESK)


def check_journal(place, lost, told):
    assert (told["station"], told["former"]) == ("kita-zei-1/e2", "kita-zei-1/e1")
    assert told["records"] == lost.proved["records"]
    assert int(told["lost"]) == lost.size - 1 - int(told["records"]) > 0
    assert place.sh("systemctl is-active media-station-desk.service").strip() == "active"
    assert place.size() > int(told["records"])
    assert place.verifies("e1.pub", f"{ETC}/public/journal.pub").startswith("whole: ")
    with pytest.raises(AssertionError, match="checkpoint-unknown-key"):
        place.verifies("e1.pub")


def check_ledger(place, lost):
    place.sh("systemctl stop media-station-desk.service")
    assert lost.ledger
    assert place.runs(f"ledger_rows.py {lost.proved['records']}") == lost.ledger
    place.sh("systemctl start media-station-desk.service")


def check_codes(place, lost, people):
    """The used one is refused, the next one taken."""
    first = people[0]
    command = f"media-station operator list --as {first.name} --secrets-from-stdin"
    with pytest.raises(AssertionError, match="ACC-002"):
        place.sh(command, first.password, first.code_of(lost.used))
    first.used = first.now() + 1
    assert people[1].name in place.sh(command, first.password, first.code())


def check_order(place, lost):
    """The old drive had taken its number, whatever came of it; the new one doesn't know its key."""
    assert lost.offered[1] == "DRV-014", lost.offered
    assert offered(place) == "DRV-027"


def check_vault(place):
    sh = place.sh
    sh(f"systemctl stop media-station-desk.service; cp -p {STATE}/vault /run/kept; cat vault >{STATE}/vault")
    try:
        assert sh(FAILS).strip() == "5"
    finally:
        sh(f"cat /run/kept >{STATE}/vault; systemctl reset-failed media-station-desk.service")
    sh("systemctl start media-station-desk.service")
