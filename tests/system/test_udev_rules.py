"""config/udev: udev takes every line of it; it gives away no block device that isn't a medium, and of others speaks of
screens alone, which it gives to nobody.

udev reads it alone, with a group of its own, in a mount namespace that ends with it. What it does to a real stick is
for tests/machine.
"""

import re
import subprocess
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "config" / "udev" / "71-media-station.rules"
GROUP = "media-station-drive"
_ALONE = """
for each in /usr/lib/udev/rules.d /etc/udev /run; do mount -t tmpfs none "$each"; done
mount -t tmpfs none /dev && mknod /dev/null c 1 3 && mknod /dev/loop0 b 7 0
mkdir /etc/udev/rules.d && cp "$0" /etc/udev/rules.d/
cp /etc/group /run/group && echo "$1:x:64999:" >>/run/group && mount --bind /run/group /etc/group
exec udevadm test --action="$2" /sys/class/"$3"
"""


def told(action: str, device: str, rules: Path = RULES) -> str:
    """What `udevadm test` says of the rules and of what they do to the device: it does it, to a node of its own."""
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", _ALONE, str(rules), GROUP, action, device]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def complaints(said: str) -> list[str]:
    return [line for line in said.splitlines() if re.search(r"\.rules:\d+ ", line)]


@pytest.fixture(scope="module")
def loop() -> str:
    return told("add", "block/loop0")


def test_udev_takes_every_line(loop):
    assert "71-media-station.rules" in loop
    assert complaints(loop) == []


def test_a_line_that_udev_does_not_take_is_seen(tmp_path):
    wrong = tmp_path / "71-media-station.rules"
    wrong.write_text(RULES.read_text().replace("ATTR{removable}", "ATTR{removable}{}", 1))
    assert complaints(told("add", "block/loop0", wrong)) != []


def test_what_hangs_on_no_usb_and_is_no_disc_drive_is_given_to_nobody(loop):
    assert "gid=64999" not in loop
    assert "UDISKS_IGNORE" not in loop


def test_the_group_is_known_where_it_is_given(tmp_path):
    given = tmp_path / "71-media-station.rules"
    given.write_text(f'SUBSYSTEM=="block", GROUP="{GROUP}", MODE="0660"\n')
    assert "gid=64999" in told("add", "block/loop0", given)


def test_only_block_devices_and_screens_are_spoken_of_and_nothing_is_unauthorised():
    lines = [line for line in RULES.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[:3] == [
        'ACTION=="remove", GOTO="media_station_end"',
        'SUBSYSTEM=="drm", KERNEL=="card[0-9]", TAG+="systemd", ENV{SYSTEMD_WANTS}+="media-station-screen.service"',
        'SUBSYSTEM!="block", GOTO="media_station_end"',
    ]
    assert lines[-1] == 'LABEL="media_station_end"'
    keys = {key for line in lines[2:] for key in re.findall(r'(?:^|, )([A-Z]+(?:\{\w+\})?)(?:=|-=|\+=)"', line)}
    assert keys == {"GOTO", "LABEL", "GROUP", "MODE", "ENV{UDISKS_IGNORE}", "ENV{UDISKS_AUTO}", "TAG"}
