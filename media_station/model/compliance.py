"""The requirement map as a table of evidence: which record proves which id, for the municipality and the contractor."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from media_station.model.certificate import CertificateRendered
from media_station.model.errors import Refused
from media_station.model.event import Event, Outcome
from media_station.model.handover import NoticePrinted
from media_station.model.review import ReportMade
from media_station.model.station import PaperPrinted

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "F1": "①対象者データ出力",
        "F2": "②対象者データ及び督促状同封物の提供",
        "F3": "③封入用封筒の作成",
        "F4": "④対象者データを確認し、督促状に印字",
        "F5": "⑤督促状及び同封物を封入封緘",
        "F6": "⑥対象者データの返却及び封入封緘物の納品",
        "F7": "⑦職員による納品物の検査",
        "F8": "⑧郵便局へ搬入し発送",
        "D": "承認された項目",
        "O1": "特記事項・法令・ポリシーの遵守、クラウド利用時の準拠",
        "O2": "立入り調査・状況報告",
        "O3": "取扱責任者及び取扱者の指定・報告",
        "O4": "業務フローの作成・共有",
        "O5": "暗号化、媒体とパスワード通知書は別の機会に手渡し",
        "O6": "鍵付きカバン等による運搬",
        "O7": "管理簿・確認記録票、履歴の追跡",
        "O8": "金庫又はキャビネット等での保管",
        "O9": "返却、電子データの消去と報告書",
        "O10": "事故等への体制及び手順の整備・確認",
        "O11": "事故時・対策変更時の協議",
        "S1": "特定相手以外との通信不可",
        "S2": "通信できるシステムを限定",
        "S3": "通信内容の暗号化",
        "S4": "ファイアウォール、要塞化、侵入検知、セキュリティパッチ",
        "S5": "ウイルス対策、最新のパターンファイル",
        "S6": "ID・パスワードやアドレス情報による認証",
        "S7": "アクセス権、ファイルのパスワード",
        "S8": "状態監視、アクセスログ、定期的な分析",
        "S9": "冗長化、バックアップ",
        "S10": "入退室管理",
        "S11": "国内法が適用される環境",
        "M": "媒体の消去・破壊の方法",
        "P": "帳票",
    }
)
# The station has no record of its own for these: a person confirms them and files the paper, on both sides.
ORGANISATIONAL = frozenset({"O2", "S1", "S2", "S4", "S5", "S9", "S10", "S11"})


class Side(Enum):
    """区 and 受託者."""

    MUNICIPALITY = "municipality"
    CONTRACTOR = "contractor"


class Result(Enum):
    """○, ー (does not apply) and 未 as a confirmed row says it."""

    MET = "met"
    NOT_APPLICABLE = "not_applicable"
    NOT_MET = "not_met"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFiled(Event):
    """A paper in the binder that proves a row: the contractor's signed checklist, an inspection, an erasure report.

    `consignment`, `transfer` are empty where it is for all; `sha256` where there is no file; `expires`: the day after
    which it proves nothing (next inspection due, mark's expiry), or empty.
    """

    name = "evidence.filed"
    requirement: str
    side: Side
    result: Result
    consignment: str
    transfer: str
    binder: str
    sha256: str
    day: str
    expires: str

    @property
    def cites(self) -> tuple[str, ...]:
        return (self.requirement,)

    @property
    def outcome(self) -> Outcome:
        return Outcome.FAILURE if self.result is Result.NOT_MET else Outcome.SUCCESS


_BEFORE_PRINTING = (PaperPrinted, CertificateRendered, NoticePrinted, ReportMade)


def check_requirement(untrusted_id: str) -> None:
    """Refused CMP-001 for an id that isn't in the map."""
    if untrusted_id not in TITLES:
        raise Refused("CMP-001", requirement=untrusted_id)


def is_proved_by_paper(requirement: str, side: Side) -> bool:
    """Whether nothing but a filed paper counts for this row: the station's own records are the municipality's."""
    return side is Side.CONTRACTOR or requirement in ORGANISATIONAL


def proves(event: Event, requirement: str, side: Side) -> bool:
    """Whether a record counts for this row: no sheet does before it was scanned back."""
    if requirement not in event.cites or isinstance(event, _BEFORE_PRINTING):
        return False
    if isinstance(event, EvidenceFiled):
        return event.side is side
    return not is_proved_by_paper(requirement, side) and event.outcome is Outcome.SUCCESS
