"""A foreign medium read without mounting: images that other tools made, and images that lie."""

import random
import struct
import subprocess
from pathlib import Path

import pytest

from media_station.cell.unpack.unpack import unpack
from media_station.model.errors import Refused

FIRST, SECOND = "0" * 31 + "a", "f" * 32
SUBMISSION = b'{"schema":"media-station/submission/v1"}\n'
SEALED = {FIRST: random.Random(1).randbytes(300_001), SECOND: random.Random(2).randbytes(12)}


def run(*command) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """What lies on an import medium, with what people leave there beside it."""
    folder = tmp_path_factory.mktemp("import")
    for payload, sealed in SEALED.items():
        (folder / f"{payload}.age").write_bytes(sealed)
        (folder / f"{payload}.json").write_bytes(SUBMISSION)
    (folder / "メモ.txt").write_text("x")
    (folder / f"{'b' * 32}.age").write_bytes(b"without a submission")
    (folder / "sub").mkdir()
    (folder / "sub" / f"{'c' * 32}.age").write_bytes(b"not at the top")
    return folder


def stick(folder: Path, path: Path, *, cluster: int = 1, sectors: int = 0) -> bytes:
    """As mkfs.vfat and mcopy make it; in a partition that begins at a sector, if one is given."""
    bare = path.with_suffix(".bare")
    run("mkfs.vfat", "-C", "-F", "32", "-s", str(cluster), bare, str(cluster * 40 * 1024))
    # Written in turns, so that the files' clusters lie apart; then one is taken away and another grows over the gap.
    for each in sorted(folder.iterdir()):
        run("mcopy", "-s", "-i", bare, each, "::/")
    run("mdel", "-i", bare, f"::/{FIRST}.age")
    (path.parent / "filler").write_bytes(bytes(5000))
    run("mcopy", "-i", bare, path.parent / "filler", "::/filler")
    run("mcopy", "-i", bare, folder / f"{FIRST}.age", "::/")
    content = bare.read_bytes()
    bare.unlink()
    if not sectors:
        return content
    entry = struct.pack("<B3sB3sII", 0, b"", 0x0C, b"", sectors, len(content) // 512)
    return (bytes(446) + entry + bytes(48) + b"\x55\xaa").ljust(sectors * 512, b"\0") + content


@pytest.fixture(scope="module")
def images(folder, tmp_path_factory) -> dict[str, bytes]:
    made = tmp_path_factory.mktemp("images")
    run("genisoimage", "-J", "-o", made / "joliet", folder)
    run("genisoimage", "-J", "-udf", "-R", "-o", made / "bridge", folder)
    run("xorriso", "-as", "mkisofs", "-J", "-R", "-o", made / "xorriso", folder)
    return {
        "FAT32": stick(folder, made / "a"),
        "FAT32, larger clusters": stick(folder, made / "b", cluster=2),
        "FAT32 in a partition": stick(folder, made / "d", sectors=63),
        **{name: (made / name).read_bytes() for name in ("joliet", "bridge", "xorriso")},
    }


KINDS = ["FAT32", "FAT32, larger clusters", "FAT32 in a partition", "joliet", "bridge", "xorriso"]
kinds = pytest.mark.parametrize("kind", KINDS)


def taken(image: bytes, number: int = 0, *, most: int = 1 << 40, changed: dict[int, int] | None = None):
    """What was found, and the age file. Whoever reads more than `most` bytes fails. `changed`: bytes by their place."""
    read = 0
    out = bytearray()

    def reads(length: int, at: int) -> bytes:
        nonlocal read
        read += length
        assert read <= most
        assert 0 <= at <= len(image)
        piece = bytearray(image[at : at + length])
        for place, byte in (changed or {}).items():
            if at <= place < at + len(piece):
                piece[place - at] = byte
        return bytes(piece)

    found = unpack(reads, len(image), number, out.extend)
    return found, bytes(out)


def refusal(image: bytes) -> str:
    with pytest.raises(Refused) as caught:
        taken(image)
    return caught.value.code


@kinds
def test_both_payloads_are_found_whole_in_the_order_of_their_names(images, kind):
    for number, payload in enumerate((FIRST, SECOND)):
        found, sealed = taken(images[kind], number)
        assert sealed == SEALED[payload]
        assert (found.submission, found.length, found.payloads) == (SUBMISSION.decode(), len(sealed), 2)


@kinds
def test_no_more_is_found_than_there_is(images, kind):
    with pytest.raises(Refused) as caught:
        taken(images[kind], 2)
    assert caught.value.code == "UNP-005"


def test_a_medium_of_the_stations_own_has_nothing_to_take(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "R1-D-00001.age").write_bytes(b"x")
    run("genisoimage", "-J", "-o", tmp_path / "image", tmp_path / "in")
    assert refusal((tmp_path / "image").read_bytes()) == "UNP-004"


@pytest.mark.parametrize("content", [b"", b"x", bytes(1 << 20), b"\xeb\x58\x90NTFS    ".ljust(510) + b"\x55\xaa"])
def test_what_is_no_file_system_of_ours_is_refused(content):
    assert refusal(content) == "UNP-001"


@kinds
def test_an_image_cut_short_is_refused_or_whole_all_the_same(images, kind):
    """Behind the last file there may be nothing but padding."""
    codes = set()
    for part in (3, 20, 50, 90):
        try:
            assert taken(images[kind][: len(images[kind]) * part // 100])[1] == SEALED[FIRST]
        except Refused as error:
            codes.add(error.code)
    assert codes
    assert codes <= {"UNP-001", "UNP-002"}


def test_a_chain_in_a_circle_ends(images):
    image = bytearray(images["FAT32"])
    reserved, size = struct.unpack_from("<H", image, 14)[0], struct.unpack_from("<I", image, 36)[0]
    table = reserved * 512
    for cluster in range(2, size * 128):
        if struct.unpack_from("<I", image, table + cluster * 4)[0]:
            struct.pack_into("<I", image, table + cluster * 4, 3 if cluster == 2 else 2)
    with pytest.raises(Refused) as caught:
        taken(bytes(image), most=2 << 20)
    assert caught.value.code in {"UNP-002", "UNP-003", "UNP-004"}


def test_a_root_directory_without_an_end_is_refused_soon(images):
    image = bytearray(images["FAT32"])
    reserved = struct.unpack_from("<H", image, 14)[0]
    struct.pack_into("<I", image, reserved * 512 + 2 * 4, 2)
    assert refusal(bytes(image)) in {"UNP-002", "UNP-003"}


def test_two_files_of_one_name_are_refused(images):
    image = images["joliet"]
    name = f"{FIRST}.age".encode("utf-16-be")
    doubled = image.replace(f"{'b' * 32}.age".encode("utf-16-be"), name)
    assert doubled != image
    assert refusal(doubled) == "UNP-002"


@pytest.mark.parametrize("kind", ["FAT32", "joliet", "bridge"])
def test_whatever_its_tables_say_it_ends_and_stays_within(images, kind):
    """Bytes of the tables changed at random: a refusal, or a file no greater than the image."""
    image = images[kind]
    chance = random.Random(7)
    tables = range(4096) if kind == "FAT32" else range(16 * 2048, 40 * 2048)
    tables = [at for at in tables if image[at]]
    codes = set()
    for _ in range(400):
        changed = {at: chance.randrange(256) for at in chance.sample(tables, chance.choice([1, 1, 2, 8]))}
        try:
            _, sealed = taken(image, most=2 * len(image), changed=changed)
        except Refused as error:
            codes.add(error.code)
        else:
            assert len(sealed) <= len(image)
    assert codes <= {"UNP-001", "UNP-002", "UNP-003", "UNP-004", "UNP-005"}
    assert "UNP-002" in codes


def test_extents_that_lie_over_one_another_are_no_file_without_an_end(images):
    """One extent of the age file named again and again would be a file greater than its disc."""
    image = bytearray(images["joliet"])
    name = f"{FIRST}.age".encode("utf-16-be")
    at = image.index(name) - 33
    record = bytes(image[at : at + image[at]])
    block = at // 2048 * 2048
    again = record[:25] + bytes([record[25] | 0x80]) + record[26:]
    count = 2048 // len(record) - 1
    image[block : block + 2048] = (again * count + record).ljust(2048, b"\0")
    assert count * len(SEALED[FIRST]) > len(image)
    assert refusal(bytes(image)) == "UNP-002"


def test_a_file_of_gigabytes_comes_in_small_pieces(images):
    """A disc whose tables say 3 GiB, with zeros behind what it has."""
    was, now = len(SEALED[FIRST]), 3 << 30
    image = images["joliet"].replace(*(struct.pack("<I", each) + struct.pack(">I", each) for each in (was, now)))
    sizes = []

    def reads(length: int, at: int) -> bytes:
        return image[at : at + length].ljust(length, b"\0")

    found = unpack(reads, now + len(image), 0, lambda piece: sizes.append(len(piece)))
    assert (found.length, sum(sizes), max(sizes)) == (now, now, 1 << 20)
