"""RFC 6238 codes, each good once: the highest accepted time step is kept, and only a greater one passes."""

import unicodedata
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

DIGITS = 6
WINDOW_STEPS = 1


def new_secret() -> str:
    """160 bits, base32 (RFC 4226 section 4, R6)."""
    return pyotp.random_base32(32)


def accepted_step(code: str, *, secret: str, period_seconds: int, floor: int, now: datetime) -> int | None:
    """The time step that `code` belongs to, if it is right and greater than `floor`; else None."""
    normal = unicodedata.normalize("NFKC", code).strip()
    if len(normal) != DIGITS or not normal.isascii() or not normal.isdigit():
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=period_seconds)
    try:
        step = totp.verify_and_get_timecode(normal, for_time=now, valid_window=WINDOW_STEPS)
    except OTPVerificationError:
        return None
    return step if step > floor else None
