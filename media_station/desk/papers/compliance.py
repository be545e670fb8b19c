"""The requirement map with its evidence, for the committee: one row for each id and side."""

from collections.abc import Sequence

from media_station.desk.desk import Desk
from media_station.desk.papers.sheet import Fields, Sheet, common, make_sheet, person
from media_station.model.errors import IntegrityViolation
from media_station.model.views import ComplianceRow

_SIDES = {"municipality": "区", "contractor": "受託者"}


async def make_map(desk: Desk, number: str, rows: Sequence[ComplianceRow]) -> Sheet:
    about = desk.ledger.last()
    if about is None:
        raise IntegrityViolation("LDG-001", event="station.started")
    met = sum(row.status == "○" for row in rows)
    fields: Fields = {
        **common(desk, number=number, transfer="", about=about),
        "title": "安全管理措置確認表",
        "number_label": "確認表番号",
        "lead": "各項目について、アクセス記録及び綴りにある根拠は次のとおりである。",
        "stated": [
            {"label": "根拠のある行", "value": f"{met} / {len(rows)}"},
            {"label": "記号", "value": "○ 根拠あり　ー 該当なし　未 根拠なし又は期限切れ"},
        ],
        "columns": [
            {"heading": "番号", "share": 2},
            {"heading": "項目", "share": 9},
            {"heading": "区分", "share": 3},
            {"heading": "適否", "share": 2},
            {"heading": "根拠", "share": 6},
            {"heading": "行番号", "share": 2},
            {"heading": "確認者", "share": 4},
            {"heading": "年月日", "share": 4},
        ],
        "rows": [
            {
                "cells": [
                    row.requirement,
                    row.title,
                    _SIDES[row.side],
                    row.status,
                    row.evidence,
                    "" if row.record < 0 else str(row.record),
                    person(desk, row.confirmer) if row.confirmer else "",
                    row.day,
                ]
            }
            for row in rows
        ],
        "seals": ["確認者", "課長"],
    }
    return await make_sheet(desk, "form", fields)
