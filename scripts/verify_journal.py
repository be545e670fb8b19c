#!/usr/bin/env python3
"""Verifies a media-station journal, alone: Python's standard library and `cryptography`, nothing of the package.

    verify_journal.py DIR --key FILE [--key FILE ...] [--head CHECKPOINT_FILE]
    verify_journal.py --bundle DIR --key FILE [--key FILE ...]      an evidence bundle, unpacked

Exit 0: it is whole. Exit 1: it is not; each line on stdout is one finding. Exit 2: the call was wrong.
Only a head that was kept elsewhere (--head) can show that a whole journal was put back to an older state, or rewritten
by who holds the journal key. The formats are in docs/formats.md.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NOTE_BYTES = 64 * 1024
LINE_BYTES = 1024 * 1024
CHECKPOINT = re.compile(
    r"media-station/checkpoint/v1/([a-z0-9-]+)/([a-z0-9]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n"
)
BUNDLE = re.compile(r"media-station/bundle/v1/([a-z0-9-]+)/([a-z0-9]+)\n([A-Z0-9-]+)\n([A-Z0-9-]+)\n([0-9a-f]{64})\n")
SUMS, NOTE = "SHA256SUMS", "SHA256SUMS.note"
PRINTED = {"paper.printed": "paper", "certificate.rendered": "certificate"}  # and where the paper's number stands

# What can be found: its name, then English, then Japanese. Lines are counted from 1, the numbers in records from 0.
TEXTS = """
checkpoint-missing: The journal has no checkpoint file, so nothing shows how long it should be.
    チェックポイントのファイルがないため、記録が全部そろっているか確かめられません。
checkpoint-damaged: The checkpoint file is damaged: it does not have the form of a signed checkpoint.
    チェックポイントのファイルが壊れています。署名付きチェックポイントの形をしていません。
checkpoint-unknown-key: The checkpoint was signed with another key than the ones given.
    チェックポイントは、指定された鍵とは別の鍵で署名されています。
checkpoint-bad-signature: The checkpoint's signature does not fit its text: one of the two was changed.
    チェックポイントの署名が本文と合いません。本文か署名が書き換えられています。
checkpoint-other-identity: The checkpoint was signed with a key that is not its own station's journal key.
    チェックポイントは、その装置と期の記録用ではない鍵で署名されています。
line-torn: Line {line} ({file}) is incomplete: it was cut off in the middle, or its end was changed.
    {line}行目（{file}）が途中で切れているか、行の終わりが書き換えられています。
line-unreadable: Line {line} ({file}) can't be read as a record: it was damaged or is no record at all.
    {line}行目（{file}）は記録として読めません。壊れているか、記録ではありません。
line-other-schema: Line {line} ({file}) is not a record of schema 1.
    {line}行目（{file}）は、形式第1版の記録ではありません。
line-other-identity: Line {line} ({file}) names another station or epoch than the rest of the journal.
    {line}行目（{file}）は、別の装置または別の期の記録です。
line-other-key: Line {line} ({file}) was recorded under a key that was not given.
    {line}行目（{file}）は、指定されていない鍵のもとで記録されています。
line-removed: A line was removed: where line {line} should hold record {place}, record {sequence} follows.
    行が抜き取られています。{line}行目には記録{place}があるはずですが、記録{sequence}が続いています。
lines-swapped: Lines were swapped or moved: line {line} holds record {sequence} instead of record {place}.
    行の順番が入れ替わっています。{line}行目に、記録{place}ではなく記録{sequence}があります。
line-doubled: A line was doubled: line {line} repeats record {sequence} where record {place} should stand.
    行が重複しています。{line}行目に、記録{place}ではなく記録{sequence}がもう一度現れます。
number-changed: Line {line} bears the number {sequence} instead of {place}: the record was changed or replaced.
    {line}行目の番号が{place}ではなく{sequence}です。記録が書き換えられたか、差し替えられています。
tail-cut-off: The end was cut off: there are {lines} lines, but the checkpoint covers {expected}.
    末尾が切り取られています。{lines}行しかありませんが、チェックポイントは{expected}行を証明しています。
lines-beyond-checkpoint: There are {lines} lines, but the checkpoint covers only {expected}: the rest is unproven.
    {lines}行ありますが、チェックポイントが証明するのは{expected}行までです。その先の行は証明されていません。
content-changed: Every line is in its place, but the content of one or more was changed: the root is not the signed one.
    行はそろっていますが、1行以上の内容が書き換えられています。署名されたハッシュ値と一致しません。
head-damaged: The head given can't be used: it is damaged, not signed with the given keys, or of another journal.
    指定された控えのチェックポイントは使えません。壊れているか、指定の鍵の署名がないか、別の記録のものです。
head-ahead: The journal was put back: the head given witnesses {expected} records, but the journal has only {lines}.
    記録が古い状態に戻されています。控えは{expected}件を証明していますが、{lines}件しかありません。
head-forked: The journal's past was rewritten: its first {expected} records are not those that the head given witnesses.
    過去の記録が書き換えられています。最初の{expected}件が、控えのチェックポイントが証明するものと違います。
list-unsigned: SHA256SUMS.note is missing or damaged, or the checkpoint's station did not sign it with a key given.
    SHA256SUMS.noteがないか壊れているか、チェックポイントの装置が指定の鍵で署名したものではありません。
list-changed: SHA256SUMS is not the list of files that the station signed.
    SHA256SUMSが、装置が署名したファイルの一覧と違います。
list-unreadable: SHA256SUMS is missing or is not a list of files.
    SHA256SUMSがないか、ファイルの一覧として読めません。
file-missing: {file} is on the list of files, but it is not there.
    {file}が一覧にありますが、見当たりません。
file-unlisted: {file} is there, but it is not on the list of files (SHA256SUMS).
    {file}がありますが、一覧（SHA256SUMS）に載っていません。
file-changed: {file} was changed: its SHA-256 is not the one on the list of files.
    {file}が書き換えられています。SHA-256が一覧と違います。
records-unreadable: The records or their proofs (records.jsonl, proofs.json) can't be read.
    記録またはその証明（records.jsonl、proofs.json）が読めません。
record-unproven: Line {line} of records.jsonl (record {sequence}) has no proof that holds: it was changed or put in.
    records.jsonlの{line}行目（記録{sequence}）の証明が成り立ちません。書き換えられたか、加えられたものです。
record-left-out: Record {sequence} was left out: its proof is there, but its line is not.
    記録{sequence}が抜き取られています。証明はありますが、記録の行がありません。
paper-changed: {file} is not the paper that was printed: the journal recorded another SHA-256 for this number.
    {file}は、印刷された書面と違います。この番号の書面について記録されたSHA-256と一致しません。
paper-unknown: No record in the bundle tells of the paper {file}.
    {file}の印刷の記録が、証拠一式の中にありません。
"""


Found = tuple[str, dict[str, Any]]  # a finding's name, and what its text names


class Finding(Exception):
    """One thing that is wrong."""


class Key(NamedTuple):
    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]


class Checkpoint(NamedTuple):
    identity: tuple[str, str]
    size: int
    root: bytes


@dataclass
class Walk:
    """What one reading of all lines left behind, in flat memory."""

    roots: dict[int, bytes]  # at the sizes that matter
    identity: tuple[str, str] | None
    key_ids: set[str]
    lines: int = 0
    peaks: list[tuple[int, bytes]] = field(default_factory=list)  # (leaves, hash) of full subtrees, largest first
    times: tuple[str, str] = ("", "")
    first_misplaced: tuple[int, int] | None = None
    misplaced: int = 0
    turned_up: bool = False  # the record missing at the first misplaced line stands further on
    torn_tail: bool = False
    readable: bool = True
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def find(self, what: str, **values: object) -> None:
        self.findings.setdefault(what, values)  # the first of its kind speaks for the others

    def add_leaf(self, data: bytes) -> None:
        """RFC 6962 section 2.1: two full subtrees of one size become one."""
        count, node = 1, hashlib.sha256(b"\x00" + data).digest()
        while self.peaks and self.peaks[-1][0] == count:
            node = hashlib.sha256(b"\x01" + self.peaks.pop()[1] + node).digest()
            count *= 2
        self.peaks.append((count, node))
        self.lines += 1
        if self.lines in self.roots:
            for _, peak in self.peaks[-2::-1]:
                node = hashlib.sha256(b"\x01" + peak + node).digest()
            self.roots[self.lines] = node


def strict_base64(text: str) -> bytes:
    if base64.b64encode(data := base64.b64decode(text, validate=True)).decode() != text:
        raise ValueError("not canonical")
    return data


def read_key(path: Path) -> Key:
    """A C2SP verifier key: name+id+base64(0x01 || public key)."""
    name, key_id, encoded = path.read_text(encoding="utf-8").strip().split("+", 2)
    data = strict_base64(encoded)
    key = Key(name, data[1:])
    if len(data) != 33 or data[0] != 1 or key.id.hex() != key_id:
        raise ValueError("not a key")
    return key


def split_note(raw: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A C2SP signed note: its text, and per signature name, key id, signature."""
    whole = raw.decode()
    text, blank, tail = whole.rpartition("\n\n")
    if len(raw) > NOTE_BYTES or not blank or not tail.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", whole):
        raise ValueError("form")
    signatures = []
    for line in tail[:-1].split("\n"):
        dash, name, encoded = line.split(" ")
        data = strict_base64(encoded)
        if dash != "\u2014" or not name or len(data) < 5:
            raise ValueError("signature line")
        signatures.append((name, data[:4], data[4:]))
    return text + "\n", signatures


def open_note(raw: bytes, form: re.Pattern[str], keys: list[Key]) -> re.Match[str]:
    """A text of this form, signed by the journal key of its own station. Finding says why not."""
    try:
        text, signatures = split_note(raw)
        found = form.fullmatch(text)
        if not found:
            raise ValueError("text")
    except ValueError as error:
        raise Finding("damaged") from error
    signed_by = set()
    for name, key_id, signature in signatures:
        for key in (each for each in keys if (each.name, each.id) == (name, key_id)):
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
            except (InvalidSignature, ValueError) as error:
                raise Finding("bad-signature") from error
            signed_by.add(name)
    if not signed_by:
        raise Finding("unknown-key")
    if f"media-station/{found[1]}/{found[2]}/journal" not in signed_by:
        raise Finding("other-identity")
    return found


def open_checkpoint(raw: bytes, keys: list[Key]) -> Checkpoint:
    """A C2SP tlog-checkpoint that one of the keys signed. Finding says why not."""
    found = open_note(raw, CHECKPOINT, keys)
    return Checkpoint((found[1], found[2]), int(found[3]), base64.b64decode(found[4]))


def read_checkpoint(directory: Path, keys: list[Key]) -> Checkpoint:
    """The directory's own. Finding is the finding's whole name."""
    try:
        with (directory / "checkpoint").open("rb") as file:
            return open_checkpoint(file.read(NOTE_BYTES + 1), keys)
    except FileNotFoundError as error:
        raise Finding("checkpoint-missing") from error
    except Finding as finding:
        raise Finding(f"checkpoint-{finding}") from finding


def read_record(walk: Walk, line: bytes, at: dict[str, Any]) -> None:
    """Only what every record has; what it records is nobody's business here."""
    try:
        record = json.loads(line.decode())
        own, time = record["media_station"], record["@timestamp"]
        sequence, schema, key_id = own["sequence"], own["schema"], own["key_id"]
        names = (own["station"], own["epoch"])
        if (type(sequence), type(time)) != (int, str):
            raise ValueError("types")
    except (ValueError, KeyError, TypeError, RecursionError):
        walk.readable = False
        walk.find("line-unreadable", **at)
        return
    other = {"schema": (type(schema), schema) != (int, 1), "identity": walk.identity not in (None, names)}
    for what in (name for name, differs in (other | {"key": str(key_id) not in walk.key_ids}).items() if differs):
        walk.find(f"line-other-{what}", **at)
    walk.times = (walk.times[0] or time, time)
    if sequence != walk.lines:
        walk.misplaced += 1
        if walk.first_misplaced is None:
            walk.first_misplaced = (walk.lines, sequence)
        walk.turned_up = walk.turned_up or sequence == walk.first_misplaced[0]


def read_lines(directory: Path, walk: Walk) -> None:
    segments = sorted(directory.glob("*.jsonl"))
    for segment in segments:
        with segment.open("rb") as file:
            while line := file.readline(LINE_BYTES):
                at = {"line": walk.lines + 1, "file": segment.name}
                if line.endswith(b"\n"):
                    read_record(walk, line[:-1], at)
                    walk.add_leaf(line[:-1])
                else:
                    walk.find("line-torn", **at)
                    walk.torn_tail = segment == segments[-1]
                    walk.readable &= walk.torn_tail  # nothing can be said of the order of lines after it


def judge_order(walk: Walk, checkpoint: Checkpoint | None) -> None:
    """Which change explains what was read. One cause is named, not all that follows from it."""
    expected = checkpoint.size if checkpoint else walk.lines
    if walk.first_misplaced and walk.readable:
        place, sequence = walk.first_misplaced
        alone = walk.misplaced == 1
        if sequence < place:
            what = "number-changed" if alone and walk.lines <= expected else "line-doubled"
        elif walk.turned_up:
            what = "lines-swapped"
        else:
            what = "number-changed" if alone and walk.lines >= expected else "line-removed"
        walk.find(what, line=place + 1, place=place, sequence=sequence)
    elif checkpoint and walk.readable:
        if walk.lines + walk.torn_tail < expected:
            walk.find("tail-cut-off", lines=walk.lines, expected=expected)
        elif walk.lines >= expected and walk.roots[expected] != checkpoint.root and not walk.findings:
            walk.find("content-changed")
        if walk.lines > expected:
            walk.find("lines-beyond-checkpoint", lines=walk.lines, expected=expected)


def verify(directory: Path, keys: list[Key], head_raw: bytes | None) -> tuple[Walk, Checkpoint | None]:
    first: dict[str, dict[str, Any]] = {}
    checkpoint = head = None
    try:
        checkpoint = read_checkpoint(directory, keys)
    except Finding as finding:
        first[str(finding)] = {}
    identity = checkpoint.identity if checkpoint else None
    try:
        head = None if head_raw is None else open_checkpoint(head_raw, keys)
        if head and identity not in (None, head.identity):
            raise Finding("other-identity")
    except Finding:
        first["head-damaged"] = {}
    roots = {each.size: hashlib.sha256().digest() for each in (checkpoint, head) if each}  # as of no lines
    walk = Walk(roots=roots, identity=identity, key_ids={key.id.hex() for key in keys})
    read_lines(directory, walk)
    judge_order(walk, checkpoint)
    walk.findings = first | walk.findings
    if head and checkpoint and not walk.findings:
        if head.size > walk.lines:
            walk.find("head-ahead", lines=walk.lines, expected=head.size)
        elif walk.roots[head.size] != head.root:
            walk.find("head-forked", expected=head.size)
    return walk, checkpoint


def root_of(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """Where an inclusion proof leads to: RFC 6962 section 2.1.1, read backwards. ValueError for a wrong length."""
    if size == 1:
        if proof:
            raise ValueError("too long")
        return leaf
    left = 1 << (size - 1).bit_length() - 1  # the largest power of two below it
    *nearer, beside = proof
    if index < left:
        return hashlib.sha256(b"\x01" + root_of(leaf, index, left, nearer) + beside).digest()
    return hashlib.sha256(b"\x01" + beside + root_of(leaf, index - left, size - left, nearer)).digest()


def is_in(checkpoint: Checkpoint, line: bytes, index: int, size: int, proof: list[bytes]) -> bool:
    if size != checkpoint.size or not 0 <= index < size:
        return False
    try:
        return root_of(hashlib.sha256(b"\x00" + line).digest(), index, size, proof) == checkpoint.root
    except ValueError:
        return False


def check_list(directory: Path, keys: list[Key], checkpoint: Checkpoint | None) -> Iterator[Found]:
    """The files against the list, the list against the station's signature."""
    try:
        sums = (directory / SUMS).read_bytes()
        lines = [line.split("  ") for line in sums.decode().splitlines()]
        listed = {name: digest for digest, name in lines}
    except (OSError, ValueError):
        yield "list-unreadable", {}
        return
    try:
        note = open_note((directory / NOTE).read_bytes(), BUNDLE, keys)
        if checkpoint and checkpoint.identity != (note[1], note[2]):
            raise Finding("other-identity")
        if note[5] != hashlib.sha256(sums).hexdigest():
            yield "list-changed", {}
    except (OSError, Finding):
        yield "list-unsigned", {}
    there = {path.relative_to(directory).as_posix(): path for path in directory.rglob("*") if not path.is_dir()}
    for name in sorted((listed.keys() | there.keys()) - {SUMS, NOTE}):
        if name not in there:
            yield "file-missing", {"file": name}
        elif name not in listed:
            yield "file-unlisted", {"file": name}
        elif hashlib.sha256(there[name].read_bytes()).hexdigest() != listed[name]:
            yield "file-changed", {"file": name}


def check_records(directory: Path, checkpoint: Checkpoint) -> Iterator[Found]:
    """Each line against its proof and the checkpoint; then each paper against the record of its printing."""
    printed = {}
    try:
        lines = (directory / "records.jsonl").read_bytes().removesuffix(b"\n").split(b"\n")
        proofs = {each["leaf_index"]: each for each in json.loads((directory / "proofs.json").read_bytes())["proofs"]}
        for number, line in enumerate(lines, start=1):
            record = json.loads(line)
            own, action = record["media_station"], record["event"]["action"]
            sequence = own["sequence"]
            proof = proofs.pop(sequence, {"tree_size": -1, "proof": []})
            if not is_in(checkpoint, line, sequence, proof["tree_size"], [bytes.fromhex(n) for n in proof["proof"]]):
                yield "record-unproven", {"line": number, "sequence": sequence}
            if action in PRINTED:
                printed[own["data"][PRINTED[action]]] = own["data"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        yield "records-unreadable", {}
        return
    yield from (("record-left-out", {"sequence": sequence}) for sequence in sorted(proofs, key=str))
    for path in sorted((directory / "papers").glob("*")):
        if path.stem not in printed:
            yield "paper-unknown", {"file": f"papers/{path.name}"}
        elif hashlib.sha256(path.read_bytes()).hexdigest() != printed[path.stem]:
            yield "paper-changed", {"file": f"papers/{path.name}"}


def verify_bundle(directory: Path, keys: list[Key]) -> tuple[list[Found], Checkpoint | None]:
    found: list[Found] = []
    checkpoint = None
    try:
        checkpoint = read_checkpoint(directory, keys)
    except Finding as finding:
        found.append((str(finding), {}))
    found += check_list(directory, keys, checkpoint)
    if checkpoint:
        found += check_records(directory, checkpoint)
    return found, checkpoint


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Verifies a media-station journal. 記録（ジャーナル）を検証します。")
    parser.add_argument("directory", metavar="DIR", type=Path, help="the journal's directory")
    parser.add_argument("--bundle", action="store_true", help="DIR is an unpacked evidence bundle (証拠一式)")
    parser.add_argument("--key", metavar="FILE", type=Path, action="append", required=True, help="a public journal key")
    parser.add_argument("--head", metavar="CHECKPOINT_FILE", type=Path, help="a checkpoint kept elsewhere")
    asked = parser.parse_args(arguments)
    try:
        if not asked.directory.is_dir():
            parser.error(f"not a directory: {asked.directory}")
        keys = [read_key(path) for path in asked.key]
        if asked.bundle and asked.head:
            parser.error("a head kept elsewhere is for a whole journal")
        if asked.bundle:
            found, checkpoint = verify_bundle(asked.directory, keys)
        else:
            walk, checkpoint = verify(asked.directory, keys, asked.head.read_bytes() if asked.head else None)
            found = list(walk.findings.items())
    except ValueError:
        parser.error("a key file does not hold a public key")
    except OSError as error:
        parser.error(f"can't read {error.filename}: {error.strerror}")
    for name, values in found:
        texts = re.search(f"^{name}: (.*)\n    (.*)$", TEXTS, re.MULTILINE)
        shown = {each: re.sub(r"[^\w./-]", "?", str(value)) for each, value in values.items()}  # a terminal obeys some
        print(f"{name}:", " / ".join(texts.groups() if texts else ()).format(**shown))
    if found or checkpoint is None:
        return 1
    if asked.bundle:
        print(f"whole: an evidence bundle of {'/'.join(checkpoint.identity)}, every record under the signed root")
        print(f"{checkpoint.root.hex()} of {checkpoint.size} records / 証拠一式のすべての記録と書面を確かめました。")
        return 0
    print(f"whole: {walk.lines} records of {'/'.join(checkpoint.identity)}, root {checkpoint.root.hex()},")
    print(f"from {walk.times[0] or '-'} to {walk.times[1] or '-'} / {walk.lines}件の記録は、すべてそろっています。")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: findings are bilingual
    sys.exit(main())
