"""Both factors or nothing: what burns, what doesn't, what a recovery code is good for."""

import asyncio
from dataclasses import replace

import pytest
from at_the_desk import ADMINISTRATORS, APPROVER, CHEAP, ME, OPERATOR, PASSWORD, opened, post, put, refusal

from media_station.desk.access import factors, password
from media_station.desk.access.password import TODAY
from media_station.desk.access.sign_in import change_password
from media_station.model.errors import IntegrityViolation, Refused
from media_station.model.operator import OperatorChanged, OperatorRenewed, OperatorSuspended, Role
from media_station.model.sign_in import Factor, RecoveryCodeUsed, SignInAccepted, SignInRefused

SESSION = 64
CELLS = "media_station.desk.hands.cells.Cells.weigh"


def test_a_wrong_password_burns_no_code(bench):
    code = bench.code(OPERATOR)
    assert bench.sign_in(OPERATOR, password="wrong" * 4, code=code) == "ACC-002"
    assert len(bench.sign_in(OPERATOR, code=code)) == SESSION


def test_a_code_is_good_once_and_so_is_each_before_it_across_restarts(bench):
    before, code = bench.code(OPERATOR, -1), bench.code(OPERATOR)
    assert len(bench.sign_in(OPERATOR, code=code)) == SESSION
    bench.restart()
    assert bench.sign_in(OPERATOR, code=code) == "ACC-002"
    assert bench.sign_in(OPERATOR, code=before) == "ACC-002"
    assert len(bench.sign_in(OPERATOR, code=bench.code(OPERATOR, 1))) == SESSION


def test_a_vault_from_before_a_sign_in_is_refused(bench):
    path = bench.folder / "state" / "desk" / "vault"
    older = path.read_bytes()
    bench.sign_in(OPERATOR)
    bench.sign_in(APPROVER)
    path.write_bytes(older)
    with pytest.raises(IntegrityViolation, match="VLT-001"):
        opened(bench.folder)


def test_a_token_with_a_period_of_a_minute_opens(bench):
    put(bench, "kansa-saburo", Role.AUDITOR, period=60)
    assert len(bench.sign_in("kansa-saburo")) == SESSION
    assert bench.sign_in("kansa-saburo") == "ACC-002"
    bench.wait(60)
    assert len(bench.sign_in("kansa-saburo")) == SESSION


def test_the_answer_is_the_same_whatever_was_wrong_and_the_journal_says_what(bench):
    wrong = bench.wrong_code(APPROVER)
    assert bench.sign_in("not-enrolled", code="000000") == "ACC-002"
    assert bench.sign_in(OPERATOR, password="wrong" * 4) == "ACC-002"
    assert bench.sign_in(APPROVER, code=wrong) == "ACC-002"
    assert [(each.operator, each.factor) for each in bench.told(SignInRefused)] == [
        ("unknown", Factor.NAME),
        (OPERATOR, Factor.PASSWORD),
        (APPROVER, Factor.CODE),
    ]


def test_one_hash_is_reckoned_for_every_attempt_that_is_admitted(bench, monkeypatch):
    seen = []
    right = password.is_right
    monkeypatch.setattr(factors.passwords, "is_right", lambda given, phc: seen.append(phc) or right(given, phc))
    bench.sign_in("not-enrolled", code="000000")
    bench.sign_in(OPERATOR, password="wrong" * 4)
    bench.desk.journal.commit(OperatorSuspended(operator=APPROVER))
    bench.sign_in(APPROVER)
    assert len(seen) == 3
    assert seen[0] == seen[2] == password.NOBODYS_HASH


def test_nobodys_hash_costs_what_todays_do():
    assert not password.is_weaker_than_today(password.NOBODYS_HASH)
    assert not password.is_right("a password that no operator has", password.NOBODYS_HASH)


def test_a_hash_with_weaker_parameters_is_made_anew_at_the_next_good_sign_in(bench):
    assert password.is_weaker_than_today(bench.desk.vault.accounts[OPERATOR].password_hash)
    bench.sign_in(OPERATOR, code=bench.wrong_code(OPERATOR))
    assert password.is_weaker_than_today(bench.desk.vault.accounts[OPERATOR].password_hash)
    bench.sign_in(OPERATOR)
    bench.restart()
    phc = bench.desk.vault.accounts[OPERATOR].password_hash
    assert f"m={TODAY.memory_kib},t={TODAY.passes},p={TODAY.lanes}" in phc
    assert password.is_right(PASSWORD, phc)
    assert bench.told(SignInAccepted)[-1].vault_sha256 == bench.desk.vault.sha256


@pytest.mark.parametrize("typed", ["x" * 14, "x" * 129, "", "ﾊﾟ" * 7])
def test_a_password_has_15_to_128_characters_after_normalisation(typed):
    with pytest.raises(Refused, match="ACC-001"):
        password.hashed(typed, CHEAP)


def test_full_width_and_half_width_are_the_same_password():
    phc = password.hashed("ｂｕｎｂｏｕｇｕ　ｋｉｒｉｎ　ｗａｓａｂｉ　４７", CHEAP)
    assert password.is_right(PASSWORD, phc)


def test_a_recovery_code_stands_for_one_code_once(bench):
    first, second = bench.codes[OPERATOR][:2]
    assert bench.sign_in(OPERATOR, password="wrong" * 4, code=first) == "ACC-002"
    assert len(bench.sign_in(OPERATOR, code=first.lower().replace("-", " "))) == SESSION
    assert bench.sign_in(OPERATOR, code=first) == "ACC-002"
    bench.restart()
    assert bench.sign_in(OPERATOR, code=first) == "ACC-002"
    assert len(bench.sign_in(OPERATOR, code=second)) == SESSION
    assert [(each.operator, each.left) for each in bench.told(RecoveryCodeUsed)] == [(OPERATOR, 9), (OPERATOR, 8)]


def test_a_recovery_code_leaves_the_token_as_it_was(bench):
    code = bench.code(OPERATOR)
    bench.sign_in(OPERATOR, code=bench.codes[OPERATOR][0])
    assert len(bench.sign_in(OPERATOR, code=code)) == SESSION


def test_somebody_elses_recovery_code_opens_nothing(bench):
    assert bench.sign_in(OPERATOR, code=bench.codes[APPROVER][0]) == "ACC-002"


def test_a_typo_in_a_recovery_code_is_told_before_anything_is_checked(bench):
    code = bench.codes[OPERATOR][0]
    typo = ("3" if code[0] != "3" else "4") + code[1:]
    assert bench.sign_in(OPERATOR, code=typo) == "ACC-028"
    assert bench.told(SignInRefused) == []


def test_recovery_codes_are_not_in_the_vault_as_they_are(bench):
    hashes = bench.desk.vault.accounts[OPERATOR].recovery_hashes
    assert len(set(hashes)) == 10
    assert not set(hashes) & set(bench.codes[OPERATOR])


def test_without_a_post_today_both_factors_open_nothing_and_burn_nothing(bench):
    put(bench, "rinji-hachiro", post(Role.OPERATOR, ends="2026-01-31"))
    code = bench.code("rinji-hachiro")
    assert bench.sign_in("rinji-hachiro", code=code) == "ACC-022"
    assert bench.sign_in("rinji-hachiro", password="wrong" * 4) == "ACC-002"
    bench.desk.journal.commit(OperatorChanged(operator="rinji-hachiro", posts=(post(Role.OPERATOR),)))
    assert len(bench.sign_in("rinji-hachiro", code=code)) == SESSION
    assert [each.factor for each in bench.told(SignInRefused)] == [Factor.POST, Factor.PASSWORD]


def weighed(verdict):
    async def weigh(*_):
        return verdict

    return weigh


def test_a_person_changes_the_password_with_both_factors(bench, monkeypatch):
    monkeypatch.setattr(CELLS, weighed(True))
    new = "eda mame to hiyashi udon 8"
    asyncio.run(change_password(bench.desk, OPERATOR, PASSWORD, bench.code(OPERATOR), new))
    bench.wait(30)
    assert bench.sign_in(OPERATOR) == "ACC-002"
    assert len(bench.sign_in(OPERATOR, password=new)) == SESSION
    assert bench.told(OperatorRenewed)[-1].factors == ("password",)


def test_a_new_password_that_will_not_do_burns_no_code(bench, monkeypatch):
    monkeypatch.setattr(CELLS, weighed(False))
    code = bench.code(OPERATOR)
    assert refusal(change_password(bench.desk, OPERATOR, PASSWORD, code, "x" * 14)) == "ACC-001"
    assert refusal(change_password(bench.desk, OPERATOR, PASSWORD, code, "password password")) == "ACC-020"
    assert len(bench.sign_in(OPERATOR, code=code)) == SESSION


def test_a_password_is_not_changed_without_the_old_one(bench, monkeypatch):
    monkeypatch.setattr(CELLS, weighed(True))
    doing = change_password(bench.desk, OPERATOR, "wrong" * 4, bench.code(OPERATOR), "eda mame to hiyashi udon 8")
    assert refusal(doing) == "ACC-002"
    assert len(bench.sign_in(OPERATOR)) == SESSION


def test_a_session_is_of_one_process(bench):
    session = bench.sign_in(ADMINISTRATORS[0])
    assert bench.sessions.operator(session, ME) == ADMINISTRATORS[0]
    with pytest.raises(Refused, match="ACC-010"):
        bench.sessions.operator(session, replace(ME, pid=ME.pid + 1))
    with pytest.raises(Refused, match="ACC-010"):
        bench.sessions.operator(session, replace(ME, uid=ME.uid + 1))
