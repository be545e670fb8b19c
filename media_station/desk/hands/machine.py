"""What the guard reported last; gone with the process, since only what is so now can be adopted."""

from dataclasses import dataclass


@dataclass(slots=True)
class Machine:
    """`seen` is empty until it has reported."""

    seen: tuple[str, ...] = ()
