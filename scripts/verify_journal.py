#!/usr/bin/env python3
"""Verifies a media-station journal, alone: Python's standard library and `cryptography`, nothing of the package.

    verify_journal.py DIR --key FILE [--key FILE ...] [--head FILE ...] [--copy DIR] [--paper FILE.pdf ...]
                      [--witness FILE.pub ...]
    verify_journal.py --bundle DIR --key FILE [--key FILE ...]      an evidence bundle, unpacked
    verify_journal.py FILE.pdf --key FILE [--key FILE ...]          a paper by itself

Exit 0: it is whole. Exit 1: it is not; each line on stdout is one finding. Exit 2: the call was wrong.
Only what was kept elsewhere can show that a whole journal was put back to an older state, or rewritten by who holds the
journal key. --head: a checkpoint, or the text of a sheet's QR code (- reads it from stdin), or origin, size and root as
printed beside it, a line each. --copy: another copy of the journal's directory. The formats are in docs/formats.md.
"""

import argparse
import base64
import hashlib
import json
import multiprocessing
import os
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

SIGNS, COSIGNS = b"\x01", b"\x04"  # kinds of keys: C2SP signed-note, "Signature types"
NOTE_BYTES = 64 * 1024
LINE_BYTES = 1024 * 1024
SEEN = 10_000
BLOCK = 1024  # leaves, a power of two
SHARE_BYTES = 16 * 1024 * 1024  # a process of its own isn't worth its start below
CHECKPOINT = re.compile(
    r"media-station/checkpoint/v1/([a-z0-9-]+)/([a-z0-9]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n"
)
BUNDLE = re.compile(r"media-station/bundle/v1/([a-z0-9-]+)/([a-z0-9]+)\n([A-Z0-9-]+)\n([A-Z0-9-]+)\n([0-9a-f]{64})\n")
SHEET = re.compile(r"([A-Z0-9-]{3,64})\n([0-9a-f]{64})\n")  # a QR code's text, before the checkpoint
EMBEDDED = re.compile(rb"/EmbeddedFile\b")
EMBEDDED_STREAM = re.compile(
    rb"\n[0-9]+ 0 obj\n<</Length ([0-9]{1,7})/Type/EmbeddedFile/Filter/FlateDecode/Subtype/application#2Fjson"
    rb"[^\n]*>>\nstream\n"
)
TITLE = re.compile(rb'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">[^<]* ([A-Z0-9-]{3,64})</rdf:li>')
RANGE = re.compile(rb"/ByteRange\b")
SIGNED = re.compile(rb"/Contents(<[0-9a-f]+>)/ByteRange\[0 ([0-9]+) +([0-9]+) +([0-9]+) *\]>>")
ROTATED = "key.rotated"
ROTATED_BYTES = f'"event":{{"action":"{ROTATED}"'.encode()
RESTORED = "station.restored"
RESTORED_BYTES = f'"event":{{"action":"{RESTORED}"'.encode()
SEQUENCE = re.compile(rb'"sequence":([0-9]{1,16}),')
SUMS, NOTE = "SHA256SUMS", "SHA256SUMS.note"
# Records of papers, and where the paper's number stands in them.
HANDED = (
    *("medium.handed_over", "enclosures.handed_over", "notice.handed_over", "letters.handed_over"),
    *("medium.returned", "notice.returned", "letters.delivered"),
)
# What gives a paper its number, by the number's letter: people type what they like into other fields.
NUMBERED_BY = {
    "C": {"certificate.issued": "certificate", "certificate.reissued": "certificate"},
    "X": {"medium.destroyed": "record"},
    "S": dict.fromkeys(HANDED, "slip"),
    "K": {"handover.corrected": "correction"},
}
PRINTED = {
    "paper.printed": "paper",
    "paper.copied": "paper",
    "certificate.rendered": "certificate",
    "notice.printed": "notice",
}
VOID = ("certificate.superseded", "certificate.voided")
PRINTED_BYTES = [f'"{action}"'.encode() for action in (*PRINTED, *VOID)]

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
checkpoint-former-key: The checkpoint was signed with a key that had handed over to another before its end.
    チェックポイントは、それより前に別の鍵と交代した鍵で署名されています。
line-torn: Line {line} ({file}) is incomplete: it was cut off in the middle, or its end was changed.
    {line}行目（{file}）が途中で切れているか、行の終わりが書き換えられています。
line-unreadable: Line {line} ({file}) can't be read as a record: it was damaged or is no record at all.
    {line}行目（{file}）は記録として読めません。壊れているか、記録ではありません。
line-other-schema: Line {line} ({file}) is not a record of schema 1.
    {line}行目（{file}）は、形式第1版の記録ではありません。
line-other-identity: Line {line} ({file}) names another station or epoch than the rest of the journal.
    {line}行目（{file}）は、別の装置または別の期の記録です。
line-other-key: Line {line} ({file}) was recorded under a key that was not given, or that was not in force there.
    {line}行目（{file}）は、指定されていない鍵か、そこでは使われていないはずの鍵のもとで記録されています。
epoch-unproven: Line {line} ({file}) begins another epoch, but not after the signed head of the one before.
    {line}行目（{file}）で新しい期が始まっていますが、前の期の署名された先頭から続いていません。
head-lost: The head given ({file}) is of {expected} records; a restore carried only {lines} over into the next epoch.
    控え（{file}）は{expected}件を証明していますが、復元で次の期に引き継がれたのは{lines}件だけです。
hand-over-unsigned: Line {line} ({file}) hands over to another key, but the old and the new key did not both sign that.
    {line}行目（{file}）で鍵を交代していますが、それに前の鍵と次の鍵の両方の署名がそろっていません。
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
head-damaged: The head given ({file}) can't be used: damaged, not signed with the given keys, or another journal's.
    指定された控え（{file}）は使えません。壊れているか、指定の鍵の署名がないか、別の記録のものです。
cosignature-missing: Beside the journal lies no head (witnessed.*) that the given witness cosigned.
    証人が副署した先頭（witnessed.*）がないか、副署が証人の鍵と合いません。
head-ahead: The journal was put back: the head given ({file}) is of {expected} records, but there are only {lines}.
    記録が古い状態に戻されています。控え（{file}）は{expected}件を証明していますが、{lines}件しかありません。
head-forked: The journal's past was rewritten: its first {expected} records are not those of the head given ({file}).
    過去の記録が書き換えられています。最初の{expected}件が、控え（{file}）が証明するものと違います。
sheet-record-missing: The record that the sheet {number} ({file}) tells of is not in the journal.
    書面{number}（{file}）のもとになった記録が、この中にありません。
copy-damaged: The copy given can't be used: it is not whole itself, or it is another journal's.
    指定された写しは使えません。写し自体が完全でないか、別の記録の写しです。
copy-forked: Journal and copy differ from record {sequence} on: one of the two was rewritten after the copy was taken.
    記録{sequence}から先が、写しと食い違っています。写しを取った後に、どちらかが書き換えられています。
copy-ahead: The copy has {expected} records, the journal only {lines}: it was put back, or is the older of the two.
    写しには{expected}件ありますが、{lines}件しかありません。古い状態に戻されたか、写しより古い記録です。
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
paper-without-proof: {file} carries no proof, or it is not in the form in which a station makes its papers.
    {file}には照合用の証明がないか、装置が作成したPDFの形をしていません。
paper-record-changed: A record that {file} carries does not fit the signed checkpoint: it was changed or put in.
    {file}が持つ記録が、署名されたチェックポイントと合いません。書き換えられたか、加えられたものです。
paper-number-differs: The title of {file}, its proof and its record do not name one number: it is of another paper.
    {file}の表題、証明、記録の番号が一致しません。別の書面のものです。
paper-not-borne-out: The records that {file} carries do not show what such a paper needs.
    {file}が持つ記録は、このような書面を発行できる経過を示していません。
paper-edited: {file} was changed after it was signed, or its signature is damaged.
    {file}は、電子署名をした後で書き換えられているか、署名が壊れています。
paper-not-signed: {file} is not signed, or not with a certificate of the CA given for the papers of this station.
    {file}には電子署名がないか、指定された認証局がこの装置の書面のために発行した証明書による署名ではありません。
paper-void: {file} is void: record {sequence} withdraws the number {number}.
    {file}は無効です。記録{sequence}により、番号{number}は取り消されています。
paper-unknown: No record tells of the paper {file}: it was changed, or not printed by this station.
    {file}の印刷の記録がありません。書き換えられたか、この装置で印刷されたものではありません。
"""


Found = tuple[str, dict[str, Any]]  # a finding's name, and what its text names


class Finding(Exception):
    """One thing that is wrong."""


class Key(NamedTuple):
    name: str
    public: bytes
    kind: bytes = SIGNS

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self.kind + self.public).digest()[:4]

    @property
    def text(self) -> str:
        return f"{self.name}+{self.id.hex()}+" + base64.b64encode(self.kind + self.public).decode()

    @property
    def whose(self) -> tuple[str, ...]:
        """Station and epoch of a journal's key."""
        return tuple(self.name.removeprefix("media-station/").removesuffix("/journal").split("/"))

    def signed(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class Checkpoint(NamedTuple):
    identity: tuple[str, str]
    size: int
    root: bytes


class Head(NamedTuple):
    """What was kept elsewhere; `checkpoint` is None if it can't be used. A sheet has a number and a record's leaf."""

    file: str
    checkpoint: Checkpoint | None
    number: str = ""
    leaf: bytes = b""
    signed: bool = True
    cosigned: bool = True


Reign = tuple[int, Key]  # from this place on the key is in force; its name says in which epoch
Span = tuple[Path, int, int]  # bytes of a segment, from the beginning of a line to the end of one


class Share(NamedTuple):
    """Some lines' part of the tree: full subtrees in order, each with the number of its leaves."""

    first: int
    nodes: list[tuple[int, bytes]]
    hand_overs: int = 0


class Kept(NamedTuple):
    """All that the journal is held against."""

    heads: list[Head]
    copy: Path | None
    papers: list[Path]


@dataclass
class Walk:
    """What one reading of all lines left behind, in flat memory."""

    roots: dict[int, bytes]  # at the sizes that matter
    identity: tuple[str, str] | None
    keys: list[Key]
    reigns: list[Reign] = field(default_factory=list)
    formers: list[Checkpoint] = field(default_factory=list)  # of the epochs that a restore ended
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

    def root(self) -> bytes:
        """Of all lines so far."""
        if not self.peaks:
            return hashlib.sha256().digest()
        node = self.peaks[-1][1]
        for _, peak in self.peaks[-2::-1]:
            node = hashlib.sha256(b"\x01" + peak + node).digest()
        return node

    def add_leaf(self, data: bytes) -> None:
        self.add_subtree(1, hashlib.sha256(b"\x00" + data).digest())

    def add_subtree(self, count: int, node: bytes) -> None:
        """RFC 6962 section 2.1: two full subtrees of one size become one."""
        self.lines += count
        while self.peaks and self.peaks[-1][0] == count:
            node = hashlib.sha256(b"\x01" + self.peaks.pop()[1] + node).digest()
            count *= 2
        self.peaks.append((count, node))
        if self.lines in self.roots:
            self.roots[self.lines] = self.root()


def strict_base64(text: str) -> bytes:
    if base64.b64encode(data := base64.b64decode(text, validate=True)).decode() != text:
        raise ValueError("not canonical")
    return data


def parse_key(text: str) -> Key:
    """A C2SP verifier key: name+id+base64(0x01 || public key)."""
    name, key_id, encoded = text.strip().split("+", 2)
    data = strict_base64(encoded)
    key = Key(name, data[1:], data[:1])
    if len(data) != 33 or key.id.hex() != key_id:
        raise ValueError("not a key")
    return key


def read_key(path: Path, kind: bytes = SIGNS) -> Key:
    key = parse_key(path.read_text(encoding="utf-8"))
    if key.kind != kind:
        raise ValueError("another kind of key")
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
            if not key.signed(text, signature):
                raise Finding("bad-signature")
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


def read_head(raw: bytes, file: str, keys: list[Key]) -> Head:
    """A checkpoint; or what a sheet bears: the QR code's text, as scanners give it, or three lines typed from it."""
    text = raw.decode(errors="replace").replace("\r\n", "\n").rstrip("\n") + "\n"
    try:
        if typed := CHECKPOINT.fullmatch("\n".join(line.replace(" ", "") for line in text.split("\n"))):
            # Nobody signed it but the paper that it stands on.
            head = Checkpoint((typed[1], typed[2]), int(typed[3]), base64.b64decode(typed[4]))
            return Head(file, head, signed=False)
        if sheet := SHEET.match(text):
            note, blank, tail = text[sheet.end() :].partition("\n\n")
            signed = "".join(f"\u2014 {line.partition(' ')[2]}\n" for line in tail.splitlines())
            checkpoint = open_checkpoint((note + blank + signed).encode(), keys)
            return Head(file, checkpoint, sheet[1], bytes.fromhex(sheet[2]))
        return Head(file, open_checkpoint(raw, keys))
    except Finding:
        return Head(file, None)


def read_cosigned(directory: Path, witness: Key, keys: list[Key]) -> Head:
    """The head that lies beside the journal, if the witness cosigned it (C2SP tlog-cosignature)."""
    path = directory / f"witnessed.{witness.id.hex()}"
    raw = path.read_bytes() if path.exists() else b""
    try:
        text, signatures = split_note(raw)
    except ValueError:
        return Head(path.name, None, cosigned=False)
    for name, key_id, data in signatures:
        message = f"cosignature/v1\ntime {int.from_bytes(data[:8], 'big')}\n{text}"
        if (name, key_id) == (witness.name, witness.id) and witness.signed(message, data[8:]):
            return read_head(raw, path.name, keys)
    return Head(path.name, None, cosigned=False)


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
    if (type(schema), schema) != (int, 1):
        walk.find("line-other-schema", **at)
    see_key(walk, record, str(key_id), names, at)
    walk.times = (walk.times[0] or time, time)
    if sequence != walk.lines:
        walk.misplaced += 1
        if walk.first_misplaced is None:
            walk.first_misplaced = (walk.lines, sequence)
        walk.turned_up = walk.turned_up or sequence == walk.first_misplaced[0]


def see_key(walk: Walk, record: dict[str, Any], key_id: str, names: tuple[str, str], at: dict[str, Any]) -> None:
    """The first record's key is one of those given; then each is in force until it hands over, or an epoch ends."""
    event = record.get("event")
    action = event.get("action") if isinstance(event, dict) else None
    if walk.reigns and action == RESTORED:
        begin_epoch(walk, record, at)
    may = [walk.reigns[-1][1]] if walk.reigns else walk.keys
    key = next((each for each in may if each.id.hex() == key_id), None)
    expected = walk.reigns[-1][1].whose if walk.reigns else key.whose if key else walk.identity
    if expected not in (None, names):
        walk.find("line-other-identity", **at)
    if key is None:
        walk.find("line-other-key", **at)
        return
    if not walk.reigns:
        walk.reigns.append((0, key))
    if action == ROTATED:
        if new := successor(record, key):
            walk.reigns.append((walk.lines + 1, new))
        else:
            walk.find("hand-over-unsigned", **at)


def begin_epoch(walk: Walk, record: dict[str, Any], at: dict[str, Any]) -> None:
    begun = following(record, walk.reigns[-1][1], walk.keys)
    if begun and (begun[1].size, begun[1].root) == (walk.lines, walk.root()):
        walk.reigns.append((walk.lines, begun[0]))
        walk.formers.append(begun[1])
    else:
        walk.find("epoch-unproven", **at)


def following(record: dict[str, Any], old: Key, keys: list[Key]) -> tuple[Key, Checkpoint] | None:
    """The key of the epoch that this record begins, one of those given, and the head of the former, signed by `old`."""
    try:
        own = record["media_station"]
        key, former = (
            parse_key(own["data"]["new_key"]),
            open_checkpoint(own["data"]["former_checkpoint"].encode(), [old]),
        )
        (station, before), (same, epoch) = old.whose, key.whose
        later = re.fullmatch(r"[er][1-9][0-9]{0,3}", epoch) and int(epoch[1:]) > int(before[1:])
        good = (station, before[:1]) == (same, epoch[:1]) and later and key in keys and former.size == own["sequence"]
    except (Finding, ValueError, KeyError, TypeError, AttributeError):
        return None
    return (key, former) if good and former.identity == old.whose else None


def successor(record: dict[str, Any], old: Key) -> Key | None:
    """The key that this record hands over to, if both signed that for its place."""
    try:
        own = record["media_station"]
        data, whose = own["data"], old.name.removeprefix("media-station/").removesuffix("/journal")
        new = parse_key(data["new_key"])
        text = f"media-station/key/v1/{whose}\n{own['sequence']}\n{old.text}\n{new.text}\n"
        both = [(key, strict_base64(data[name])) for key, name in ((old, "old_signature"), (new, "new_signature"))]
        good = all(raw[:4] == key.id and key.signed(text, raw[4:]) for key, raw in both)
        return new if good and (data["old_key"], new.name) == (old.text, old.name) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def reigns_of(directory: Path, keys: list[Key]) -> tuple[list[Reign], list[Checkpoint]]:
    """As far as they can be told at a glance, with the heads of former epochs; read_record finds what is wrong. None if
    the first key isn't known.
    """
    segments = [path for path in sorted(directory.glob("*.jsonl")) if path.stat().st_size]
    formers: list[Checkpoint] = []
    if not segments:
        return [], formers
    ids = [key_id_of(segments[0], 0), key_id_of(segments[-1], -1)]
    reigns = [(0, key) for key in keys if key.id.hex() == ids[0]][:1]
    if not reigns or ids[0] == ids[1]:
        return reigns, formers
    for place, line in enumerate(all_lines(directory)):
        if ROTATED_BYTES not in line and RESTORED_BYTES not in line:
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            break
        if ROTATED_BYTES in line and (new := successor(record, reigns[-1][1])):
            reigns.append((place + 1, new))
        elif RESTORED_BYTES in line and (begun := following(record, reigns[-1][1], keys)):
            reigns.append((place, begun[0]))
            formers.append(begun[1])
        else:
            break
    return reigns, formers


def hand_overs_in(data: bytes) -> int:
    return data.count(ROTATED_BYTES) + data.count(RESTORED_BYTES)


def key_id_of(segment: Path, which: int) -> str:
    try:
        return str(end_of(segment, which)["media_station"]["key_id"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def judge_key(directory: Path, walk: Walk, checkpoint: Checkpoint) -> None:
    """The checkpoint must be signed by the key that is in force at its end."""
    reigning = [key for start, key in walk.reigns if start <= checkpoint.size][-1:]
    try:
        if reigning:
            read_checkpoint(directory, reigning)
    except Finding:
        walk.find("checkpoint-former-key")


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


def plain_lines(path: Path, start: int, end: int) -> Iterator[tuple[list[bytes], int]]:
    """Some at a time, and how many hand-overs are among them. Finding if one is torn or too long."""
    rest = b""
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while start < end and (data := file.read(min(LINE_BYTES, end - start))):
            start += len(data)
            whole = rest + data
            *lines, rest = whole.split(b"\n")
            # Of all lines, only one that began before these bytes can be so long.
            if max(len(rest), len(lines[0]) if lines else 0) >= LINE_BYTES:
                raise Finding("long")
            yield lines, hand_overs_in(whole) - hand_overs_in(rest)
    if rest:
        raise Finding("torn")


def read_share(share: list[Span], names: tuple[str, str], reigns: list[Reign], sizes: set[int]) -> Share | None:
    """No JSON is parsed: canonical JSON fixes where number, schema, station, epoch and key stand, at a line's end. What
    stands around the number takes few forms, so each is looked at once. None if a line isn't plainly what it should be.
    """
    cited = r'\[(?:"[A-Z0-9]+"(?:,"[A-Z0-9]+")*)?\]'
    befores = [
        rf',"epoch":"{re.escape(key.whose[-1])}","key_id":"{key.id.hex()}","requirements":{cited},"schema":1,'.encode()
        for _, key in reigns
    ]
    after = re.compile(rf'"station":"{names[0]}"\}}(?:,"user":\{{"name":"[a-z0-9-]+"\}})?\}}'.encode())
    seen: set[bytes] = set()
    first, hand_overs, nodes = -1, 0, list[tuple[int, bytes]]()
    place, until, leaves = 0, 0, list[bytes]()
    before = re.compile(b"")
    for lines, more in (some for path, start, end in share for some in plain_lines(path, start, end)):
        hand_overs += more
        for line in lines:
            if first < 0:
                found = SEQUENCE.search(line, line.rfind(b',"epoch":') + 1)
                first = place = int(found[1]) if found else 0
            if place >= until:  # another key is in force
                at = sum(start <= place for start, _ in reigns) - 1
                before, seen = re.compile(befores[at]), set()
                until = reigns[at + 1][0] if at + 1 < len(reigns) else sys.maxsize
            left, _, right = line[line.rfind(b',"epoch":') :].partition(b'"sequence":%d,' % place)
            if line[:15] != b'{"@timestamp":"':
                return None
            if left not in seen or right not in seen:
                if not before.fullmatch(left) or not after.fullmatch(right) or len(seen) > SEEN:
                    return None
                seen |= {left, right}
            place += 1
        leaves += [hashlib.sha256(b"\x00" + line).digest() for line in lines]
        leaves = put_together(leaves, place, sizes, nodes)
    return Share(first, [*nodes, *((1, leaf) for leaf in leaves)], hand_overs)


def put_together(leaves: list[bytes], end: int, sizes: set[int], nodes: list[tuple[int, bytes]]) -> list[bytes]:
    """Takes the leaves before place `end` to full subtrees, as far as a block is complete; what is left over.

    Blocks begin where the whole tree's subtrees do; one that holds a size whose root is asked for stays leaves.
    """
    while True:
        place = end - len(leaves)
        until = place // BLOCK * BLOCK + BLOCK
        if until > end:
            return leaves
        block, leaves = leaves[: until - place], leaves[until - place :]
        if len(block) < BLOCK or any(place < size < until for size in sizes):
            nodes.extend((1, leaf) for leaf in block)
            continue
        while len(block) > 1:
            block = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in zip(block[::2], block[1::2], strict=True)]
        nodes.append((BLOCK, block[0]))


def shares_of(segments: list[tuple[Path, int]], count: int) -> list[list[Span]]:
    """All lines as runs of about equal length, cut between lines."""
    length, passed = sum(size for _, size in segments), 0
    shares: list[list[Span]] = [[] for _ in range(count)]
    for path, size in segments:
        start = 0
        while start < size:
            at = passed * count // length
            with path.open("rb") as file:
                file.seek(start + (at + 1) * length // count - passed)
                file.readline(LINE_BYTES)
                end = min(size, file.tell())
            shares[at].append((path, start, end))
            passed, start = passed + end - start, end
    return [share for share in shares if share]


def read_plainly(directory: Path, walk: Walk, processes: int) -> bool:
    """The quick way through a journal that is as it should be. False if it isn't plainly so; `walk` is then spoilt."""
    segments = [(path, size) for path in sorted(directory.glob("*.jsonl")) if (size := path.stat().st_size)]
    if not segments or walk.identity is None or not walk.reigns:
        return False
    shares = shares_of(segments, max(1, min(processes, sum(size for _, size in segments) // SHARE_BYTES)))
    calls = [(share, walk.identity, walk.reigns, set(walk.roots)) for share in shares]
    try:
        if len(calls) > 1:
            with multiprocessing.Pool(len(calls)) as pool:
                done = pool.starmap(read_share, calls)
        else:
            done = [read_share(*calls[0])]
        walk.times = (str(end_of(segments[0][0], 0)["@timestamp"]), str(end_of(segments[-1][0], -1)["@timestamp"]))
    except (Finding, ValueError, KeyError, TypeError):
        return False
    if sum(each.hand_overs for each in done if each) != len(walk.reigns) - 1:
        return False
    for each in done:
        if each is None or each.first != walk.lines:
            return False
        for count, node in each.nodes:
            walk.add_subtree(count, node)
    return True


def end_of(segment: Path, which: int) -> dict[str, Any]:
    """A segment's first or last record."""
    with segment.open("rb") as file:
        file.seek(0 if which == 0 else max(0, segment.stat().st_size - LINE_BYTES))
        record: dict[str, Any] = json.loads(file.read(LINE_BYTES).splitlines()[which])
        return record


def verify(directory: Path, keys: list[Key], kept: Kept, processes: int) -> tuple[Walk, Checkpoint | None]:
    first: dict[str, dict[str, Any]] = {}
    checkpoint = None
    reigns, formers = reigns_of(directory, keys)
    try:
        checkpoint = read_checkpoint(directory, [*keys, *(key for _, key in reigns)])
    except Finding as finding:
        first[str(finding)] = {}
    identity = checkpoint.identity if checkpoint else None
    for head in kept.heads:
        if not head.checkpoint or not (
            identity in (None, head.checkpoint.identity) or epoch_of(reigns, head.checkpoint)
        ):
            first["head-damaged" if head.cosigned else "cosignature-missing"] = {"file": head.file}
    known = [each for each in (checkpoint, *(head.checkpoint for head in kept.heads)) if each]
    sizes = {each.size for each in (*known, *formers)}

    def fresh(reigns: list[Reign]) -> Walk:
        empty = hashlib.sha256().digest()  # the root of no lines
        return Walk(roots=dict.fromkeys(sizes, empty), identity=identity, keys=keys, reigns=reigns, formers=[])

    walk = fresh(reigns)
    plainly = checkpoint and read_plainly(directory, walk, processes)
    if plainly and all(walk.roots[each.size] == each.root for each in formers):
        walk.formers = formers
    else:
        plainly = False
    if not (checkpoint and plainly and (walk.lines, walk.roots[checkpoint.size]) == checkpoint[1:]):
        walk = fresh([])
        read_lines(directory, walk)
        judge_order(walk, checkpoint)
    walk.findings = first | walk.findings
    if checkpoint and not walk.findings:
        judge_key(directory, walk, checkpoint)
        for head in kept.heads:
            judge_head(walk, head)
        find_records(directory, kept, walk)
    if kept.copy:
        judge_copy(directory, keys, kept.copy, walk, processes)
    return walk, checkpoint


def judge_head(walk: Walk, head: Head) -> None:
    assert head.checkpoint
    expected = head.checkpoint.size
    epoch = epoch_of(walk.reigns, head.checkpoint)
    if epoch and expected >= epoch.stop:
        walk.find("head-lost", lines=epoch.stop - 1, expected=expected, file=head.file)
    elif expected > walk.lines:
        walk.find("head-ahead", lines=walk.lines, expected=expected, file=head.file)
    elif walk.roots[expected] != head.checkpoint.root:
        walk.find("head-forked", expected=expected, file=head.file)


def epoch_of(reigns: list[Reign], head: Checkpoint) -> range | None:
    """The sizes of the journal whose heads bear this one's identity; None if it can be none of them."""
    starts = [start for start, key in reigns if key.whose == head.identity]
    if not starts:
        return None
    later = [start for start, _ in reigns if start > starts[-1]]
    epoch = range(starts[0] + 1 if starts[0] else 0, later[0] + 1 if later else sys.maxsize)
    return epoch if head.size >= epoch.start else None


def find_records(directory: Path, kept: Kept, walk: Walk) -> None:
    """The records that sheets tell of by their leaf's hash, and those that tell of papers by theirs."""
    sheets = {head.leaf: head for head in kept.heads if head.leaf}
    papers = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in kept.papers}
    numbers = {path.stem for path in kept.papers}
    printed = set()
    genuine: dict[str, Path] = {}
    for line in all_lines(directory) if sheets or kept.papers else ():
        sheets.pop(hashlib.sha256(b"\x00" + line[:-1]).digest(), None)
        if kept.papers and any(action in line for action in PRINTED_BYTES):
            action, sequence, number, sha256 = paper_of(line)
            if sha256 in papers:
                genuine[number] = papers.pop(sha256)
            if action in VOID and number in genuine:
                walk.find("paper-void", file=genuine[number].name, number=number, sequence=sequence)
            printed |= numbers & {number}
    for sheet in sheets.values():
        walk.find("sheet-record-missing", number=sheet.number, file=sheet.file)
    for path in papers.values():
        walk.find("paper-changed" if path.stem in printed else "paper-unknown", file=path.name)


def paper_of(line: bytes) -> tuple[str, int, str, str]:
    """Action, sequence, number and SHA-256 of the paper that the record tells of, if it does."""
    try:
        record = json.loads(line)
        own, action = record["media_station"], record["event"]["action"]
        number = own["data"]["certificate" if action in VOID else PRINTED[action]]
        return str(action), int(own["sequence"]), str(number), str(own["data"].get("sha256", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", 0, "", ""


def judge_copy(directory: Path, keys: list[Key], copy: Path, walk: Walk, processes: int) -> None:
    """One must be the other's beginning. Said whatever else was found: it tells where."""
    other, checkpoint = verify(copy, keys, Kept([], None, []), processes)
    if other.findings or not checkpoint or (walk.identity and walk.identity[0] != checkpoint.identity[0]):
        walk.find("copy-damaged")
        return
    for number, (here, there) in enumerate(zip_longest(all_lines(directory), all_lines(copy))):
        if here is None:
            walk.find("copy-ahead", expected=other.lines, lines=walk.lines)
            return
        if there is None:
            return
        if here != there:
            walk.find("copy-forked", sequence=number)
            return


def all_lines(directory: Path) -> Iterator[bytes]:
    for segment in sorted(directory.glob("*.jsonl")):
        with segment.open("rb") as file:
            while line := file.readline(LINE_BYTES):
                yield line


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


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, size) if size < 0x80 else (tag, 0x80 | len(length), *length)) + content


def element(data: bytes) -> bytes:
    """The first DER element, whole. ValueError if it is cut off."""
    start, size = 2, data[1]
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        raise ValueError("cut off")
    return data[: start + size]


def inside(whole: bytes) -> list[bytes]:
    rest, found = whole[2 + (whole[1] & 0x7F if whole[1] & 0x80 else 0) :], []
    while rest:
        found.append(element(rest))
        rest = rest[len(found[-1]) :]
    return found


def oid(encoded: str) -> bytes:
    return der(0x06, bytes.fromhex(encoded))


def attributes_of(digest: bytes, certificate: bytes) -> bytes:
    """What is signed: content type, message digest, signing-certificate-v2 (EN 319 142-1)."""
    hashed = der(0x30, der(0x30, der(0x30, der(0x04, hashlib.sha256(certificate).digest()))))
    named = {
        "2a864886f70d010903": oid("2a864886f70d010701"),
        "2a864886f70d010904": der(0x04, digest),
        "2a864886f70d010910022f": hashed,
    }
    return der(0x31, *sorted(der(0x30, oid(name), der(0x31, value)) for name, value in named.items()))


def signed_data(digest: bytes, chain: list[bytes], signature: bytes) -> bytes:
    """The one form of CMS SignedData that a station makes (docs/formats.md)."""
    _, serial, _, issuer, *_ = inside(inside(chain[0])[0])
    one, sha256 = der(0x02, b"\x01"), der(0x30, oid("608648016503040201"))
    signing = der(0x30, oid("2a8648ce3d040302")), der(0x04, signature)
    attributes = b"\xa0" + attributes_of(digest, chain[0])[1:]
    signer = der(0x30, one, der(0x30, issuer, serial), sha256, attributes, *signing)
    content = der(0x30, oid("2a864886f70d010701"))
    whole = der(0x30, one, der(0x31, sha256), content, der(0xA0, *chain), der(0x31, signer))
    return der(0x30, oid("2a864886f70d010702"), der(0xA0, whole))


def signers_of(raw: bytes) -> list[x509.Certificate]:
    """The chain of who signed every byte but the signature's own; ValueError, InvalidSignature if that doesn't hold."""
    found = SIGNED.search(raw)
    if found is None or len(RANGE.findall(raw)) != 1:
        raise ValueError("not one signature")
    begin, end = found.span(1)
    if tuple(map(int, found.group(2, 3, 4))) != (begin, end, len(raw) - end):
        raise ValueError("not of the whole file")
    digest = hashlib.sha256(raw[:begin] + raw[end:]).digest()
    contents = bytes.fromhex(found[1][1:-1].decode())
    parts = inside(inside(inside(element(contents))[1])[0])
    chain, signature = inside(parts[3]), inside(inside(parts[4])[0])[5]
    signature = signature[2:] if signature[1] < 0x80 else b""
    whole = signed_data(digest, chain, signature)
    if contents[: len(whole)] != whole or contents[len(whole) :].strip(b"\0"):
        raise ValueError("another form, or of another content")
    certificates = [x509.load_der_x509_certificate(each) for each in chain]
    key = certificates[0].public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise ValueError("another kind of key")
    key.verify(signature, attributes_of(digest, chain[0]), ec.ECDSA(SHA256()))
    return certificates


def is_authority(certificate: x509.Certificate, below: int) -> bool:
    """RFC 5280 section 6.1.4, (k) to (n); `below`: the authorities between it and the signer's certificate."""
    basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    return basic.ca and usage.key_cert_sign and (basic.path_length is None or below <= basic.path_length)


def leads_to(chain: list[x509.Certificate], root: x509.Certificate) -> bool:
    own = [each for each in chain if each != root]
    try:
        for below, (child, parent) in enumerate(zip(own, [*own[1:], root], strict=True)):
            child.verify_directly_issued_by(parent)
            if not is_authority(parent, below):
                return False
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound, x509.DuplicateExtension):
        return False
    return bool(own)


def judge_signature(raw: bytes, root: x509.Certificate | None, checkpoint: Checkpoint | None) -> tuple[str, str]:
    """A finding's name, or empty; and by whom it is signed, empty for nobody. `checkpoint`: of a proof that holds."""
    if not RANGE.search(raw):
        return ("paper-not-signed" if root else ""), ""
    try:
        chain = signers_of(raw)
    except (ValueError, IndexError, InvalidSignature):
        return "paper-edited", ""
    if root and not leads_to(chain, root):
        return "paper-not-signed", ""
    names = [each.value for each in chain[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if root and checkpoint and names != [f"media-station papers {'/'.join(checkpoint.identity)}"]:
        return "paper-not-signed", ""
    return "", chain[0].subject.rfc4514_string()


def attachment_of(raw: bytes) -> tuple[str, Any]:
    """The number in the PDF's title, and the proof that it carries, as the station's typesetter writes it."""
    titles, streams = TITLE.findall(raw), list(EMBEDDED_STREAM.finditer(raw))
    if (len(titles), len(streams), len(EMBEDDED.findall(raw))) != (1, 1, 1) or raw[:9] != b"%PDF-1.7\n":
        raise ValueError("form")
    start, unpacking = streams[0].end(), zlib.decompressobj()
    content = unpacking.decompress(raw[start : start + int(streams[0][1])], LINE_BYTES)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("stream")
    return titles[0].decode(), json.loads(content)


def verify_paper(path: Path, keys: list[Key]) -> tuple[list[Found], Checkpoint | None, list[dict[str, Any]]]:
    """A paper's proof by itself: its records, once they hold."""
    about = {"file": path.name}
    try:
        titled, proof = attachment_of(path.read_bytes())
        if proof["schema"] != "media-station/paper-proof/v1":
            raise ValueError("schema")
        number, given = proof["number"], proof["records"]
        checkpoint = open_checkpoint(proof["checkpoint"].encode(), keys)
    except Finding as finding:
        return [(f"checkpoint-{finding}", {})], None, []
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error):
        return [("paper-without-proof", about)], None, []
    records = []
    try:
        for each in given:
            line, index, hashes = each["record"].encode(), each["leaf_index"], [bytes.fromhex(n) for n in each["proof"]]
            leaf = hashlib.sha256(b"\x00" + line).hexdigest()
            if leaf != each["leaf_hash"] or not is_in(checkpoint, line, index, each["tree_size"], hashes):
                raise ValueError("proof")
            records.append(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return [("paper-record-changed", about)], None, []
    if not records or titled != number or not gives_out(records[0], number):
        return [("paper-number-differs", about)], None, []
    if not is_borne_out(records):
        return [("paper-not-borne-out", about)], None, []
    return [], checkpoint, records


def gives_out(record: dict[str, Any], number: str) -> bool:
    """Whether the paper got its number by this record."""
    _, letter, _ = f"--{number}".rsplit("-", 2)
    field = NUMBERED_BY.get(letter, {}).get(record["event"]["action"])
    return field is not None and record["media_station"]["data"].get(field) == number


def is_borne_out(records: list[dict[str, Any]]) -> bool:
    """A certificate: of that very medium a PASS after its return, validated by someone else than the performer. A
    destruction: of each medium on this record, before a witness who is not the performer.
    """
    own = [
        (each["event"]["action"], each["media_station"]["sequence"], each["media_station"]["data"]) for each in records
    ]
    action, issued, about = own[0]
    performer, validator, ended = (about.get(name) for name in ("performer", "validator", "erasure"))
    if action == "medium.destroyed":
        destroyed = [data for what, _, data in own if what == action]
        return all(
            each.get("record") == about.get("record") and each.get("performer") != each.get("witness")
            for each in destroyed
        )
    if action not in NUMBERED_BY["C"]:
        return True
    of_medium = {(what, place): data for what, place, data in own if data.get("medium") == about.get("medium")}
    validations = [
        (data.get("performer"), data.get("validator"))
        for (what, place), data in of_medium.items()
        if what == "erasure.validated" and ended < place < issued
    ]
    return (
        any(what == "medium.returned" and place < ended for what, place in of_medium)
        and of_medium.get(("erasure.ended", ended), {}).get("verdict") == "PASS"
        and (performer, validator) in validations
        and performer != validator
    )


def tell_paper(path: Path, checkpoint: Checkpoint, records: list[dict[str, Any]], signer: str) -> None:
    print(
        f"genuine: what {shown(path.name)} carries is in the journal of {'/'.join(checkpoint.identity)}, under the root"
    )
    print(f"{checkpoint.root.hex()} of {checkpoint.size} records / 書面の証明は正しい。紙面と見比べてください。")
    print("signed by / 電子署名：", plain(signer) if signer else "nobody / なし")
    for each in records:
        data = json.dumps(each["media_station"]["data"], ensure_ascii=False, sort_keys=True)
        told = f"{each['@timestamp']} {each['event']['action']} {data}"
        print(plain(told))


def plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)  # a terminal obeys some characters


def shown(value: object) -> str:
    return re.sub(r"[^\w./-]", "?", str(value))  # a terminal obeys some characters


def about(head: Head) -> str:
    size = head.checkpoint.size if head.checkpoint else 0
    by, kind = ("signed", "署名あり") if head.signed else ("typed, unsigned", "手入力、署名なし")
    return f"head {shown(head.file)} ({by}): its {size} records are the first / 控え（{kind}）：最初の{size}件と一致"


def tell_findings(found: list[Found]) -> None:
    for name, values in found:
        texts = re.search(f"^{name}: (.*)\n    (.*)$", TEXTS, re.MULTILINE)
        named = {each: shown(value) for each, value in values.items()}
        print(f"{name}:", " / ".join(texts.groups() if texts else ()).format(**named))


def tell(walk: Walk, checkpoint: Checkpoint, heads: list[Head], papers: list[Path]) -> None:
    """A journal that is whole."""
    print(f"whole: {walk.lines} records of {'/'.join(checkpoint.identity)}, root {checkpoint.root.hex()},")
    print(f"from {walk.times[0] or '-'} to {walk.times[1] or '-'} / {walk.lines}件の記録は、すべてそろっています。")
    for head in heads:
        print(about(head))
    if papers:
        print("papers: as recorded / 書面は記録と一致します。")


def check_alone(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> int:
    """A paper without its journal."""
    try:
        keys = [read_key(path) for path in asked.key]
        root = x509.load_pem_x509_certificate(asked.root.read_bytes()) if asked.root else None
        found, checkpoint, records = verify_paper(asked.directory, keys)
        edited, signer = judge_signature(asked.directory.read_bytes(), root, checkpoint)
    except (OSError, ValueError):
        parser.error("a key or certificate file holds none, or the paper can't be read")
    if edited:
        found, checkpoint = [(edited, {"file": asked.directory.name})], None
    tell_findings(found)
    if checkpoint is None:
        return 1
    tell_paper(asked.directory, checkpoint, records, signer)
    return 0


def arranged() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Verifies a media-station journal. 記録（ジャーナル）を検証します。")
    several: dict[str, Any] = {"action": "append", "default": []}
    parser.add_argument("directory", metavar="DIR", type=Path, help="the journal's directory, or a paper's PDF")
    parser.add_argument("--bundle", action="store_true", help="DIR is an unpacked evidence bundle (証拠一式)")
    parser.add_argument("--key", metavar="FILE", type=Path, action="append", required=True, help="a public journal key")
    parser.add_argument("--head", metavar="FILE", **several, help="a checkpoint kept elsewhere, or a sheet's QR text")
    parser.add_argument(
        "--witness", metavar="FILE", type=Path, **several, help="a witness's public key, who cosigned a head"
    )
    parser.add_argument("--copy", metavar="DIR", type=Path, help="a copy of the directory that was kept elsewhere")
    parser.add_argument("--paper", metavar="FILE.pdf", type=Path, **several, help="a sheet as it was printed")
    parser.add_argument("--root", metavar="FILE", type=Path, help="the CA's certificate: a PDF must be signed under it")
    parser.add_argument("--processes", metavar="N", type=int, default=os.cpu_count() or 1, help="default: every core")
    return parser


def main(arguments: list[str] | None = None) -> int:
    parser = arranged()
    asked = parser.parse_args(arguments)
    if asked.directory.is_file():
        return check_alone(parser, asked)
    if missing := [each for each in (asked.directory, asked.copy) if each and not each.is_dir()]:
        parser.error(f"not a directory: {missing[0]}")
    if asked.bundle and (asked.head or asked.witness or asked.copy or asked.paper):
        parser.error("what was kept elsewhere is for a whole journal")
    try:
        keys = [read_key(path) for path in asked.key]
        if asked.bundle:
            found, checkpoint = verify_bundle(asked.directory, keys)
        else:
            raw = {file: sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes() for file in asked.head}
            known = [*keys, *(key for _, key in reigns_of(asked.directory, keys)[0])]
            heads = [read_head(each, file, known) for file, each in raw.items()]
            heads += [read_cosigned(asked.directory, read_key(path, COSIGNS), known) for path in asked.witness]
            walk, checkpoint = verify(asked.directory, keys, Kept(heads, asked.copy, asked.paper), asked.processes)
            found = list(walk.findings.items())
    except ValueError:
        parser.error("a key file does not hold a public key")
    except OSError as error:
        parser.error(f"can't read {error.filename}: {error.strerror}")
    tell_findings(found)
    if found or checkpoint is None:
        return 1
    if asked.bundle:
        print(f"whole: an evidence bundle of {'/'.join(checkpoint.identity)}, every record under the signed root")
        print(f"{checkpoint.root.hex()} of {checkpoint.size} records / 証拠一式のすべての記録と書面を確かめました。")
        return 0
    tell(walk, checkpoint, heads, asked.paper)
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the locale: findings are bilingual
    sys.exit(main())
