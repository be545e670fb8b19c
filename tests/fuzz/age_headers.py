"""Age headers by coverage: `python tests/fuzz/age_headers.py -runs=1000000`; further options are libFuzzer's.

Needs atheris, which isn't in the lock (it is needed for nothing else): a virtual environment of its own with `atheris`
and `cryptography` of the lock's version will do. A crash, a hang of ten seconds or more than 256 MiB end it, with the
input in a file. The suite's own part is tests/unit/age/test_age_fuzzed.py.
"""

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
with atheris.instrument_imports():
    from checked_header import check_header

WORDS = ("-> X25519 ", "-> scrypt ", "--- ", "\\x0a", "A" * 43, "A" * 64, "A" * 22, " 15", " 30", "=", "\\x0d", "-> ")
taken = 0
tried = 0


def one(raw: bytes) -> None:
    global taken, tried  # noqa: PLW0603
    tried += 1
    taken += check_header(raw)
    if tried % 100_000 == 0:
        print(f"{tried} headers, {taken} of them taken", file=sys.stderr)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        seeds, words = Path(folder) / "seeds", Path(folder) / "words"
        seeds.mkdir()
        for vector in (ROOT / "tests" / "vectors" / "cctv-age").iterdir():
            (seeds / vector.name).write_bytes(vector.read_bytes().partition(b"\n\n")[2][:2000])
        words.write_text("".join(f'"{word}"\n' for word in WORDS))
        limits = ["-timeout=10", "-rss_limit_mb=256", "-max_len=70000", f"-dict={words}"]
        atheris.Setup([*sys.argv, *limits, str(seeds)], one)
        atheris.Fuzz()


main()
