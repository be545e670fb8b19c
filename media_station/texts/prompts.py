"""What the command line says while it asks who is there. Japanese, then English."""

from collections.abc import Mapping
from typing import Final

from media_station.texts.words import LANGUAGES

PROMPTS: Final[Mapping[str, tuple[str, str]]] = {
    "station": ("媒体ステーション {identity}", "media station {identity}"),
    "rehearsal": ("【訓練用（無効）】", "[REHEARSAL, VOID]"),
    "heading": (
        "媒体ステーション {identity}  {now} 現在（記録 {records} 件）",
        "media station {identity}  at {now} ({records} records)",
    ),
    "time": ("端末の時刻  {now}", "its time     {now}"),
    "last": ("最後の記録  第{record}号  {at}", "last record  no. {record}  {at}"),
    "no_record": ("最後の記録  なし", "last record  none"),
    "none": ("該当するものはありません。", "There is none."),
    "met": (
        "{side}：○ {met}　ー {not_applicable}　未 {not_met}",
        "{side}: ○ {met}   ー {not_applicable}   未 {not_met}",
    ),
    "overdue": ("!! 超過 {days}日", "!! overdue {days} d"),
    "today": ("本日", "today"),
    "days_left": ("あと {days}日", "{days} d left"),
    "transfer": ("提供 {transfer}  {state}", "transfer {transfer}  {state}"),
    "about_transfer": ("{records} 件  発送期限 {post_by}", "{records} records, to be posted by {post_by}"),
    "frozen": ("【凍結中】", "[frozen]"),
    "closed": ("完了しています。すべてそろいました。", "Closed: all is accounted for."),
    "closed_by_incident": (
        "事故により終結しました。そろわなかったもの：",
        "Closed by an incident. What was not accounted for:",
    ),
    "all_there": ("完了に必要なものはすべてそろっています。", "Nothing is missing to close it."),
    "missing": ("完了までに足りないもの：", "Missing to close it:"),
    "next": ("次にすること：", "To be done next:"),
    "which": ("（{numbers}）", " ({numbers})"),
    "difference": (
        "{count}が合いません：{expected} のはずが {found}。訂正と、その理由の別紙番号を記録してください",
        "{count} should be {expected}, but {found} was reported: record a correction with its paper",
    ),
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
    return PROMPTS[name][LANGUAGES[language]].format_map(of)
