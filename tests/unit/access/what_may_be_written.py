"""What may happen at the station, by books of its own: nothing of the product's access or drive is asked.

Plain bookkeeping: who knows which password, which codes were used up, who waits or is locked, who sits at which
session, what a pair of codes still stands for, which order was used. Times are CLOCK_BOOTTIME in milliseconds.
"""

import hmac
from dataclasses import dataclass, field
from datetime import datetime

IDLE_MS, LONGEST_MS = 15 * 60_000, 8 * 3_600_000
ORDER_MS, PERMIT_MS = 300_000, 15 * 60_000
WAITS_MS = [0, 0, 0, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000]
LOCKED_AT = 10


def hotp(secret: bytes, step: int) -> str:
    """RFC 4226, section 5.3."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass(slots=True, kw_only=True)
class Someone:
    secret: bytes
    period: int
    roles: frozenset[str]
    recovery: set[str]
    used: set[int] = field(default_factory=set)
    highest: int = -1
    suspended: bool = False
    locked: bool = False
    wrong: int = 0
    wrong_at: tuple[str, int] = ("", 0)

    def shows(self, wall: datetime, steps: int = 0) -> str:
        return hotp(self.secret, int(wall.timestamp()) // self.period + steps)

    @property
    def able(self) -> bool:
        return not self.suspended and not self.locked


@dataclass(slots=True, kw_only=True)
class Sitting:
    """A session."""

    who: str
    began: int
    used: int
    permits: dict = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Permitted:
    second: str
    transfer: str
    media: set[str]
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An order that the desk gave out: for whom, for what, and until when it may begin."""

    number: str
    boot: str
    issued: int
    action: str
    medium: str
    bay: str
    inserted: int


class Oracle:
    def __init__(self, people: dict[str, Someone], two_person: set[str]) -> None:
        self.people = people
        self.two_person = two_person
        self.sittings: dict[str, Sitting] = {}
        self.transfers: dict[str, str] = {}
        self.homes: dict[str, str] = {}
        self.states: dict[str, str] = {}
        self.bays: dict[str, int] = {}
        self.given: dict[str, Given] = {}
        self.spent: set[str] = set()
        self.boot, self.now, self.noted_since = "", 0, 0
        self.wall: datetime | None = None
        self.latest: datetime | None = None

    # What people do wrong.

    def _code(self, who: str, typed: str) -> int | str | None:
        """The step or the recovery code that this is and that is still good."""
        person = self.people[who]
        if typed in person.recovery:
            return typed
        here = int(self.wall.timestamp()) // person.period
        for step in (here - 1, here, here + 1):
            if hotp(person.secret, step) == typed and step > person.highest:
                assert step not in person.used
                return step
        return None

    def _use(self, who: str, code: int | str) -> None:
        person = self.people[who]
        if isinstance(code, str):
            person.recovery.remove(code)
        else:
            person.used.add(code)
            person.highest = code
        person.wrong = 0

    def _must_wait(self, who: str) -> bool:
        person = self.people[who]
        if person.locked:
            return True
        boot, at = person.wrong_at
        passed = self.now - at if boot == self.boot else self.now
        return passed < WAITS_MS[min(person.wrong, len(WAITS_MS) - 1)]

    def _is_wrong(self, who: str) -> None:
        person = self.people[who]
        person.wrong += 1
        person.wrong_at = (self.boot, self.now)
        spare = "administrator" not in person.roles or sum("administrator" in p.roles for p in self._able()) > 2
        if person.wrong >= LOCKED_AT and person.able and spare:
            person.locked = True

    def _able(self) -> list[Someone]:
        return [each for each in self.people.values() if each.able]

    def both(self, who: str, right_password: bool, typed: str) -> int | str | None:
        """Both factors at once; what is wrong is counted."""
        if self._must_wait(who):
            return None
        code = self._code(who, typed)
        if not self.people[who].able or not right_password or code is None:
            self._is_wrong(who)
            return None
        return code

    # Sessions.

    def signs_in(self, who: str, right_password: bool, typed: str) -> bool:
        code = self.both(who, right_password, typed)
        if code is None or not self.people[who].roles:
            return False
        self._use(who, code)
        for token in list(self.sittings):
            self.sitting(token, touch=False)
        return True

    def sits(self, token: str, who: str) -> None:
        self.sittings[token] = Sitting(who=who, began=self.now, used=self.now)

    def sitting(self, token: str, *, touch: bool = True) -> Sitting | None:
        found = self.sittings.get(token)
        if found is None:
            return None
        person = self.people[found.who]
        over = self.now - found.began > LONGEST_MS or self.now - found.used > IDLE_MS
        if over or not person.able or not person.roles:
            del self.sittings[token]
            return None
        if touch:
            found.used = self.now
        return found

    # What needs codes.

    def may(self, token: str, action: str, code: str | None, second) -> tuple[Sitting, str, Permitted | None] | None:
        """Who may now give this kind of order, beside whom; codes are used up. `second`: (name, right password, code)."""
        found = self.sitting(token)
        if found is None or "operator" not in self.people[found.who].roles or self.wall < self.latest:
            return None
        if not code and second is None:
            permitted = found.permits.get(action)
            if permitted is None or self.now > permitted.until or not permitted.media:
                return None
            beside = self.people.get(permitted.second)
            if beside is not None and not (beside.able and "approver" in beside.roles):
                found.permits.pop(action)
                return None
            return found, permitted.second, permitted
        found.permits.pop(action, None)
        return self.step_up(found, action, code, second)

    def step_up(self, found: Sitting, action: str, code: str | None, second) -> tuple[Sitting, str, None] | None:
        if not code:
            return None
        codes = []
        if action in self.two_person:
            if second is None or second[0] == found.who:
                return None
            theirs = self.both(*second)
            if theirs is None or "approver" not in self.people[second[0]].roles:
                return None
            codes.append((second[0], theirs))
        if self._must_wait(found.who):
            return None
        mine = self._code(found.who, code)
        if mine is None:
            self._is_wrong(found.who)
            return None
        for who, each in [*codes, (found.who, mine)]:
            self._use(who, each)
        return found, codes[0][0] if codes else "", None

    def permits(self, token: str, action: str, transfer: str, code: str | None, second) -> bool:
        """One pair of codes for what waits; nothing is used up where nothing waits."""
        found = self.sitting(token)
        waiting = {m for m, t in self.transfers.items() if t == transfer and self.states[m] == "sealed"}
        if found is None or "operator" not in self.people[found.who].roles or self.wall < self.latest or not waiting:
            return False
        granted = self.step_up(found, action, code, second)
        if granted is None:
            return False
        found.permits[action] = Permitted(
            second=granted[1], transfer=transfer, media=waiting, until=self.now + PERMIT_MS
        )
        return True

    def orders(self, token: str, action: str, medium: str, bay: str, code: str | None, second) -> str | None:
        """The second person's name (or empty) if this order may be given, else None."""
        granted = self.may(token, action, code, second)
        due = {"write": "sealed", "erase": "stock"}[action]
        if granted is None or self.states[medium] != due or self.homes[medium] != bay:
            return None
        permitted = granted[2]
        if permitted is not None:
            if self.transfers.get(medium) != permitted.transfer or medium not in permitted.media:
                return None
            permitted.media.remove(medium)
        return granted[1]

    # The drive.

    def begins(self, number: str, action: str, bay: str, *, untouched: bool, right_image: bool) -> bool:
        """Whether an order that is shown to the drive may begin; from now on it is used."""
        given = self.given[number]
        if not untouched:
            return False
        fresh = number not in self.spent
        self.spent.add(number)
        return (
            fresh
            and given.boot == self.boot
            and self.noted_since <= given.issued <= self.now <= given.issued + ORDER_MS
            and (given.action, given.bay, given.inserted) == (action, bay, self.bays[bay])
            and right_image
        )

    def restarts(self) -> None:
        self.sittings.clear()
