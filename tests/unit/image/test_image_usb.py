"""A stick's image, as mtools and fsck.vfat see it."""

import re
from pathlib import Path

import pytest
from foreign_eyes import CREATED, Rendered, files_in, manifest_of, run

from media_station.desk.image import fat32
from media_station.desk.image.build import ImageKind, Piece, Plan, write_image
from media_station.desk.image.layout import emit
from media_station.model.errors import Refused

LENGTHS = [1, 511, 512, 513, 2047, 2048, 2049, (1 << 20) + 1, 40_000_003]
SMALL_CLUSTERS_END = 260 << 20


@pytest.fixture(params=LENGTHS)
def stick(request: pytest.FixtureRequest, tmp_path: Path) -> Rendered:
    return Rendered(tmp_path, ImageKind.USB, request.param)


def fsck(path: Path) -> list[str]:
    return run("fsck.vfat", "-n", path).splitlines()


def test_mtools_copies_the_same_files_out(stick: Rendered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    (tmp_path / "out").mkdir()
    run("mcopy", "-i", stick.path, "::*", tmp_path / "out")
    assert files_in(tmp_path / "out") == stick.files


def test_fsck_has_nothing_to_say(stick: Rendered) -> None:
    said = fsck(stick.path)
    assert len(said) == 2, said  # its own version, and the summary
    assert re.fullmatch(r".*: 5 files, \d+/\d+ clusters", said[1])


def test_the_image_is_as_long_as_planned(stick: Rendered) -> None:
    assert stick.path.stat().st_size == stick.plan.length == stick.image.length
    assert stick.plan.length % 4096 == 0


def test_it_is_fat32_by_its_number_of_clusters(stick: Rendered) -> None:
    assert int(re.search(r"/(\d+) clusters", fsck(stick.path)[1]).group(1)) >= 65_525 + 16


def test_a_small_payload_makes_an_image_of_33_mib(tmp_path: Path) -> None:
    assert Rendered(tmp_path, ImageKind.USB, 1000).plan.length < 33 << 20


def test_the_number_of_the_medium_is_the_label_without_hyphens(tmp_path: Path) -> None:
    assert "R1D00001" in run("mlabel", "-s", "-i", Rendered(tmp_path, ImageKind.USB, 1000).path, "::")


def test_files_are_dated_in_japans_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "2026-11-23  10:02  R1-D-00001.age" in run("mdir", "-i", Rendered(tmp_path, ImageKind.USB, 1000).path)


def sparse_image(path: Path, ciphertext_length: int) -> None:
    layout = fat32.lay_out(
        label="R1-U-00001", ciphertext_length=ciphertext_length, manifest_length=80, pieces=(), created=CREATED
    )
    with path.open("wb") as out:
        for chunk in emit(layout.before):
            out.write(chunk)
        out.truncate(layout.length)


@pytest.mark.parametrize(
    "length", [SMALL_CLUSTERS_END - 4096, SMALL_CLUSTERS_END, SMALL_CLUSTERS_END + 1, (1 << 32) - 4096]
)
def test_fsck_has_nothing_to_say_of_a_large_payload(tmp_path: Path, length: int) -> None:
    sparse_image(tmp_path / "image", length)
    assert len(fsck(tmp_path / "image")) == 2


def test_the_largest_file_is_whole_for_mtools(tmp_path: Path) -> None:
    """Not for fsck.vfat 4.2: it counts the 4 GiB of clusters of such a file as 0 (dosfstools issue 208)."""
    sparse_image(tmp_path / "image", (1 << 32) - 1)
    assert "4 294 967 375 bytes" in run("mdir", "-i", tmp_path / "image")  # with the manifest's 80


def test_a_payload_of_4_gib_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Plan(
            kind=ImageKind.USB,
            label="R1-U-00001",
            ciphertext_length=1 << 32,
            manifest_length=80,
            pieces=(),
            created=CREATED,
        )
    assert refused.value.code == "IMG-001"


@pytest.mark.parametrize("characters", [1, 12, 13, 14, 25, 26, 27, 63, 64])
def test_a_long_name_of_any_length_is_read_back(tmp_path: Path, characters: int, monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    piece = Piece(name="媒" * characters, short="NAME.TXT", content=b"x")
    plan = Plan(
        kind=ImageKind.USB,
        label="R1-U-00001",
        ciphertext_length=1,
        manifest_length=len(manifest_of("0" * 64)),
        pieces=(piece,),
        created=CREATED,
    )
    with (tmp_path / "image").open("wb") as out:
        write_image(plan, iter([b"c"]), manifest_of, out)
    assert piece.name in run("mdir", "-b", "-i", tmp_path / "image")
    assert len(fsck(tmp_path / "image")) == 2


def test_a_full_root_directory_takes_more_clusters(tmp_path: Path) -> None:
    pieces = tuple(
        Piece(name=f"a piece with number {n}.txt", short=f"P{n}.TXT", content=b"x" * n) for n in range(1, 60)
    )
    plan = Plan(
        kind=ImageKind.USB,
        label="R1-U-00001",
        ciphertext_length=1,
        manifest_length=len(manifest_of("0" * 64)),
        pieces=pieces,
        created=CREATED,
    )
    with (tmp_path / "image").open("wb") as out:
        write_image(plan, iter([b"c"]), manifest_of, out)
    assert len(fsck(tmp_path / "image")) == 2
    assert len(run("mdir", "-b", "-i", tmp_path / "image").splitlines()) == 61
