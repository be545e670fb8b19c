"""The burner alone: `python -m burner --help`. Lines on stdin are what a hand does: push, pull, fault NAME=VALUE."""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from burner.disc import BLOCK_BYTES, REAL_BLOCKS, Disc
from burner.faults import Faults
from burner.iscsi import LUN, NAME, running
from burner.mmc import Drive

_KINDS = {each.name.lower().replace("_plus_", "+").replace("_", "-"): each for each in REAL_BLOCKS}


def set_fault(faults: Faults, written: str) -> None:
    """`NAME=VALUE`, a number or nothing for none. ValueError for what is no fault."""
    name, equals, value = written.partition("=")
    kinds = {each.name: type(each.default) for each in fields(Faults)}
    if name not in kinds or not equals:
        raise ValueError(f"no fault: {written}; there are {', '.join(kinds)}")
    if kinds[name] is float:
        setattr(faults, name, float(value))
    elif kinds[name] is bool:
        setattr(faults, name, value not in {"", "0"})
    else:
        setattr(faults, name, int(value) if value else None)


def main() -> int:
    parser = argparse.ArgumentParser(prog="burner", description="A DVD burner with a disc in it, as an iSCSI target.")
    parser.add_argument("image", type=Path, help="what is on the disc; made anew unless --closed or --incomplete")
    parser.add_argument("--kind", choices=_KINDS, default="dvd+r")
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--incomplete", action="store_true", help="IMAGE's content is a session on it")
    state.add_argument("--closed", action="store_true", help="IMAGE's content is on it and it is closed")
    parser.add_argument("--mib", type=int, help="its size; that of a DVD-5 if not given")
    parser.add_argument("--slim", action="store_true", help="its tray closes by hand alone")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--port", type=int, default=3260, help="on 127.0.0.1; 0: any")
    asked = parser.parse_args()
    profile = _KINDS[asked.kind]
    blocks = asked.mib * (1 << 20) // BLOCK_BYTES if asked.mib else None
    if asked.incomplete or asked.closed:
        make = Disc.closed if asked.closed else Disc.incomplete
        disc = make(asked.image, profile, asked.image.read_bytes(), blocks)
    else:
        disc = Disc.blank(asked.image, profile, blocks)
    drive = Drive(disc, slim=asked.slim)
    for each in asked.fault:
        set_fault(drive.faults, each)
    with running(drive, asked.port) as port:
        print(f"127.0.0.1:{port} {NAME} LUN {LUN}", flush=True)
        for line in sys.stdin:
            _do(drive, line.strip())
    return 0


def _do(drive: Drive, line: str) -> None:
    match line.split():
        case ["push"]:
            drive.push()
        case ["pull"]:
            drive.pull()
        case ["fault", written]:
            try:
                set_fault(drive.faults, written)
            except ValueError as error:
                print(error, flush=True)
        case _:
            print("push, pull, fault NAME=VALUE; the end of input ends the burner", flush=True)


sys.exit(main())
