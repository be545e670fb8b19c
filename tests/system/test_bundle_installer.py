"""What a bundle's installer refuses before it hands anything to apt; what apt then does is tried in tests/machine."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="only root installs")
ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts" / "bundle"
GUIDE = ROOT / "docs" / "installing.md"
MANIFEST = (sys.executable, SCRIPTS / "manifest.py")


def made(folder: Path, name: str) -> str:
    """A key of that name in the folder; its public part."""
    subprocess.run([*MANIFEST, "new-key", folder / name], check=True)
    done = subprocess.run([*MANIFEST, "public", folder / name], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def bundle(tmp_path):
    """A bundle of one package that holds nothing, its publisher's key, and an apt-get that only tells."""
    folder, root = tmp_path / "bundle", tmp_path / "package"
    (folder / "packages").mkdir(parents=True)
    (root / "DEBIAN").mkdir(parents=True)
    control = "Package: media-station\nVersion: 1\nArchitecture: all\nMaintainer: m <m@localhost>\nDescription: d\n"
    (root / "DEBIAN" / "control").write_text(control)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, folder / "packages"], check=True, capture_output=True)
    shutil.copy(SCRIPTS / "install", folder)
    (folder / "wanted").write_text("media-station\na-printers-driver\n")
    key = made(tmp_path, "key")
    subprocess.run([*MANIFEST, "sign", folder, tmp_path / "key"], check=True)
    (tmp_path / "bin").mkdir()
    apt = tmp_path / "bin" / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >>{tmp_path}/asked\ncat "${{2#*=}}" >>{tmp_path}/sources\n')
    apt.chmod(0o755)
    (tmp_path / "bin" / "systemctl").symlink_to("/bin/true")
    for name, text in {"dpkg-query": f"cat {tmp_path}/runs", "install": f'echo "$@" >>{tmp_path}/kept'}.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "runs").write_text("1")
    return folder, key


def install(folder: Path, key: str):
    return run(f'sh {folder}/install "{key}" {folder}', folder.parent)


def run(command: str, beside: Path):
    path = f"{beside}/bin:/usr/bin:/bin"
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, env={"PATH": path})


def test_what_the_publisher_signed_is_installed_from_a_copy_of_it_alone(bundle):
    folder, key = bundle
    done = install(folder, key)
    assert done.returncode == 0, done.stderr
    update, installed = (folder.parent / "asked").read_text().splitlines()
    assert installed.endswith("install media-station a-printers-driver")
    for line in (update, installed):
        assert "Dir::Etc::SourceParts=/dev/null" in line
    copy = "deb [trusted=yes] copy:/var/tmp/"
    assert all(line.startswith(copy) for line in (folder.parent / "sources").read_text().splitlines())


@pytest.mark.parametrize("changed", [False, True])
def test_the_guides_lines_run_the_installer_that_the_sheet_names_alone(bundle, changed):
    folder, key = bundle
    sha256 = hashlib.sha256((SCRIPTS / "install").read_bytes()).hexdigest()
    if changed:
        (folder / "install").write_text(f"touch {folder.parent}/asked\n")
    mount, *lines = re.findall(r"(?ms)^```sh\n(mount .*?)\n```$", GUIDE.read_text())[0].splitlines()
    given = {"$SHA256": sha256, "$KEY": key, "/mnt": str(folder), "/root": str(folder.parent)}
    typed = "\n".join(lines)
    for name, value in given.items():
        typed = typed.replace(name, value)
    done = run(typed, folder.parent)
    assert mount.endswith(" /mnt")
    assert (done.returncode != 0) is changed
    assert (folder.parent / "asked").exists() is not changed


FAULTS = {
    "a package that was changed": ("printf x >>packages/media-station_1_all.deb", "Don't use this bundle"),
    "a file that nobody signed": ("touch packages/more.deb", "nobody signed"),
    "an installer's list that was changed": ("sed -i 's/ packages/ .packages/' manifest", "not the publisher's"),
    "a file that is gone": ("rm packages/Packages", "Don't use this bundle"),
    "a manifest of another kind": ("sed -i 1s/installation/update/ manifest", "no bundle"),
    "no signature": ("sed -i '/^$/,$d' manifest", "not the publisher's"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_anything_else_is_refused_before_apt(bundle, fault):
    folder, key = bundle
    change, told = FAULTS[fault]
    subprocess.run(change, shell=True, check=True, cwd=folder)
    done = install(folder, key)
    assert done.returncode == 3
    assert told in done.stderr
    assert not (folder.parent / "asked").exists()


def test_another_publishers_key_opens_nothing(bundle):
    folder, _ = bundle
    done = install(folder, made(folder.parent, "another"))
    assert done.returncode == 3
    assert "not the publisher's" in done.stderr
    assert not (folder.parent / "asked").exists()


@pytest.mark.parametrize(("runs", "is_kept"), [("1", True), ("2", False)])
def test_only_the_package_of_the_version_that_is_installed_is_kept(bundle, tmp_path, runs, is_kept):
    (tmp_path / "runs").write_text(runs)
    assert install(*bundle).returncode == 0
    assert (tmp_path / "kept").exists() is is_kept
