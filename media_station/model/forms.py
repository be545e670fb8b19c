"""The consignment's form as staff fill it in, offline: one line for each item, 項目 then 内容."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from media_station.model.consignment import Separation, Terms
from media_station.model.errors import Refused
from media_station.model.item import Item, ItemType
from media_station.model.kind import MediumKind

HEADINGS = ("項目", "内容", "型")
ITEM, KIND = "承認項目", "媒体種別"
ITEM_TYPES: Mapping[str, ItemType] = MappingProxyType(
    {
        "郵便番号": ItemType.POSTAL_CODE,
        "文字": ItemType.TEXT,
        "指定番号": ItemType.DESIGNATED_NUMBER,
        "期別": ItemType.PERIOD,
        "金額": ItemType.YEN,
    }
)
_KINDS = {kind.value.upper(): kind for kind in MediumKind}
_SEPARATIONS = {"別の日": Separation.DAY, "別の便": Separation.VISIT}
_SEALS = {"要": True, "不要": False}
LABELS: Mapping[str, tuple[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "委託業務番号": ("consignment", str),
        "件名": ("title", str),
        "保有課": ("section", str),
        "登録業務の名称": ("business", str),
        "審議会項目番号": ("committee_item", str),
        "委託先": ("contractor", str),
        "プライバシーマーク番号": ("privacy_mark", str),
        "プライバシーマーク有効期限": ("privacy_mark_until", str),
        "契約番号": ("contract_number", str),
        "契約開始日": ("starts", str),
        "契約終了日": ("ends", str),
        "情報の内容": ("information", str),
        "分類区分": ("classification", str),
        "返却期限日数": ("return_days", int),
        "発送期限日数": ("post_days", int),
        "通知書の手渡し": ("separation", _SEPARATIONS.__getitem__),
        "封印番号": ("seal_required", _SEALS.__getitem__),
        "送信元公開鍵": ("submission_key", str),
        "特記事項のSHA-256": ("special_terms_sha256", str),
        "クラウド利用": ("cloud", str),
        "業務フローの綴り番号": ("workflow", str),
        "連絡体制表の綴り番号": ("contact_tree", str),
        "事故時手順の確認日": ("procedure_confirmed", str),
        "更新元の委託業務番号": ("predecessor", str),
    }
)


def read_terms(untrusted_lines: Sequence[Sequence[str]]) -> Terms:
    """The terms as stated. Refused FRM-001 (a line; they count from 1), FRM-002 (an item that is missing)."""
    if not untrusted_lines or tuple(untrusted_lines[0])[:2] != HEADINGS[:2]:
        raise Refused("FRM-001", row=1)
    stated: dict[str, Any] = {}
    items: list[Item] = []
    kinds: list[MediumKind] = []
    for number, line in enumerate(untrusted_lines[1:], start=2):
        label, text, kind = (*(each.strip() for each in line), "", "", "")[:3]
        try:
            if label == ITEM:
                items.append(Item(heading=text, type=ITEM_TYPES[kind]))
            elif label == KIND:
                kinds.append(_KINDS[text])
            else:
                field, read = LABELS[label]
                if field in stated:
                    raise KeyError(label)
                stated[field] = read(text)
        except (KeyError, ValueError) as error:
            raise Refused("FRM-001", row=number) from error
    for label, (field, _) in LABELS.items():
        if field not in stated:
            raise Refused("FRM-002", label=label)
    return Terms(items=items, kinds=kinds, **stated)
