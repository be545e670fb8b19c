#!/usr/bin/env python3
"""Writes the offline pages anew from their sources, each one file that needs nothing else; `--check` only compares.

The same sources give the same bytes. A page may run its own scripts, known by their hashes, and nothing more: no other
script, no network, no form. What a finding says is scripts/verify_journal.py's own text. esbuild bundles OPEN.html and
SEAL.html from packages that scripts/pages/package-lock.json pins by their hashes; scripts/environment.sh installs them.
"""

import argparse
import base64
import hashlib
import html
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "media_station" / "pages"
SUMS = PAGES / "SHA256SUMS"
PACKAGES = ROOT / "scripts" / "pages" / "node_modules"
UNUSED = ("@noble/post-quantum/hybrid.js", "@noble/curves/nist.js")
SHELL = re.compile(r"\{(policy|title|style|body|licences|work|page)\}")


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


def bundled(entry: str, *options: str) -> tuple[str, set[str]]:
    """One script, and the packages that are in it."""
    alias = [f"--alias:{name}={PAGES / 'shared' / 'none.js'}" for name in UNUSED]
    with tempfile.TemporaryDirectory() as folder:
        script, inputs = Path(folder) / "script.js", Path(folder) / "inputs.json"
        fixed = ("--bundle", "--format=iife", "--charset=utf8", "--target=es2022", "--legal-comments=none")
        written = (f"--outfile={script}", f"--metafile={inputs}", "--log-level=warning")
        command = (PACKAGES / ".bin" / "esbuild", PAGES / entry, *fixed, *alias, *options, *written)
        subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"NODE_PATH": str(PACKAGES)})
        names = json.loads(inputs.read_text(encoding="utf-8"))["inputs"]
        used = {found[1] for name in names if (found := re.search(r"node_modules/((?:@[^/]+/)?[^/]+)/", name))}
        return script.read_text(encoding="utf-8"), used


def licences(packages: set[str]) -> str:
    """Each package's name and version with the text that must go with it."""
    told = []
    for name in sorted(packages):
        version = json.loads((PACKAGES / name / "package.json").read_text(encoding="utf-8"))["version"]
        text = (PACKAGES / name / "LICENSE").read_text(encoding="utf-8").strip()
        told.append(f"{name} {version}\n\n{text}\n")
    return "\n\n".join(told)


def kit_page(name: str, title: str) -> tuple[str, set[str]]:
    """A page with a worker: media_station/pages/<name> over shared/. Also the packages in it."""
    page, _ = bundled(f"{name}/page.js")
    work, packages = bundled(f"{name}/work.js", "--minify")
    style = (PAGES / "shared" / "page.css").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; script-src {source(page)}; style-src {source(style)}; worker-src blob:; "
        "base-uri 'none'; form-action 'none'"
    )
    body = (PAGES / name / "body.html").read_text(encoding="utf-8")
    parts = {"policy": policy, "title": title, "style": style, "body": body, "work": work, "page": page}
    parts["licences"] = html.escape(licences(packages))
    shell = (PAGES / "shared" / "page.html").read_text(encoding="utf-8")
    return SHELL.sub(lambda found: parts[found[1]], shell), packages


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page isn't what it would be")
    asked = parser.parse_args()
    opener, packages = kit_page("open", "媒体のファイルを開く / Open a medium's file")
    sealer, more = kit_page("seal", "ステーションへ封をして送る / Seal to the station")
    pages = {"OPEN.html": opener, "SEAL.html": sealer, "VERIFY.html": verify_page()}
    sums = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(pages.items()))
    written = {PAGES / name: text for name, text in pages.items()} | {SUMS: sums}
    written[PAGES / "LICENSES.txt"] = licences(packages | more)
    stale = [path for path, text in written.items() if not path.exists() or path.read_bytes() != text.encode()]
    for path in stale:
        print(f"{'stale' if asked.check else 'written'}: {path.relative_to(ROOT)}")
        if not asked.check:
            path.write_bytes(written[path].encode())
    return 1 if stale and asked.check else 0


if __name__ == "__main__":
    sys.exit(main())
