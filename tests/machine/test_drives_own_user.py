"""config/udev in a whole machine: media go to the drive's group, nothing else does; with that group alone, as its own user,
the drive does its work and can open nothing that the system lies on.
"""

from pathlib import Path

import pytest
from burner.disc import Disc, Profile
from conftest import start_drive
from station import Station, told
from stick import MIB, Stick

RULES = Path(__file__).parents[2] / "config" / "udev" / "71-media-station.rules"
GROUP, GROUPS_NUMBER, USERS_NUMBER = "media-station-drive", 64999, 64990
AS_THE_DRIVE = ["setpriv", f"--reuid={USERS_NUMBER}", f"--regid={GROUPS_NUMBER}", "--clear-groups", "--no-new-privs"]
CAN_BE_OPENED = """
find /dev -type b -o -name 'sg*' | while read -r each; do (: <"$each") 2>/dev/null && echo "$each"; done; true
"""
# A stick that the guest's kernel makes itself (dummy_hcd, configfs): QEMU has none that is a keyboard too.
GADGET = r"""
set -e
modprobe -a dummy_hcd libcomposite usb_f_hid usb_f_mass_storage
mount -t configfs none /sys/kernel/config
mkdir /sys/kernel/config/usb_gadget/one && cd /sys/kernel/config/usb_gadget/one
echo 0x1d6b >idVendor && echo 0x0104 >idProduct
mkdir strings/0x409 configs/one.1 functions/mass_storage.0 functions/hid.0
echo GADGET0001 >strings/0x409/serialnumber
truncate -s 8M /tmp/gadget
echo 1 >functions/mass_storage.0/lun.0/removable && echo /tmp/gadget >functions/mass_storage.0/lun.0/file
echo 1 >functions/hid.0/protocol && echo 1 >functions/hid.0/subclass && echo 8 >functions/hid.0/report_length
printf '\005\001\011\006\241\001\005\007\031\340\051\347\025\000\045\001\165\001\225\010\201\002\300' >functions/hid.0/report_desc
ln -s functions/mass_storage.0 configs/one.1/
"""
PLUG_GADGET = "cd /sys/kernel/config/usb_gadget/one && ls /sys/class/udc >UDC"
PULL_GADGET = "cd /sys/kernel/config/usb_gadget/one && echo >UDC && ln -s functions/hid.0 configs/one.1/"


@pytest.fixture
def ruled(guest):
    """The guest with the rules and the group."""
    guest.put("/etc/udev/rules.d/71-media-station.rules", RULES.read_bytes())
    guest.does("sh", "-c", f"echo {GROUP}:x:{GROUPS_NUMBER}: >>/etc/group; udevadm control --reload")
    return guest


def node(guest, path):
    """Its group and mode, once udev has done with it."""
    guest.until(lambda: guest.run("test", "-b", path).status == 0)
    guest.does("udevadm", "settle")
    return guest.does("stat", "-c", "%G %a", path).strip()


def properties(guest, path):
    return guest.does("udevadm", "info", "--query=property", path).splitlines()


def test_as_its_own_user_the_drive_writes_media_and_can_open_nothing_else(
    ruled, booted, burner_with, usb, dvd, tmp_path
):
    stick, fixed = (Stick(tmp_path / name, 48 * MIB) for name in ("stick", "fixed"))
    disc = Disc.closed(tmp_path / "disc", Profile.DVD_RW, b"old" * 100000, 4096)
    ruled.does("sh", "-c", f"kill -KILL {booted[1]}; rm -r /tmp/station/run; chown -R {USERS_NUMBER} /tmp/station")
    station = Station(ruled, start_drive(ruled, *AS_THE_DRIVE))
    with burner_with(disc):
        station.plug(stick)
        ruled.plug_stick("fixed", fixed.node(), serial="FIXED001", port="3", removable=False)
        assert node(ruled, "/dev/sdb") == "disk 660"
        for path in ("/dev/sda", "/dev/sr0"):
            assert node(ruled, path) == f"{GROUP} 660"
            told_of_it = properties(ruled, path)
            assert {"UDISKS_IGNORE=1", "UDISKS_AUTO=0"} <= set(told_of_it)
            assert not any(each.startswith("CURRENT_TAGS=") and "uaccess" in each for each in told_of_it)
        opened = ruled.does(*AS_THE_DRIVE, "sh", "-c", CAN_BE_OPENED).split()
        assert sorted(opened) == ["/dev/sda", "/dev/sr0"]
        assert "/dev/vda" in ruled.does("sh", "-c", CAN_BE_OPENED).split()
        assert [told(station.does("erase", bay)) for bay in ("usb", "dvd")] == ["PASS", "PASS"]
        assert [told(station.does("write", bay)) for bay in ("usb", "dvd")] == ["PASS", "PASS"]
    assert disc.image.read_bytes()[: len(dvd.image)] == dvd.image
    assert stick.content()[: len(usb.image)] == usb.image


def test_a_keyboard_is_let_in_and_a_stick_that_is_one_too_is_left_to_root(ruled, booted):
    station = Station(ruled, booted[1])
    ruled.qmp("device_add", driver="usb-kbd", id="keyboard", bus="xhci.0", port="3")
    ruled.until(lambda: "usb" in ruled.does("sh", "-c", "grep -h ^P /proc/bus/input/devices || true"))
    ruled.does("udevadm", "trigger", "--action=add")
    ruled.does("udevadm", "settle")
    assert set(ruled.does("sh", "-c", "cat /sys/bus/usb/devices/*/authorized").split()) == {"1"}
    assert ruled.does("sh", "-c", f"find /dev/input -group {GROUP}") == ""
    ruled.does("sh", "-c", GADGET)
    ruled.does("sh", "-c", PLUG_GADGET)
    assert node(ruled, "/dev/sda") == f"{GROUP} 660"
    assert station.until_loaded("usb")["refused"] == ""
    ruled.does("sh", "-c", PULL_GADGET)
    ruled.until(lambda: ruled.run("test", "-b", "/dev/sda").status != 0)
    ruled.does("sh", "-c", PLUG_GADGET)
    assert node(ruled, "/dev/sda") == "disk 660"
    assert station.until_loaded("usb")["refused"] == "DRV-040"
    opened = ruled.does(*AS_THE_DRIVE, "sh", "-c", CAN_BE_OPENED)
    assert opened == ""
