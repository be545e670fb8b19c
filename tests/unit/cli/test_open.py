"""`media-station open`: a file that was sealed to a password or a key, whole or not at all."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from small_disk import on_a_small_disk

from media_station.age.encrypt import encrypt
from media_station.age.header import encode_base64, parse_header
from media_station.age.scrypt import ScryptRecipient
from media_station.age.x25519 import X25519Identity
from media_station.cli.main import main
from media_station.model.confirmation import confirmation_code

PRINTED = "CY299-FFN89-YWXKM-P5E95-KNCY3-ARC32"
OTHER = "E6HW3-34P5T-FR3NE-834J8-J4943-PJ3RT"
NAME = "R1-D-00001.age"
PLAIN = hashlib.shake_256(b"opened").digest(3_000_001)
RECORDS = PLAIN.count(b"\n")  # the headings are a line, and so is what follows the last end
IDENTITY = X25519Identity.generate()
OPEN = [sys.executable, "-m", "media_station.cli.main", "open"]
SEALED = b"".join(map(bytes, encrypt(io.BytesIO(PLAIN), ScryptRecipient(PRINTED))))
HEADER = parse_header(SEALED).size_bytes
TO_A_KEY = b"".join(map(bytes, encrypt(io.BytesIO(PLAIN), IDENTITY.to_public())))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the person is: the file as on its medium, without its manifest, and the password in a file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    (tmp_path / NAME).write_bytes(SEALED)
    (tmp_path / "password").write_text(PRINTED + "\n")
    (tmp_path / "key").write_text(f"# a key\n\n{X25519Identity.generate().secret_text()}\n{IDENTITY.secret_text()}\n")
    return tmp_path


def manifest(folder: Path, **changed: object) -> None:
    fields = {"file": NAME, "sha256": hashlib.sha256(SEALED).hexdigest(), "records": RECORDS, "transfer": "R1-T-00007"}
    (folder / "manifest.json").write_text(json.dumps(fields | changed))


def refused(capfd, *options: str) -> tuple[int, str]:
    """Exit code and code; both languages tell of it, and nothing was made."""
    before = sorted(os.listdir())
    status = main(["open", *options])
    told = capfd.readouterr().err.splitlines()
    assert sorted(os.listdir()) == before
    assert len(told) == 2
    assert told[0].split()[0] == told[1].split()[0]
    return status, told[0].split()[0]


def test_the_password_of_the_notice_opens_it(folder, capfd):
    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME]) == 0

    assert Path("data.csv").read_bytes() == PLAIN
    assert Path("data.csv").stat().st_mode & 0o777 == 0o600
    assert capfd.readouterr().out == "R1-D-00001.age is opened: 3,000,001 bytes\n"


def test_beside_its_manifest_it_tells_what_is_read_back_by_telephone(folder, capfd):
    manifest(folder)

    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME, "--lang", "ja"]) == 0

    code = confirmation_code("R1-T-00007", hashlib.sha256(PLAIN).hexdigest())
    assert f"件数 {RECORDS:,} 件、確認コード {code}：" in capfd.readouterr().out


def test_json_tells_the_same(folder, capfd):
    manifest(folder)

    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME, "--json"]) == 0

    sha256 = hashlib.sha256(PLAIN).hexdigest()
    assert json.loads(capfd.readouterr().out) == {
        "file": NAME,
        "output": "data.csv",
        "bytes": len(PLAIN),
        "sha256": sha256,
        "records": RECORDS,
        "confirmation_code": confirmation_code("R1-T-00007", sha256),
    }


def test_another_number_of_records_than_the_manifests_is_an_error_that_tells_both(folder, capfd):
    manifest(folder, records=RECORDS - 1)
    before = sorted(os.listdir())

    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME]) == 5

    told = capfd.readouterr().err
    assert "OPN-006" in told
    assert f"has {RECORDS} records, manifest.json says {RECORDS - 1}" in told
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize(
    "of_another", [{"file": "R1-D-00002.age"}, {"transfer": "T7"}, {"sha256": 1}, {"records": "x"}]
)
def test_a_manifest_that_is_not_this_files_is_passed_over(folder, capfd, of_another):
    manifest(folder, **of_another)

    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME, "--json"]) == 0

    assert json.loads(capfd.readouterr().out) == {"file": NAME, "output": "data.csv", "bytes": len(PLAIN)}


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_as_a_part_of_a_pipe_it_reads_and_writes_streams(folder, output):
    (folder / "key.age").write_bytes(TO_A_KEY)

    done = subprocess.run([*OPEN, "-i", "key", *output, "-"], input=TO_A_KEY, capture_output=True, check=True)

    assert done.stdout == PLAIN


def at_a_terminal(*typed: str) -> tuple[str, int]:
    child = pexpect.spawn(OPEN[0], [*OPEN[1:], "-o", "data.csv", NAME], encoding="utf-8", timeout=60)
    shown = ""
    for each in typed:
        child.expect(r"\(not shown\): ")
        shown += child.before
        child.sendline(each)
    child.expect(pexpect.EOF)
    shown += child.before
    child.close()
    return shown, child.exitstatus


def test_at_a_terminal_the_password_is_asked_for_again_after_a_typo_and_the_group_is_told(folder):
    shown, status = at_a_terminal(PRINTED.replace("P5E95", "P5E9X"), "", PRINTED.lower().replace("-", " "))

    assert status == 0
    assert "There is a mistake in group 4." in shown
    assert "4組目に打ち間違いがあります。" in shown
    assert "AGE-040" in shown
    assert PRINTED not in shown
    assert Path("data.csv").read_bytes() == PLAIN


def test_at_a_terminal_a_wrong_password_ends_it(folder):
    shown, status = at_a_terminal(OTHER)

    assert (status, "AGE-011 Wrong password" in shown, Path("data.csv").exists()) == (3, True, False)


def test_without_an_output_nothing_is_shown_at_a_terminal(folder):
    child = pexpect.spawn(OPEN[0], [*OPEN[1:], "--password-file", "password", NAME], encoding="utf-8", timeout=60)
    child.expect(pexpect.EOF)
    child.close()

    assert ("OPN-005" in child.before, child.exitstatus) == (True, 3)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (PRINTED.replace("FFN89", "FFN8A"), "AGE-041"),
        (PRINTED[:-6], "AGE-040"),
        ("", "AGE-040"),
        (OTHER, "AGE-011"),
    ],
)
def test_a_password_that_is_not_the_files_is_told_from_a_typo(folder, capfd, typed, code):
    (folder / "password").write_text(typed)

    assert refused(capfd, "--password-file", "password", "-o", "data.csv", NAME) == (3, code)


@pytest.mark.parametrize(
    "typed",
    [
        PRINTED.lower(),
        PRINTED.replace("-", ""),
        PRINTED.replace("-", " ー "),
        "".join(chr(ord(character) + 0xFEE0) for character in PRINTED),
    ],
)
def test_the_password_may_be_written_in_any_way(folder, capfd, typed):
    (folder / "password").write_text(typed)

    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME]) == 0


def header(factor: int) -> bytes:
    body = encode_base64(bytes(32)).encode()
    salt = encode_base64(bytes(16)).encode()
    return b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n--- %s\n" % (salt, factor, body, body)


BAD = {
    "empty": (b"", "AGE-001"),
    "something else": (b"PK\3\4" * 100, "AGE-001"),
    "cut off in its header": (SEALED[:60], "AGE-003"),
    "cut off after its header": (SEALED[: HEADER + 10], "AGE-003"),
    "cut off in a chunk": (SEALED[:2_000_000], "AGE-020"),
    "cut off between two chunks": (SEALED[: len(SEALED) - len(PLAIN) % 65536 - 16], "AGE-022"),
    "a character of its header changed": (
        SEALED[:70] + (b"B" if SEALED[70:71] == b"A" else b"A") + SEALED[71:],
        "AGE-011",
    ),
    "its mac changed": (SEALED[: HEADER - 10] + b"AAAA" + SEALED[HEADER - 6 :], "AGE-013"),
    "a bit of its last chunk flipped": (SEALED[:-20] + bytes([SEALED[-20] ^ 1]) + SEALED[-19:], "AGE-020"),
    "twice": (SEALED * 2, "AGE-020"),
    "a work factor of 30": (header(30), "AGE-008"),
    "a work factor of 20": (header(20), "AGE-009"),
    "a work factor of 14": (header(14), "AGE-009"),
    "a header without an end": (b"age-encryption.org/v1\n-> x\n" + b"A" * 64 * 2000, "AGE-002"),
    "65 recipients": (b"age-encryption.org/v1\n" + b"-> x\n\n" * 65 + header(15)[-48:], "AGE-005"),
    "a password beside a key": (header(15).replace(b"\n---", b"\n-> x\n\n---"), "AGE-007"),
    "lines of a page": (b"age-encryption.org/v1\r\n" + header(15)[22:], "AGE-001"),
    "to a key": (TO_A_KEY, "AGE-012"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_leaves_nothing_and_is_told(folder, capfd, what):
    content, code = BAD[what]
    (folder / NAME).write_bytes(content)

    assert refused(capfd, "--password-file", "password", "-o", "data.csv", NAME) == (3, code)


@pytest.mark.parametrize("what", ["cut off in a chunk", "a character of its header changed", "twice", "empty"])
def test_beside_its_manifest_damage_is_told_from_a_wrong_password(folder, capfd, what):
    manifest(folder)
    (folder / NAME).write_bytes(BAD[what][0])

    assert refused(capfd, "--password-file", "password", "-o", "data.csv", NAME) == (5, "OPN-001")


def test_beside_its_manifest_a_wrong_password_is_a_wrong_password(folder, capfd):
    manifest(folder)
    (folder / "password").write_text(OTHER)

    assert refused(capfd, "--password-file", "password", "-o", "data.csv", NAME) == (3, "AGE-011")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("-i", "nothing", NAME), "CLI-020"),
        (("-i", "password", NAME), "OPN-004"),
        (("-i", "empty", NAME), "OPN-004"),
        (("-i", "key", NAME), "AGE-010"),
        (("--password-file", "nothing", NAME), "CLI-020"),
        (("--password-file", NAME, NAME), "CLI-020"),
        (("-i", "key", "nothing"), "CLI-020"),
        (("-i", "key", "."), "CLI-020"),
        (("-i", "key", "-o", "key", NAME), "CLI-004"),
        (("-i", "key", "-o", "nowhere/data.csv", NAME), "CLI-004"),
        (("-i", "key", "--json", "-o", "-", NAME), "OPN-005"),
    ],
)
def test_what_was_given_wrongly_is_told(folder, capfd, options, code):
    (folder / "empty").write_text("# no key\n")

    assert refused(capfd, *(() if "-o" in options else ("-o", "data.csv")), *options) == (3, code)


def test_a_medium_that_can_not_be_read_is_a_fault_of_the_medium(folder, capfd):
    """The kernel gives EIO for what lies at address 0."""
    assert refused(capfd, "-i", "key", "-o", "data.csv", "/proc/self/mem") == (4, "OPN-003")


def test_a_disk_that_gets_full_in_the_middle_leaves_nothing(folder):
    small = folder / "small"
    small.mkdir()
    script = '"$@"; echo $?; ls -A small'
    command = [*OPEN, "--password-file", "password", "-o", "small/data.csv", NAME]

    done = on_a_small_disk(small, 1 << 20, "sh", "-c", script, "sh", *command)

    assert done.stdout == "3\n"
    assert "OPN-002 The opened data can't be stored: About 3000" in done.stderr


# As on FAT, where no file is without a name.
NAMED = [
    sys.executable,
    "-c",
    "import os, sys; os.O_TMPFILE = os.O_DIRECTORY; from media_station.cli.main import main; main(sys.argv[1:])",
    "open",
]


@pytest.mark.parametrize(
    ("how", "command"),
    [
        *((how, OPEN) for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)),
        *((how, NAMED) for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)),
    ],
)
def test_who_ends_it_in_the_middle_leaves_nothing(folder, how, command):
    long = b"".join(map(bytes, encrypt(io.BytesIO(PLAIN * 3), IDENTITY.to_public())))
    os.mkfifo("fifo.age")
    with subprocess.Popen([*command, "-i", "key", "-o", "data.csv", "fifo.age"], stderr=subprocess.DEVNULL) as running:
        with open("fifo.age", "wb", buffering=0) as fifo:
            fifo.write(long[:-100])
            deadline = time.monotonic() + 60
            while not _written(running.pid) and time.monotonic() < deadline:
                time.sleep(0.01)
            assert _written(running.pid)
            running.send_signal(how)
            running.wait(60)

    assert sorted(os.listdir()) == [NAME, "fifo.age", "key", "password"]


def test_where_no_file_is_without_a_name_it_gets_its_own_when_it_is_whole(folder):
    subprocess.run([*NAMED, "--password-file", "password", "-o", "data.csv", NAME], check=True, timeout=60)

    assert Path("data.csv").read_bytes() == PLAIN
    assert sorted(os.listdir()) == [NAME, "data.csv", "key", "password"]


ENDED = """
import os, sys
os.O_TMPFILE, how, real = os.O_DIRECTORY, int(sys.argv.pop(1)), os.open
def opened(path, *of, **fields):
    made = real(path, *of, **fields)
    if str(path) in {"data.csv.part", "data.csv"}:
        os.kill(os.getpid(), how)
    return made
os.open = opened
from media_station.cli.main import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_it_as_soon_as_its_file_is_made_leaves_nothing(folder, how):
    command = [sys.executable, "-c", ENDED, str(int(how)), "open", "--password-file", "password", "-o", "data.csv"]
    subprocess.run([*command, NAME], stderr=subprocess.DEVNULL, timeout=60, check=False)

    assert sorted(os.listdir()) == [NAME, "key", "password"]


def test_what_a_killed_command_left_is_named(folder, capfd, monkeypatch):
    monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY)
    Path("data.csv.part").write_text("opened")

    assert main(["open", "--password-file", "password", "-o", "data.csv", NAME]) == 3

    assert "CLI-005 An unfinished file was left behind: data.csv.part is of" in capfd.readouterr().err
    assert Path("data.csv.part").read_text() == "opened"


@pytest.mark.parametrize("named", [True, False])
def test_a_file_that_came_in_between_is_not_overwritten(folder, capfd, monkeypatch, named):
    if named:
        monkeypatch.setattr(os, "O_TMPFILE", os.O_DIRECTORY)
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    Path("data.csv").write_text("another's")

    assert refused(capfd, "--password-file", "password", "-o", "data.csv", NAME) == (3, "CLI-004")

    assert Path("data.csv").read_text() == "another's"


def _written(pid: int) -> bool:
    """Plaintext lies in a file already, which has no name, or not yet its own."""
    for each in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(each)
        if target.startswith(os.getcwd() + "/#") or target.endswith(".part"):
            return each.stat().st_size > 0
    return False
