"""README.txt of an evidence bundle: what it is and how to check it, without anything of the station's own."""

from collections.abc import Sequence
from datetime import datetime

from media_station.model.ids import Identity
from media_station.texts.era import iso, reiwa_time

_TEXT = """\
証拠一式 {bundle}（事故 {incident}）
{stamp_ja}
■ これは何か
装置 {identity} のアクセス記録から、事故 {incident} に関わる{records}件の記録を、一字も変えずに取り出したものです。
記録が全部で{head}件あった時点（最後の記録は{as_of_ja}）の状態を示します。
パスワード、パスワード通知書、対象者データは、ここには入っていません。

  records.jsonl      記録（1行が1件、JSON）
  proofs.json        各行が署名付きチェックポイントのもとにあることの証明（RFC 6962）
  checkpoint         署名付きチェックポイント（全{head}件の記録のハッシュ値）
  journal.pub        記録用の公開鍵
  papers/            印刷した書面そのもの（{papers}件）。SHA-256は印刷時の記録と同じです
  SHA256SUMS         全ファイルのSHA-256
  SHA256SUMS.note    その一覧への装置の署名

{missing_ja}■ 確かめ方
1. journal.pub が公開鍵台紙の記録用公開鍵と同じか、目で確かめます。この一式の鍵だけでは何の証明にもなりません。
2. Python と cryptography だけで動く検証プログラム（配布物の scripts/verify_journal.py）を実行します。
     python3 verify_journal.py --bundle {bundle} --key {bundle}/journal.pub
3. プログラムを使わない場合: sha256sum -c SHA256SUMS。各行の葉は SHA-256(0x00, 改行を除く行)、
   節は SHA-256(0x01, 左, 右) です。証明は RFC 9162 の 2.1.3.2 のとおりに検証できます。
checkpoint は保存してください。後日、装置の記録がこの時点から書き換えられていないことを、これで確かめられます。

----------------------------------------------------------------------------------------------------

Evidence bundle {bundle} (incident {incident})
{stamp_en}
* What this is
The {records} records of the access journal of station {identity} that concern incident {incident}, byte for byte,
as of the moment when the journal had {head} records (the last one of {as_of_en}).
No password, no password notice and no payload is in here.

  records.jsonl      the records, one JSON object a line
  proofs.json        that each line stands under the signed checkpoint (RFC 6962)
  checkpoint         the signed checkpoint: the hash of all {head} records
  journal.pub        the journal's public key
  papers/            the very papers that were printed ({papers}); their SHA-256 is the one recorded at printing
  SHA256SUMS         the SHA-256 of every file
  SHA256SUMS.note    the station's signature of that list

{missing_en}* How to check it
1. See that journal.pub is the journal key on the station's key sheet. The key in this bundle proves nothing by itself.
2. Run the verifier (scripts/verify_journal.py of the distribution), which needs Python and cryptography alone:
     python3 verify_journal.py --bundle {bundle} --key {bundle}/journal.pub
3. Without it: sha256sum -c SHA256SUMS. A line's leaf is SHA-256(0x00, the line without its newline), a node is
   SHA-256(0x01, left, right); a proof is checked as in RFC 9162 section 2.1.3.2.
Keep the checkpoint: with it anyone can check later that the station's journal was not rewritten up to this moment.
"""
_STAMP_JA = "\n訓練用（無効）: 訓練のために作成したもので、証拠としての効力はありません。\n"
_STAMP_EN = "\nREHEARSAL (VOID): made in a rehearsal, proves nothing about real data.\n"


def readme(
    *,
    identity: Identity,
    bundle: str,
    incident: str,
    head: int,
    as_of: datetime,
    records: int,
    papers: int,
    missing: Sequence[str],
) -> str:
    """`as_of` is the time of the journal's last record; `missing` papers could not be put in."""
    numbers = ", ".join(missing)
    return _TEXT.format(
        identity=identity.name,
        bundle=bundle,
        incident=incident,
        head=head,
        as_of_ja=reiwa_time(as_of),
        as_of_en=iso(as_of),
        records=records,
        papers=papers,
        stamp_ja=_STAMP_JA if identity.rehearsal else "",
        stamp_en=_STAMP_EN if identity.rehearsal else "",
        missing_ja=f"保管されていたものが失われ、入れることができなかった書面: {numbers}\n\n" if missing else "",
        missing_en=f"Papers whose kept copy was lost, and which are therefore not in here: {numbers}\n\n"
        if missing
        else "",
    )
