"""はじめにお読みください: what a person reads who has only the medium in the hand."""

from media_station.desk.image.layout import MANIFEST_NAME, Piece, payload_name

_TEXT = """\
はじめにお読みください  (English below)

この媒体について
  媒体番号: {number}
  収録件数: {records} 件
  個人情報を暗号化した 1 つのファイル {payload} が入っています。
  パスワードはこの媒体に入っていません。別の機会にお渡しします。

この媒体の内容は、ほかの場所に複製しないでください。
取り出したデータも、委託契約で定めた機器のほかに置かないでください。

開く前に: 内容が変わっていないことの確認
  次のどちらかで {payload} の SHA-256 を求め、{manifest} の値と比べてください。
    Windows:  certutil -hashfile {payload} SHA256
    Linux:    sha256sum {payload}
  値が違うときは開かずに、下の連絡先へご連絡ください。

開き方
  age または rage を使い、パスワードを入力してください。
    age  -d -o data.csv {payload}
    rage -d -o data.csv {payload}

連絡先
{contact}


Please read this first

About this medium
  Medium number: {number}
  Records: {records}
  It holds one file of encrypted personal data: {payload}
  The password is not on this medium. You receive it on another occasion.

Do not copy the content of this medium to anywhere else.
Keep the opened data only on the equipment named in the contract.

Before opening: check that nothing has changed
  Compute the SHA-256 of {payload} in one of these ways and compare it
  with the value in {manifest}.
    Windows:  certutil -hashfile {payload} SHA256
    Linux:    sha256sum {payload}
  If they differ, do not open the file and contact us (below).

How to open
  Use age or rage and type the password.
    age  -d -o data.csv {payload}
    rage -d -o data.csv {payload}

Contact
{contact}
"""


def leaflet(*, medium_number: str, contact: str, records: int) -> Piece:
    """The leaflet as UTF-8 with a byte order mark and CRLF, for every Notepad. `contact` may have several lines."""
    text = _TEXT.format(
        number=medium_number,
        records=f"{records:,}",
        contact="\n".join(f"  {line}" for line in contact.splitlines()),
        payload=payload_name(medium_number),
        manifest=MANIFEST_NAME,
    )
    content = text.replace("\n", "\r\n").encode("utf-8-sig")
    return Piece(name="はじめにお読みください.txt", short="README.TXT", content=content)
