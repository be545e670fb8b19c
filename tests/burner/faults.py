"""What goes wrong, and where. All values hold until they are set anew; None, False and 0 mean: nothing."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Faults:
    """Block numbers are of 2048 bytes, from 0; a command that touches the block meets the fault.

    `write_error_at`, `read_error_at`: medium error (03/0C/00, 03/11/00), before the block is written or read.
    `removed_at`: when this block is to be written, somebody pulls the tray open, by force if it is locked.
    `removed_reading_at`: the same when it is to be read.
    `lost_from`: this block and all after it are acknowledged and not written; they read as zeros.
    `differs_at`: the block was written well and reads back with one bit changed.
    `close_fails`: whatever would close a track, a session or the disc fails (03/72/00), after all data was taken.
    `removed_closing`: somebody pulls the tray open when that is to be closed.
    `write_protected`: writing, formatting and blanking fail (07/27/00).
    `seconds_per_block`: how long the drive takes for each block that it writes.
    `looks_until_blank`: how often it says that it is still blanking or formatting before it has done so.
    `seconds_to_close`: how long for a track, a session or the disc; `Drive.closing` says that it is at it.
    """

    write_error_at: int | None = None
    read_error_at: int | None = None
    removed_at: int | None = None
    removed_reading_at: int | None = None
    lost_from: int | None = None
    differs_at: int | None = None
    close_fails: bool = False
    removed_closing: bool = False
    write_protected: bool = False
    seconds_per_block: float = 0.0
    looks_until_blank: int = 0
    seconds_to_close: float = 0.0
