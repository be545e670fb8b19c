"""What a person does at the administrator's terminal to get an account, or new factors: a password, a token, its code.

The administrator turns away while the person types; the password is asked for twice and shown to nobody.
"""

import argparse
import io
from dataclasses import fields, replace
from typing import Final

import segno

from media_station.cli.asking import Terminal
from media_station.cli.session import SignedIn
from media_station.model.account_asks import Enrol, Renew
from media_station.model.errors import Refused
from media_station.model.views import Answer, Token
from media_station.texts.prompts import prompt
from media_station.texts.texts import tell

PHONE: Final = "phone"
PHONE_SECONDS: Final = 30
_TRIES: Final = 3
_OF_THE_PASSWORD: Final = frozenset({"ACC-001", "ACC-020"})
_OF_THE_TOKEN: Final = frozenset({"ACC-023", "ACC-024", "ACC-025"})
_ONLY_THE_CODES_ARE_MISSING: Final = "ACC-012"
_CLEAR: Final = "\033[2J\033[3J\033[H"  # the screen and what scrolled off it (ECMA-48 ED, xterm)


def arrange(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--token",
        choices=(PHONE, "30", "60"),
        default=PHONE,
        help="phone: 携帯電話（QRコードを表示）\n"
        "30, 60: ハードウェアトークンとその周期（秒）。秘密鍵は納品書のとおりに、\n"
        "　　　　端末から入力します（16進数またはBase32）\n"
        "phone: a QR code is shown. 30, 60: a hardware token and its period in\n"
        "seconds; its secret is typed at the terminal as on the vendor's sheet\n"
        "(hexadecimal or base32). default: phone",
    )


async def enrol(at: SignedIn, ask: Enrol | Renew, token: str) -> Answer:
    """Everything but the codes first: what the person got wrong is asked for again, before anyone's code is burnt.

    At setup nobody signs; else the administrator's code and the second person's factors follow.
    """
    ask = await _with_token(at, _with_password(at, ask), token)
    for left in reversed(range(_TRIES)):
        try:
            return await _call(at, ask)
        except Refused as error:
            if error.code == _ONLY_THE_CODES_ARE_MISSING:
                break
            if not left or error.code not in _OF_THE_PASSWORD | _OF_THE_TOKEN or not isinstance(at.asking, Terminal):
                raise
            at.asking.tell(tell(error))
            again = error.code in _OF_THE_PASSWORD
            ask = _with_password(at, ask) if again else await _with_token(at, ask, token)
    return await at.do(ask, second=True)


async def _call(at: SignedIn, ask: Enrol | Renew) -> Answer:
    parameters = {each.name: getattr(ask, each.name) for each in fields(ask)}
    answer: Answer = await at.caller.call(type(ask).__name__, session=at.session, code=None, second=None, **parameters)
    return answer


def _with_password(at: SignedIn, ask: Enrol | Renew) -> Enrol | Renew:
    return replace(ask, password=new_password(at, ask.operator))


def new_password(at: SignedIn, operator: str) -> str:
    """Typed twice; Refused CLI-012 if it was never the same."""
    for _ in range(_TRIES):
        typed = at.asking.secret(prompt("new_password", at.language, operator=operator))
        if at.asking.secret(prompt("once_more", at.language)) == typed:
            return typed
        at.asking.tell(prompt("not_the_same", at.language))
    raise Refused("CLI-012")


async def _with_token(at: SignedIn, ask: Enrol | Renew, token: str) -> Enrol | Renew:
    """The secret in the phone, or of the hardware token; and a code that it shows."""
    if token == PHONE:
        period, new = PHONE_SECONDS, await _new_token(at, ask.operator)
        secret = new.secret
        at.asking.tell(_qr_code(new.uri))
        at.asking.tell(prompt("scan", at.language, secret=_in_fours(secret)))
    else:
        period, secret = int(token), at.asking.secret(prompt("token_secret", at.language))
    proof = at.asking.secret(prompt("proof", at.language, operator=ask.operator))
    return replace(ask, token_secret=secret, token_period_seconds=period, proof=proof)


async def _new_token(at: SignedIn, operator: str) -> Token:
    token: Token = await at.caller.call("NewToken", operator=operator)
    return token


def _qr_code(uri: str) -> str:
    """In half blocks, so that it fits thirty lines."""
    drawn = io.StringIO()
    segno.make(uri, error="l").terminal(drawn, border=2, compact=True)
    return drawn.getvalue()


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def show_recovery_codes(at: SignedIn, codes: list[str]) -> None:
    """Once. On a terminal they go away when the person has them on paper; a script gets them on standard output."""
    lines = [f"  {number:2}  {code}" for number, code in enumerate(codes, start=1)]
    if not isinstance(at.asking, Terminal):
        print(*codes, sep="\n")
        return
    at.asking.tell("\n".join((prompt("recovery_codes", at.language), *lines)))
    at.asking.name(prompt("noted_down", at.language))
    at.asking.tell(_CLEAR)
