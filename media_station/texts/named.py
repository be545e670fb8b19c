"""Words for what a refusal names as the code does: a field, a count, a duty. Japanese, then English."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from media_station.model.duties import DUTY_NAMES
from media_station.model.errors import Parameter
from media_station.model.finding import FindingKind
from media_station.model.forms import LABELS
from media_station.texts.console import EXCEPTIONS, INCIDENTS, SHEETS
from media_station.texts.fields import FIELDS
from media_station.texts.nouns import ACTIONS, COUNTS, FINDINGS, KINDS, Words, of
from media_station.texts.words import MISSING_WORDS, STEP_WORDS

_FORM: Words = {field: (label, field.replace("_", " ")) for label, (field, _) in LABELS.items()}
_OTHERS: Words = {
    "individual_number": ("個人番号と同じ形の数字を認める", "allow what looks like an individual number"),
    "stale_patterns": ("古いウイルスパターンで検査する", "inspect with old virus patterns"),
    "slip": ("確認記録票", "slip"),
    "correction": ("訂正票", "correction"),
    "destruction_record": ("破壊記録書", "destruction record"),
    "incident_report": ("事故報告書", "incident report"),
    "compliance": ("安全管理措置の根拠一覧", "requirement map"),
    "log_report": ("ログ分析報告書", "log report"),
    "receipt": ("受領書", "receipt"),
    "unknown_disc": ("不明な種類のディスク", "disc of an unknown kind"),
    "handlers": ("取扱者の表", "table of handlers"),
    "holidays": ("休日の表", "table of holidays"),
    "places": ("保管場所の表", "table of places"),
    "shredders": ("破壊機器の表", "table of shredders"),
    "firms": ("破壊事業者の表", "table of firms"),
    "reasons": ("理由の表", "table of reasons"),
    "same_person": ("兼務の表", "table of who may be the same person"),
}
_NUMBERS: Words = {
    "station": ("端末の名前", "name of a station"),
    "epoch": ("期", "epoch"),
    "operator": ("操作者番号", "operator's id"),
    "consignment": ("委託業務番号", "consignment's number"),
    "handler": ("取扱者・場所・理由などの番号", "number of a master"),
    "medium": ("媒体番号", "medium's number"),
    "transfer": ("提供番号", "transfer's number"),
    "incident": ("事故番号", "incident's number"),
    "bundle": ("持出し一式の番号", "bundle's number"),
    "finding": ("検出番号", "finding's number"),
    "paper": ("書面番号", "paper's number"),
    "payload": ("受信データの番号", "payload's number"),
    "month": ("年月", "month"),
    "bay": ("差込口の名前", "bay"),
    "time": ("日時", "time"),
    "baseline": ("機器構成の項目", "entry of a baseline"),
}
_FIELDS: Words = {
    "tax_due": ("納期限", "day on which the tax was due"),
    "items": ("承認項目", "approved item"),
    "place": ("保管場所", "place"),
}
_DUTIES: Words = {duty.value: (name, duty.value.replace("-", " ")) for name, duty in DUTY_NAMES.items()}
_AT_WORK: Words = {
    "update": ("端末の更新", "an update of the station"),
    "former": ("前の版", "the former version"),
    "patterns": ("ウイルスパターン", "the virus patterns"),
    "journal": ("記録の証明", "a proof from the journal"),
    "head": ("記録の末尾の証明", "a proof of the journal's head"),
}
# By the parameter's name.
_WORDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "action": ACTIONS,
        "count": COUNTS,
        "duty": _DUTIES,
        "other": _DUTIES,
        "field": {**FIELDS, **_FORM, **_FIELDS},
        "kind": {**SHEETS, **KINDS, **INCIDENTS, **EXCEPTIONS, **_OTHERS},
        "number": _AT_WORK,
        "supply": _AT_WORK,
        "left": {kind.value: words for kind, words in STEP_WORDS.items()},
        "missing": MISSING_WORDS,
        "what": _NUMBERS,
    }
)


def named(name: str, value: Parameter, language: str) -> Parameter:
    """A parameter as a person reads it: several are parted by commas, and each may have a number behind it."""
    words = _WORDS.get(name)
    return value if words is None or not isinstance(value, str) else _each(words, value, language)


def detail(kind: FindingKind, told: str, language: str) -> str:
    """A finding's: how many more there are of which kind, in words; what others tell stands as it is."""
    return _each(FINDINGS, told, language) if kind is FindingKind.MORE else told


def _each(words: Words, value: str, language: str) -> str:
    said = []
    for each in value.split(", "):
        word, blank, number = each.partition(" ")
        said.append(f"{of(words, word, language)}{blank}{number}")
    return ("、" if language == "ja" else ", ").join(said)
