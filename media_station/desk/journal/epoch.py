"""The first records of an epoch: the one append that no desk makes, since no desk runs before it."""

import os
from pathlib import Path

from media_station.desk.hands.durably import replace_durably, sync
from media_station.model.errors import IntegrityViolation
from media_station.model.event import Event
from media_station.model.ids import Identity
from media_station.model.instant import Instant
from media_station.model.station import StationRestored
from media_station.proof.checkpoint import Checkpoint, parse_unsigned, sign
from media_station.proof.key import Signer
from media_station.proof.merkle import Tree, leaf_hash
from media_station.proof.record import encode
from media_station.proof.segments import CHECKPOINT, SUFFIX, lines, segments


def begin(
    directory: Path, event: StationRestored, *more: Event, at: Instant, identity: Identity, signer: Signer
) -> None:
    """`directory` holds a former epoch's verified journal with its checkpoint; afterwards the new key's covers it, and
    what happened with its beginning.

    IntegrityViolation JNL-002 if the lines aren't exactly those of the former checkpoint.
    """
    whole = [each for each in segments(directory) if each.stat().st_size]
    tree = Tree(leaf_hash(line[:-1]) for each in whole for line in lines(each))
    former = parse_unsigned(event.former_checkpoint.encode())
    if (tree.size, tree.root()) != (former.size, former.root):
        raise IntegrityViolation("JNL-002")
    made = [
        encode(each, sequence=number, identity=identity, key_id=signer.key_id, at=at, actor="")
        for number, each in enumerate((event, *more), start=tree.size)
    ]
    day = max([at.wall[:10], *(each.stem for each in whole)])
    segment = directory / f"{day}{SUFFIX}"
    with segment.open("ab") as file:
        file.writelines(line + b"\n" for line in made)
        file.flush()
        os.fsync(file.fileno())
    sync(directory)
    for line in made:
        tree.append(leaf_hash(line))
    head = Checkpoint(origin=identity.origin, size=tree.size, root=tree.root())
    replace_durably(directory / CHECKPOINT, sign(head, signer))
