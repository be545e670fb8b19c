"""A drive that isn't a rehearsal's has no bays but real ones; a tray that nobody pushes in ends the work."""

import fcntl
from pathlib import Path

import pytest
from least_settings import LEAST

from media_station.drive import main, tray
from media_station.model.errors import MediaFault, Refused

BAY = """
[[drive.bays]]
name = "usb0"
kind = "usb"
path = "stick"
vendor = "V"
model = "M"
serial = "S1"
size_bytes = 4096
"""


def test_a_file_in_place_of_a_medium_is_a_rehearsals_alone(tmp_path, monkeypatch):
    (tmp_path / "station.toml").write_text(LEAST + BAY)
    (tmp_path / "keys" / "drive").mkdir(parents=True)
    (tmp_path / "keys" / "drive" / "identity").write_text("kita-zei-1/e1")
    monkeypatch.setattr(main, "confine", lambda _: None)
    with pytest.raises(Refused, match="DRV-001"):
        main.main(tmp_path / "station.toml")


def test_a_tray_that_stays_out_ends_the_work(monkeypatch):
    """The drive can't pull it in, and nobody pushes."""
    waited = []

    def drive(descriptor, command, *_):
        if command == tray._CLOSE_TRAY:
            raise OSError("slim")
        return tray._TRAY_OPEN if command == tray._DRIVE_STATUS else 0

    monkeypatch.setattr(fcntl, "ioctl", drive)
    monkeypatch.setattr(tray, "TRAY_SECONDS", 0.0)
    with pytest.raises(MediaFault, match="DRV-046"):
        tray.reload(Path("/dev/null"), "dvd1", lambda: waited.append(1))
    assert waited
