"""What a machine lacks, as the guard tells it."""

import os
from types import SimpleNamespace

import pytest

from media_station.guard import host
from media_station.model.network import DriftKind

GIB = 1 << 30


@pytest.fixture(autouse=True)
def sound(monkeypatch, tmp_path):
    monkeypatch.setattr(host.psutil, "virtual_memory", lambda: SimpleNamespace(available=GIB))
    monkeypatch.setattr(host.psutil, "disk_partitions", lambda: [SimpleNamespace(mountpoint="/var", opts="rw,noexec")])
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: SimpleNamespace(total=10 * GIB, free=GIB))
    monkeypatch.setattr(host, "_RUNNING", tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return tmp_path


def systemctl(folder, script):
    (folder / "systemctl").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "systemctl").chmod(0o700)


def test_a_sound_machine_lacks_nothing(sound):
    systemctl(sound, "exit 0")
    assert host.lacking() == {}


def test_memory_and_disks_are_told_before_they_have_run_out(sound, monkeypatch):
    systemctl(sound, "exit 0")
    monkeypatch.setattr(host.psutil, "virtual_memory", lambda: SimpleNamespace(available=100 << 20))
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: SimpleNamespace(total=10 * GIB, free=GIB // 10))
    assert host.lacking() == {DriftKind.MEMORY: {"": "100 MiB"}, DriftKind.DISK: {"/var": "/var 102 MiB"}}


def test_a_disk_that_nobody_can_look_at_is_no_lack(sound, monkeypatch):
    def gone(_):
        raise PermissionError

    systemctl(sound, "exit 0")
    monkeypatch.setattr(host.shutil, "disk_usage", gone)
    assert host.lacking() == {}


def test_units_that_failed_are_named(sound):
    systemctl(sound, 'echo "cups.service loaded failed failed CUPS"; echo "clamd.service loaded failed failed ClamAV"')
    assert host.lacking() == {DriftKind.UNIT: {each: each for each in ("cups.service", "clamd.service")}}


def test_a_manager_that_does_not_answer_ends_nothing(sound):
    systemctl(sound, "exit 1")
    assert host.lacking() == {}
