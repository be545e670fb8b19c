"""In clamd's place where a supply is tried: it tells a number and a day of patterns that find the canary. A real database
with a day bears its makers' signature.
"""

import socket
import subprocess
import sys
import time
from pathlib import Path

CANARY = b"NEWER-CANARY-7F3A".hex()
DAY = b"/27800/Tue Nov 24 09:00:00 2026\0"

config = Path(sys.argv[1].removeprefix("--config-file="))
folder, text = config.parent, config.read_text()
patterns = Path(text.partition("DatabaseDirectory ")[2].splitlines()[0])
dated = any(CANARY in each.read_text() for each in patterns.iterdir())
(folder / "real.conf").write_text(text.replace("clamd.sock", "real.sock"))
subprocess.Popen(["/opt/real_clamd", f"--config-file={folder / 'real.conf'}"])
while not (folder / "real.sock").exists():
    time.sleep(0.1)
door = socket.socket(socket.AF_UNIX)
door.bind(str(folder / "clamd.sock"))
door.listen()
while True:
    connection, _ = door.accept()
    with connection, socket.socket(socket.AF_UNIX) as real:
        real.connect(str(folder / "real.sock"))
        asked = connection.recv(4096)
        real.sendall(asked)
        answer = b""
        while not answer.endswith(b"\0"):
            answer += real.recv(4096)
        connection.sendall(answer[:-1] + DAY if dated and asked == b"zVERSION\0" else answer)
