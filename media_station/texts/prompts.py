"""What the command line says while it asks who is there. Japanese, then English."""

from collections.abc import Mapping
from typing import Final

_LANGUAGES: Final = {"ja": 0, "en": 1}

PROMPTS: Final[Mapping[str, tuple[str, str]]] = {
    "station": ("媒体ステーション {identity}", "media station {identity}"),
    "rehearsal": ("【訓練用（無効）】", "[REHEARSAL, VOID]"),
    "time": ("端末の時刻  {now}", "its time     {now}"),
    "last": ("最後の記録  第{record}号  {at}", "last record  no. {record}  {at}"),
    "no_record": ("最後の記録  なし", "last record  none"),
    "operator": ("操作者名: ", "Operator: "),
    "password": ("{operator} のパスワード（表示されません）: ", "Password of {operator} (not shown): "),
    "code": (
        "認証コード（表示されません。30秒周期なら残り{seconds}秒）: ",
        "One-time code (not shown; {seconds} s left of a period of 30 s): ",
    ),
    "fresh_code": (
        "{operator} の新しい認証コード（一度使ったものは使えません。30秒周期なら残り{seconds}秒）: ",
        "A new one-time code of {operator} (a used one is refused; {seconds} s left of a period of 30 s): ",
    ),
    "second": ("二人目（承認者）の操作者名: ", "Second person (an approver), operator: "),
}


def prompt(name: str, language: str, **of: str | int) -> str:
    return PROMPTS[name][_LANGUAGES[language]].format_map(of)
