"""Words for states, places, kinds and columns, as people read them on a list. Japanese, then English."""

from collections.abc import Mapping
from typing import Final

from media_station.texts.places import LANGUAGES

Words = Mapping[str, tuple[str, str]]

MEDIUM_STATES: Final[Words] = {
    "stock": ("新品（未消去）", "new, not erased"),
    "preparing": ("使用前の消去中", "erasing before use"),
    "ready": ("使用可", "ready"),
    "importing": ("取込中", "being imported"),
    "foreign": ("外部で使用・要消去又は破壊", "was outside, to be erased or destroyed"),
    "clearing": ("外部で使用後の消去中", "erasing after use outside"),
    "sealed": ("書込待ち", "waits to be written"),
    "writing": ("書込中", "being written"),
    "written": ("書込済・照合済", "written, verified"),
    "spoiled": ("書損", "spoiled"),
    "out": ("引渡し中", "handed over"),
    "back": ("返却済・照合待ち", "back, to be matched"),
    "reading": ("照合中", "being matched"),
    "identified": ("照合済", "back and matched"),
    "attested": ("面番号で確認済", "attested by its face"),
    "erasing": ("消去中", "being erased"),
    "erased": ("消去済・確認待ち", "erased, to be validated"),
    "unerased": ("消去できず", "could not be erased"),
    "validated": ("消去確認済", "erasure validated"),
    "certified": ("消去証明済", "erased and certified"),
    "entrusted": ("破壊事業者へ引渡し中", "with a firm, to be destroyed"),
    "destroyed": ("破壊済", "destroyed"),
    "kept": ("受取者が保有（渡切）", "kept by its reader"),
    "lost": ("紛失", "lost"),
}

CUSTODY_STATES: Final[Words] = {
    "hand": ("手元", "in hand"),
    "stored": ("保管", "stored"),
    "away": ("持出中", "away"),
    "gone": ("なし", "gone"),
    "lost": ("不明", "lost"),
}

NOTICE_STATES: Final[Words] = {
    "": ("-", "-"),
    "kept": ("未印刷", "not printed"),
    "printed": ("印刷中（未確認）", "printed, not scanned"),
    "scanned": ("印刷済", "printed"),
    "spoiled": ("書損（判読可）", "spoiled, legible"),
    "out": ("引渡し中", "handed over"),
    "back": ("返却済", "back"),
    "lost": ("紛失", "lost"),
    "destroyed": ("廃棄済", "destroyed"),
}

TRANSFER_STATES: Final[Words] = {
    "opened": ("準備中", "being prepared"),
    "out": ("受託者が作業中", "with the contractor"),
    "delivered": ("納品物を検査中", "delivered, to be inspected"),
    "passed": ("検査合格・発送待ち", "passed, to be posted"),
    "posted": ("発送済・完了待ち", "posted, to be closed"),
    "closed": ("完了", "closed"),
    "closed_by_incident": ("事故終結", "closed by an incident"),
}

KINDS: Final[Words] = {
    kind: (kind.upper(), kind.upper()) for kind in ("usb", "dvd-r", "dvd+r", "dvd-rw", "dvd+rw", "dvd-ram")
}

ITEMS: Final[Words] = {
    "medium": ("媒体", "medium"),
    "bundle": ("持出し一式", "export"),
    "notice": ("通知書", "notice"),
    "enclosures": ("同封物", "enclosures"),
    "letters": ("封書", "letters"),
}

DIRECTIONS: Final[Words] = {"out": ("引渡", "out"), "back": ("受領", "back"), "kept": ("渡切", "kept")}

SIDES: Final[Words] = {"municipality": ("区", "municipality"), "contractor": ("受託者", "contractor")}

ACTIONS: Final[Words] = {
    "write": ("書込", "write"),
    "erase": ("消去", "erase"),
    "read": ("読取", "read"),
    "import": ("取込", "import"),
}

COUNTS: Final[Words] = {
    "envelopes": ("封筒の作成数", "envelopes made"),
    "printed": ("印字件数", "records printed"),
    "enclosed": ("封入数", "letters enclosed"),
    "combined": ("合封の件数", "records that share an envelope"),
    "spoiled": ("損紙の枚数", "spoiled sheets"),
    "posted": ("差出数", "letters posted"),
}

ERASURE_REPORT: Final[Words] = {
    "computer": ("作業に使ったパソコン（資産番号）", "computer and its asset number"),
    "files": ("消去したファイル", "files erased"),
    "copies": ("複製・バックアップ", "copies and backups"),
    "spool": ("印刷スプール", "print spool"),
    "spoiled_sheets": ("損紙の枚数と処分", "spoiled sheets and what became of them"),
    "method": ("消去の方法", "method of erasure"),
    "ended": ("消去を終えた日時", "when it was done"),
    "worker": ("作業者", "who did it"),
    "checker": ("確認者（作業者と別の者）", "who checked it, another person"),
}

STANDS: Final[Words] = {"done": ("済", "done"), "now": ("今", "now"), "ahead": ("", "")}

ROLES: Final[Words] = {
    "operator": ("操作者", "operator"),
    "approver": ("承認者", "approver"),
    "administrator": ("管理者", "administrator"),
    "auditor": ("監査者", "auditor"),
}

OPERATOR_STATES: Final[Words] = {
    "": ("登録待ち", "to be enrolled"),
    "enrolled": ("有効", "enrolled"),
    "locked": ("ロック中", "locked"),
    "suspended": ("停止", "suspended"),
}

FINDINGS: Final[Words] = {
    "low_disk": ("ディスクの残りが少ない", "disk runs full"),
    "clock_off": ("時計のずれ（トークン）", "clock is off by the tokens"),
    "no_presence": ("入室記録のないサインイン", "signed in, not in the room"),
    "damaged": ("保管内容の破損", "stored data is damaged"),
    "more": ("検出が多数", "more was found than listed"),
    "certificate_ends": ("証明書の期限が近い", "a certificate ends soon"),
    "drift": ("端末の構成・状態の変化", "the machine has changed"),
    "failures": ("認証失敗の連続", "wrong factors in a burst"),
    "success_after_failures": ("連続失敗の直後の成功", "a success after a burst"),
    "replayed_code": ("使用済みコードの再使用", "a used code once more"),
    "out_of_hours": ("時間外の操作", "out of hours"),
    "holiday": ("閉庁日の操作", "on a closed day"),
    "self_approval": ("自己承認の試み", "self-approval attempted"),
    "erasure_failed": ("消去の不合格", "erasure failed"),
    "erasure_unknown": ("消去の結果不明", "erasure of unknown result"),
    "read_back_mismatch": ("書込・返却の照合不一致", "reads back differently"),
    "overdue": ("期限の超過", "overdue"),
    "same_occasion": ("媒体と通知書が同じ機会", "medium, notice on one occasion"),
    "reprint": ("再印刷の試み", "reprint attempted"),
    "count_mismatch": ("件数の不一致", "counts differ"),
    "expired_handler": ("登録期間外の取扱者", "handler not registered"),
    "clock_step": ("時計の飛び", "clock stepped"),
    "gap": ("記録の途切れ", "gap in the journal"),
    "unexpected_start": ("予定外の起動", "unexpected start"),
    "refused_peer": ("接続元を拒否", "refused peer"),
    "strange_device": ("登録外の機器", "strange device"),
    "stale_patterns": ("古いウイルスパターン", "stale patterns"),
}

DISPOSITIONS: Final[Words] = {
    "explained": ("説明がついた", "explained"),
    "planned": ("予定の作業", "planned work"),
    "measures": ("措置した", "measures taken"),
    "incident": ("事故扱い", "handled as an incident"),
}

COLUMNS: Final[Words] = {
    "approver": ("承認者", "approved by"),
    "bag": ("カバン", "bag"),
    "binder": ("綴り", "binder"),
    "clerk": ("区担当", "clerk"),
    "confirmer": ("確認者", "confirmer"),
    "consignment": ("委託業務", "consignment"),
    "corrected": ("訂正票", "corrections"),
    "day": ("期日", "day"),
    "day_of_record": ("年月日", "day"),
    "details": ("内容", "details"),
    "disposition": ("結果", "became"),
    "direction": ("区分", "way"),
    "due": ("事項", "what"),
    "event": ("出来事", "event"),
    "evidence": ("根拠", "evidence"),
    "finding": ("検出", "finding"),
    "found": ("内容", "found"),
    "handler": ("受託者", "handler"),
    "item": ("品目", "item"),
    "journal_root": ("ログのハッシュ", "journal root"),
    "journal_size": ("ログの件数", "journal size"),
    "kind": ("種類", "kind"),
    "left": ("残り", "left"),
    "medium": ("媒体", "medium"),
    "notice": ("通知書", "notice"),
    "operator": ("操作者", "operator"),
    "performer": ("実施者", "performed by"),
    "person": ("氏名", "person"),
    "place": ("所在", "where"),
    "post_by": ("発送期限", "post by"),
    "quantity": ("数量", "qty"),
    "read_at": ("読取日時", "read at"),
    "record": ("記録", "record"),
    "records": ("件数", "records"),
    "rehearsal": ("訓練用", "rehearsal"),
    "recovery_codes": ("回復コード", "recovery codes"),
    "requirement": ("番号", "id"),
    "reviewer": ("確認者", "reviewer"),
    "roles": ("役割", "roles"),
    "seal": ("封印", "seal"),
    "serial": ("シリアル", "serial"),
    "side": ("区分", "side"),
    "slip": ("確認記録票", "slip"),
    "state": ("状態", "state"),
    "station": ("端末", "station"),
    "status": ("適否", "status"),
    "subject": ("対象", "number"),
    "time": ("日時（+09:00）", "time (+09:00)"),
    "title": ("項目", "item"),
    "token": ("トークン", "token"),
    "transfer": ("提供", "transfer"),
    "witness": ("立会者", "witness"),
    "wrong_attempts": ("失敗", "failures"),
}


CHECKS: Final[Words] = {
    "settings": ("設定", "settings"),
    "programs": ("必要なもの", "what it needs"),
    "units": ("ユニット", "units"),
    "sandboxes": ("囲い", "sandboxes"),
    "keys": ("鍵", "keys"),
    "chores": ("定時の仕事", "chores"),
    "firewall": ("ファイアウォール", "firewall"),
    "clock": ("時計", "clock"),
    "disk": ("ディスク", "disk"),
    "printer": ("プリンタ", "printer"),
    "drive": ("ドライブ", "drive"),
    "kernel": ("カーネル", "kernel"),
    "expiry": ("期限", "expiry"),
    "trials": ("試運転", "trials"),
}


def of(words: Words, key: str, language: str) -> str:
    """The word; a key of another version as it is."""
    return words.get(key, (key, key))[LANGUAGES[language]]
