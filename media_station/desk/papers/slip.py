"""確認記録票, one for each visit; and the 訂正票 that puts one right."""

from typing import Any

from media_station.desk.desk import Desk
from media_station.desk.papers.sheet import KINDS, Copy, Fields, Sheet, common, handler, local, make_sheet, person
from media_station.model.asks import HandOver, TakeBack
from media_station.model.errors import Refused
from media_station.model.handover import (
    BACK,
    Correctable,
    EnclosuresHandedOver,
    Handed,
    HandoverCorrected,
    LettersDelivered,
    LettersHandedOver,
    MediumHandedOver,
    MediumReturned,
    NoticeHandedOver,
    NoticeReturned,
)
from media_station.model.ids import PaperLetter
from media_station.model.medium import MediumRegistered
from media_station.proof.note import JSON

_FIELDS = {
    Correctable.BAG: "かばん番号",
    Correctable.SEAL: "封印番号",
    Correctable.HANDLER: "受託者の取扱者",
    Correctable.SHEETS: "同封物の枚数",
    Correctable.LETTERS: "封書の通数",
}


def next_number(desk: Desk) -> str:
    """Every visit has a slip."""
    return desk.house.identity.paper_number(PaperLetter.SLIP, desk.ledger.distinct("slip") + 1)


def visit(desk: Desk, ask: HandOver | TakeBack, *, clerk: str, day: str) -> dict[str, Any]:
    """What all rows of one visit have in common (model/handover.Handed), with the visit's slip."""
    return {
        "transfer": ask.transfer,
        "slip": next_number(desk),
        "clerk": clerk,
        "handler": ask.handler,
        "bag": ask.bag,
        "seal": ask.seal,
        "visit": ask.visit,
        "day": day,
    }


async def make_slip(desk: Desk, number: str, copy: Copy | None = None) -> Sheet:
    """Refused PAP-010 if no handover has this slip's number."""
    history = desk.ledger.history("slip", number)
    rows = history.all(Handed)
    if not rows:
        raise Refused("PAP-010", number=number)
    first = rows[0]
    about = next(record for record in history.records if record.event is first)
    carrier = handler(desk, first.transfer, first.handler)
    fields: Fields = {
        **common(desk, number=number, transfer=first.transfer, about=about),
        "direction": "返却" if isinstance(first, BACK) else "貸出",
        "occurred_at": local(about),
        "transfer_number": first.transfer,
        "municipality_handler": person(desk, first.clerk),
        "contractor_handler": carrier,
        "rows": [_row(desk, each) for each in rows],
        "bag_number": first.bag,
        "seal_number": first.seal,
        "occasion": f"{first.day} 第{first.visit}便 {carrier}",
    }
    tells = [record for record in history.records if isinstance(record.event, Handed)]
    return await make_sheet(desk, "slip", fields, tells=tells, copy=copy)


def _row(desk: Desk, event: Handed) -> JSON:
    match event:
        case MediumHandedOver() | MediumReturned():
            registered = desk.ledger.history("medium", event.medium).the(MediumRegistered)
            unit = "枚" if registered.kind.optical else "本"
            what = (KINDS[registered.kind], event.medium, 1, unit, registered.serial)
        case NoticeHandedOver() | NoticeReturned():
            what = ("パスワード通知書", event.notice, 1, "通", event.medium)
        case EnclosuresHandedOver():
            what = ("同封物", event.transfer, event.sheets, "枚", "")
        case LettersHandedOver():
            what = ("封書（検査合格・発送）", event.transfer, event.letters, "通", "")
        case LettersDelivered():
            what = ("封書（納品）", event.transfer, event.letters, "通", "")
        case _:
            raise TypeError(event.name)
    return dict(zip(("item", "identification", "quantity", "unit", "remark"), what, strict=True))


async def make_correction(desk: Desk, number: str, copy: Copy | None = None) -> Sheet:
    """Refused PAP-010 if no correction has this number."""
    records = desk.ledger.of(HandoverCorrected).records
    about = next((each for each in records if getattr(each.event, "correction", "") == number), None)
    if about is None or not isinstance(about.event, HandoverCorrected):
        raise Refused("PAP-010", number=number)
    event = about.event
    fields: Fields = {
        **common(desk, number=number, transfer=event.transfer, about=about),
        "title": "訂正票",
        "number_label": "訂正票番号",
        "lead": "次のとおり、確認記録票の記載を訂正する。もとの確認記録票はそのまま保存する。",
        "stated": [
            {"label": "提供番号", "value": event.transfer},
            {"label": "確認記録票", "value": event.slip},
            {"label": "訂正の日時", "value": local(about)},
            {"label": "訂正した者", "value": person(desk, about.actor)},
            {"label": "理由の別紙番号", "value": event.binder},
        ],
        "columns": [
            {"heading": "項目", "share": 2},
            {"heading": "訂正前", "share": 3},
            {"heading": "訂正後", "share": 3},
        ],
        "rows": [
            {"cells": [_FIELDS[event.field], *(_shown(desk, event, each) for each in (event.was, event.becomes))]}
        ],
        "seals": ["区（訂正者）", "受託者（確認者）"],
    }
    return await make_sheet(desk, "form", fields, tells=(about,), copy=copy)


def _shown(desk: Desk, event: HandoverCorrected, value: str) -> str:
    return handler(desk, event.transfer, value) if event.field is Correctable.HANDLER else value
