"""A real desk in a folder, with people whose accounts are already there."""

import asyncio
import os
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

import pyotp
import pytest

from media_station.cli.standalone.setup import setup_station
from media_station.desk.access import password as passwords
from media_station.desk.access import recovery
from media_station.desk.access.password import Cost
from media_station.desk.access.session import Sessions
from media_station.desk.access.sign_in import sign_in
from media_station.desk.desk import Desk
from media_station.desk.flow.set_clock import advance
from media_station.desk.hands.vault import Account
from media_station.desk.main import open_desk
from media_station.doors.socket import Peer
from media_station.model.asks import AdvanceClock
from media_station.model.errors import Refused
from media_station.model.ids import Identity
from media_station.model.operator import OperatorEnrolled, Post, Role
from media_station.settings import load

PASSWORD = "bunbougu kirin wasabi 47"
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
ME = Peer(pid=os.getpid(), uid=os.getuid(), gid=os.getgid())
STARTS = "2026-01-01"


@dataclass(slots=True, kw_only=True)
class Bench:
    """The desk and what a person at it has. `desk` is another one after a restart."""

    folder: object
    desk: Desk
    sessions: Sessions
    secrets: dict[str, str]
    codes: dict[str, list[str]]

    def restart(self):
        self.desk.ledger.close(self.desk.journal.signer)
        self.desk = opened(self.folder)
        self.sessions = Sessions(self.desk)

    def wait(self, seconds):
        advance(self.desk, AdvanceClock(seconds=seconds))

    def code(self, operator, steps=0):
        """What the token shows, some steps from now."""
        account = self.desk.vault.accounts[operator]
        when = int(self.desk.clock.wall().timestamp()) + steps * account.totp_period
        return pyotp.TOTP(self.secrets[operator], interval=account.totp_period).at(when)

    def wrong_code(self, operator):
        """No step of the day has it."""
        hotp = pyotp.HOTP(self.secrets[operator])
        here = int(self.desk.clock.wall().timestamp()) // 30
        used = {hotp.at(step) for step in range(here - 1200, here + 1200)}
        return next(code for code in (f"{n:06}" for n in range(10_000)) if code not in used)

    def sign_in(self, operator, password=PASSWORD, code=None, peer=ME):
        """The session, or the refusal's code."""

        async def knock():
            typed = self.code(operator) if code is None else code
            return await sign_in(self.desk, self.sessions, peer, operator, password, typed)

        try:
            return asyncio.run(knock())
        except Refused as error:
            return error.code

    def told(self, *kinds):
        return self.desk.ledger.of(*kinds).all(*kinds)


@contextmanager
def cheap_passwords():
    """While the block lasts, hashing costs next to nothing: no setting can say so, only a test can put it in place."""
    nobody = passwords.hashed("nobody has this password", CHEAP)
    whole = passwords.hashed
    with (
        mock.patch.object(passwords, "TODAY", CHEAP),
        mock.patch.object(passwords, "NOBODYS_HASH", nobody),
        mock.patch.object(passwords, "hashed", lambda password, _=CHEAP: whole(password, CHEAP)),
    ):
        yield


def opened(folder) -> Desk:
    return open_desk(load(folder / "station.toml"), lambda _: None)


def post(role, starts=STARTS, ends="", deputy_of=""):
    return Post(role=role, starts=starts, ends=ends, deputy_of=deputy_of)


def put(bench, operator, *roles_or_posts, cost=CHEAP, period=30):
    """An account without its ceremony; hashed cheaply, as an older version may have."""
    desk, salt, codes = bench.desk, recovery.new_salt(), recovery.generate()
    secret = pyotp.random_base32()
    account = Account(
        password_hash=passwords.hashed(PASSWORD, cost),
        totp_secret=secret,
        totp_period=period,
        totp_floor=int(desk.clock.wall().timestamp()) // period - 2,
        recovery_salt=salt,
        recovery_hashes=tuple(recovery.hashed(code, salt) for code in codes),
    )
    posts = tuple(each if isinstance(each, Post) else post(each) for each in roles_or_posts)
    enrolled = OperatorEnrolled(operator=operator, person=f"名前 {operator}", posts=posts, vault_sha256="")
    desk.journal.commit(enrolled, vault=lambda: desk.vault.put_accounts({operator: account}))
    bench.secrets[operator], bench.codes[operator] = secret, codes


def new_bench(folder) -> Bench:
    setup_station(folder, Identity(station="rehearsal", epoch="r1"), issued_by="架空市 税務課", host_certificate=None)
    desk = opened(folder)
    return Bench(folder=folder, desk=desk, sessions=Sessions(desk), secrets={}, codes={})


ADMINISTRATORS = ("kanri-jiro", "kanri-misaki")
OPERATOR, APPROVER = "sousa-hanako", "shonin-ichiro"


def with_staff(bench) -> Bench:
    for name in ADMINISTRATORS:
        put(bench, name, Role.ADMINISTRATOR)
    put(bench, OPERATOR, Role.OPERATOR)
    put(bench, APPROVER, Role.APPROVER)
    return bench


def refusal(doing) -> str:
    with pytest.raises(Refused) as caught:
        asyncio.run(doing)
    return caught.value.code
