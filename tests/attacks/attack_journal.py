#!/usr/bin/env python3
"""Attacks on a journal, each with its clean twin. Python's standard library and `cryptography`, nothing of the package.

    attack_journal.py STATION OUT --key SECRET_KEY_FILE

STATION holds `journal/`, `ledger.sqlite` and `ledger.sqlite.closed` as a station left them. Each attack becomes OUT/NAME/clean and
OUT/NAME/attacked; in both is what a verifier is given:

    journal/, ledger.sqlite*    what the attacker had in his hands
    keys/*.pub                  the public journal keys that the verifier trusts
    head                        a checkpoint that was kept elsewhere, for some attacks
    witness.pub                 the key of who cosigned a head (journal/witnessed.*), for some attacks
    copy/                       a copy of the journal that was kept elsewhere, for some attacks

What is to be found is in attacks.toml. The formats are in docs/formats.md.
"""

import argparse
import base64
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


class Key:
    """A C2SP signed-note key with its secret."""

    def __init__(self, name: str, seed: bytes, kind: int = 1) -> None:
        self.name = name
        self._secret = Ed25519PrivateKey.from_private_bytes(seed)
        self._public = bytes([kind]) + self._secret.public_key().public_bytes_raw()
        self.id = hashlib.sha256(name.encode() + b"\n" + self._public).digest()[:4]

    @classmethod
    def read(cls, path: Path) -> "Key":
        name, _, encoded = path.read_text().strip().removeprefix("PRIVATE+KEY+").split("+", 2)
        return cls(name, base64.b64decode(encoded)[1:])

    @property
    def identity(self) -> tuple[str, str]:
        _, station, epoch, _ = self.name.split("/")
        return station, epoch

    def public_text(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(self._public).decode()}\n"

    def signature(self, text: str) -> str:
        return base64.b64encode(self.id + self._secret.sign(text.encode())).decode()

    def signature_line(self, text: str, key_id: bytes = b"") -> str:
        signed = (key_id or self.id) + self._secret.sign(text.encode())
        return f"\u2014 {self.name} {base64.b64encode(signed).decode()}\n"

    def note(self, text: str) -> bytes:
        return f"{text}\n{self.signature_line(text)}".encode()


def cosigned(note: bytes, witness: Key) -> bytes:
    """C2SP tlog-cosignature."""
    text = note.decode().partition("\n\n")[0] + "\n"
    seconds = 1_775_000_000
    signed = base64.b64decode(witness.signature(f"cosignature/v1\ntime {seconds}\n{text}"))
    data = base64.b64encode(signed[:4] + seconds.to_bytes(8, "big") + signed[4:]).decode()
    return note + f"\u2014 {witness.name} {data}\n".encode()


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, as it is written there."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\x00" + leaves[0] if leaves else b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()


def checkpoint_text(identity: tuple[str, str], lines: list[bytes]) -> str:
    root = base64.b64encode(root_of(lines)).decode()
    return f"media-station/checkpoint/v1/{'/'.join(identity)}\n{len(lines)}\n{root}\n"


def read_lines(directory: Path) -> list[bytes]:
    return [line for path in sorted(directory.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


def segments_of(lines: list[bytes]) -> dict[str, bytes]:
    """By their days; one that is out of its place stays where it was put."""
    found: dict[str, bytes] = {}
    day = ""
    for line in lines:
        day = max(day, line[15:25].decode())  # {"@timestamp":"2025-04-01T
        found[day] = found.get(day, b"") + line + b"\n"
    return {f"{day}.jsonl": content for day, content in found.items()}


def changed(line: bytes, **own: object) -> bytes:
    """The record with these fields of `media_station` replaced, canonical again."""
    record = json.loads(line)
    record["media_station"] |= own
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def under_another_name(line: bytes) -> bytes:
    record = json.loads(line)
    return line.replace(f'"name":"{record["user"]["name"]}"'.encode(), b'"name":"shonin-ichiro"')


@dataclass
class Case:
    """What a verifier is given. An attack changes it; `key` is the station's own."""

    key: Key
    segments: dict[str, bytes]
    checkpoint: bytes | None
    station: Path
    keys: list[Key] = field(default_factory=list)
    head: bytes | None = None
    witness: Key | None = None
    witnessed: bytes | None = None
    copy: dict[str, bytes] | None = None
    edits_of_ledger: list[str] = field(default_factory=list)
    closes_ledger: bool = False
    opens_ledger: bool = False
    has_ledger: bool = True

    @property
    def lines(self) -> list[bytes]:
        return b"".join(self.segments[name] for name in sorted(self.segments)).splitlines()

    def write(self, lines: list[bytes]) -> None:
        """The checkpoint stays as it is."""
        self.segments = segments_of(lines)

    def seal(self, lines: list[bytes], key: Key | None = None) -> None:
        """Lines with a checkpoint that fits them."""
        self.write(lines)
        self.checkpoint = self.signed(lines, key)

    def signed(self, lines: list[bytes], key: Key | None = None) -> bytes:
        key = key or self.key
        return key.note(checkpoint_text(key.identity, lines))

    def keep_head(self, size: int | None = None) -> None:
        """What the station had printed or handed out at that size."""
        self.head = self.signed(self.lines[:size])

    def cosign(self, size: int | None = None) -> None:
        """Another machine has cosigned the journal at that size; it and the station keep that head."""
        self.witness = Key("media-station-host/jouhou-1/witness", hashlib.sha256(b"witness").digest(), kind=4)
        self.witnessed = cosigned(self.signed(self.lines[:size]), self.witness)

    def keep_copy(self, size: int | None = None) -> None:
        lines = self.lines[:size]
        self.copy = segments_of(lines) | {"checkpoint": self.signed(lines)}

    def save(self, folder: Path) -> None:
        files = {f"journal/{name}": content for name, content in self.segments.items()}
        files |= {f"keys/{n}.pub": key.public_text().encode() for n, key in enumerate(self.keys)}
        files |= {f"copy/{name}": content for name, content in (self.copy or {}).items()}
        files |= {"journal/checkpoint": self.checkpoint} if self.checkpoint is not None else {}
        files |= {"head": self.head} if self.head is not None else {}
        if self.witness:
            files["witness.pub"] = self.witness.public_text().encode()
            files |= (
                {f"journal/witnessed.{self.witness.id.hex()}": self.witnessed} if self.witnessed is not None else {}
            )
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        for path in self.station.glob("ledger.sqlite*") if self.has_ledger else ():
            shutil.copy(path, folder)
        if self.opens_ledger:
            (folder / "ledger.sqlite.closed").unlink()
        for statement in self.edits_of_ledger:
            with sqlite3.connect(folder / "ledger.sqlite") as ledger:
                ledger.execute(statement)
            ledger.close()
        if self.closes_ledger:
            closed = folder / "ledger.sqlite.closed"
            text, _, signature = closed.read_text().partition("\n\n")
            fits = text[:-64] + hashlib.sha256((folder / "ledger.sqlite").read_bytes()).hexdigest()
            closed.write_text(f"{fits}\n\n{signature}")


# An attack is a generator: before its `yield` stands what was kept elsewhere beforehand, after it what is done.
ATTACKS: dict[str, Callable[[Case], Iterator[None]]] = {}


def attack(does: Callable[[Case], Iterator[None]]) -> Callable[[Case], Iterator[None]]:
    ATTACKS[does.__name__.replace("_", "-")] = does
    return does


def stranger(case: Case, role: str = "journal", identity: tuple[str, str] | None = None) -> Key:
    """A key that is not the journal's, under whatever name."""
    station, epoch = identity or case.key.identity
    return Key(f"media-station/{station}/{epoch}/{role}", hashlib.sha256(b"stranger").digest())


def moved(case: Case, station: str, epoch: str) -> tuple[Key, list[bytes]]:
    """A whole journal of another identity, with its own key."""
    key = stranger(case, identity=(station, epoch))
    return key, [changed(line, station=station, epoch=epoch, key_id=key.id.hex()) for line in case.lines]


def next_key(case: Case) -> Key:
    """What the station itself hands over to."""
    return Key(case.key.name, hashlib.sha256(b"successor").digest())


def spare(case: Case, beyond: int) -> int:
    """The place of a record there that no other needs."""
    return next(n for n, line in enumerate(case.lines) if n >= beyond and b'"action":"request.refused"' in line)


def handed_over(case: Case, at: int, new: Key, *signers: Key, told: int = -1) -> list[bytes]:
    """The record at that place hands over to the new key, signed by old and new unless others do it, for the place that
    is told; what follows is recorded under it.
    """
    case.has_ledger = False  # it was closed with another key
    old, (before, after) = case.key, signers or (case.key, new)
    place = at if told < 0 else told
    keys = f"{old.public_text()}{new.public_text()}"
    text = f"media-station/key/v1/{'/'.join(old.identity)}\n{place}\n{keys}"
    record = json.loads(case.lines[at])
    record["event"] = {"action": "key.rotated", "kind": "event", "outcome": "success"}
    record["media_station"]["data"] = {
        "old_key": old.public_text().strip(),
        "new_key": new.public_text().strip(),
        "old_signature": before.signature(text),
        "new_signature": after.signature(text),
    }
    later = [changed(line, key_id=new.id.hex()) for line in case.lines[at + 1 :]]
    line = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return [*case.lines[:at], line, *later]


def next_epoch(case: Case, epoch: str = "e2") -> Key:
    """What a restored station signs with."""
    return Key(f"media-station/{case.key.identity[0]}/{epoch}/journal", hashlib.sha256(b"restored").digest())


def restored(case: Case, at: int, new: Key, former: bytes | None = None) -> list[bytes]:
    """The record at that place begins the new key's epoch, after the former one's head; what follows is of it."""
    case.has_ledger = False
    lines = case.lines
    record = json.loads(lines[at])
    record["event"] = {"action": "station.restored", "kind": "event", "outcome": "success"}
    record["media_station"]["data"] = {
        "former_checkpoint": (former or case.signed(lines[:at])).decode(),
        "new_key": new.public_text().strip(),
    }
    first = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    own = {"epoch": new.identity[1], "key_id": new.id.hex()}
    return [*lines[:at], *(changed(line, **own) for line in (first, *lines[at + 1 :]))]


def replaced(lines: list[bytes], at: int, *by: bytes) -> list[bytes]:
    """Counted from the end if negative."""
    at %= len(lines)
    return [*lines[:at], *by, *lines[at + 1 :]]


def made_a_failure(lines: list[bytes]) -> list[bytes]:
    """The first success after 40 records."""
    at = next(n for n, line in enumerate(lines) if n >= 40 and b'"outcome":"success"' in line)
    return replaced(lines, at, lines[at].replace(b'"outcome":"success"', b'"outcome":"failure"'))


# --- By someone who has the files and no key ---


@attack
def outcome_flipped(case: Case) -> Iterator[None]:
    yield
    at = next(n for n, line in enumerate(case.lines) if b'"outcome":"failure"' in line)
    case.write(replaced(case.lines, at, case.lines[at].replace(b'"failure"', b'"success"')))


@attack
def one_bit_flipped(case: Case) -> Iterator[None]:
    yield
    line = bytearray(case.lines[40])
    line[line.index(b'"boottime_ms":') + 14] ^= 1
    case.write(replaced(case.lines, 40, bytes(line)))


@attack
def actor_exchanged(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 50, under_another_name(case.lines[50])))


@attack
def time_moved(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 60, case.lines[60].replace(b"T10:", b"T11:")))


@attack
def spaces_put_in(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 70, json.dumps(json.loads(case.lines[70]), ensure_ascii=False).encode()))


@attack
def number_changed(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 80, changed(case.lines[80], sequence=7000)))


@attack
def record_replaced_by_an_earlier_one(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 90, changed(case.lines[30], sequence=90)))


@attack
def first_line_cut(case: Case) -> Iterator[None]:
    yield
    case.write(case.lines[1:])


@attack
def line_cut(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 100))


@attack
def line_cut_and_the_rest_renumbered(case: Case) -> Iterator[None]:
    yield
    case.write([changed(line, sequence=n) for n, line in enumerate(replaced(case.lines, 100))])


@attack
def last_line_cut(case: Case) -> Iterator[None]:
    yield
    case.write(case.lines[:-1])


@attack
def tail_cut(case: Case) -> Iterator[None]:
    yield
    case.write(case.lines[:200])


@attack
def last_segment_gone(case: Case) -> Iterator[None]:
    yield
    del case.segments[max(case.segments)]


@attack
def segment_within_gone(case: Case) -> Iterator[None]:
    yield
    del case.segments[sorted(case.segments)[1]]


@attack
def segments_exchanged(case: Case) -> Iterator[None]:
    yield
    one, other = sorted(case.segments)[:2]
    case.segments[one], case.segments[other] = case.segments[other], case.segments[one]


@attack
def earlier_segment_slipped_in(case: Case) -> Iterator[None]:
    yield
    case.segments["1999-01-01.jsonl"] = case.lines[0] + b"\n"


@attack
def all_segments_gone(case: Case) -> Iterator[None]:
    yield
    case.segments = {}


@attack
def last_line_torn(case: Case) -> Iterator[None]:
    yield
    last = max(case.segments)
    case.segments[last] = case.segments[last][:-20]


@attack
def line_torn_within(case: Case) -> Iterator[None]:
    yield
    first = min(case.segments)
    case.segments[first] = case.segments[first][:-20]


@attack
def newline_flipped(case: Case) -> Iterator[None]:
    yield
    first = min(case.segments)
    at = case.segments[first].index(b"\n")
    case.segments[first] = case.segments[first][:at] + b" " + case.segments[first][at + 1 :]


@attack
def neighbours_swapped(case: Case) -> Iterator[None]:
    yield
    lines = case.lines
    case.write([*lines[:110], lines[111], lines[110], *lines[112:]])


@attack
def far_lines_swapped(case: Case) -> Iterator[None]:
    yield
    lines = case.lines
    case.write(replaced(replaced(lines, 20, lines[300]), 300, lines[20]))


@attack
def line_doubled(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 120, case.lines[120], case.lines[120]))


@attack
def last_line_doubled(case: Case) -> Iterator[None]:
    yield
    case.write([*case.lines, case.lines[-1]])


@attack
def line_inserted(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 130, changed(case.lines[10], sequence=130), case.lines[130]))


@attack
def line_inserted_and_the_rest_renumbered(case: Case) -> Iterator[None]:
    yield
    inserted = replaced(case.lines, 130, case.lines[10], case.lines[130])
    case.write([changed(line, sequence=n) for n, line in enumerate(inserted)])


@attack
def line_appended(case: Case) -> Iterator[None]:
    """While the station is off, of a kind that its tables allow."""
    yield
    refused = next(line for line in case.lines if b'"action":"sign_in.refused"' in line)
    case.write([*case.lines, changed(refused, sequence=len(case.lines))])


@attack
def line_begun_at_the_end(case: Case) -> Iterator[None]:
    yield
    case.segments[max(case.segments)] += b'{"@timestamp":"2025-04'


@attack
def line_made_unreadable(case: Case) -> Iterator[None]:
    yield
    case.write(replaced(case.lines, 140, case.lines[140][:-1]))


@attack
def checkpoint_gone(case: Case) -> Iterator[None]:
    yield
    case.checkpoint = None


@attack
def checkpoint_emptied(case: Case) -> Iterator[None]:
    yield
    case.checkpoint = b""


@attack
def signature_dropped(case: Case) -> Iterator[None]:
    yield
    assert case.checkpoint
    case.checkpoint = case.checkpoint.partition(b"\n\n")[0] + b"\n\n"


@attack
def size_changed(case: Case) -> Iterator[None]:
    """Cut, and the checkpoint's text made to fit; its signature can't be."""
    yield
    assert case.checkpoint
    text = checkpoint_text(case.key.identity, case.lines[:-3])
    case.checkpoint = text.encode() + b"\n" + case.checkpoint.partition(b"\n\n")[2]
    case.write(case.lines[:-3])


@attack
def signature_of_an_older_checkpoint(case: Case) -> Iterator[None]:
    older = case.signed(case.lines[:150])
    yield
    assert case.checkpoint
    case.checkpoint = case.checkpoint.partition(b"\n\n")[0] + b"\n\n" + older.partition(b"\n\n")[2]


@attack
def older_checkpoint_put_back(case: Case) -> Iterator[None]:
    """The lines stay: they are beyond what it covers."""
    older = case.signed(case.lines[:150])
    yield
    case.checkpoint = older


@attack
def hour_made_to_look_like_a_crash(case: Case) -> Iterator[None]:
    """The checkpoint alone is put back within its day, and the ledger left open."""
    older = case.signed(case.lines[:-20])
    yield
    case.checkpoint = older
    case.opens_ledger = True


@attack
def cut_back_within_an_open_ledger(case: Case) -> Iterator[None]:
    older = case.signed(case.lines[:-20])
    case.keep_head()
    yield
    case.write(case.lines[:-20])
    case.checkpoint = older
    case.opens_ledger = True


@attack
def signed_again_with_another_key(case: Case) -> Iterator[None]:
    yield
    lines = made_a_failure(case.lines)
    case.seal(lines, stranger(case))


@attack
def another_key_under_the_journals_id(case: Case) -> Iterator[None]:
    yield
    lines = made_a_failure(case.lines)
    case.write(lines)
    text = checkpoint_text(case.key.identity, lines)
    case.checkpoint = f"{text}\n{stranger(case).signature_line(text, case.key.id)}".encode()


@attack
def bad_signature_beside_the_good_one(case: Case) -> Iterator[None]:
    yield
    assert case.checkpoint
    text = case.checkpoint.decode().partition("\n\n")[0] + "\n"
    case.checkpoint += stranger(case).signature_line(text, case.key.id).encode()


@attack
def signed_by_a_key_for_orders(case: Case) -> Iterator[None]:
    """A key that the verifier was wrongly given beside the journal's."""
    orders = stranger(case, role="orders")
    case.keys.append(orders)
    yield
    case.checkpoint = orders.note(checkpoint_text(case.key.identity, case.lines))


@attack
def another_kind_of_note_in_its_place(case: Case) -> Iterator[None]:
    """Signed with the right key, for another purpose."""
    text = checkpoint_text(case.key.identity, case.lines)
    bundle = case.key.note(text.replace("/checkpoint/", "/bundle/"))
    yield
    case.checkpoint = bundle


@attack
def ledger_only(case: Case) -> Iterator[None]:
    yield
    case.edits_of_ledger.append("UPDATE states SET state = 'certified' WHERE noun = 'medium'")


@attack
def ledger_and_the_hash_beside_it(case: Case) -> Iterator[None]:
    yield
    case.edits_of_ledger.append("UPDATE states SET state = 'certified' WHERE noun = 'medium'")
    case.closes_ledger = True


# --- By someone who has put away an old copy, or holds the journal key ---


@attack
def rolled_back_to_an_old_copy(case: Case) -> Iterator[None]:
    old = case.lines[:250], case.signed(case.lines[:250])
    case.keep_head()
    yield
    case.write(old[0])
    case.checkpoint = old[1]


@attack
def truncated_to_a_checkpoint(case: Case) -> Iterator[None]:
    """To one that is itself older than the head."""
    checkpoint = case.signed(case.lines[:150])
    case.keep_head(250)
    yield
    case.write(case.lines[:150])
    case.checkpoint = checkpoint


@attack
def begun_anew(case: Case) -> Iterator[None]:
    case.keep_head(1)
    yield
    case.seal([])


@attack
def past_rewritten(case: Case) -> Iterator[None]:
    case.keep_head()
    yield
    case.seal(replaced(case.lines, 40, under_another_name(case.lines[40])))


@attack
def record_erased_and_the_rest_renumbered(case: Case) -> Iterator[None]:
    """A code that was taken: no table asks for it."""
    case.keep_head(250)
    erased = next(n for n in range(100, 250) if b'"step_up.accepted"' in case.lines[n])
    yield
    case.seal([changed(line, sequence=n) for n, line in enumerate(replaced(case.lines, erased))])


@attack
def forked_after_a_checkpoint(case: Case) -> Iterator[None]:
    """Put back to 150 records and gone on with otherwise, beyond the head's size."""
    case.keep_head(250)
    yield
    case.seal([*case.lines[:150], *map(under_another_name, case.lines[150:])])


@attack
def forked_after_the_head(case: Case) -> Iterator[None]:
    """What came after the last head that was kept is nobody's to prove."""
    case.keep_head(250)
    yield
    case.seal([*case.lines[:260], *map(under_another_name, case.lines[260:])])


@attack
def forked_before_a_copy_was_taken(case: Case) -> Iterator[None]:
    """Nothing tells of it but the copy."""
    case.keep_head(250)
    case.keep_copy(300)
    yield
    case.seal([*case.lines[:260], *map(under_another_name, case.lines[260:])])


@attack
def rolled_back_behind_a_copy(case: Case) -> Iterator[None]:
    old = case.lines[:250], case.signed(case.lines[:250])
    case.keep_copy()
    yield
    case.write(old[0])
    case.checkpoint = old[1]


@attack
def outcome_flipped_beside_a_copy(case: Case) -> Iterator[None]:
    case.keep_copy(350)
    yield
    case.write(made_a_failure(case.lines))


@attack
def copy_altered(case: Case) -> Iterator[None]:
    case.keep_copy()
    yield
    assert case.copy
    first = min(case.copy)
    case.copy[first] = case.copy[first].replace(b'"success"', b'"failure"', 1)


@attack
def copy_of_another_station(case: Case) -> Iterator[None]:
    key, lines = moved(case, "minami-zei-1", case.key.identity[1])
    case.keys.append(key)
    case.keep_copy()
    yield
    case.copy = segments_of(lines) | {"checkpoint": case.signed(lines, key)}


@attack
def journal_of_another_epoch(case: Case) -> Iterator[None]:
    key, lines = moved(case, case.key.identity[0], "e9")
    case.keys.append(key)
    case.keep_head()
    yield
    case.seal(lines, key)


@attack
def journal_of_another_station(case: Case) -> Iterator[None]:
    key, lines = moved(case, "minami-zei-1", case.key.identity[1])
    case.keys.append(key)
    case.keep_head()
    yield
    case.seal(lines, key)


@attack
def head_of_a_stranger(case: Case) -> Iterator[None]:
    case.keep_head()
    yield
    case.head = case.signed(case.lines, stranger(case))


@attack
def record_of_another_epoch(case: Case) -> Iterator[None]:
    yield
    case.seal(replaced(case.lines, 200, changed(case.lines[200], epoch="e9")))


@attack
def record_of_another_station(case: Case) -> Iterator[None]:
    yield
    case.seal(replaced(case.lines, 200, changed(case.lines[200], station="minami-zei-1")))


@attack
def record_under_another_key(case: Case) -> Iterator[None]:
    yield
    case.seal(replaced(case.lines, 200, changed(case.lines[200], key_id=stranger(case).id.hex())))


@attack
def record_of_another_schema(case: Case) -> Iterator[None]:
    yield
    case.seal(replaced(case.lines, 200, changed(case.lines[200], schema=2)))


@attack
def line_cut_and_signed(case: Case) -> Iterator[None]:
    """Signed with the right key, but without renumbering."""
    yield
    case.seal(replaced(case.lines, 100))


# --- On what another machine cosigned ---


@attack
def cosignature_dropped(case: Case) -> Iterator[None]:
    case.cosign(300)
    yield
    assert case.witnessed
    case.witnessed = case.witnessed.rpartition("\u2014".encode())[0]


@attack
def cosigned_head_gone(case: Case) -> Iterator[None]:
    case.cosign(300)
    yield
    case.witnessed = None


@attack
def cosigned_by_a_stranger(case: Case) -> Iterator[None]:
    """A rewritten past, with a head of the station's own, under the witness's name."""
    case.cosign(300)
    yield
    assert case.witness
    case.seal(replaced(case.lines, 40, under_another_name(case.lines[40])))
    other = Key(case.witness.name, hashlib.sha256(b"stranger").digest(), kind=4)
    case.witnessed = cosigned(case.signed(case.lines[:300]), other)


@attack
def cosigned_head_made_to_look_like_a_crash(case: Case) -> Iterator[None]:
    """The checkpoint alone is put back within its day, behind the cosigned head."""
    older = case.signed(case.lines[:-20])
    case.cosign(len(case.lines) - 10)
    yield
    case.checkpoint = older


@attack
def rolled_back_behind_the_cosigned_head(case: Case) -> Iterator[None]:
    old = case.lines[:250], case.signed(case.lines[:250])
    case.cosign(300)
    yield
    case.write(old[0])
    case.checkpoint = old[1]


@attack
def past_rewritten_before_the_cosigned_head(case: Case) -> Iterator[None]:
    case.cosign(300)
    yield
    case.seal(replaced(case.lines, 40, under_another_name(case.lines[40])))


@attack
def rolled_back_with_the_cosigned_head(case: Case) -> Iterator[None]:
    """To an older one of both: only the head that the other machine keeps itself tells."""
    case.cosign(200)
    old = case.lines[:250], case.signed(case.lines[:250]), case.witnessed
    case.cosign(300)
    case.head = case.witnessed
    yield
    case.write(old[0])
    case.checkpoint, case.witnessed = old[1:]


# --- On the hand-over from one key to the next ---


@attack
def handed_over_by_the_new_key_alone(case: Case) -> Iterator[None]:
    new, plain, at = next_key(case), case.lines, spare(case, 200)
    case.keys.append(new)
    case.seal(handed_over(case, at, new), new)
    yield
    case.write(plain)
    case.seal(handed_over(case, at, new, new, new), new)


@attack
def handed_over_by_the_old_key_alone(case: Case) -> Iterator[None]:
    new, plain, at = next_key(case), case.lines, spare(case, 200)
    case.seal(handed_over(case, at, new), new)
    yield
    case.write(plain)
    case.seal(handed_over(case, at, new, case.key, case.key), new)


@attack
def handed_over_without_a_record(case: Case) -> Iterator[None]:
    """The verifier was given both keys."""
    new, plain, at = next_key(case), case.lines, spare(case, 200)
    case.keys.append(new)
    case.seal(handed_over(case, at, new), new)
    yield
    case.seal([*plain[:at], *(changed(line, key_id=new.id.hex()) for line in plain[at:])], new)


@attack
def hand_over_moved(case: Case) -> Iterator[None]:
    """To another place than that for which it was signed."""
    new, plain, at = next_key(case), case.lines, spare(case, 200)
    case.keys.append(new)
    case.seal(handed_over(case, at, new), new)
    yield
    case.write(plain)
    case.seal(handed_over(case, spare(case, 100), new, told=at), new)


@attack
def handed_over_to_another_stations_key(case: Case) -> Iterator[None]:
    new, plain, at = next_key(case), case.lines, spare(case, 200)
    case.keys.append(new)
    case.seal(handed_over(case, at, new), new)
    yield
    later = case.lines[at + 1 :]
    case.write(plain)
    other = stranger(case, identity=("minami-zei-1", case.key.identity[1]))
    case.seal([*handed_over(case, at, other)[: at + 1], *later], new)


@attack
def old_key_used_after_the_hand_over(case: Case) -> Iterator[None]:
    new = next_key(case)
    case.seal(handed_over(case, spare(case, 200), new), new)
    yield
    case.seal(replaced(case.lines, 300, changed(case.lines[300], key_id=case.key.id.hex())), new)


@attack
def gone_on_with_the_old_key(case: Case) -> Iterator[None]:
    """By somebody who has but the old one, after the hand-over."""
    new, plain, at = next_key(case), case.lines, spare(case, 200)
    case.seal(handed_over(case, at, new), new)
    yield
    case.seal([*case.lines[: at + 1], *plain[at + 1 :]])


@attack
def signed_by_the_former_key(case: Case) -> Iterator[None]:
    new = next_key(case)
    case.seal(handed_over(case, spare(case, 200), new), new)
    yield
    case.checkpoint = case.signed(case.lines)


# --- On the passage from one epoch to the next ---


@attack
def past_rewritten_by_the_next_epoch(case: Case) -> Iterator[None]:
    """By who holds the restored station's key, not the one of before."""
    new, at = next_epoch(case), spare(case, 200)
    case.keys.append(new)
    case.seal(restored(case, at, new), new)
    yield
    case.seal(replaced(case.lines, 40, under_another_name(case.lines[40])), new)


@attack
def epoch_begun_by_a_stranger(case: Case) -> Iterator[None]:
    """Whose key nobody was given."""
    new, plain, at = next_epoch(case), case.lines, spare(case, 200)
    case.keys.append(new)
    case.seal(restored(case, at, new), new)
    yield
    other = stranger(case, identity=new.identity)
    case.write(plain)
    case.seal(restored(case, at, other), other)


@attack
def epoch_begun_without_the_former_key(case: Case) -> Iterator[None]:
    """The head before it is signed by the next epoch's own key."""
    new, plain, at = next_epoch(case), case.lines, spare(case, 200)
    case.keys.append(new)
    case.seal(restored(case, at, new), new)
    yield
    case.write(plain)
    own = new.note(checkpoint_text(new.identity, plain[:at]))
    case.seal(restored(case, at, new, own), new)


@attack
def epoch_begun_again(case: Case) -> Iterator[None]:
    """Under its own name, with another key that the verifier was given."""
    new, plain, at = next_epoch(case), case.lines, spare(case, 200)
    again = stranger(case)
    case.keys += [new, again]
    case.seal(restored(case, at, new), new)
    yield
    case.write(plain)
    case.seal(restored(case, at, again), again)


@attack
def restored_from_before_a_kept_head(case: Case) -> Iterator[None]:
    """A restore is as good as any other to lose records by: only a head that was kept tells."""
    new = next_epoch(case)
    case.keys.append(new)
    case.has_ledger = False
    case.keep_head(300)
    yield
    case.seal(restored(case, spare(case, 200), new), new)


def main() -> None:
    parser = argparse.ArgumentParser(description="Attacks on a journal, each with its clean twin.")
    parser.add_argument("station", metavar="STATION", type=Path)
    parser.add_argument("out", metavar="OUT", type=Path)
    parser.add_argument("--key", metavar="SECRET_KEY_FILE", type=Path, required=True)
    asked = parser.parse_args()
    key = Key.read(asked.key)
    segments = segments_of(read_lines(asked.station / "journal"))
    checkpoint = (asked.station / "journal" / "checkpoint").read_bytes()
    for name, does in ATTACKS.items():
        case = Case(key, dict(segments), checkpoint, asked.station, [key])
        steps = does(case)
        next(steps)
        case.save(asked.out / name / "clean")
        next(steps, None)
        case.save(asked.out / name / "attacked")


if __name__ == "__main__":
    main()
