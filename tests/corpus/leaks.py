"""Where a text stands in what was said or left behind, in any of the forms in which programs write texts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SHORT = 2  # cells up to this length say nothing


def forms(text: str) -> set[bytes]:
    """As bytes of either encoding, as JSON with and without escapes, once and twice, and as Python shows bytes."""
    escaped = json.dumps(text)[1:-1]
    found = {text, json.dumps(text, ensure_ascii=False)[1:-1], escaped, json.dumps(escaped)[1:-1], repr(text)[1:-1]}
    raw = {text.encode("utf-8", "surrogatepass")}
    try:
        raw.add(text.encode("cp932"))
    except UnicodeEncodeError:
        pass
    return {each.encode("utf-8", "surrogatepass") for each in found} | raw | {repr(each)[2:-1].encode() for each in raw}


def leaks(said: Mapping[str, bytes], texts: Iterable[str]) -> list[tuple[str, str]]:
    """Each text of more than two characters that stands anywhere: where, and which."""
    found = []
    for text in sorted({each for each in texts if len(each) > SHORT}):
        looked_for = forms(text)
        found += [(where, text) for where, content in said.items() if any(form in content for form in looked_for)]
    return found


def left_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file beneath a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
