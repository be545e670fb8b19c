"""A program's own log: lines for the system's journal. What becomes true is recorded by the desk, not here."""

from typing import Any, Literal


def log_line(level: Literal["info", "warning"], event: str, **facts: Any) -> None:
    """Structlog takes a tenth of a second to load, and most processes never say a line: the first one loads it."""
    import structlog  # noqa: PLC0415

    getattr(structlog.get_logger(), level)(event, **facts)
