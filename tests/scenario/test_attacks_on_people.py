"""What somebody tries who knows names, has heard messages, or is patient: refused with a code, and written down."""

import json
import os
import secrets
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from at_the_counter import journal, records, told
from attacking import PEOPLE, code, from_another_process, heard, in_the_end, request, said

pytestmark = pytest.mark.usefixtures("it_stands")
MIB = 1 << 20
FAILURES = 10_000
LOOKALIKES = {
    "Cyrillic s": "\u0455ousa-hanako",
    "full width": "ｓｏｕｓａ－ｈａｎａｋｏ",
    "same after NFKC": "sousa-hana\uff4bo",
    "upper case": "SOUSA-HANAKO",
    "another hyphen": "sousa\u2010hanako",
    "zero width": "sousa-hanako\u200b",
    "right to left": "\u202esousa-hanako",
    "a line more": "sousa-hanako\n",
    "NUL": "sousa-hanako\0",
    "an accent": "sousa-hana\u0301ko",
}


def signing_in(person, at, **other) -> bytes:
    parameters = {"operator": person.operator, "password": person.password, "code": person.code(at)} | other
    return request(PEOPLE, "SignIn", **parameters)


def answer_to(attacked, message: bytes) -> dict:
    with attacked.knock(PEOPLE) as sock:
        sock.sendall(message)
        return json.loads(heard(sock)[:-1])


def fresh(attacked, *people):
    """The station's time, when none of these has used the code that is shown."""
    return attacked.does(attacked.walk.counter._fresh(*people))


def left_of(attacked, text: str) -> bool:
    """Whether this stands anywhere in the journal or in a log."""
    lines = b"".join(each.read_bytes() for each in journal(attacked.house).glob("*.jsonl"))
    shown = json.dumps(text)[1:-1].encode()
    return any(each in lines + attacked.log().encode() for each in (text.encode(), shown))


def is_recorded(attacked, request: str, code: str) -> bool:
    return (request, code, os.getuid()) in attacked.refusals(PEOPLE)


def test_a_session_is_nobody_elses(attacked):
    session = attacked.session(attacked.walk.staff.auditor)
    message = request(PEOPLE, "Stock", session=session, start=0)
    assert "media" in answer_to(attacked, message)["parameters"]
    stolen = from_another_process(attacked.path(PEOPLE), message)
    assert code(json.loads(stolen.stdout[:-1])) == "ACC-010"
    assert is_recorded(attacked, "Stock", "ACC-010")
    assert "media" in answer_to(attacked, message)["parameters"]


def test_a_sign_in_that_was_heard_signs_nobody_in(attacked):
    person = attacked.walk.staff.second_administrator
    message = signing_in(person, fresh(attacked, person))
    assert "session" in answer_to(attacked, message)["parameters"]
    assert code(answer_to(attacked, message)) == "ACC-002"
    assert code(json.loads(from_another_process(attacked.path(PEOPLE), message).stdout[:-1])).startswith(("ACC", "THR"))
    assert is_recorded(attacked, "SignIn", "ACC-002")


def test_a_request_that_was_heard_does_nothing_a_second_time(attacked):
    walk = attacked.walk
    person, second = walk.staff.operator, walk.staff.approver
    session = attacked.session(person)
    now = fresh(attacked, person, second)
    beside = {"operator": second.operator, "password": second.password, "code": second.code(now)}
    rest = {"session": session, "code": person.code(now), "second": beside}
    message = request(PEOPLE, "DestroyPassword", medium="R1-U-00009", **rest)
    assert code(answer_to(attacked, message)) == "FLW-002"  # the codes were good, the medium is none
    accepted = len(told(attacked.house, "step_up.accepted"))
    assert code(answer_to(attacked, message)) == "ACC-002"
    assert len(told(attacked.house, "step_up.accepted")) == accepted


def test_requests_in_another_order_than_the_flows_change_nothing(attacked):
    session = attacked.session(attacked.walk.staff.operator)
    rest = {"session": session, "code": None, "second": None}
    backwards = [
        request(PEOPLE, "Purge", payload="ab" * 16, **rest),
        request(PEOPLE, "RenderCertificate", certificate="REHEARSAL-R1-C-00009", **rest),
        request(PEOPLE, "ReportCount", transfer="R1-T-00009", count="PRINTED", value=1, confirmation_code="", **rest),
        request(PEOPLE, "Seal", transfer="R1-T-00009", medium="R1-U-00009", **rest),
        request(PEOPLE, "Inspect", payload="ab" * 16, **rest),
        request(PEOPLE, "StoreMedium", medium="R1-U-00009", place="nowhere", **rest),
    ]
    before = {each["event"]["action"] for each in records(attacked.house)}
    with attacked.knock(PEOPLE) as sock:
        sock.sendall(b"".join(backwards))
        answers = [json.loads(each) for each in heard(sock, len(backwards))[:-1].split(b"\0")]
    assert {code(each) for each in answers} == {"FLW-001", "FLW-002", "SEA-001", "STK-004"}
    assert {each["event"]["action"] for each in records(attacked.house)} <= before | {"request.refused"}


@pytest.mark.parametrize("looks", LOOKALIKES)
def test_a_name_that_looks_like_anothers_is_nobodys(attacked, looks):
    name = LOOKALIKES[looks]
    person = attacked.walk.staff.operator
    refused = answer_to(attacked, signing_in(person, fresh(attacked, person), operator=name))
    assert code(refused).startswith(("ACC", "THR"))
    suspended = request(PEOPLE, "Suspend", session="", code=None, second=None, operator=name)
    assert code(answer_to(attacked, suspended)) == "IDS-001"
    assert not left_of(attacked, name)
    assert told(attacked.house, "sign_in.refused")[-1]["operator"] == "unknown"


@pytest.mark.parametrize("half", [r"\ud800", r"\udfff", r"a\udbff\ud800z"])
@pytest.mark.parametrize("field", ["operator", "password", "code"])
def test_half_a_character_in_a_sign_in_ends_the_connection_and_not_the_desk(attacked, field, half):
    person = attacked.walk.staff.auditor
    good = {"operator": person.operator, "password": "not the auditor's", "code": "000000"}
    message = request(PEOPLE, "SignIn", **good | {field: "HALF"}).replace(b"HALF", half.encode())
    with attacked.knock(PEOPLE) as sock:
        sock.sendall(message)
        assert heard(sock) == b""
    assert is_recorded(attacked, "", "DOR-014")


def test_a_password_of_a_megabyte_is_cut_off_and_one_of_sixty_thousand_letters_is_wrong(attacked):
    person = attacked.walk.staff.auditor
    long = secrets.token_hex(30_000)
    before = attacked.rss("desk")
    with attacked.knock(PEOPLE) as sock:
        said(sock, request(PEOPLE, "SignIn", operator=person.operator, password="p" * MIB, code="000000"))
        assert heard(sock) == b""
    wrong = answer_to(attacked, request(PEOPLE, "SignIn", operator=person.operator, password=long, code="000000"))
    assert code(wrong).startswith(("ACC", "THR"))
    assert is_recorded(attacked, "", "DOR-012")
    assert attacked.rss("desk") - before < 4 * MIB
    assert not left_of(attacked, "p" * 64)
    assert not left_of(attacked, long[:64])


@pytest.mark.parametrize("guessing", ["sessions", "sign-ins"])
def test_ten_thousand_failures_leave_a_few_lines_and_the_desk_as_it_was(attacked, guessing):
    name = attacked.walk.staff.auditor.operator
    guesses = {
        "sessions": lambda: request(PEOPLE, "Due", session=secrets.token_hex(32), start=0),
        "sign-ins": lambda: request(PEOPLE, "SignIn", operator=name, password=secrets.token_hex(8), code="000000"),
    }
    lines, desk = len(records(attacked.house)), psutil.Process(attacked.pids["desk"])
    before, descriptors = attacked.rss("desk"), desk.num_fds()

    def guess(number: int) -> list[str]:
        with attacked.knock(PEOPLE) as sock:
            codes = []
            for _ in range(number // 100):
                sock.sendall(b"".join(guesses[guessing]() for _ in range(100)))
                codes += [code(json.loads(each)) for each in heard(sock, 100)[:-1].split(b"\0")]
            return codes

    with ThreadPoolExecutor(4) as four:
        codes = [each for some in four.map(guess, [FAILURES // 4] * 4) for each in some]
    assert len(codes) == FAILURES
    assert all(each.startswith(("ACC", "THR")) for each in codes)
    assert len(records(attacked.house)) - lines < 40
    assert attacked.rss("desk") - before < 8 * MIB
    in_the_end(lambda: desk.num_fds() <= descriptors)


def test_who_listens_and_hangs_up_leaves_nothing_behind(attacked):
    session = attacked.session(attacked.walk.staff.auditor)
    descriptors = psutil.Process(attacked.pids["desk"]).num_fds()
    for _ in range(200):
        with attacked.knock(PEOPLE) as sock:
            sock.sendall(request(PEOPLE, "Watch", more=True, session=session))
    in_the_end(lambda: psutil.Process(attacked.pids["desk"]).num_fds() <= descriptors)


def test_who_listens_is_told_when_the_session_has_ended(attacked):
    person = attacked.walk.staff.approver
    session = attacked.session(person)
    with attacked.knock(PEOPLE) as sock:
        sock.sendall(request(PEOPLE, "Watch", more=True, session=session))
        assert attacked.ask(PEOPLE, "SignOut", session=session) == {}
        assert code(json.loads(heard(sock)[:-1])) == "ACC-010"
        sock.sendall(request(PEOPLE, "Greet"))
        assert "greeting" in json.loads(heard(sock)[:-1])["parameters"]
    in_the_end(lambda: is_recorded(attacked, "Watch", "ACC-010"))
