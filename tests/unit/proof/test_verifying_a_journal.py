"""A journal before the package's verifier and the one that shares nothing with it; more in tests/attacks."""

import subprocess
import sys

import pytest
from script import PATH as SCRIPT
from script import verify_journal as script
from written_journal import signer

from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.ids import Identity
from media_station.proof.merkle import verify_inclusion
from media_station.proof.prove import prove_inclusion
from media_station.proof.verify import verify_journal

NEXT = Identity(station="kita-zei-1", epoch="r2")
OTHER_STATION = Identity(station="minami-zei-1", epoch="r1")


def key_file(journal, key=None):
    path = journal.directory.parent / "journal.pub"
    path.write_text((key or journal.key).verifier.render() + "\n")
    return path


def run(journal, *arguments, key=None):
    command = [sys.executable, "-I", str(SCRIPT), str(journal.directory), "--key", str(key_file(journal, key))]
    done = subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def found_by_script(journal, *arguments, key=None):
    """The names of the findings."""
    code, output = run(journal, *arguments, key=key)
    assert code == 1
    return [line.partition(":")[0] for line in output.splitlines()]


def code_of(journal, head=None, key=None):
    with pytest.raises(IntegrityViolation) as caught:
        verify_journal(journal.directory, [(key or journal.key).verifier], head)
    return caught.value.code


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def change_content(journal):
    lines = journal.read()
    journal.write([*lines[:3], lines[3].replace(b"success", b"failure"), *lines[4:]])


def remove(at):
    return lambda journal: journal.write([line for n, line in enumerate(journal.read()) if n != at])


def swap(one, other):
    def attack(journal):
        lines = journal.read()
        lines[one], lines[other] = lines[other], lines[one]
        journal.write(lines)

    return attack


def double(at):
    def attack(journal):
        lines = journal.read()
        journal.write([*lines[: at + 1], *lines[at:]])

    return attack


def cut_tail(journal):
    journal.write(journal.read()[:-2])


def append_line(journal):
    journal.write([*journal.read(), journal.record(10)])


def record_otherwise(**other):
    """Signed with the right key, but not what a record must be."""
    return lambda journal: journal.seal([*journal.read()[:-1], journal.record(9, **other)])


def damage_checkpoint(journal):
    journal.checkpoint.write_bytes(journal.checkpoint.read_bytes()[:-10])


ATTACKS = [
    ("the last line but one removed", remove(8), "PRF-018", ["line-removed"]),
    ("first and last swapped", swap(0, 9), "PRF-019", ["lines-swapped"]),
    ("the first line doubled", double(0), "PRF-020", ["line-doubled"]),
    ("a record whose key is no text", record_otherwise(key_id=[]), "PRF-016", ["line-other-key"]),
    ("a record whose number is no number", record_otherwise(sequence="9"), "PRF-013", ["line-unreadable"]),
    ("a record whose schema is only like 1", record_otherwise(schema=True), "PRF-014", ["line-other-schema"]),
    ("a damaged checkpoint", damage_checkpoint, "PRF-009", ["checkpoint-damaged"]),
]
attacks = pytest.mark.parametrize(
    ("attack", "code", "findings"), [each[1:] for each in ATTACKS], ids=[each[0] for each in ATTACKS]
)


@attacks
def test_an_attack_is_told_by_its_code(journal, attack, code, findings):
    verify_journal(journal.directory, [journal.key.verifier], None)
    attack(journal)
    assert code_of(journal) == code


@attacks
def test_an_attack_is_told_by_the_script(journal, attack, code, findings):
    attack(journal)
    assert found_by_script(journal) == findings


def test_another_key_is_told_by_its_code(journal):
    assert code_of(journal, key=signer(2)) == "PRF-007"


def test_another_key_is_told_by_the_script(journal):
    assert "checkpoint-unknown-key" in found_by_script(journal, key=signer(2))


def test_the_code_names_the_first_line_out_of_place(journal):
    remove(5)(journal)
    with pytest.raises(IntegrityViolation) as caught:
        verify_journal(journal.directory, [journal.key.verifier], None)
    assert caught.value.parameters == {"line": 6, "sequence": 6}


def test_a_whole_journal_verifies(journal):
    verified = verify_journal(journal.directory, [signer(2).verifier, journal.key.verifier], None)
    assert (verified.size, verified.checkpoint) == (10, journal.checkpoint.read_bytes())


def test_the_script_sums_up_a_whole_journal(journal):
    root = verify_journal(journal.directory, [journal.key.verifier], None).root.hex()
    code, output = run(journal)
    assert code == 0
    for fact in ("10 records", "10件", "kita-zei-1/r1", root, "2026-04-01T09:00:00", "2026-04-01T09:00:09"):
        assert fact in output


def test_a_finding_is_said_in_both_languages(journal):
    change_content(journal)
    _, output = run(journal)
    assert "the content of one or more was changed" in output
    assert "内容が書き換えられています" in output


def test_a_journal_without_records_verifies(journal):
    journal.seal([])
    assert verify_journal(journal.directory, [journal.key.verifier], journal.checkpoint.read_bytes()).size == 0
    assert run(journal, "--head", journal.checkpoint)[0] == 0


def test_an_action_nobody_knows_yet_verifies(journal):
    lines = [line.replace(b"thing.happened", b"future.invented") for line in journal.read()]
    journal.seal(lines)
    assert verify_journal(journal.directory, [journal.key.verifier], None).size == 10
    assert run(journal)[0] == 0


@pytest.mark.parametrize("seeds", [(2,), (2, 3), (2, 3, 4)], ids=len)
def test_hand_overs_lead_from_the_first_key_to_the_last(journal, seeds):
    first = journal.key.verifier
    journal.hand_over(*seeds)
    assert verify_journal(journal.directory, [first], None).size == 10 + 2 * len(seeds)
    given = journal.directory.parent / "first.pub"
    given.write_text(first.render())
    assert script.main([str(journal.directory), "--key", str(given)]) == 0


def test_the_last_key_alone_does_not_lead_back(journal):
    journal.hand_over(2)
    assert code_of(journal) == "PRF-016"
    assert found_by_script(journal) == ["line-other-key"]


def test_a_head_of_any_key_in_force_is_one(journal):
    first, head = journal.key.verifier, journal.checkpoint.read_bytes()
    journal.hand_over(2)
    assert verify_journal(journal.directory, [first], head).size == 12


def written_head(journal, raw):
    path = journal.directory.parent / "head"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("size", [0, 1, 4, 9, 10])
def test_an_older_head_of_the_same_journal_is_its_beginning(journal, size):
    head = journal.signed(journal.read()[:size])
    assert verify_journal(journal.directory, [journal.key.verifier], head).size == 10
    assert run(journal, "--head", written_head(journal, head))[0] == 0


def rolled_back(journal):
    head = journal.checkpoint.read_bytes()
    journal.seal(journal.read()[:6])
    return head


def forked(journal):
    head = journal.signed(journal.read()[:6])
    journal.seal([line.replace(b"success", b"failure") for line in journal.read()])
    return head


def of_another_epoch(journal):
    return journal.signed(journal.read(), signer(identity=NEXT), NEXT)


def of_another_station(journal):
    return journal.signed(journal.read(), signer(identity=OTHER_STATION), OTHER_STATION)


def under_another_key(journal):
    return journal.signed(journal.read(), signer(2))


@pytest.mark.parametrize(
    ("attack", "code", "finding"),
    [
        (rolled_back, "PRF-025", "head-ahead"),
        (forked, "PRF-026", "head-forked"),
        (of_another_epoch, "PRF-024", "head-damaged"),
        (of_another_station, "PRF-024", "head-damaged"),
        (under_another_key, "PRF-024", "head-damaged"),
        (lambda _: b"torn", "PRF-024", "head-damaged"),
    ],
)
def test_only_a_head_kept_elsewhere_tells(journal, attack, code, finding):
    head = attack(journal)
    verify_journal(journal.directory, [journal.key.verifier], None)
    assert code_of(journal, head) == code
    assert found_by_script(journal, "--head", written_head(journal, head)) == [finding]


def test_another_journal_in_its_place_is_told(journal):
    journal.key = signer(identity=NEXT)
    journal.checkpoint.write_bytes(journal.signed(journal.read(), identity=NEXT))
    assert code_of(journal) == "PRF-015"
    assert found_by_script(journal) == ["line-other-identity", "line-other-key"]


def test_a_checkpoint_under_the_orders_key_is_told(journal):
    orders = signer(role="orders")
    text, _, _ = journal.checkpoint.read_text().partition("\n\n")
    signed = f"{text}\n\n— {orders.name} {orders.sign((text + chr(10)).encode())}\n"
    journal.checkpoint.write_text(signed)
    assert code_of(journal, key=orders) == "PRF-010"
    assert "checkpoint-other-identity" in found_by_script(journal, key=orders)


@pytest.mark.parametrize("mask", [0x01, 0x20, 0x80])
@pytest.mark.parametrize("name", ["2026-04-01.jsonl", "checkpoint"])
def test_no_byte_of_a_journal_can_be_flipped(journal, name, mask, capsys):
    journal.seal(journal.read()[:3])
    arguments = [str(journal.directory), "--key", str(key_file(journal))]
    path = journal.directory / name
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1 :])
        assert code_of(journal).startswith("PRF-"), at
        assert script.main(arguments) == 1, at
        assert capsys.readouterr().out.count(" / ") >= 1
    path.write_bytes(whole)
    assert script.main(arguments) == 0


def test_every_finding_has_both_languages():
    lines = script.TEXTS.strip().split("\n")
    assert all(line.isascii() and ": " in line for line in lines[::2])
    assert all(line.startswith("    ") and not line.isascii() for line in lines[1::2])


def test_the_script_imports_nothing_of_the_package():
    done = subprocess.run(
        [sys.executable, "-I", "-X", "importtime", str(SCRIPT), "--help"], capture_output=True, text=True, check=True
    )
    rooms = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "cryptography" in rooms
    assert "media_station" not in rooms


@pytest.mark.parametrize("wrong", ["directory", "key", "head"])
def test_a_wrong_call_exits_with_2(journal, wrong):
    arguments = {"directory": journal.directory, "key": key_file(journal), "head": journal.checkpoint}
    arguments[wrong] = journal.directory / "nowhere"
    command = [SCRIPT, arguments["directory"], "--key", arguments["key"], "--head", arguments["head"]]
    assert subprocess.run([sys.executable, *map(str, command)], capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("index", range(10))
def test_a_proof_of_a_record_holds_under_the_checkpoint(journal, index):
    verified = verify_journal(journal.directory, [journal.key.verifier], None)
    proof = prove_inclusion(journal.directory, index)
    assert proof["checkpoint"] == journal.checkpoint.read_text()
    verify_inclusion(
        leaf=bytes.fromhex(proof["leaf_hash"]),
        index=proof["leaf_index"],
        size=proof["tree_size"],
        proof=[bytes.fromhex(each) for each in proof["proof"]],
        root=verified.root,
    )


@pytest.mark.parametrize("index", [-1, 10])
def test_a_record_beyond_the_checkpoint_is_not_proved(journal, index):
    append_line(journal)
    with pytest.raises(Refused, match="PRF-030"):
        prove_inclusion(journal.directory, index)


@pytest.mark.parametrize(("attack", "code"), [(change_content, "PRF-027"), (cut_tail, "PRF-017")])
def test_a_proof_that_would_not_hold_is_not_given(journal, attack, code):
    attack(journal)
    with pytest.raises(IntegrityViolation, match=code):
        prove_inclusion(journal.directory, 3)
