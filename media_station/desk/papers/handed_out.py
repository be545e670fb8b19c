"""What goes along with a medium: the label for its case, the blank forms that the contractor fills in; and what the
section gets for its data.
"""

from media_station.desk.desk import Desk
from media_station.desk.ledger.views import opened, terms, terms_of
from media_station.desk.papers.forms import opening
from media_station.desk.papers.sheet import KINDS, Fields, common, listed, local, stated
from media_station.model.erasure_report import ErasureReportTurnedBack
from media_station.model.errors import Refused
from media_station.model.medium import MEDIUM, MediumRegistered, MediumState
from media_station.model.payload import ImageSealed, PayloadImported, PayloadReceived
from media_station.proof.note import JSON
from media_station.texts.nouns import ERASURE_REPORT, of

_WITHOUT_DATA = {MediumState.ERASED, MediumState.VALIDATED, MediumState.CERTIFIED, MediumState.DESTROYED}
_COUNTS = (
    ("媒体を開いた日時・パソコン（資産番号）", 1),
    ("読み込んだ件数", 1),
    ("確認コード（電話で照合した8文字）", 1),
    ("印字した件数", 1),
    ("封入した封書の通数（うち合封の件数）", 1),
    ("損紙の枚数", 1),
    ("印字・封入を終えた日時", 1),
    ("件数が一致しない場合の理由", 3),
)
_ERASURE = (
    ("作業に使ったパソコン（資産番号）", 1),
    ("消去したファイル（名称・件数）", 2),
    ("複製・バックアップの有無と消去", 2),
    ("印刷スプールの消去", 1),
    ("損紙の枚数と処分の方法", 2),
    ("消去の方法（ツールと版）", 2),
    ("消去を終えた日時", 1),
    ("残っているデータの有無", 1),
)


def label(desk: Desk, number: str, medium: str) -> Fields:
    """媒体ラベル, for the case: a disc's face is numbered by marker. Refused FLW-002 if there is no such medium."""
    history = desk.ledger.history("medium", medium)
    registered, sealed = history.last(MediumRegistered), history.last(ImageSealed)
    if registered is None:
        raise Refused("FLW-002", number=medium)
    transfer = sealed.transfer if sealed and desk.ledger.state(MEDIUM, medium) not in _WITHOUT_DATA else ""
    return {
        **common(desk, number=number, transfer=transfer, about=history.record(MediumRegistered)),
        "medium_number": medium,
        "medium_kind": KINDS[registered.kind],
        "serial": registered.serial,
        "transfer_number": transfer,
        "classification": terms_of(desk.ledger, transfer).classification if transfer else "",
    }


def counts_form(desk: Desk, number: str, transfer: str) -> Fields:
    """受領・印字件数報告, to be filled in by the contractor."""
    lead = "対象者データの受領、印字及び封入の結果を、次のとおり報告します。"
    return _blank(desk, number, transfer, title="受領・印字件数報告", lead=lead, blanks=_COUNTS)


def erasure_form(desk: Desk, number: str, transfer: str) -> Fields:
    """データ消去報告書（受託者提出）."""
    lead = "次のとおり、貸与された対象者データ及びその複製をすべて消去したことを報告します。"
    return _blank(desk, number, transfer, title="データ消去報告書（受託者提出）", lead=lead, blanks=_ERASURE)


def turn_back(desk: Desk, number: str, transfer: str) -> Fields:
    """差戻し票 of the report that was turned back last. Refused FLW-002 if none was."""
    turned_back = desk.ledger.history("transfer", transfer).last(ErasureReportTurnedBack)
    if turned_back is None:
        raise Refused("FLW-002", number=transfer)
    about = desk.ledger.history("transfer", transfer).record(ErasureReportTurnedBack)
    return {
        **common(desk, number=number, transfer=transfer, about=about),
        "title": "差戻し票",
        "number_label": "差戻し票番号",
        "lead": "データ消去報告書に「要記載」の項目の記載がないため差し戻す。記載のうえ再提出すること。",
        "stated": [stated("提供番号", transfer), stated("差戻しの日時", local(about))],
        **listed(
            ("項目 4", "記載 2", "再提出時の確認 2"),
            [
                [of(ERASURE_REPORT, name, "ja"), "要記載" if name in turned_back.missing else "あり", ""]
                for name in ERASURE_REPORT
            ],
        ),
        "seals": ["区（差戻し者）", "受託者（受領者）"],
    }


def receipt(desk: Desk, number: str, payload: str) -> Fields:
    """データ受領書, to be held against what SEAL.html showed. Refused FLW-002 if no such payload was taken."""
    history = desk.ledger.history("payload", payload)
    received, imported = history.last(PayloadReceived), history.last(PayloadImported)
    if received is None:
        raise Refused("FLW-002", number=payload)
    agreed = terms(desk.ledger, received.consignment)
    return {
        **common(desk, number=number, transfer="", about=history.record(PayloadReceived)),
        "consignment_title": agreed.title,
        "contract_number": agreed.contract_number,
        "contractor": agreed.contractor,
        "title": "データ受領書",
        "number_label": "受領書番号",
        "lead": "次のデータを、暗号化されたまま受領した。封をしたときの画面の表示と照合すること。",
        "stated": [
            stated("受付番号", payload),
            stated("受領の日時", local(history.record(PayloadReceived))),
            stated("受領の方法", f"媒体 {imported.medium}" if imported else "受付口（ネットワーク）"),
        ],
        **listed(
            ("項目 2", "値 7", "照合 1"),
            [
                ["件数", f"{received.records:,} 件", ""],
                ["長さ", f"{received.plaintext_length:,} バイト", ""],
                ["SHA-256（封をする前）", received.plaintext_sha256, ""],
            ],
        ),
        "seals": ["区（受領者）", f"{agreed.section}（提出者）"],
    }


def _blank(
    desk: Desk, number: str, transfer: str, *, title: str, lead: str, blanks: tuple[tuple[str, int], ...]
) -> Fields:
    about = opening(desk, transfer)
    lines: list[JSON] = [{"label": text, "lines": count} for text, count in blanks]
    return {
        **common(desk, number=number, transfer=transfer, about=about),
        "title": title,
        "lead": lead,
        "stated": [
            stated("提供番号", transfer),
            stated("区の記録上の件数", f"{opened(desk.ledger, transfer).records:,} 件"),
        ],
        "blanks": lines,
        "seals": ["受託者（作業者）", "受託者（確認者）", "区（受領者）"],
    }
