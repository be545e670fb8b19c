"""媒体消去証明書."""

from dataclasses import dataclass
from datetime import timedelta

from media_station.desk.desk import Desk
from media_station.desk.ledger.borne_out import last_borne_out
from media_station.desk.papers.sheet import Sheet, common, local, make_sheet, of_medium, person
from media_station.model.certificate import CertificateReissued, Issued
from media_station.model.erasure import ErasureEnded, ErasureValidated, Method, rule_for
from media_station.model.handover import MediumReturned
from media_station.model.instant import parse_wall
from media_station.model.medium import MediumRegistered
from media_station.model.payload import ImageSealed
from media_station.proof.record import Record
from media_station.texts.era import JST

_OVERWRITTEN = (
    "本証明は、上記媒体の利用者がアドレス指定できる全領域に上書きを行い、全領域を読み戻して照合した結果を示す。"
)
_BLANKED = (
    "本証明は、上記媒体の全面をブランク化し、全領域について読み出せるデータが残っていないことを確かめた結果を示す。"
)
_CIPHERTEXT = "当該媒体に書き込まれたのは暗号化されたデータのみである。"
_DISC_LIMITS = f"欠陥管理用の予備領域など、媒体の外から読み書きできない領域は対象に含まれない。{_CIPHERTEXT}"
_COMPARED = "キャッシュを介さず全領域を読み戻し、期待値と照合"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How a method is told: what was done, how it was verified, what is certified and what isn't."""

    method: str
    verification: str
    scope: str
    limits: str


WORDS = {
    Method.RANDOM_ZERO_VERIFIED: _Words(
        method="乱数による全面上書き・全面照合、続いてゼロによる全面上書き・全面照合",
        verification=f"各上書きの後、{_COMPARED}",
        scope=_OVERWRITTEN,
        limits=f"フラッシュメモリの予備領域など、媒体の外から読み書きできない領域は対象に含まれない。{_CIPHERTEXT}",
    ),
    Method.RANDOM_VERIFIED: _Words(
        method="乱数による全面上書き・全面照合",
        verification=f"上書きの後、{_COMPARED}",
        scope=_OVERWRITTEN,
        limits=_DISC_LIMITS,
    ),
    Method.BLANKED_VERIFIED: _Words(
        method="ドライブの命令による全面ブランク化・全面の読み出し確認",
        verification="全ブロックの読み出しを試み、読み出せないか、ゼロであることを確認",
        scope=_BLANKED,
        limits=_DISC_LIMITS,
    ),
}


async def make_certificate(desk: Desk, issued: Issued) -> Sheet:
    about = desk.ledger.history("certificate", issued.certificate).record(type(issued))
    whole = desk.ledger.history("medium", issued.medium)
    registered = whole.the(MediumRegistered)
    # What came later, another transfer's data on the same medium, is no matter of this erasure's.
    history = whole.until(issued.erasure).since(ImageSealed)
    record, evidence = history.record(ErasureEnded), history.the(ErasureEnded).evidence
    validations = (each for each in whole.records if isinstance(each.event, ErasureValidated))
    validated = next(each for each in validations if each.sequence > issued.erasure)
    rule = rule_for(registered.kind)
    words = WORDS[rule.method]
    borne_out = last_borne_out(desk.ledger, record.sequence)
    tool, _, version = evidence.tool.partition(" ")
    fields = {
        **common(desk, number=issued.certificate, transfer=issued.transfer, about=about),
        **of_medium(desk, whole, issued.transfer),
        "mark": f"再発行（{issued.supersedes} は無効）" if isinstance(issued, CertificateReissued) else "",
        "reason": "委託業務の終了に伴う返却",
        "capacity_bytes": registered.size_bytes,
        "disposal": "再利用（同一の契約に限る）",
        "method": f"{words.method}（{evidence.method}）",
        "passes": evidence.passes,
        "standard": f"{rule.standard}, {rule.claim}",
        "started_at": _wall(record, evidence.started_ms),
        "ended_at": _wall(record, evidence.ended_ms),
        "clock_checked_at": "" if borne_out is None else local(borne_out),
        "tool": tool,
        "tool_version": version,
        "verification_method": words.verification,
        "verified_bytes": evidence.bytes_verified,
        "bad_sectors": evidence.bad_sectors,
        "hidden_areas": "判定不能",
        "verdict": evidence.verdict.value,
        "scope": words.scope,
        "limits": words.limits,
        "performer": person(desk, issued.performer),
        "validator": person(desk, issued.validator),
        "approver": person(desk, issued.approver),
    }
    tells = (about, whole.record(MediumRegistered), history.record(MediumReturned), record, validated)
    return await make_sheet(desk, "certificate", fields, tells=tells)


def _wall(record: Record, boottime_ms: int) -> str:
    """A moment of the drive's, by the record that tells of it: wall time less the boot time since."""
    moment = parse_wall(record.at.wall) - timedelta(milliseconds=record.at.boottime_ms - boottime_ms)
    return moment.astimezone(JST).isoformat(timespec="seconds")
