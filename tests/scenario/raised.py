"""Where the code raises or records each code; what of it can reach a person at the console."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "media_station"
CODE = re.compile(r"[A-Z]{3}-[0-9]{3}")
# What answers at the people door, and what that passes on from behind it.
BEHIND_THE_DOOR = ("age", "cell", "clock", "desk", "doors", "drive", "model", "patterns", "proof", "update")

# Of these rooms: files, and functions of files, whose refusals nobody at the people door is answered.
ELSEWHERE = {
    "a process starts; nobody is served yet": (
        *("cell/main:main", "clock/main", "desk/main", "doors/sandbox", "doors/socket:users", "drive/main"),
        *("desk/journal/recover", "desk/journal/epoch", "desk/ledger/fold"),
        *("desk/journal/append:Log.recover", "desk/journal/append:Log._nothing", "desk/journal/append:Log._checkpoint"),
        *("desk/hands/disk:Disk.__init__", "desk/hands/keys:load", "desk/hands/keys:_papers"),
        *("desk/hands/vault:Vault.open", "desk/flow/back_up:parse_recipients", "drive/detect:parse_bays"),
        *(
            "drive/spent:Spent.since_ms",
            "patterns/main:main",
            "update/main:main",
            "proof/once",
            "proof/key:Signer.parse",
        ),
    ),
    "root restores a station": ("desk/restore", "model/ids:Identity.following", "proof/backup"),
    "the district host's or the gate's": (
        *("desk/serving/intake", "doors/intake", "desk/flow/release:send", "desk/flow/witness"),
        *("desk/flow/know_host:hear", "proof/cosignature"),
    ),
    "the guard's": ("desk/flow/keep_watch:hear", "doors/findings"),
    "read or verified by a command, a page or a recipient": (
        *("age/scrypt", "age/x25519:X25519Identity.parse", "model/forms"),
        *("proof/attachment", "proof/checkpoint", "proof/merkle", "proof/paper", "proof/prove:prove"),
        *("proof/prove:consistency", "proof/segments", "proof/signature", "proof/succession", "proof/verify"),
        *("proof/withdrawn", "proof/record"),
    ),
    "between programs, when one is broken or isn't ours": (
        *("doors/answering", "doors/caller", "doors/failure", "doors/typed", "doors/wire"),
        *("doors/socket:serve", "doors/socket:listen", "cell/main", "cell/rows:Rules.__init__"),
    ),
    "another refusal's name, where it is looked for": ("cell/review/people_rules", "cell/review/machine_rules"),
}


def sites() -> dict[str, set[str]]:
    """By code: `desk/flow/seal:_told`, without a function where a table has it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCE.rglob("*.py"):
        file = path.relative_to(SOURCE).with_suffix("").as_posix()
        for code, within in _codes(ast.parse(path.read_text(encoding="utf-8")), ""):
            found[code].add(f"{file}:{within}")
    return found


def _codes(node: ast.AST, within: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        inner = within
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{within}.{child.name}".lstrip(".")
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and CODE.fullmatch(child.value):
            yield child.value, within
        yield from _codes(child, inner)


def is_in(site: str, place: str) -> bool:
    return re.match(re.escape(place) + r"($|[/:.])", site) is not None


def at_the_console() -> set[str]:
    places = [place for named in ELSEWHERE.values() for place in named]
    return {
        code
        for code, where in sites().items()
        for site in where
        if site.startswith(tuple(f"{room}/" for room in BEHIND_THE_DOOR)) and not any(is_in(site, p) for p in places)
    }
