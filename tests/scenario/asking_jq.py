"""The figures of a month as jq reads them out of the journal's own lines: queries that share nothing with the station."""

import json
import subprocess
from pathlib import Path

_COMMON = """
def japan: .["@timestamp"] | sub("\\\\.[0-9]+Z$"; "Z") | fromdateiso8601 + 9 * 3600;
def month: japan | strftime("%Y-%m");
def day: japan | strftime("%Y-%m-%d");
def data: .media_station.data;
def action: .event.action;
def of_month: map(select(month == $month));
def midnight: . + "T00:00:00Z" | fromdateiso8601;
"""

QUERIES = {
    "records": "of_month | length",
    "jobs": """
        (of_month | map(select(action | IN("payload.inspected", "payload.refused", "image.sealed", "medium.written",
            "medium.spoiled", "medium.identified", "erasure.ended", "erasure.interrupted", "medium.destroyed",
            "medium.entrusted")))) as $jobs
        | [range(1; ($last_day[8:10] | tonumber) + 1)]
        | map(. as $number | $jobs | map(select((day[8:10] | tonumber) == $number)) | length)""",
    "refusals": """
        (of_month | map(select(action == "request.refused"))) as $refused
        | [range(0; 7)] | map(. as $weekday | [range(0; 24)] | map(. as $hour
            | $refused | map(select((japan | strftime("%u") | tonumber) == $weekday + 1
                and (japan | strftime("%H") | tonumber) == $hour) | data.unrecorded + 1) | add // 0))""",
    "away": """
        (map(select((action | IN("medium.handed_over", "medium.returned", "medium.lost")) and day <= $last_day))
            | group_by(data.medium) | map(max_by(.media_station.sequence))
            | map(select(action == "medium.handed_over") | (($last_day | midnight) - (data.day | midnight)) / 86400)) as $ages
        | [[0, 7], [8, 14], [15, 30], [31, 60], [61, 99999]]
        | map(. as $span | $ages | map(select($span[0] <= . and . <= $span[1])) | length)""",
    "erasures": """
        (of_month | map(select(action | startswith("erasure.")))) as $erasures
        | (["PASS", "FAIL", "UNKNOWN"] | map(. as $verdict
            | $erasures | map(select(action == "erasure.ended" and data.verdict == $verdict)) | length))
        + [$erasures | map(select(action == "erasure.interrupted")) | length]""",
    "totals": """
        of_month as $records
        | ["sign_in.accepted", "sign_in.refused", "step_up.accepted", "step_up.refused", "operator.locked",
           "request.refused", "order.issued", "order.refused", "exception.granted", "incident.opened",
           "paper.printed", "station.started"]
        | map(. as $action | $records | map(select(action == $action)) | length)""",
    "findings": """
        (map(select(action == "finding.disposed")) | map({(data.finding): data.disposition}) | add // {}) as $became
        | map(select(action == "finding.raised" and (data.day | startswith($month))))
        | group_by(data.kind)
        | map({
            count: length,
            waiting: map(select($became[data.finding] == null)) | length,
            became: (. as $all | ["explained", "planned", "measures", "incident"]
                | map(. as $each | $all | map(select($became[data.finding] == $each)) | length))
          })
        | sort""",
}


def asked(journal: Path, month: str, end: str, figure: str):
    """One figure of a month (YYYY-MM) whose last day is `end`."""
    segments = sorted(journal.glob("*.jsonl"))
    query = _COMMON + QUERIES[figure]
    command = ["jq", "-s", "-c", "--arg", "month", month, "--arg", "last_day", end, query, *segments]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
