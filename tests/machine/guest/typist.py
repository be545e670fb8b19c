"""Types a command at a terminal of its own, and answers its questions: the last argument is JSON, a list of pairs.

Each pair is a pattern, and what is typed then: a text, or {"copied": PATTERN} (the first group of what was shown last),
or {"code_of": SECRET} (what a token shows now; without a secret, that of the key on the screen). Prints all that was shown.
"""

import codecs
import json
import os
import pty
import re
import sys
import time

sys.path.insert(0, "/usr/lib/media-station")
import pyotp

KEY = r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})"


def answer(given, shown: str) -> str:
    if isinstance(given, str):
        return given
    if "copied" in given:
        return re.findall(given["copied"], shown)[-1]
    secret = given["code_of"] or re.findall(KEY, shown)[-1].replace(" ", "")
    return pyotp.TOTP(secret, interval=given.get("period", 30)).at(time.time())


def main() -> int:
    *command, answers = sys.argv[1:]
    pid, terminal = pty.fork()
    if not pid:
        os.execvpe(command[0], command, os.environ | {"LANG": "en_US.UTF-8", "PYTHONUTF8": "1"})
    shown = since = ""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")  # a piece may end within a character
    waiting = json.loads(answers)
    while True:
        try:
            piece = os.read(terminal, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        text = decoder.decode(piece)
        shown += text
        since += text
        if waiting and re.search(waiting[0][0], since):
            os.write(terminal, answer(waiting.pop(0)[1], shown).encode() + b"\n")
            since = ""
    print(shown.replace("\r", ""))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) or (5 if waiting else 0)


sys.exit(main())
