"""The guest's end of the virtio-serial port: runs commands, takes and gives files, for the tests on the host.

A request or an answer is one line of JSON; where it has `length`, that many raw bytes follow, in a request compressed.
"""

import json
import os
import subprocess
import zlib
from pathlib import Path

import ordering

from media_station.model.errors import StationError

_PORT = "/dev/virtio-ports/agent"
_started: dict[int, tuple[subprocess.Popen[bytes], Path]] = {}


def _run(asked):
    """To its end: `status`, and what it said."""
    try:
        done = subprocess.run(
            asked["command"], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=asked["seconds"]
        )
    except subprocess.TimeoutExpired as late:
        return {
            "status": -1,
            "said": _text(late.stdout),
            "complained": f"after {asked['seconds']} s\n{_text(late.stderr)}",
        }
    return {"status": done.returncode, "said": _text(done.stdout), "complained": _text(done.stderr)}


def _call(asked):
    """A function of `ordering`: what it returned, or the code of the refusal."""
    try:
        return getattr(ordering, asked["function"])(**asked["arguments"])
    except StationError as error:
        return {"refused": error.code}


def _text(said):
    return (said or b"").decode(errors="replace")


def _start(asked):
    """In the background: its `pid`."""
    said = Path(f"/tmp/started-{len(_started)}")
    with said.open("wb") as out:
        process = subprocess.Popen(asked["command"], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    _started[process.pid] = process, said
    return {"pid": process.pid}


def _look(asked):
    """At one that was started: its `status`, None while it runs, and what it said so far."""
    process, said = _started[asked["pid"]]
    return {"status": process.poll(), "said": said.read_text(errors="replace")}


def main():
    with open(_PORT, "r+b", buffering=0) as port:
        line = b""
        while True:
            came = port.read(1)
            if not came:  # nobody at the other end
                line = b""
                os.sched_yield()
                continue
            if came != b"\n":
                line += came
                continue
            asked, line = json.loads(line), b""
            _answer(port, asked)


def _answer(port, asked):
    answer, body = {}, b""
    try:
        match asked["do"]:
            case "run":
                answer = _run(asked)
            case "start":
                answer = _start(asked)
            case "look":
                answer = _look(asked)
            case "call":
                answer = _call(asked)
            case "put":
                _take(port, Path(asked["path"]), asked["length"])
            case "get":
                body = Path(asked["path"]).read_bytes()
                answer["length"] = len(body)
    except Exception as error:  # noqa: BLE001 - the host says what it was
        answer, body = {"error": repr(error)}, b""
    _write(port, json.dumps(answer).encode() + b"\n" + body)


def _take(port, path, length):
    unpacked = zlib.decompressobj()
    with path.open("wb") as out:
        while length:
            came = port.read(min(length, 1 << 16))
            out.write(unpacked.decompress(came))
            length -= len(came)


def _write(port, data):
    view = memoryview(data)
    while view:
        view = view[port.write(view) :]


main()
