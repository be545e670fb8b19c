"""What the command line says while it asks who is there. Japanese, then English."""

from collections.abc import Mapping
from typing import Final

from media_station.texts.places import LANGUAGES

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
    "baseline_unseen": ("見張りからの報告がまだありません。", "The guard has not reported yet."),
    "baseline_none": (
        "基準がまだ採用されていません。受付口は閉じています。",
        "No baseline was adopted: the gate is closed.",
    ),
    "baseline_same": ("端末の構成は基準のとおりです。", "The machine is what the baseline says."),
    "baseline_drift": ("変化を検出中。受付口は閉じています：{what}", "Drifting, the gate is closed: {what}"),
    "baseline_host": ("連携元サーバの鍵（採用済み）：{pins}", "The host's keys, as adopted: {pins}"),
    "baseline_host_adopt": ("採用する鍵：{pins}", "The keys to adopt: {pins}"),
    "baseline_adopted": ("基準を採用しました（{entries} 項目）。", "Baseline adopted ({entries} entries)."),
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
    "new_password": (
        "{operator} 本人が新しいパスワードを入力（15文字以上。表示されません）: ",
        "{operator} in person: a new password, at least 15 characters (not shown): ",
    ),
    "once_more": ("もう一度（表示されません）: ", "Once more (not shown): "),
    "not_the_same": ("二つのパスワードが違います。もう一度入力してください。", "They were not the same. Try again."),
    "token_secret": (
        "トークンの秘密鍵（納品書のとおり。表示されません）: ",
        "The token's secret, as on the vendor's sheet (not shown): ",
    ),
    "scan": (
        "携帯電話の認証アプリで上のQRコードを読むか、次の鍵を入力してください。\n  {secret}",
        "Scan the code above with the phone's authenticator, or type this key into it.\n  {secret}",
    ),
    "proof": (
        "{operator} のトークンに今表示されているコード（表示されません）: ",
        "The code that {operator}'s token shows now (not shown): ",
    ),
    "recovery_codes": (
        "回復コード（一度だけ表示します。トークンがないときに、1個を1回だけコードの代わりに使えます）",
        "Recovery codes, shown this once: without the token, each stands for one code, once",
    ),
    "noted_down": (
        "本人が紙に控えたらEnter（画面から消えます）: ",
        "Enter when the person has written them down (they go away): ",
    ),
    "deputy_of": ("（{operator} の代理）", " (deputy of {operator})"),
    "staff_proposed": (
        "異動 {staff} を提案しました（{rows} 件）。別の管理者が実行します：media-station operator adopt {staff}",
        "Proposed {staff} ({rows} rows). Another administrator carries it out: media-station operator adopt {staff}",
    ),
    "staff_adopted": (
        "実行しました：停止 {suspended}、変更 {changed}、これから登録する人 {to_enrol}",
        "Carried out: {suspended} suspended, {changed} changed, {to_enrol} to be enrolled",
    ),
    "bundle": (
        "{bundle} を {file} に取り出しました（記録{records}、帳票{papers}、欠け{papers_missing}）\nSHA-256 {sha256}",
        "{bundle} is in {file}: records {records}, papers {papers}, missing {papers_missing}\nSHA-256 {sha256}",
    ),
    "backed_up": (
        "バックアップ {bundle} を {file} に取り出しました（記録 {records} 件まで）\nSHA-256 {sha256}",
        "Backup {bundle} is in {file}: the first {records} records\nSHA-256 {sha256}",
    ),
    "backup_proves": (
        "{bundle}：{identity} の記録 {records} 件と {accounts} 人のアカウントがそろっています\n合言葉 {word}",
        "{bundle}: {records} records of {identity}, {accounts} accounts: whole\nWord {word} (for backup proved)",
    ),
    "backup_proved": (
        "{bundle} を開けることを記録しました（記録 {record}）",
        "That {bundle} opens is recorded (record {record})",
    ),
    "exported": (
        "{bundle} を {file} に取り出しました（記録{records}）\nSHA-256 {sha256}\n中身    {ndjson_sha256}",
        "{bundle} is in {file}: records {records}\nSHA-256    {sha256}\nof content {ndjson_sha256}",
    ),
    "sealed_for_medium": (
        "{bundle} を作成しました。{medium} に書き込むため、次の認証コードを待って入力してください",
        "{bundle} is sealed. To write it onto {medium}, wait for the next code and type it",
    ),
    "export_written": (
        "{bundle} を {medium} に書き込み、照合しました（命令 {order}）",
        "{bundle} is on {medium}, read back and verified (order {order})",
    ),
    "sealed_for_host": (
        "{bundle} を作成しました。送信を許可するため、次の認証コードを待って入力してください",
        "{bundle} is sealed. To release it, wait for the next code and type it",
    ),
    "export_released": (
        "{bundle} を連携元サーバが受信できます（{length} バイト）\nSHA-256 {sha256}",
        "The district host can fetch {bundle} now ({length} bytes)\nSHA-256 {sha256}",
    ),
    "export_purged": ("{bundle} の控えを消去しました（記録 {record}）", "{bundle} is purged (record {record})"),
    "export_out": ("{medium}（{bundle}）の引渡しを記録しました", "{medium} with {bundle} is recorded as handed over"),
    "export_kept": ("{medium}（{bundle}）の渡切りを記録しました", "{medium} with {bundle} stays with its reader"),
    "export_back": (
        "{medium}（{bundle}）の返却を記録しました。媒体は要消去・破壊です",
        "{medium} with {bundle} is back. Erase a stick, destroy a disc",
    ),
    "destroyed": (
        "{media} の破壊を {record} に記録しました。印刷：media-station paper destruction {record}",
        "{media}: destroyed, on record {record}. To print it: media-station paper destruction {record}",
    ),
    "entrusted": (
        "{media} の引渡しを {record} に記録しました。引渡書：media-station paper entrusted {record}",
        "{media}: given to the firm, on record {record}. Its list: media-station paper entrusted {record}",
    ),
    "imported": (
        "{medium} の {payloads} 個中 {which} 番目のデータ {payload} を受領（{records} 件）。媒体は要消去・破壊です",
        "Payload {payload}, {which} of {payloads} on {medium}: {records} records received. Erase it, or destroy a disc",
    ),
    "receipt": (
        "SHA-256 {sha256}\n受領書の印刷：media-station paper receipt {payload}",
        "SHA-256 {sha256}\nTo print a receipt: media-station paper receipt {payload}",
    ),
    "presence_imported": (
        "入退室の記録を取り込みました：{recorded} 件（対象外 {left_out} 件）",
        "Room records taken in: {recorded} ({left_out} left out)",
    ),
    "presence_compared": (
        "サインイン {sign_ins} 件を照合し、検出は {findings} 件でした",
        "{sign_ins} sign-ins compared, {findings} findings",
    ),
    "witnessed": ("副署された記録  第{record}号  {at}", "cosigned     no. {record}  {at}"),
    "witness_late": (
        "!! 区のホストによる副署がしばらくありません：区のホストで media-station witness",
        "!! No witness has cosigned the journal for some time: media-station witness, on the district host",
    ),
    "behind": (
        "!! 時計が最後の記録より {seconds} 秒遅れ、業務ができません：media-station clock set",
        "!! The clock is {seconds} s before the latest record; no work is done: media-station clock set",
    ),
    "clock_off": (
        "!! 複数の人のトークンによると、時計が {off} ずれています：media-station clock set",
        "!! The tokens of several people say that the clock is off by {off}: media-station clock set",
    ),
    "since_start": (
        "起動からの時間  {hours}時間{minutes}分  ({boot})",
        "up for       {hours} h {minutes} min  ({boot})",
    ),
    "another_administrator": ("もう一人の管理者の操作者名: ", "Another administrator, operator: "),
    "clock_set": (
        "時計を合わせました：{now}（{seconds} 秒動かしました）",
        "The clock is set: {now} (moved by {seconds} s)",
    ),
    "analysed": (
        "記録 {records} 件まで分析しました：検出 {found} 件、うち新しいもの {raised} 件",
        "Analysed, {records} records: {found} detections, {raised} of them new",
    ),
    "disposed": ("検出 {findings} 件を確認済みにしました", "{findings} findings disposed of"),
    "rotated": (
        "記録の鍵を {old} から {new} に交代しました（記録 {record}）",
        "The journal's key {old} handed over to {new} (record {record})",
    ),
    "supply_taken": ("配布物 {supply} を受け入れました（記録 {record}）", "{supply} was taken in (record {record})"),
    "patterns_installed": (
        "ウイルスパターン {supply} に入れ替えました（{scanner}、記録 {record}）",
        "The virus patterns {supply} are in place ({scanner}, record {record})",
    ),
    "update_ordered": (
        "版 {version} を適用します（記録 {record}）。端末は止まって起動し、できたかを記録します。",
        "Version {version} will be installed (record {record}): the station stops, starts and records whether it was",
    ),
    "findings_open": (
        "確認を待つ検出が {count} 件あります（最も古いもの {oldest}）",
        "{count} findings wait for a reviewer, the oldest of {oldest}",
    ),
    "second": ("二人目（承認者）の操作者名: ", "Second person (an approver), operator: "),
    "second_for_accounts": (
        "二人目（別の管理者か承認者）の操作者名: ",
        "Second person (another administrator or an approver), operator: ",
    ),
    "sealed_password": (
        "{file} のパスワード（通知書の6組。表示されません）: ",
        "Password of {file}, the six groups on its notice (not shown): ",
    ),
    "opened": ("{file} を開きました：{bytes} バイト", "{file} is opened: {bytes} bytes"),
    "read_back": (
        "件数 {records} 件、確認コード {code}：区の担当者に電話でお知らせください",
        "{records} records, confirmation code {code}: tell the municipality both by telephone",
    ),
    "paper_printed": (
        "{number} を印刷しました。出てきた書面のQRコードを読み取ってください（paper scanned）。",
        "printed: {number}. Scan the QR code of the sheet that came out (paper scanned).",
    ),
    "paper_holds": (
        "書面 {number} の証明は正しい。次の記録のとおりです（紙面と見比べてください）。",
        "The proof of paper {number} holds. The records say (hold the sheet against them):",
    ),
    "paper_signed": (
        "電子署名 {signer}（署名後の変更なし）。証明書：",
        "signed by {signer}, not changed since; its certificate:",
    ),
    "reissued": ("{number} を発行しました。印刷してください。", "{number} was issued; print it."),
    "scan_back": (
        "書面のQRコードを読み取ってください（手で終えるときは Ctrl-D）：",
        "Scan the sheet's QR code (Ctrl-D ends it by hand):",
    ),
    "scanned": ("{number} が印刷されたことを確認しました。", "{number} is out: confirmed."),
    "spoiled": ("{number} を書損として記録しました。", "{number} is recorded as spoiled."),
    "voided": ("{number} を無効にしました。", "{number} is void."),
    "paper_valid": (
        "ジャーナルによれば、{number}は取り消されていません。",
        "By the journal, {number} has not been withdrawn.",
    ),
    "paper_unsigned": ("電子署名なし", "no electronic signature"),
    "paper_head": (
        "ログ {identity}  先頭から{records}件までの根",
        "journal {identity}, root of its first {records} records",
    ),
    "machine_station": (
        "端末の名前（英小文字・数字・ハイフン。番号と署名に入ります）: ",
        "The station's name, in each number and signature: ",
    ),
    "machine_issued_by": ("書類に載る発行者（区・部・課）: ", "Who issues the papers, as they name it: "),
    "machine_interface": (
        "連携元サーバにつなぐインターフェース（なければ空のままEnter）: ",
        "Network interface to the district host (Enter for none): ",
    ),
    "machine_address": ("この端末のIPv4アドレス: ", "This machine's IPv4 address: "),
    "machine_host": ("連携元サーバのIPv4アドレス: ", "The district host's IPv4 address: "),
    "machine_host_certificate": (
        "連携元サーバの証明書のファイル（tls.crt）: ",
        "File of the host's certificate (tls.crt): ",
    ),
    "machine_witness": (
        "連携元サーバの副署鍵のファイル（witness.pub。なければ空のままEnter）: ",
        "File of the host's witness.pub (Enter for none): ",
    ),
    "machine_printer": ("プリンタのキュー名（なければ空のままEnter）: ", "The printer's queue (Enter for none): "),
    "machine_scanner": (
        "ウイルス検査 clamd のソケット（/run/media-station-clamd/clamd.sock。まだなければ空のままEnter）: ",
        "clamd's socket, for the malware scan (/run/media-station-clamd/clamd.sock; Enter for none yet): ",
    ),
    "machine_recipient": (
        "バックアップの受取人の公開鍵（age1…。二つ。まだなければ空のままEnter）: ",
        "Public key of a backup's recipient (age1…, two of them; Enter for none yet): ",
    ),
    "machine_administrator": ("{number}人目の管理者の操作者名: ", "Administrator {number}, operator: "),
    "machine_person": ("{operator} の氏名: ", "The person's name, of {operator}: "),
    "machine_done": (
        "端末 {station} を設置しました（鍵の封印：{sealed}）。公開鍵は /etc/media-station/public にあります。",
        "The station {station} is set up (keys sealed with: {sealed}); /etc/media-station/public is to give away.",
    ),
    "machine_restored": (
        (
            "バックアップから復元しました。前の設定は /etc/media-station/station.toml.former にあります。\n"
            "次に：管理者がロックされたアカウントを人事異動の書類と照らし合わせ、解除か停止をし\n"
            "（media-station operator unlock / suspend）、それから基準を採用します。"
        ),
        (
            "Restored from the backup; the former settings are in /etc/media-station/station.toml.former.\n"
            "Next: the administrators compare the locked accounts with the personnel papers, unlock or suspend\n"
            "each (media-station operator unlock / suspend); then they adopt the baseline."
        ),
    ),
    "machine_plain": (
        "!! この端末では鍵を封印できません。rootだけが読めるファイルに置きました（ディスクの暗号化が必須です）。",
        "!! This machine can't seal the keys: they are files of root's alone. Disk encryption is a must.",
    ),
    "machine_no_tpm": (
        "!! この端末のTPM2は使えません（libtss2のライブラリ）。鍵はディスクにあるホストの鍵だけで封印しました。",
        "!! This machine's TPM2 can't be used (libtss2 is missing?): the keys are sealed with the key on the disk.",
    ),
    "machine_next_enrol": (
        (
            "次に：最初の管理者、あと{left}人\n"
            "   media-station operator enrol NAME --name 氏名 --role administrator --setup"
        ),
        (
            "Next: enrol the first administrators, {left} to go\n"
            "   media-station operator enrol NAME --name 'THEIR NAME' --role administrator --setup"
        ),
    ),
    "machine_next": (
        (
            "次に：media-station baseline adopt（管理者二人。それまで機器構成の変化は検出されず、受付口は開きません）、"
            "media-station doctor"
        ),
        (
            "Next: media-station baseline adopt (two administrators; until then no change of the machine is noticed, "
            "and no gate opens), media-station doctor"
        ),
    ),
    "check_ok": ("正常  {check}", "ok     {check}"),
    "check_wrong": ("異常  {check}", "WRONG  {check}"),
    "check_untried": ("未試行 {check}", "NOT TRIED {check}"),
    "recovery_sheet": (
        "復旧用のパスフレーズ（一度だけ表示します。用紙に書き、封筒に入れて金庫へ）\n\n    {passphrase}\n",
        "The recovery passphrase, shown this once: sheet, envelope, safe\n\n    {passphrase}\n",
    ),
    "recovery_typed_back": (
        "用紙を見て入力してください（合えば画面から消えます）: ",
        "Type it as it stands on the sheet (it goes away then): ",
    ),
    "recovery_typed": (
        "復旧用紙のパスフレーズ（表示されません）: ",
        "The passphrase on the recovery sheet (not shown): ",
    ),
    "recovered": (
        "鍵 {keys} 個を取り戻しました（封印：{sealed}）。systemctl daemon-reload のあと再起動してください。",
        "{keys} keys are back (sealed with: {sealed}). systemctl daemon-reload, then restart the machine.",
    ),
}


def prompt(name: str, language: str, **of: str | int) -> str:
    return PROMPTS[name][LANGUAGES[language]].format_map(of)
