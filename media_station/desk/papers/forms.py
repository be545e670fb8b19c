"""The listed sheets: 管理簿, 案件整理票, 棚卸表, 連絡体制表, 公開鍵台紙; each as the journal stands now."""

import hashlib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files

from media_station.desk.desk import Desk
from media_station.desk.ledger.people import operators
from media_station.desk.ledger.reports import ledger_rows
from media_station.desk.ledger.seen import medium_view, place_names, transfer_view
from media_station.desk.ledger.views import counts, handlers, is_valid, place_of, terms
from media_station.desk.papers.sheet import KINDS, NOBODYS, Fields, common, listed, local, stated
from media_station.model.certificate import CertificateIssued, CertificateReissued, Issued
from media_station.model.compliance import EvidenceFiled, Side
from media_station.model.consignment import CONSIGNMENT, Duty
from media_station.model.erasure import MediumDestroyed
from media_station.model.errors import Refused
from media_station.model.handover import EnclosuresAccounted, LettersDelivered, MediumReturned, NoticeSpoiled
from media_station.model.instant import parse_wall
from media_station.model.medium import CUSTODY, CustodyState, StockCounted
from media_station.model.operator import OperatorState, Role, roles_on
from media_station.model.order import Verdict
from media_station.model.transfer import TRANSFER, LettersInspected
from media_station.model.views import MediumView
from media_station.pages import sealer
from media_station.proof.key import Verifier
from media_station.proof.record import Record
from media_station.texts.era import iso, reiwa_day
from media_station.texts.nouns import (
    COUNTS,
    DIRECTIONS,
    ITEMS,
    MEDIUM_STATES,
    NOTICE_STATES,
    ROLES,
    TRANSFER_STATES,
    of,
)
from media_station.texts.words import missing_words

_JA = "ja"
_VERDICTS = {Verdict.PASS: "合格", Verdict.FAIL: "不合格", Verdict.UNKNOWN: "不明"}
_DUTIES = {Duty.MANAGER: "取扱責任者", Duty.HANDLER: "取扱者"}
_CALLED = (Role.APPROVER, Role.ADMINISTRATOR)


def last_record(desk: Desk) -> Record:
    """What a sheet about no one thing tells of: all up to here."""
    about = desk.ledger.last()
    if about is None:
        raise Refused("FLW-002", number=NOBODYS)
    return about


def opening(desk: Desk, transfer: str) -> Record:
    """Refused FLW-002 if there is no such transfer."""
    if desk.ledger.state(TRANSFER, transfer) is None:
        raise Refused("FLW-002", number=transfer)
    return desk.ledger.history("transfer", transfer).records[0]


def handover_ledger(desk: Desk, number: str, transfer: str) -> Fields:
    """管理簿 of one transfer."""
    about = opening(desk, transfer)
    rows = [row for row in ledger_rows(desk.ledger, about.sequence, -1) if row.transfer == transfer]
    return {
        **common(desk, number=number, transfer=transfer, about=about),
        "title": "管理簿",
        "number_label": "管理簿番号",
        "lead": "媒体、通知書、同封物及び封書の授受は次のとおりである（訂正票による訂正後の内容）。",
        "stated": [stated("提供番号", transfer), stated("行数", f"{len(rows):,} 行")],
        **listed(
            ("行 2", "日時 4", "区分 2", "品目・識別 6", "数量 2", "区／受託者 5", "かばん・封印 3", "票・綴り 7"),
            [
                [
                    str(row.record),
                    _spaced(iso(parse_wall(row.at))),
                    of(DIRECTIONS, row.direction, _JA),
                    f"{of(ITEMS, row.item, _JA)} {row.subject}",
                    f"{row.quantity:,}",
                    f"{row.clerk_name}／{row.handler_name}",
                    f"{row.bag or NOBODYS}・{row.seal or NOBODYS}",
                    " ".join((row.slip, *row.corrected, row.binder or "（未押印）")),
                ]
                for row in rows
            ],
        ),
        "seals": ["作成者", "承認者"],
    }


def _spaced(moment: str) -> str:
    """To the minute, with a blank where the line may break."""
    return f"{moment[:10]} {moment[11:16]}{moment[19:]}"


def case_sheet(desk: Desk, number: str, transfer: str) -> Fields:
    """案件整理票: the five of O9 and the counts, of one transfer."""
    about = opening(desk, transfer)
    view, history = transfer_view(desk.ledger, transfer), desk.ledger.history("transfer", transfer)
    words = counts(history)
    letters = [each.letters for each in history.all(LettersDelivered)]
    inspected = history.last(LettersInspected)
    reports = [e.binder for e in history.all(EvidenceFiled) if e.requirement == "O9" and e.side is Side.CONTRACTOR]
    accounts = history.all(EnclosuresAccounted)
    of_enclosures = [f"封入{e.enclosed:,}・損紙{e.spoiled:,}・返却{e.returned:,}" for e in accounts]
    evidence = {
        "media": _returns(desk, transfer),
        "papers": of_enclosures[-1] if of_enclosures else "",
        "notices": " ".join(
            filter(
                None, (each.notice and f"{each.medium} {of(NOTICE_STATES, each.notice, _JA)}" for each in view.media)
            )
        ),
        "report": reports[-1] if reports else "",
        "record": _records(desk, transfer, view.media),
    }
    rows = [
        [missing_words(name, _JA), "未" if name in view.missing else "済", shown or NOBODYS]
        for name, shown in evidence.items()
    ]
    rows += [[of(COUNTS, count.value, _JA), "済", f"{word.value:,}"] for count, word in words.items()]
    spoiled = [each.notice for each in history.all(NoticeSpoiled)]
    rows += [["通知書の書損", "済", f"{len(spoiled):,} 枚 {' '.join(spoiled)}"]] if spoiled else []
    rows += [["納品数", "済", f"{sum(letters):,} 通"]] if letters else []
    rows += [["検査", _VERDICTS[inspected.verdict], f"{inspected.inspected:,} 通"]] if inspected else []
    return {
        **common(desk, number=number, transfer=transfer, about=about),
        "title": "案件整理票",
        "number_label": "整理票番号",
        "lead": "この提供について、返却、消去及び報告の状況は次のとおりである。",
        "stated": [
            stated("提供番号", transfer),
            stated("状況", of(TRANSFER_STATES, view.state, _JA) + ("（凍結中）" if view.frozen else "")),
            stated("件数", f"{view.records:,} 件"),
            stated("発送期限", view.post_by),
        ],
        **listed(("項目 4", "状況 1", "根拠（番号・数量） 5"), rows),
        "seals": ["担当者", "承認者"],
    }


def _returns(desk: Desk, transfer: str) -> str:
    back = desk.ledger.history("transfer", transfer).all(MediumReturned)
    return " ".join(dict.fromkeys(f"{each.medium}（{each.slip}）" for each in back))


def _records(desk: Desk, transfer: str, media: list[MediumView]) -> str:
    """The certificates and destruction records of this transfer's media."""
    told = []
    for each in media:
        history = desk.ledger.history("medium", each.medium)
        issued: list[Issued] = history.all(CertificateIssued, CertificateReissued)
        told += [i.certificate for i in issued if i.transfer == transfer and is_valid(desk.ledger, i)]
        destroyed = history.last(MediumDestroyed)
        told += [destroyed.record] if destroyed else []
    return " ".join(told)


def stock_list(desk: Desk, number: str, place: str) -> Fields:
    """棚卸表 of a place, or of what is in hand: what should be there, to be ticked off. Refused STK-004."""
    names = place_names(desk.ledger)
    if place and place not in names:
        raise Refused("STK-004", place=place)
    here = desk.ledger.in_state(CUSTODY, CustodyState.STORED if place else CustodyState.HAND)
    views = [medium_view(desk.ledger, each) for each in here if place_of(desk.ledger, each) == place]
    counted = [each for each in desk.ledger.of(StockCounted).records if getattr(each.event, "place", None) == place]
    rows = [[v.medium, KINDS[v.kind], v.serial, of(MEDIUM_STATES, v.state, _JA), "有　・　無", ""] for v in views]
    return {
        **common(desk, number=number, transfer="", about=last_record(desk)),
        "title": "棚卸表",
        "number_label": "棚卸表番号",
        "lead": "帳簿上この場所にある媒体は次のとおりである。現物と照合し、有無に印を付ける。",
        "stated": [
            stated("保管場所", names[place] if place else "手元（保管場所の外）"),
            stated("帳簿の数", f"{len(views):,}"),
            stated("前回の棚卸", local(counted[-1]) if counted else "記録なし"),
            stated("現物の数", "　　　　　　　　（記入）"),
        ],
        **listed(("管理番号 3", "種別 3", "シリアル番号 4", "帳簿の状態 3", "現物 2", "備考 3"), rows),
        "seals": ["実施者", "立会者", "承認者"],
    }


def contact_tree(desk: Desk, number: str, consignment: str) -> Fields:
    """連絡体制表 of a consignment; telephone numbers are no data of the station's, they are written in by hand."""
    if desk.ledger.state(CONSIGNMENT, consignment) is None:
        raise Refused("FLW-002", number=consignment)
    agreed, today = terms(desk.ledger, consignment), desk.clock.day()
    own = [
        ["区", "・".join(of(ROLES, role.value, _JA) for role in _CALLED if role in held), each.person, "", "", ""]
        for each in operators(desk.ledger).values()
        if each.state is OperatorState.ENROLLED and (held := roles_on(each.posts, today)) & set(_CALLED)
    ]
    theirs = [
        [each.employer or agreed.contractor, _DUTIES[each.duty], each.person, "", "", f"{each.ends} まで"]
        for each in handlers(desk.ledger, consignment).values()
        if each.ends >= today
    ]
    about = desk.ledger.history("consignment", consignment).records[-1]
    return {
        **common(desk, number=number, transfer="", about=about),
        "consignment_title": agreed.title,
        "contract_number": agreed.contract_number,
        "contractor": agreed.contractor,
        "title": "連絡体制表",
        "number_label": "体制表番号",
        "lead": "事故等のときは、発見した者が直ちに次の順に連絡する。電話番号は手書きで記入する。",
        "stated": [
            stated("委託業務番号", consignment),
            stated(
                "手順の確認日",
                f"{reiwa_day(date.fromisoformat(agreed.procedure_confirmed))}（{agreed.procedure_confirmed}）",
            ),
            stated("綴り番号", agreed.contact_tree),
        ],
        **listed(("所属 4", "役割 3", "氏名 3", "電話（日中） 4", "電話（夜間・休日） 4", "期間 4"), own + theirs),
        "seals": ["区（課長）", "受託者（取扱責任者）"],
    }


def key_sheet(desk: Desk, number: str) -> Fields:
    """公開鍵台紙: what an auditor keeps, to know the station's signatures and pages by."""
    keys = desk.keys
    signing: Mapping[str, Verifier] = {
        "記録（ジャーナル）の署名": desk.journal.verifier,
        "指示の署名": keys.orders.verifier,
        "受領・目録の署名": keys.receipts.verifier,
    }
    sealing = str(keys.sealing.to_public())
    rows = [
        [
            use,
            f"{each.name}　鍵ID {each.key_id}",
            each.render().rsplit("+", 1)[-1],
            hashlib.sha256(each.public).hexdigest(),
        ]
        for use, each in signing.items()
    ]
    rows.append(["封緘（age X25519）", desk.house.identity.name, sealing, hashlib.sha256(sealing.encode()).hexdigest()])
    if keys.papers:
        rows.append(["書面の電子署名", keys.papers.signer, NOBODYS, hashlib.sha256(keys.papers.chain[0]).hexdigest()])
    sums = (files("media_station.pages") / "SHA256SUMS").read_text(encoding="utf-8").split()
    pages = dict(zip(sums[1::2], sums[::2], strict=True))
    # As this station hands it out, with its name and key in it.
    pages["SEAL.html"] = hashlib.sha256(sealer(desk.house.identity.name, sealing).encode()).hexdigest()
    rows += [["検証・封緘のページ", name, NOBODYS, sha256] for name, sha256 in pages.items()]
    return {
        **common(desk, number=number, transfer="", about=last_record(desk)),
        "title": "公開鍵台紙",
        "number_label": "台紙番号",
        "lead": "この装置の署名と封緘を確かめるための公開鍵、及び配布するページは次のとおりである。監査者が保管する。",
        "stated": [
            stated("装置・期", desk.house.identity.name),
            stated(
                "ハッシュ値",
                "SHA-256（署名鍵は公開鍵32バイト、封緘鍵は文字列、電子署名は証明書）",
            ),
        ],
        **listed(("用途 3", "名称 5", "公開鍵（base64・age） 6", "ハッシュ値 8"), rows),
        "seals": ["管理者", "監査者（受領）"],
    }
