"""What is a bay on a machine, and what is never touched there (F2, M): unknown means refuse."""

import pytest
from machine_tree import PCI, Machine

from media_station.drive.detect import find_bays
from media_station.drive.kernel import Counters, Kernel
from media_station.drive.refuse import refuse_in_use, refuse_read_only, refuse_unfit
from media_station.model.errors import Refused
from media_station.model.kind import MediumKind

SLIM = f"{PCI}/0000:00:17.0/ata2/host1/target1:0:0/1:0:0:0"


@pytest.fixture
def pc(tmp_path):
    """A PC with its system on a SATA disk that hides under LUKS and LVM."""
    machine = Machine(tmp_path)
    disk = machine.disk("sda", size=1 << 30)
    boot, sealed = machine.part(disk, "sda1"), machine.part(disk, "sda2")
    machine.mount(boot, "/boot")
    luks = machine.built_on("dm-0", sealed)
    root, swap = machine.built_on("dm-1", luks), machine.built_on("dm-2", luks)
    machine.mount(root, "/")
    machine.swap(swap)
    machine.built_on("loop7")
    return machine


def refused(refuse, *arguments) -> str:
    with pytest.raises(Refused) as caught:
        refuse(*arguments, "usb1p2")
    return caught.value.code


def unfit(machine: Machine, disk) -> str:
    return refused(refuse_unfit, Kernel(machine.root), disk)


def in_use(machine: Machine, disk) -> str:
    return refused(refuse_in_use, Kernel(machine.root), disk)


def test_a_stick_is_a_bay_by_its_port_and_its_serial_is_evidence(pc):
    disk = pc.stick()
    (bay,) = find_bays(Kernel(pc.root)).values()
    assert (bay.name, bay.kind, str(bay.path)) == ("usb1p2", MediumKind.USB, "/dev/sdb")
    assert (bay.vendor, bay.model) == ("Kita", "Stick 3.0")
    assert (bay.serial, bay.serial_source) == ("000000000001", "usb")
    refuse_unfit(Kernel(pc.root), disk, bay.name)
    refuse_in_use(Kernel(pc.root), disk, bay.name)
    refuse_read_only(disk, bay.name)


def test_two_ports_of_a_hub_are_two_bays(pc):
    pc.stick("sdb", "1-2.1")
    pc.stick("sdc", "1-2.3.4")
    assert set(find_bays(Kernel(pc.root))) == {"usb1p2p1", "usb1p2p3p4"}


def test_a_disc_drive_is_a_bay_without_a_serial(pc):
    disk = pc.disk(
        "sr0", SLIM, removable=1, **{"device/type": 5, "device/vendor": "HL-DT-ST", "device/model": "DVDRAM"}
    )
    (bay,) = find_bays(Kernel(pc.root)).values()
    assert (bay.name, bay.kind, str(bay.path)) == ("dvd0", MediumKind.DVD_R, "/dev/sr0")
    assert (bay.vendor, bay.model, bay.serial, bay.serial_source) == ("HL-DT-ST", "DVDRAM", "", "")
    refuse_unfit(Kernel(pc.root), disk, bay.name)


def test_a_disc_drive_on_usb_is_named_by_its_port(pc):
    pc.stick("sr0", "1-4", **{"device/type": 5})
    assert set(find_bays(Kernel(pc.root))) == {"dvd1p4"}


def test_what_hangs_on_no_usb_and_is_no_disc_drive_is_no_bay(pc):
    pc.disk("sdz", removable=1)
    pc.disk("nvme0n1", f"{PCI}/0000:01:00.0/nvme/nvme0")
    assert find_bays(Kernel(pc.root)) == {}


@pytest.mark.parametrize("kind", [1, 7, 14, ""])
def test_a_device_of_another_type_is_no_bay(pc, kind):
    pc.stick(**{"device/type": kind})
    assert find_bays(Kernel(pc.root)) == {}


def test_a_device_that_says_what_cannot_be_shown_is_told_without_it(pc):
    pc.stick(
        device={"product": b"St\x1b[2Jick\x00\xff\xe2\x80\xae!\n", "serial": b"\x01\n", "manufacturer": b"x" * 5000}
    )
    (bay,) = find_bays(Kernel(pc.root)).values()
    assert (bay.model, bay.serial, bay.serial_source, bay.vendor) == (
        "St[2Jick\N{REPLACEMENT CHARACTER}!",
        "",
        "",
        "x" * 64,
    )


def test_the_disk_that_the_system_lies_on_is_refused_as_such(pc):
    assert in_use(pc, (pc.root / "sys/block/sda").resolve()) == "DRV-038"


@pytest.mark.parametrize("where", ["/", "/usr", "/boot/efi", "/var"])
def test_a_stick_that_the_system_was_started_from_is_refused_as_such(tmp_path, where):
    machine = Machine(tmp_path)
    disk = machine.stick()
    assert set(find_bays(Kernel(tmp_path))) == {"usb1p2"}
    machine.mount(machine.part(disk, "sdb1"), where)
    assert find_bays(Kernel(tmp_path)) == {}
    assert in_use(machine, disk) == "DRV-038"


def test_the_system_on_several_disks_is_found_by_what_is_named_as_its_source(tmp_path):
    machine = Machine(tmp_path)
    disk = machine.stick()
    machine.mount(machine.part(disk, "sdb1"), "/", number="0:32", kind="btrfs")
    assert in_use(machine, disk) == "DRV-038"


def test_a_stick_that_is_swapped_to_is_refused(pc):
    disk = pc.stick()
    pc.swap(pc.part(disk, "sdb2"))
    assert in_use(pc, disk) == "DRV-038"


def test_a_mounted_stick_is_refused(pc):
    disk = pc.stick()
    pc.mount(disk, "/media/somebody")
    assert in_use(pc, disk) == "DRV-023"


def test_a_stick_with_a_mounted_part_is_refused(pc):
    disk = pc.stick()
    pc.mount(pc.part(disk, "sdb1"), "/media/somebody", kind="vfat")
    assert in_use(pc, disk) == "DRV-023"


@pytest.mark.parametrize("layers", [1, 3])
def test_a_stick_that_something_is_built_on_is_refused_though_nothing_is_mounted(pc, layers):
    disk = pc.stick()
    top = pc.part(disk, "sdb1")
    for number in range(layers):
        top = pc.built_on(f"dm-{7 + number}", top)
    assert in_use(pc, disk) == "DRV-023"


def test_a_stick_under_the_system_through_md_luks_and_lvm_is_refused_as_such(pc):
    disk, other = pc.stick(), pc.stick("sdc", "1-3")
    md = pc.built_on("md0", pc.part(disk, "sdb1"), pc.part(other, "sdc1"))
    pc.mount(pc.built_on("dm-9", pc.built_on("dm-8", md)), "/home")
    assert {in_use(pc, disk), in_use(pc, other)} == {"DRV-038"}


def test_another_stick_is_not_in_use_because_this_one_is(pc):
    disk, other = pc.stick("sdb", "1-2"), pc.stick("sdc", "1-3")
    pc.mount(disk, "/media/somebody")
    refuse_in_use(Kernel(pc.root), other, "usb1p3")


@pytest.mark.parametrize("said", [0, ""])
def test_what_does_not_say_that_it_is_removable_is_refused(pc, said):
    assert unfit(pc, pc.stick(removable=said)) == "DRV-039"


def test_a_disk_without_usb_is_refused_though_it_says_that_it_is_removable(pc):
    assert unfit(pc, pc.disk("sdz", removable=1)) == "DRV-039"


@pytest.mark.parametrize(
    "interfaces", [("08", "03"), ("03", "08"), ("08", "08"), ("08", "ff"), ("08", "02", "0a"), ("ff",)], ids="+".join
)
def test_a_stick_that_is_a_keyboard_a_network_card_or_anything_else_as_well_is_refused(pc, interfaces):
    assert unfit(pc, pc.stick(interfaces=interfaces)) == "DRV-040"


@pytest.mark.parametrize(
    "device",
    [
        {"bNumConfigurations": "2"},
        {"bNumConfigurations": ""},
        {"bNumInterfaces": " 2"},
        {"bDeviceClass": "ef"},
        {"bDeviceClass": "09"},
        {"bDeviceClass": ""},
    ],
    ids=str,
)
def test_a_stick_that_may_become_something_else_is_refused(pc, device):
    assert unfit(pc, pc.stick(device=device)) == "DRV-040"


def test_a_stick_that_is_a_disc_drive_as_well_is_refused(pc):
    disk = pc.stick("sdb")
    pc.stick("sr0", lun=1, **{"device/type": 5})
    assert unfit(pc, disk) == "DRV-040"
    assert unfit(pc, (pc.root / "sys/block/sr0").resolve()) == "DRV-040"


@pytest.mark.parametrize("said", [1, ""])
def test_what_does_not_say_that_it_can_be_written_is_refused(pc, said):
    assert refused(refuse_read_only, pc.stick(ro=said)) == "DRV-041"


def test_a_partition_is_no_medium(pc):
    disk = pc.stick()
    major, minor = (pc.part(disk, "sdb1") / "dev").read_text().split(":")
    with pytest.raises(FileNotFoundError):
        Kernel(pc.root).disk(int(major), int(minor))
    major, minor = (disk / "dev").read_text().split(":")
    assert Kernel(pc.root).disk(int(major), int(minor)) == disk


def test_the_kernels_counters_are_bytes(pc):
    kernel, disk = Kernel(pc.root), pc.stick(stat="    7 1 100 3 9 1 200 4 0 5 6 0 0 0 0 0 0")
    assert kernel.counters(disk) == Counters(read=51200, written=102400)


def test_counters_that_stand_still_are_none(pc):
    with pytest.raises(ValueError, match="no counters"):
        Kernel(pc.root).counters(pc.stick(**{"queue/iostats": 0}))
