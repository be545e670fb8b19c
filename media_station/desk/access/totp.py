"""RFC 6238 codes, each good once: the highest accepted time step is kept, and only a greater one passes.

SHA-1 and six digits, which every hardware token has; periods of 30 and of 60 seconds. A token's drift is not learned.
"""

import base64
import binascii
import re
import unicodedata
from datetime import datetime, timedelta

import pyotp
from pyotp.exceptions import OTPVerificationError

from media_station.model.errors import Refused
from media_station.model.ids import Identity

DIGITS = 6
WINDOW_STEPS = 1
PERIODS_SECONDS = (30, 60)
# RFC 4226 section 4, R6: at least 128 bits, 160 recommended.
SHORTEST_SECRET_BYTES = 16
LONGEST_SECRET_BYTES = 64
NEW_SECRET_CHARACTERS = 32
# A real-time clock that holds local time for UTC is off by the nine hours of Japan.
SEARCHED = timedelta(hours=9, minutes=10)


def new_secret() -> str:
    """160 bits, base32."""
    return pyotp.random_base32(NEW_SECRET_CHARACTERS)


def parse_secret(untrusted_text: str) -> str:
    """A vendor's secret, base32 or hexadecimal, as base32; blanks and hyphens are dropped. Refused ACC-023."""
    typed = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", untrusted_text)).upper().rstrip("=")
    try:
        # What is both is taken for base32: no hexadecimal secret in a hundred thousand has none of 0, 1, 8, 9.
        secret = base64.b32decode(typed + "=" * (-len(typed) % 8))
    except binascii.Error:
        try:
            secret = bytes.fromhex(typed)
        except ValueError:
            raise Refused("ACC-023") from None
    if not SHORTEST_SECRET_BYTES <= len(secret) <= LONGEST_SECRET_BYTES:
        raise Refused("ACC-023")
    return base64.b32encode(secret).decode().rstrip("=")


def parse_period(period_seconds: int) -> int:
    """Refused ACC-023 for a period that no token has."""
    if period_seconds not in PERIODS_SECONDS:
        raise Refused("ACC-023")
    return period_seconds


def uri(secret: str, *, operator: str, identity: Identity) -> str:
    """What a phone scans (Key URI Format): an issuer in ASCII, without the slash that ends a label for some."""
    issuer = f"media-station {identity.station} {identity.epoch}"
    return pyotp.TOTP(secret, digits=DIGITS).provisioning_uri(name=operator, issuer_name=issuer)


def accepted_step(code: str, *, secret: str, period_seconds: int, floor: int, now: datetime) -> int | None:
    """The time step that `code` belongs to, if it is right and greater than `floor`; else None."""
    normal = _digits(code)
    if normal is None or now.timestamp() < WINDOW_STEPS * period_seconds:  # a dead clock begins in 1970
        return None
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=period_seconds)
    try:
        step = totp.verify_and_get_timecode(normal, for_time=now, valid_window=WINDOW_STEPS)
    except OTPVerificationError:
        return None
    return step if step > floor else None


def proven_step(code: str, *, secret: str, period_seconds: int, now: datetime, steps_back: int) -> int | None:
    """At enrolment: the step of a code that shows that the token works, though it was read some steps ago."""
    for back in range(steps_back + 1):
        when = now - timedelta(seconds=back * period_seconds)
        step = accepted_step(code, secret=secret, period_seconds=period_seconds, floor=-1, now=when)
        if step is not None:
            return step
    return None


def offset_seconds(code: str, *, secret: str, period_seconds: int, now: datetime) -> int:
    """How far from the station's time the code is right, 0 if it is in the window or nowhere: to diagnose only."""
    normal = _digits(code)
    if normal is None:
        return 0
    hotp = pyotp.HOTP(secret, digits=DIGITS)
    here = int(now.timestamp()) // period_seconds
    for away in range(WINDOW_STEPS + 1, int(SEARCHED.total_seconds()) // period_seconds + 1):
        for step in (here - away, here + away):
            if step >= 0 and hotp.at(step) == normal:
                return (step - here) * period_seconds
    return 0


def _digits(code: str) -> str | None:
    normal = unicodedata.normalize("NFKC", code).strip()
    return normal if len(normal) == DIGITS and normal.isascii() and normal.isdigit() else None
