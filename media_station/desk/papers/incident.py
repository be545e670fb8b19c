"""事故報告書: what the journal holds of an incident and of its transfer since."""

from media_station.desk.desk import Desk
from media_station.desk.papers.sheet import NOBODYS, Fields, Sheet, common, local, make_sheet, person
from media_station.model.incident import IncidentClosed, IncidentKind, IncidentOpened
from media_station.proof.note import JSON
from media_station.texts.words import event_words

_KINDS = {
    IncidentKind.LOST_MEDIUM: "媒体の紛失",
    IncidentKind.LOST_NOTICE: "パスワード通知書の紛失",
    IncidentKind.UNREADABLE_RETURN: "返却媒体の読取不能",
    IncidentKind.OTHER: "その他（別紙のとおり）",
}


async def make_report(desk: Desk, number: str, incident: str) -> Sheet:
    history = desk.ledger.history("incident", incident)
    opened, closed = history.the(IncidentOpened), history.last(IncidentClosed)
    about = history.record(IncidentOpened)
    subject = desk.ledger.history("transfer", opened.transfer) if opened.transfer else history
    rows: list[JSON] = [
        {
            "cells": [
                str(record.sequence),
                local(record),
                event_words(record.action, "ja"),
                str(getattr(record.event, "medium", "")),
                person(desk, record.actor) if record.actor else "（機器）",
            ]
        }
        for record in subject.records
    ]
    fields: Fields = {
        **common(desk, number=number, transfer=opened.transfer, about=about),
        "title": "事故報告書",
        "number_label": "報告書番号",
        "lead": "次のとおり、事故の内容と、アクセス記録に残る経過を報告する。",
        "stated": [
            {"label": "事故番号", "value": incident},
            {"label": "種別", "value": _KINDS[opened.kind]},
            {"label": "発見の日時", "value": local(about)},
            {"label": "報告した者", "value": person(desk, about.actor)},
            {"label": "提供番号・媒体番号", "value": f"{opened.transfer or NOBODYS}・{opened.medium or NOBODYS}"},
            {"label": "報告書の綴り番号", "value": opened.binder},
            {"label": "協議と措置", "value": "協議中" if closed is None else f"別紙 {closed.measures}"},
        ],
        "columns": [
            {"heading": "行番号", "share": 2},
            {"heading": "日時", "share": 5},
            {"heading": "できごと", "share": 6},
            {"heading": "媒体", "share": 3},
            {"heading": "実施者", "share": 3},
        ],
        "rows": rows,
        "seals": ["報告者", "課長"],
    }
    return await make_sheet(desk, "form", fields)
