"""A DVD image, as tools that are not ours see it."""

import re
import subprocess
from pathlib import Path

import pytest
from foreign_eyes import PIECES, Rendered, files_in, plan_of, run

from media_station.desk.image import iso9660
from media_station.desk.image.build import ImageKind

LENGTHS = [1, 511, 512, 513, 2047, 2048, 2049, (1 << 20) + 1, 40_000_003]


@pytest.fixture(params=LENGTHS)
def dvd(request: pytest.FixtureRequest, tmp_path: Path) -> Rendered:
    return Rendered(tmp_path, ImageKind.DVD, request.param)


@pytest.mark.parametrize("view", ["iso", "udf"])
def test_7z_takes_the_same_files_out_of_either_view(dvd: Rendered, tmp_path: Path, view: str) -> None:
    run("7z", "x", f"-t{view}", f"-o{tmp_path / 'out'}", dvd.path)
    assert files_in(tmp_path / "out") == dvd.files


def test_7z_finds_no_fault_in_the_udf_structures(dvd: Rendered) -> None:
    assert "Everything is Ok" in run("7z", "t", "-tudf", dvd.path)


def test_xorriso_takes_the_same_files_out(dvd: Rendered, tmp_path: Path) -> None:
    run("xorriso", "-osirrox", "on", "-indev", dvd.path, "-extract", "/", tmp_path / "out")
    found = files_in(tmp_path / "out")
    run("chmod", "-R", "u+w", tmp_path / "out")
    assert found == dvd.files


def test_isoinfo_takes_the_same_files_out_of_the_plain_view(dvd: Rendered) -> None:
    shorts = {piece.short: piece.content for piece in PIECES}
    shorts |= {"R1D00001.AGE": dvd.ciphertext, "MANIFEST.JSN": dvd.files["manifest.json"]}

    for short, content in shorts.items():
        done = subprocess.run(
            ["isoinfo", "-i", dvd.path, "-x", f"/{short};1"], capture_output=True, check=True, timeout=60
        )
        assert done.stdout == content, short


def test_the_manifest_lies_behind_the_payload(dvd: Rendered) -> None:
    listing = run("isoinfo", "-l", "-i", dvd.path)
    places = {name: int(place) for place, name in re.findall(r"\[ *(\d+) 00\] +([A-Z.]+);1", listing)}
    assert places["MANIFEST.JSN"] == max(places.values())


def test_the_image_is_as_long_as_its_volume_descriptor_says(dvd: Rendered) -> None:
    blocks = int(re.search(r"Volume size is: (\d+)", run("isoinfo", "-d", "-i", dvd.path)).group(1))
    assert blocks * 2048 == dvd.path.stat().st_size == dvd.plan.length


def test_the_number_of_the_medium_is_the_label_of_both_views(tmp_path: Path) -> None:
    path = Rendered(tmp_path, ImageKind.DVD, 1000).path
    assert "Volume id: R1-D-00001" in run("isoinfo", "-d", "-i", path)
    assert "LogicalVolumeId: R1-D-00001" in run("7z", "l", "-tudf", path)


def test_a_payload_over_4_gib_is_one_file_in_either_view(tmp_path: Path) -> None:
    length = (1 << 32) + 12_345
    layout = iso9660.lay_out(
        label="R1-D-00001",
        ciphertext_length=length,
        manifest_length=80,
        pieces=PIECES,
        created=plan_of(ImageKind.DVD, 1).created,
    )
    path = tmp_path / "image"
    with path.open("wb") as out:  # sparse: the content is left out
        out.write(layout.before[0])
        out.seek(length + layout.between[0].length + 80, 1)
        out.write(layout.after[0])
    for view in ("iso", "udf"):
        assert re.search(rf" {length} +\d+ +R1-D-00001\.age", run("7z", "l", f"-t{view}", path)), view


def test_the_cost_of_planning_does_not_grow_with_the_payload() -> None:
    layout = iso9660.lay_out(
        label="R1-D-00001",
        ciphertext_length=4 << 30,
        manifest_length=80,
        pieces=(),
        created=plan_of(ImageKind.DVD, 1).created,
    )
    assert len(layout.before[0]) + len(layout.after[0]) < 1 << 20
