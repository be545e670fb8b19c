"""The ログ分析報告書 as its reader has it: numbers in their charts, 該当なし where there are none, and room for seals."""

import pytest
from paper_fields import LOG_REPORT
from sheet_reading import pages_of, sheet, squeezed, text_of

from media_station.cell.papers import log_report
from media_station.model.errors import Refused


def without_counts(bars):
    return [{**bar, "count": 0} for bar in bars]


EMPTY = {
    **{name: without_counts(LOG_REPORT[name]) for name in ("jobs", "away", "erasures", "totals")},
    "refusals": [{**row, "hours": [0] * 24} for row in LOG_REPORT["refusals"]],
    "findings": [],
}


def test_an_empty_month_says_so_in_each_of_its_parts():
    assert squeezed(text_of(sheet("log_report", **EMPTY))).count("該当なし") == 6
    assert "該当なし" not in squeezed(text_of(sheet("log_report")))


@pytest.mark.parametrize("part", EMPTY)
def test_a_part_without_anything_says_so_alone(part):
    assert squeezed(text_of(sheet("log_report", **{part: EMPTY[part]}))).count("該当なし") == 1


def test_each_number_stands_in_it():
    totals = [{**bar, "count": 10_000 + number} for number, bar in enumerate(LOG_REPORT["totals"])]
    jobs = [{**bar, "count": 700 + number} for number, bar in enumerate(LOG_REPORT["jobs"])]
    away = [{**bar, "count": 40 + number} for number, bar in enumerate(LOG_REPORT["away"])]
    hours = [
        {**row, "hours": [500 + 24 * day + hour for hour in range(24)]} for day, row in enumerate(EMPTY["refusals"])
    ]
    text = text_of(sheet("log_report", totals=totals, jobs=jobs, away=away, refusals=hours), "-raw")
    numbers = {int(each.replace(",", "")) for each in text.split() if each.replace(",", "").isdigit()}
    assert numbers >= {10_000 + number for number in range(len(totals))}
    assert numbers >= {700 + number for number in range(len(jobs))}
    assert numbers >= {40 + number for number in range(len(away))}
    assert numbers >= {500 + number for number in range(7 * 24)}


def test_every_kind_of_finding_has_room():
    findings = [{**LOG_REPORT["findings"][0], "label": f"検出の種別その{number}"} for number in range(19)]
    text = squeezed(text_of(sheet("log_report", findings=findings)))
    assert all(f"検出の種別その{number}" in text for number in range(19))
    assert pages_of(sheet("log_report", findings=findings)) == 2


def test_the_reviewers_box_has_no_name_yet():
    text = text_of(sheet("log_report"), "-raw")
    assert "作成者" in text
    assert "監査 三郎" in text
    assert "監査者" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"refusals": [{"label": "月", "hours": [0] * 23}]}, "refusals.1.hours"),
        ({"findings": [{**LOG_REPORT["findings"][0], "became": [0]}]}, "findings.1.became"),
        ({"jobs": []}, "jobs"),
        ({"jobs": [{"label": "1", "count": -1}]}, "jobs.1.count"),
    ],
)
def test_a_chart_that_is_not_whole_is_refused(changes, field):
    with pytest.raises(Refused) as refusal:
        log_report.parse_fields({**LOG_REPORT, **changes})
    assert (refusal.value.code, refusal.value.parameters["field"]) == ("PAP-003", field)
