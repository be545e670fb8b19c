#!/usr/bin/env python3
"""Writes the offline pages anew from their sources, each one file that needs nothing else; `--check` only compares.

The same sources give the same bytes. A page may run its own scripts, known by their hashes, and nothing more: no other
script, no network, no form. What a finding says is scripts/verify_journal.py's own text.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "media_station" / "pages"
SUMS = PAGES / "SHA256SUMS"


def source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def texts() -> str:
    """{name: [English, Japanese]}"""
    script = (ROOT / "scripts" / "verify_journal.py").read_text(encoding="utf-8")
    (block,) = re.findall(r'^TEXTS = """\n(.*?)^"""', script, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^([a-z-]+): (.*)\n    (.*)$", block, re.MULTILINE)
    return json.dumps({name: [en, ja] for name, en, ja in found}, ensure_ascii=False, separators=(",", ":"))


def verify_page() -> str:
    """VERIFY.html: a journal, a head, a copy, papers, in a browser without network."""
    read = {path.name: path.read_text(encoding="utf-8") for path in (PAGES / "verify").iterdir()}
    style, *scripts = (read[name] for name in ("page.css", "journal.js", "paper.js", "page.js"))
    policy = (
        f"default-src 'none'; script-src {' '.join(map(source, scripts))}; style-src {source(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {"policy": policy, "style": style, "texts": texts(), "journal": scripts[0]}
    parts |= {"paper": scripts[1], "page": scripts[2]}
    return re.sub(r"\{(policy|style|texts|journal|paper|page)\}", lambda name: parts[name[1]], read["page.html"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page isn't what it would be")
    asked = parser.parse_args()
    pages = {"VERIFY.html": verify_page()}
    sums = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(pages.items()))
    written = {PAGES / name: text for name, text in pages.items()} | {SUMS: sums}
    stale = [path for path, text in written.items() if not path.exists() or path.read_bytes() != text.encode()]
    for path in stale:
        print(f"{'stale' if asked.check else 'written'}: {path.relative_to(ROOT)}")
        if not asked.check:
            path.write_bytes(written[path].encode())
    return 1 if stale and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
