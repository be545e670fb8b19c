"""媒体消去証明書."""

from datetime import timedelta

from media_station.desk.desk import Desk
from media_station.desk.ledger.borne_out import last_borne_out
from media_station.desk.papers.sheet import common, local, of_medium, person, print_sheet
from media_station.model.certificate import CertificateIssued
from media_station.model.erasure import ErasureEnded, ErasureValidated, rule_for
from media_station.model.handover import MediumReturned
from media_station.model.instant import parse_wall
from media_station.model.medium import MediumRegistered
from media_station.model.payload import ImageSealed
from media_station.proof.record import Record
from media_station.texts.era import JST

SCOPE = "本証明は、上記媒体の利用者がアドレス指定できる全領域に上書きを行い、全領域を読み戻して照合した結果を示す。"
LIMITS = (
    "フラッシュメモリの予備領域など、媒体の外から読み書きできない領域は対象に含まれない。"
    "当該媒体に書き込まれたのは暗号化されたデータのみである。"
)


async def print_certificate(desk: Desk, issued: CertificateIssued) -> str:
    about = desk.ledger.history("certificate", issued.certificate).record(CertificateIssued)
    # What came after it, another transfer's data on the same medium, is no matter of this certificate's.
    whole = desk.ledger.history("medium", issued.medium).until(about.sequence)
    registered = whole.the(MediumRegistered)
    history = whole.since(ImageSealed)
    record = history.until(issued.erasure).record(ErasureEnded)
    evidence, validated = history.until(issued.erasure).the(ErasureEnded).evidence, history.record(ErasureValidated)
    rule = rule_for(registered.kind)
    borne_out = last_borne_out(desk.ledger, record.sequence)
    tool, _, version = evidence.tool.partition(" ")
    fields = {
        **common(desk, number=issued.certificate, transfer=issued.transfer, about=about),
        **of_medium(desk, whole, issued.transfer),
        "reason": "委託業務の終了に伴う返却",
        "capacity_bytes": registered.size_bytes,
        "disposal": "再利用（同一の契約に限る）",
        "method": f"乱数による全面上書き・全面照合、続いてゼロによる全面上書き・全面照合（{evidence.method}）",
        "passes": evidence.passes,
        "standard": f"{rule.standard}, {rule.claim}",
        "started_at": _wall(record, evidence.started_ms),
        "ended_at": _wall(record, evidence.ended_ms),
        "clock_checked_at": "" if borne_out is None else local(borne_out),
        "tool": tool,
        "tool_version": version,
        "verification_method": "各上書きの後、キャッシュを介さず全領域を読み戻し、期待値と照合",
        "verified_bytes": evidence.bytes_verified,
        "bad_sectors": evidence.bad_sectors,
        "hidden_areas": "判定不能",
        "verdict": evidence.verdict.value,
        "scope": SCOPE,
        "limits": LIMITS,
        "performer": person(desk, issued.performer),
        "validator": person(desk, issued.validator),
        "approver": person(desk, issued.approver),
    }
    tells = (about, whole.record(MediumRegistered), history.record(MediumReturned), record, validated)
    return await print_sheet(desk, "certificate", fields, tells=tells)


def _wall(record: Record, boottime_ms: int) -> str:
    """A moment of the drive's, by the record that tells of it: wall time less the boot time since."""
    moment = parse_wall(record.at.wall) - timedelta(milliseconds=record.at.boottime_ms - boottime_ms)
    return moment.astimezone(JST).isoformat(timespec="seconds")
