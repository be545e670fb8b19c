"""はじめにお読みください: what a person reads who has only the medium in the hand."""

from media_station.desk.image.layout import MANIFEST_NAME, OPENER_NAME, Piece, payload_name

_TEXT = """\
はじめにお読みください  (English below)

この媒体について
  媒体番号: {number}
  収録件数: {records} 件
  個人情報を暗号化した 1 つのファイル {payload} が入っています。
  パスワードはこの媒体に入っていません。別の機会にお渡しします。

この媒体の内容は、ほかの場所に複製しないでください。
取り出したデータも、委託契約で定めた機器のほかに置かないでください。

開き方 (インストールは要りません)
  1. {opener} が、パスワード通知書に印字された値のものであることを確かめます。
       Windows:  certutil -hashfile {opener} SHA256
       Linux:    sha256sum {opener}
     値が違うときは開かずに、下の連絡先へご連絡ください。
  2. {opener} を、ブラウザー (Edge, Chrome, Firefox) で開きます。
     ネットワークにつながっていないパソコンで使えます。
  3. 画面で {payload} と {manifest} の 2 つを選び、
     パスワードを入力して「開く」、続いて「保存する」を押します。
  4. 画面に出る件数と確認コードを、電話で下の連絡先へお知らせください。

ほかの開き方
  age または rage があれば、パスワードを入力して開けます。
    age  -d -o data.csv {payload}
    rage -d -o data.csv {payload}
  その前に {payload} の SHA-256 を {manifest} の値と比べてください。
    Windows:  certutil -hashfile {payload} SHA256
    Linux:    sha256sum {payload}

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

How to open (nothing has to be installed)
  1. Check that {opener} is the one whose SHA-256 the password notice bears.
       Windows:  certutil -hashfile {opener} SHA256
       Linux:    sha256sum {opener}
     If they differ, do not open it and contact us (below).
  2. Open {opener} in a browser (Edge, Chrome, Firefox), on a computer
     without network if you have one.
  3. Choose the two files {payload} and {manifest},
     type the password, press "Open" and then "Save".
  4. Tell us the number of records and the confirmation code by telephone.

Another way to open
  With age or rage, type the password.
    age  -d -o data.csv {payload}
    rage -d -o data.csv {payload}
  Before that, compare the SHA-256 of {payload} with the value in
  {manifest}.
    Windows:  certutil -hashfile {payload} SHA256
    Linux:    sha256sum {payload}

Contact
{contact}
"""


REHEARSAL = """訓練用・疎通試験（無効）：中のデータはすべて架空です。
A rehearsal, to try whether it opens: all data in it is invented.


"""


def leaflet(*, medium_number: str, contact: str, records: int, rehearsal: bool = False) -> Piece:
    """The leaflet as UTF-8 with a byte order mark and CRLF, for every Notepad. `contact` may have several lines.

    A rehearsal's says first that nothing in it is anybody's.
    """
    text = (REHEARSAL if rehearsal else "") + _TEXT.format(
        number=medium_number,
        records=f"{records:,}",
        contact="\n".join(f"  {line}" for line in contact.splitlines()),
        payload=payload_name(medium_number),
        manifest=MANIFEST_NAME,
        opener=OPENER_NAME,
    )
    content = text.replace("\n", "\r\n").encode("utf-8-sig")
    return Piece(name="はじめにお読みください.txt", short="README.TXT", content=content)
