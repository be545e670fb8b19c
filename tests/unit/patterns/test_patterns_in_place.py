"""A patterns supply's tar is ClamAV's files and nothing else; all of a folder's patterns change in one step."""

import io
import tarfile

import pytest

from media_station.model.errors import Refused
from media_station.patterns import present
from media_station.patterns.unpack import FILES_MOST, unpack


def tar(*members, kind=tarfile.USTAR_FORMAT) -> io.BytesIO:
    """Each a name and a content, or a TarInfo."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for each in members:
            if isinstance(each, tarfile.TarInfo):
                archive.addfile(each)
            else:
                info = tarfile.TarInfo(each[0])
                info.size = len(each[1])
                archive.addfile(info, io.BytesIO(each[1]))
    out.seek(0)
    return out


def of_type(kind, name="main.cvd", **more) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    for each, value in more.items():
        setattr(info, each, value)
    return info


def test_the_files_come_out_as_they_are(tmp_path):
    unpack(tar(("main.cvd", b"main"), ("daily.cld", b"daily")), tmp_path / "new")
    assert {each.name: each.read_bytes() for each in (tmp_path / "new").iterdir()} == {
        "main.cvd": b"main",
        "daily.cld": b"daily",
    }


@pytest.mark.parametrize(
    "body",
    [
        tar(),
        tar(("../main.cvd", b"")),
        tar(("/main.cvd", b"")),
        tar(("folder/main.cvd", b"")),
        tar(("main.sh", b"")),
        tar((".cvd", b"")),
        tar(("main.cvd", b""), ("main.cvd", b"")),
        tar(of_type(tarfile.SYMTYPE, linkname="/etc/passwd")),
        tar(of_type(tarfile.LNKTYPE, linkname="main.cvd")),
        tar(of_type(tarfile.DIRTYPE)),
        tar(of_type(tarfile.FIFOTYPE)),
        tar(of_type(tarfile.BLKTYPE, devmajor=8)),
        tar(of_type(tarfile.GNUTYPE_SPARSE), kind=tarfile.GNU_FORMAT),
        tar(of_type(tarfile.REGTYPE, pax_headers={"GNU.sparse.map": "0,1", "GNU.sparse.size": "1099511627776"}), kind=tarfile.PAX_FORMAT),
        tar(*[(f"a{number}.ndb", b"") for number in range(FILES_MOST + 1)]),
        io.BytesIO(b"no tar at all" * 100),
        io.BytesIO(tar(("main.cvd", b"x" * 5000)).getvalue()[:2000]),
    ],
    ids=["none", "above", "root", "folder", "script", "nameless", "twice", "link", "hard", "dir", "fifo", "disk", "sparse", "pax", "many", "other", "cut"],
)  # fmt: skip
def test_anything_else_is_refused(tmp_path, body):
    with pytest.raises(Refused) as caught:
        unpack(body, tmp_path / "new")
    assert caught.value.code == "SUP-018"


def a_set(folder, content: str):
    (folder / "new").mkdir()
    (folder / "new" / "own.ndb").write_text(content)
    return folder / "new"


def now(folder) -> str:
    return (folder / "now" / "own.ndb").read_text()


def test_the_present_ones_change_at_once_and_what_was_before_goes(tmp_path):
    (tmp_path / "by-hand").mkdir()
    (tmp_path / "now").symlink_to("by-hand")
    assert present.number(tmp_path) == 0
    for number, content in ((7, "seven"), (7, "seven again"), (7, "and again"), (8, "eight")):
        present.swap(tmp_path, a_set(tmp_path, content), f"patterns-{number}")
        assert (present.number(tmp_path), now(tmp_path)) == (number, content)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["by-hand", "now", "patterns-8"]


def test_what_a_cut_left_is_in_nobodys_way(tmp_path):
    (tmp_path / "patterns-7").mkdir()
    (tmp_path / "patterns-7" / "half").touch()
    (tmp_path / "now.new").symlink_to("patterns-7")
    present.swap(tmp_path, a_set(tmp_path, "seven"), "patterns-7")
    assert (present.number(tmp_path), now(tmp_path)) == (7, "seven")
    assert not (tmp_path / "now" / "half").exists()
