"""Made-up fields for each paper, as the desk would hand them in."""

from pathlib import Path

FONTS = [Path("/usr/share/fonts/opentype") / name for name in ("ipaexfont-mincho", "ipaexfont-gothic", "noto")]

SIGNED_HEAD = (
    "media-station/head/v1 SHOMEI-2026-R1-000012\n"
    "leaf 3f7a1c0de5b94826a7f01d2c3b4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60\n"
    "station.example.lg.jp/rehearsal/e1\n128\nq83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=\n\n"
    "— station.example.lg.jp/rehearsal/e1 "
    "2HXl1p0bC8qQw1yRZJ3mVtUeO7n5kLxAfD4sGhB6vNcM9rTzYpEiKjWuQoXaSdFgHlPbVnMqCeRtYuIoPaSdFgHjKlZxCvBnM1234567890ab==\n"
)

COMMON = {
    "number": "SHOMEI-2026-R1-000012",
    "rehearsal": False,
    "issued_by": "青葉野区 総務部税務課",
    "printed_at": "2026-11-23T14:05:00+09:00",
    "consignment_title": "令和８年度 特別徴収督促状封入封緘業務委託",
    "contract_number": "R8-税-0417",
    "contractor": "株式会社みどり封緘サービス",
    "ledger_row": 127,
    "journal": {
        "origin": "station.example.lg.jp/rehearsal/e1",
        "size": 128,
        "root": "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=",
        "leaf_hash": "3f7a1c0de5b94826a7f01d2c3b4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60",
        "record": 126,
    },
    "mark": "",
    "signer": "",
    "qr": SIGNED_HEAD,
}

MEDIUM = {
    "medium_number": "U-2026-0007",
    "medium_kind": "USBフラッシュメモリ",
    "maker": "Example Storage Co.",
    "model": "ES-Stick 3.2 Gen1",
    "serial": "4C530001230456117283",
    "serial_source": "USB記述子",
    "information": "特別徴収督促対象者データ（郵便番号、所在地、事業者氏名、指定番号、督促対象期別、課税額、督促額）",
    "records": 5400,
    "classification": "重要性分類Ⅰ（個人情報）",
    "reason": "業務終了に伴う返却媒体の再利用",
}

CERTIFICATE = {
    **COMMON,
    **MEDIUM,
    "capacity_bytes": 16_008_609_792,
    "disposal": "再利用（同一委託業務に限る）",
    "method": "全領域の乱数上書き及び検証、ゼロ上書き及び検証",
    "passes": 2,
    "standard": "NIST SP 800-88 Rev. 2, Clear",
    "started_at": "2026-11-23T10:02:11+09:00",
    "ended_at": "2026-11-23T11:47:39+09:00",
    "clock_checked_at": "2026-11-20T09:00:00+09:00",
    "tool": "media-station",
    "tool_version": "0.1.0",
    "verification_method": "書込後、キャッシュを経由せず全セクタを読み出して期待値と照合",
    "verified_bytes": 16_008_609_792,
    "bad_sectors": 0,
    "hidden_areas": "判別できない（USB接続のため）",
    "verdict": "PASS",
    "scope": "利用者が読み書きできる全領域（先頭から末尾までの全セクタ）を上書きし、全て読み戻して一致したことを証明する。",
    "limits": "予備領域など、媒体の制御部が管理し外部から到達できない領域は対象に含まない。ただし、この媒体に書き込んだ対象データは暗号文のみである。",
    "performer": "佐藤 一郎",
    "validator": "鈴木 花子",
    "approver": "髙橋 次郎",
}

DESTRUCTION = {
    **COMMON,
    **MEDIUM,
    "number": "HAKAI-2026-R1-000003",
    "medium_number": "D-2026-0011",
    "medium_kind": "DVD-R",
    "model": "DVD-R 4.7GB",
    "serial": "",
    "serial_source": "",
    "reason": "追記型媒体であり、上書きによる消去ができないため",
    "batch": "",
    "method": "裁断（細断機）",
    "device": "光ディスク対応細断機 EX-200（資産番号 B-1044）",
    "particle_size": "4 mm × 10 mm 以下",
    "place": "青葉野区役所本庁舎 3階 文書廃棄室",
    "destroyed_at": "2026-11-23T13:30:00+09:00",
    "residue": "破片を回収し、産業廃棄物として区指定業者へ引渡し",
    "performer": "佐藤 一郎",
    "witness": "鈴木 花子",
    "approver": "髙橋 次郎",
}

SLIP = {
    **COMMON,
    "number": "HYO-2026-R1-000021",
    "direction": "貸出",
    "occurred_at": "2026-11-24T09:30:00+09:00",
    "transfer_number": "T-2026-0005",
    "municipality_handler": "佐藤 一郎",
    "contractor_handler": "田中 三郎",
    "rows": [
        {
            "item": "記録媒体（DVD-R）",
            "identification": "D-2026-0011",
            "quantity": 1,
            "unit": "枚",
            "remark": "暗号化済み",
        },
        {
            "item": "督促状用紙",
            "identification": "様式第12号",
            "quantity": 5600,
            "unit": "枚",
            "remark": "予備200枚を含む",
        },
        {"item": "同封物（納付書）", "identification": "R8-特徴-3期", "quantity": 5600, "unit": "枚", "remark": ""},
    ],
    "bag_number": "BAG-03",
    "seal_number": "S-004417",
    "occasion": "令和8年11月24日 第1便（田中 三郎）",
}

NOTICE = {
    **COMMON,
    "number": "TSUCHI-2026-R1-000009",
    "medium_number": "D-2026-0011",
    "transfer_number": "T-2026-0005",
    "file_name": "payload.age",
    "password": "K7M2A-9XWRE-4TCH3-NPY68-J5FAK-2W7MX",
    "opener_sha256": "0123456789abcdef" * 4,
}

FORM = {
    **COMMON,
    "number": "YOSHIKI-2026-R1-000004",
    "title": "訂正票",
    "number_label": "訂正票番号",
    "lead": "次のとおり、確認記録票の記載を訂正する。",
    "stated": [{"label": "提供番号", "value": "T-2026-0005"}, {"label": "理由の別紙番号", "value": "別紙-7"}],
    "columns": [{"heading": "項目", "share": 2}, {"heading": "訂正前", "share": 3}, {"heading": "訂正後", "share": 3}],
    "rows": [{"cells": ["かばん番号", "BAG-03", "BAG-04"]}, {"cells": ["封印番号", "", "S-004418"]}],
    "seals": ["区（訂正者）", "受託者（確認者）", "課長"],
}

LOG_REPORT = {
    **COMMON,
    "number": "YOSHIKI-2026-R1-000009",
    "month": "令和8年4月",
    "stated": [
        {"label": "対象期間", "value": "令和8年4月1日から令和8年4月30日まで"},
        {"label": "期間内の記録", "value": "1,204件（行番号0から1,890までの記録を分析）"},
        {"label": "しきい値", "value": "認証の失敗 10分に5回／開庁時間 08:00から19:00まで／時計の飛び 5秒"},
    ],
    "jobs": [{"label": str(day), "count": (day * 7) % 11 if day % 7 not in (4, 5) else 0} for day in range(1, 31)],
    "refusals": [
        {"label": name, "hours": [(hour * 3 + day) % 5 if 8 <= hour < 18 and day < 5 else 0 for hour in range(24)]}
        for day, name in enumerate("月火水木金土日")
    ],
    "away": [
        {"label": label, "count": count}
        for label, count in (("7日以内", 3), ("8～14日", 2), ("15～30日", 0), ("31～60日", 1), ("61日以上", 0))
    ],
    "erasures": [
        {"label": label, "count": count} for label, count in (("合格", 12), ("不合格", 1), ("不明", 0), ("中断", 1))
    ],
    "totals": [{"label": f"記録の種別{number}", "count": number * 137} for number in range(12)],
    "became": ["説明がついた", "予定の作業", "措置した", "事故扱い"],
    "findings": [
        {"label": "認証失敗の連続", "count": 2, "waiting": 0, "became": [1, 0, 1, 0]},
        {"label": "期限の超過", "count": 1, "waiting": 1, "became": [0, 0, 0, 0]},
    ],
    "maker": "監査 三郎",
}

BLANK = {
    **COMMON,
    "number": "YOSHIKI-2026-R1-000011",
    "title": "データ消去報告書（受託者提出）",
    "lead": "次のとおり、貸与された対象者データ及びその複製をすべて消去したことを報告します。",
    "stated": [{"label": "提供番号", "value": "T-2026-0005"}, {"label": "区の記録上の件数", "value": "5,400 件"}],
    "blanks": [{"label": "作業に使ったパソコン", "lines": 1}, {"label": "消去したファイル（名称・件数）", "lines": 2}],
    "seals": ["受託者（作業者）", "受託者（確認者）", "区（受領者）"],
}

LABEL = {
    **COMMON,
    "number": "YOSHIKI-2026-R1-000012",
    "medium_number": "D-2026-0011",
    "medium_kind": "DVD-R（追記型）",
    "serial": "MID-CMC-MAG-AM3",
    "transfer_number": "T-2026-0005",
    "classification": "重要性分類Ⅰ（個人情報）",
}

PAPERS = {
    "certificate": CERTIFICATE,
    "destruction_record": DESTRUCTION,
    "slip": SLIP,
    "notice": NOTICE,
    "form": FORM,
    "log_report": LOG_REPORT,
    "blank": BLANK,
    "label": LABEL,
}
