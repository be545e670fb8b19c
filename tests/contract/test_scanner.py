"""The malware scanner as the desk holds it: a real clamd, and what speaks as one for other tests, keep one contract."""

import os
import threading
from datetime import date

import pytest
from a_clamd import MALWARE, SIGNATURE, a_clamd, speaking_as_clamd

from media_station.desk.hands.scanner import Scanner
from media_station.model.errors import PeerFault, Refused

HARMLESS = "宛名番号,氏名\n".encode() + b"1,a\n" * 50_000
LARGEST = 8 * 1024 * 1024


ME = frozenset({os.getuid()})


def a_scanner(path, uids=ME) -> Scanner:
    return Scanner(path, uids, largest_bytes=LARGEST, seconds=60)


@pytest.fixture(scope="module", params=["clamd", "speaking as clamd"])
def path(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("clamd")
    if request.param == "clamd":
        with a_clamd(folder) as running:
            yield running.socket
    else:
        with speaking_as_clamd(folder) as at:
            yield at


def looked(scanner: Scanner, content: bytes) -> str:
    with scanner.shown() as shown:
        assert b"".join(map(bytes, shown.passing(iter([memoryview(content)])))) == content
        return scanner.look(shown)


def test_what_is_harmless_is_nothing(path):
    assert looked(a_scanner(path), HARMLESS) == ""


@pytest.mark.parametrize("at", [0, 100_000, len(HARMLESS)])
def test_what_is_found_has_a_name_and_nothing_else(path, at):
    assert looked(a_scanner(path), HARMLESS[:at] + MALWARE + HARMLESS[at:]).startswith(SIGNATURE)


def test_the_engine_says_who_it_is(path):
    assert a_scanner(path).patterns().engine.startswith("ClamAV ")


def test_what_is_longer_than_it_looks_into_is_refused(path):
    with a_scanner(path).shown() as shown, pytest.raises(Refused, match="SCN-003"):
        list(shown.passing(iter([bytes(LARGEST), b"1"])))


def test_another_user_is_shown_nothing(path):
    stranger = a_scanner(path, frozenset({os.getuid() + 1}))
    with stranger.shown() as shown, pytest.raises(PeerFault, match="SCN-004"):
        stranger.look(shown)


def test_a_database_of_the_tests_own_is_of_no_known_day(tmp_path):
    with a_clamd(tmp_path) as running:
        assert a_scanner(running.socket).patterns().made is None


def test_past_its_limits_is_found(tmp_path):
    """AlertExceedsMax: what wasn't looked into is never nothing."""
    with a_clamd(tmp_path) as running:
        scanner = Scanner(running.socket, frozenset({os.getuid()}), largest_bytes=3 << 30, seconds=120)
        with scanner.shown() as shown:
            os.truncate(shown.descriptor, 2100 * 1024 * 1024)  # a hole: no memory is taken
            assert "Limits.Exceeded" in scanner.look(shown)


@pytest.mark.parametrize("ending", ["found", "nothing", "killed"])
def test_no_plaintext_is_left_in_its_folders(tmp_path, ending):
    canary = b"CANARY-4711-PLAINTEXT,"
    content = canary + (MALWARE if ending == "found" else b"") + HARMLESS * 20
    with a_clamd(tmp_path) as running:
        scanner = a_scanner(running.socket)
        with scanner.shown() as shown:
            list(shown.passing(iter([content])))
            if ending == "killed":
                killing = threading.Timer(0.01, running.kill)
                killing.start()
                try:
                    scanner.look(shown)
                except PeerFault as error:
                    assert error.code == "SCN-004"
                killing.join()
            else:
                assert bool(scanner.look(shown)) is (ending == "found")
        left = [each for each in tmp_path.rglob("*") if each.is_file() and canary in each.read_bytes()]
        assert left == []


def test_the_day_of_its_patterns_is_told(tmp_path):
    with speaking_as_clamd(tmp_path) as at:
        patterns = a_scanner(at).patterns()
    assert (patterns.engine, patterns.made) == ("ClamAV 1.4.6/27500", date(2026, 4, 6))
    assert patterns.age_days(date(2026, 4, 13)) == 7


@pytest.mark.parametrize("version", ["ClamAV", "something else", "ClamAV 1.4.6/27500/some day"])
def test_an_answer_that_is_none_of_clamds_is_no_answer(tmp_path, version):
    with speaking_as_clamd(tmp_path, version) as at, pytest.raises(PeerFault, match="SCN-004"):
        a_scanner(at).patterns()


def test_an_error_is_neither_found_nor_nothing(tmp_path):
    with speaking_as_clamd(tmp_path, "ERROR") as at, pytest.raises(PeerFault, match="SCN-004"):
        looked(a_scanner(at), HARMLESS)


def test_without_clamd_nothing_is_said(tmp_path):
    with pytest.raises(PeerFault, match="SCN-004"):
        looked(a_scanner(tmp_path / "none"), HARMLESS)
