"""Fields are taken whole or not at all."""

import pytest
from paper_fields import PAPERS

from media_station.cell.papers import blank, certificate, destruction, form, label, log_report, notice, slip
from media_station.model.errors import Refused

PARSERS = {
    "certificate": certificate.parse_fields,
    "destruction_record": destruction.parse_fields,
    "slip": slip.parse_fields,
    "notice": notice.parse_fields,
    "form": form.parse_fields,
    "log_report": log_report.parse_fields,
    "blank": blank.parse_fields,
    "label": label.parse_fields,
}
OPTIONAL = {
    ("certificate", "serial"),
    ("certificate", "serial_source"),
    ("certificate", "clock_checked_at"),
    ("destruction_record", "serial"),
    ("destruction_record", "serial_source"),
    ("destruction_record", "batch"),
    ("destruction_record", "approver"),
    ("slip", "seal_number"),
    ("slip", "bag_number"),
    ("label", "serial"),
    ("label", "transfer_number"),
    ("label", "classification"),
    *((paper, name) for paper in PAPERS for name in ("mark", "signer")),
}
EVERY_FIELD = [(paper, name) for paper, fields in PAPERS.items() for name in fields]


def refused(paper, fields):
    with pytest.raises(Refused) as refusal:
        PARSERS[paper](fields)
    return refusal.value.code, refusal.value.parameters["field"]


@pytest.mark.parametrize("paper", PAPERS)
def test_complete_fields_are_taken(paper):
    assert PARSERS[paper](PAPERS[paper]).number == PAPERS[paper]["number"]


@pytest.mark.parametrize(("paper", "name"), EVERY_FIELD)
def test_missing_field_is_refused(paper, name):
    fields = {key: value for key, value in PAPERS[paper].items() if key != name}

    assert refused(paper, fields) == ("PAP-002", name)


@pytest.mark.parametrize("paper", PAPERS)
def test_unknown_field_is_refused(paper):
    assert refused(paper, {**PAPERS[paper], "remark": "x"}) == ("PAP-002", "remark")


def test_unknown_field_within_the_journal_is_refused():
    fields = {**PAPERS["slip"], "journal": {**PAPERS["slip"]["journal"], "key": "x"}}

    assert refused("slip", fields) == ("PAP-002", "journal.key")


def test_missing_field_within_a_row_is_refused():
    row = {key: value for key, value in PAPERS["slip"]["rows"][0].items() if key != "unit"}

    assert refused("slip", {**PAPERS["slip"], "rows": [row]}) == ("PAP-002", "rows.1.unit")


@pytest.mark.parametrize(("paper", "name"), [each for each in EVERY_FIELD if each not in OPTIONAL])
def test_empty_field_is_refused(paper, name):
    assert refused(paper, {**PAPERS[paper], name: ""})[0] == "PAP-003"


@pytest.mark.parametrize(("paper", "name"), sorted(OPTIONAL))
def test_documented_optional_field_may_be_empty(paper, name):
    assert not getattr(PARSERS[paper]({**PAPERS[paper], name: ""}), name)


@pytest.mark.parametrize(
    ("paper", "name", "value"),
    [
        ("certificate", "records", "5400"),
        ("certificate", "records", True),
        ("certificate", "records", -1),
        ("certificate", "capacity_bytes", 2**63),
        ("certificate", "rehearsal", 0),
        ("certificate", "maker", 7),
        ("certificate", "maker", "　"),
        ("slip", "qr", " "),
        ("certificate", "journal", "x"),
        ("certificate", "started_at", "2026-11-23T10:02:11"),
        ("certificate", "started_at", "昨日"),
        ("certificate", "verdict", "FAIL"),
        ("certificate", "verdict", "UNKNOWN"),
        ("certificate", "bad_sectors", 1),
        ("certificate", "verified_bytes", 16_008_609_791),
        ("certificate", "ended_at", "2026-11-23T10:02:10+09:00"),
        ("certificate", "validator", "佐藤 一郎"),
        ("destruction_record", "witness", "佐藤 一郎"),
        ("slip", "direction", "移送"),
        ("slip", "rows", []),
        ("notice", "password", "k7m2a-9xwre"),
    ],
)
def test_malformed_field_is_refused(paper, name, value):
    assert refused(paper, {**PAPERS[paper], name: value}) == ("PAP-003", name)


@pytest.mark.parametrize("claim", ["復元不可能である", "復元 不可能", "復元不能"])
def test_claim_that_the_station_never_makes_is_refused(claim):
    assert refused("certificate", {**PAPERS["certificate"], "limits": claim}) == ("PAP-004", "limits")


def test_notice_does_not_show_its_password_when_represented():
    assert PAPERS["notice"]["password"] not in repr(PARSERS["notice"](PAPERS["notice"]))


# Requirement map, P: what a 媒体消去証明書 states, and the fields that state it.
REQUIRED_OF_A_CERTIFICATE = {
    "証明書番号": ["number"],
    "件名・契約番号・委託先": ["consignment_title", "contract_number", "contractor"],
    "媒体管理番号・種別・メーカー・型番・シリアル（取得元）": [
        *("medium_number", "medium_kind", "maker", "model", "serial", "serial_source")
    ],
    "情報の内容・件数・分類区分": ["information", "records", "classification"],
    "消去理由と処分先": ["reason", "disposal"],
    "方式・回数・準拠規格": ["method", "passes", "standard"],
    "開始／終了日時（時差つき）と時計の最終確認日": ["started_at", "ended_at", "clock_checked_at"],
    "ツールと版": ["tool", "tool_version"],
    "検証方法・範囲・不良セクタ数": ["verification_method", "verified_bytes", "bad_sectors"],
    "判定": ["verdict"],
    "証明の範囲と限界": ["scope", "limits"],
    "実施者／検証者（別人）／承認者": ["performer", "validator", "approver"],
    "管理簿行番号": ["ledger_row"],
    "ログ位置・ハッシュ・署名": ["journal", "qr"],
}


@pytest.mark.parametrize("stated", REQUIRED_OF_A_CERTIFICATE)
def test_a_certificate_states_what_the_requirement_map_asks_for(stated):
    for name in REQUIRED_OF_A_CERTIFICATE[stated]:
        fields = {key: value for key, value in PAPERS["certificate"].items() if key != name}
        assert refused("certificate", fields) == ("PAP-002", name)


@pytest.mark.parametrize("lines", [0, 7])
def test_a_blank_without_room_to_write_is_refused(lines):
    blanks = [{"label": "消去の方法", "lines": lines}]

    assert refused("blank", {**PAPERS["blank"], "blanks": blanks}) == ("PAP-003", "blanks.1.lines")
