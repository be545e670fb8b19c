"""Hashes of raw bytes in shares and blocks give the roots that the tree gives line by line, or nothing at all."""

import sys
from itertools import islice

import pytest
from script import verify_journal as script
from written_journal import IDENTITY, signer
from years_of_records import Instant, lines, write_journal

from media_station.model.key import KeyRotated
from media_station.model.sign_in import Factor, StepUpRefused
from media_station.proof import quick
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.record import encode
from media_station.proof.succession import reigns, sign_hand_over

KEY = signer()
SIZES = [0, 1, 7, 8, 9, 40, 64, 143, 150, 201]
BLOCK = 8


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for module in (quick, script):
        monkeypatch.setattr(module, "BLOCK", BLOCK)
        monkeypatch.setattr(module, "SHARE_BYTES", 1000)


def by_the_package(directory, processes, sizes=SIZES):
    expected = quick.Expected(identity=IDENTITY, reigns=reigns(directory, [KEY.verifier]), sizes=set(sizes))
    try:
        return quick.read(directory, expected, processes=processes)
    except quick.Unusual:
        return None


def by_the_script(directory, processes, sizes=SIZES):
    identity = (IDENTITY.station, IDENTITY.epoch)
    empty = Tree().root()
    key = script.parse_key(KEY.verifier.render())
    of_keys, _ = script.reigns_of(directory, [key])
    walk = script.Walk(roots=dict.fromkeys(sizes, empty), identity=identity, keys=[key], reigns=of_keys)
    if not script.read_plainly(directory, walk, processes):
        return None
    return walk.lines, {size: root for size, root in walk.roots.items() if size <= walk.lines}


ways = pytest.mark.parametrize("way", [by_the_package, by_the_script])


def written_under(directory, *turns):
    """201 records; at each of these places a key hands over to the next."""
    directory.mkdir()
    old, leaves = KEY, []
    for place, (at, plain) in enumerate(islice(lines(KEY, IDENTITY), 201)):
        line = plain
        if place in turns:
            new = signer(2 + turns.index(place))
            one, other = sign_hand_over(place, old, new)
            keys = {"old_key": old.verifier.render(), "new_key": new.verifier.render()}
            event = KeyRotated(**keys, old_signature=one, new_signature=other)
            line = encode(event, sequence=place, identity=IDENTITY, key_id=old.key_id, at=at, actor="")
            old = new
        elif old is not KEY:
            line = plain.replace(f'"key_id":"{KEY.key_id}","req'.encode(), f'"key_id":"{old.key_id}","req'.encode())
        with (directory / f"{at.wall[:10]}.jsonl").open("ab") as file:
            file.write(line + b"\n")
        leaves.append(leaf_hash(line))
    return leaves


@ways
@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("turns", [(0,), (100,), (8, 63, 64, 65), (200,)], ids=str)
def test_a_journal_whose_keys_hand_over_goes_the_quick_way(tmp_path, way, processes, turns):
    leaves = written_under(tmp_path / "journal", *turns)
    sizes = [0, 64, 201]
    roots = {size: Tree(leaves[:size]).root() for size in sizes}
    found = way(tmp_path / "journal", processes, sizes)
    if turns == (200,):  # its first and its last record are of one key: that is looked at carefully
        assert found is None
    else:
        assert found == (201, roots)


@ways
@pytest.mark.parametrize("processes", [1, 3])
@pytest.mark.parametrize("records", [1, 8, 9, 150, 201])
def test_the_roots_are_those_of_the_tree(tmp_path, way, records, processes):
    write_journal(tmp_path / "journal", KEY, IDENTITY, records)
    leaves = [leaf_hash(line) for _, line in islice(lines(KEY, IDENTITY), records)]
    sizes = {size for size in SIZES if size <= records}
    assert way(tmp_path / "journal", processes) == (records, {size: Tree(leaves[:size]).root() for size in sizes})


@ways
def test_a_text_that_looks_like_the_end_of_a_record_is_none(tmp_path, way):
    imitation = 'a","epoch":"e9","key_id":"0","requirements":[],"schema":1,"sequence":7,"station":"x"}}'
    event = StepUpRefused(
        operator="sousa-hanako", action=imitation, factor=Factor.CODE, code="ACC-002", left_out=0, offset_seconds=0
    )
    at = Instant(wall="2026-04-01T00:00:00.000000Z", boottime_ms=1, boot_id="3a1c")
    line = encode(event, sequence=0, identity=IDENTITY, key_id=KEY.key_id, at=at, actor="sousa-hanako")
    (tmp_path / "2026-04-01.jsonl").write_bytes(line + b"\n")
    assert way(tmp_path, 1, [1]) == (1, {**({0: Tree().root()} if way is by_the_package else {}), 1: leaf_hash(line)})


CHANGES = {
    "another number": (b'"sequence":100,', b'"sequence":0100,'),
    "a number beyond all": (b'"sequence":100,', b'"sequence":' + b"1" * 5000 + b","),
    "another schema": (b'"schema":1,"sequence":100,', b'"schema":2,"sequence":100,'),
    "another epoch": (b'"epoch":"r1"', b'"epoch":"r2"'),
    "another station": (b'"station":"kita-zei-1"', b'"station":"kita-zei-2"'),
    "another key": (KEY.key_id.encode(), b"00000000"),
    "a field more": (b'"station":"kita-zei-1"', b'"station":"kita-zei-1","z":1'),
    "a space": (b'"sequence":100,', b'"sequence": 100,'),
    "no time": (b'{"@timestamp":', b'{"@time":'),
    "a line's end within": (b'"sequence":100,', b'"sequence":\n100,'),
    "no line's end": (b"}\n", b"}"),
}


@ways
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_unusual_is_left_to_the_careful_way(tmp_path, way, change):
    write_journal(tmp_path / "journal", KEY, IDENTITY, 201)
    assert way(tmp_path / "journal", 2) is not None
    segment = next(path for path in (tmp_path / "journal").glob("*.jsonl") if b'"sequence":100,' in path.read_bytes())
    whole = segment.read_bytes()
    at = whole.rindex(b"\n", 0, whole.index(b'"sequence":100,')) + 1
    line, rest = whole[at:].split(b"\n", 1)
    before, found, after = (line + b"\n").rpartition(change[0])
    assert found
    segment.write_bytes(whole[:at] + before + change[1] + after + rest)
    assert way(tmp_path / "journal", 2) is None


@ways
def test_a_line_longer_than_any_record_is_left_to_the_careful_way(tmp_path, way):
    write_journal(tmp_path / "journal", KEY, IDENTITY, 1)
    (segment,) = (tmp_path / "journal").glob("*.jsonl")
    head, tail = segment.read_bytes().split(b'"data":', 1)
    segment.write_bytes(head + b'"data":' + b" " * (1024 * 1024) + tail)
    assert way(tmp_path / "journal", 1) is None


def test_a_core_more_is_a_process_more_only_where_it_is_worth_it(tmp_path, monkeypatch):
    monkeypatch.setattr(quick, "SHARE_BYTES", sys.maxsize)
    monkeypatch.setattr(quick, "ProcessPoolExecutor", None)
    write_journal(tmp_path / "journal", KEY, IDENTITY, 50)
    assert by_the_package(tmp_path / "journal", 8) is not None
