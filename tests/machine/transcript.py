"""docs/installing_transcript.md: what was typed while a plain machine became a station, and what it said.

`scripts/test-machine` writes the page with MEDIA_STATION_TRANSCRIPT=1. What is another each time is masked.
"""

import re

from masks import masked
from section import ROOT

PAGE = ROOT / "docs" / "installing_transcript.md"
_ABOUT = """# Installing a station, as it was typed

Taken down by `MEDIA_STATION_TRANSCRIPT=1 scripts/test-machine` while [the guide](installing.md) was followed on a plain Debian
in QEMU, without a network and with no apt source but the bundle; a test holds the commands against the guide's. Setup and
the doctor spoke English; keys, codes and times are masked.
"""
_MASKS = (
    (re.compile(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5})+"), "•••••-•••••"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "•••"),
    (re.compile(r"\bage1[0-9a-z]{58}\b"), "age1•••"),
    (re.compile(r"\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+"), "+•••"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?\+09:00|Z)?"), "YYYY-MM-DD hh:mm:ss"),
)


def page(typed: list[tuple[str, str]]) -> str:
    """`typed`: each command as it stands in the guide, and what was said."""
    return "\n".join([_ABOUT, *(f"```console\n# {command}\n{_masked(said)}```\n" for command, said in typed)])


def _masked(said: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in masked(said, _MASKS).splitlines() if line.strip())
