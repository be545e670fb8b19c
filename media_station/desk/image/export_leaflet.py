"""はじめにお読みください of an export: what its reader finds beside the sealed file."""

from dataclasses import dataclass
from typing import Final

from media_station.desk.image.layout import MANIFEST_NAME, Piece, payload_name
from media_station.desk.image.leaflet import REHEARSAL

_TEXT: Final = """\
はじめにお読みください  (English below)

この媒体について
  媒体番号: {number}
  持出し番号: {bundle}
  受け取る人の公開鍵で暗号化した 1 つのファイル {payload} が入っています。
  開けるのは、その秘密鍵を持つ人だけです。パスワードはありません。

開き方 (age または rage)
  秘密鍵のファイルを key.txt とします。
    age  -d -i key.txt -o {opened} {payload}
    rage -d -i key.txt -o {opened} {payload}
  その前に {payload} の SHA-256 を {manifest} の値と比べてください。
    Windows:  certutil -hashfile {payload} SHA256
    Linux:    sha256sum {payload}
  {ja}

この媒体の返却または廃棄は、受領書のとおりにしてください。


Please read this first

About this medium
  Medium number: {number}
  Export number: {bundle}
  It holds one file, {payload}, encrypted to its reader's public key.
  Only who has the secret key can open it. There is no password.

How to open (age or rage)
  With the secret key in key.txt:
    age  -d -i key.txt -o {opened} {payload}
    rage -d -i key.txt -o {opened} {payload}
  Before that, compare the SHA-256 of {payload} with the value in
  {manifest}.
    Windows:  certutil -hashfile {payload} SHA256
    Linux:    sha256sum {payload}
  {en}

Return this medium, or dispose of it, as the receipt says.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is sealed: a name for the opened file, and what to do with it."""

    opened: str
    ja: str
    en: str


EVIDENCE: Final = Contents(
    opened="evidence.tar",
    ja="中は tar です。展開し、中の README.txt のとおりに検証してください。",
    en="It is a tar archive: unpack it, and check it as README.txt inside says.",
)
LINES: Final = Contents(
    opened="journal.ndjson",
    ja="中は、アクセス記録の行（NDJSON、ECS）です。jq や lnav で読めます。",
    en="It is lines of the access journal (NDJSON, ECS), for jq or lnav.",
)
BACKUP: Final = Contents(
    opened="backup.tar",
    ja="中は端末の控え（tar）です。確かめるには media-station backup prove を使います。",
    en="It is a backup of the station (tar); media-station backup prove checks it.",
)


def leaflet(*, medium_number: str, bundle: str, contents: Contents, rehearsal: bool) -> Piece:
    """As UTF-8 with a byte order mark and CRLF, for every Notepad."""
    text = (REHEARSAL if rehearsal else "") + _TEXT.format(
        number=medium_number,
        bundle=bundle,
        payload=payload_name(medium_number),
        manifest=MANIFEST_NAME,
        opened=contents.opened,
        ja=contents.ja,
        en=contents.en,
    )
    content = text.replace("\n", "\r\n").encode("utf-8-sig")
    return Piece(name="はじめにお読みください.txt", short="README.TXT", content=content)
