"""A stick's file on the host, and QEMU's nodes over it that make it slow, faulty or read-only."""

from pathlib import Path

MIB = 1 << 20
OLD = b"old data"


class Stick:
    """Full of old data."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        path.write_bytes(OLD * (size // len(OLD)))

    def content(self) -> bytes:
        return self.path.read_bytes()

    def begun(self) -> bool:
        """Whether anything was written to its first block."""
        with self.path.open("rb") as stick:
            return stick.read(4096) != OLD * 512

    def node(self, *, read_only: bool = False) -> dict[str, object]:
        return {"driver": "file", "filename": str(self.path), "read-only": read_only}

    def failing(self, what: str, at: int) -> dict[str, object]:
        """EIO wherever the byte `at` is to be written or read (`what`)."""
        rule = {"event": "none", "iotype": what, "errno": 5, "sector": at // 512, "once": False}
        return {"driver": "blkdebug", "image": self.node(), "inject-error": [rule]}

    def slow(self) -> dict[str, object]:
        """With the throttle group `slow` of `slow_down`."""
        return {"driver": "throttle", "throttle-group": "slow", "file": self.node()}
