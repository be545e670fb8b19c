"""media-station operator: accounts, from the first two administrators to the yearly change of posts."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from media_station.cli import enrolling, output, session
from media_station.cli.operator_pages import PAGES
from media_station.cli.session import SignedIn
from media_station.cli.table_file import read_table
from media_station.model.account_asks import AdoptStaff, ChangePosts, Enrol, ProposeStaff, Renew, Suspend, Unlock
from media_station.model.errors import Refused
from media_station.model.ids import parse_operator
from media_station.model.instant import parse_wall
from media_station.model.operator import Post, Role
from media_station.model.views import OperatorView
from media_station.texts.era import JST
from media_station.texts.nouns import OPERATOR_STATES, ROLES, of
from media_station.texts.prompts import prompt
from media_station.texts.words import event_words

_ABOUT = """職員のアカウント：登録、停止、ロックの解除、認証手段の更新、役割、異動。
手順は、それぞれ media-station operator WHAT --help にあります。password のほかは管理者が行います
（list は監査者も）。アカウントを変えるときは、サインインのあと、新しい認証コードでもう一度
確認します。
Accounts of the staff: enrolment, suspension, unlocking, new factors, roles, transfers of staff.
The steps of each: media-station operator WHAT --help. All but `password` is for administrators
(`list` for auditors too). What changes an account is signed with a new one-time code after the
sign-in."""
_OF_ONE: Final = ("enrol", "recover", "suspend", "unlock", "role")
_ROLES: Final = [role.value for role in Role]
_ROLES_HELP: Final = "\n".join("  ".join((role, *ROLES[role][:1])) for role in _ROLES)
_NAME_HELP: Final = """操作者名：英小文字で始まる3～24文字の英小文字・数字・ハイフン
the operator's name: 3 to 24 of a-z, 0-9 and hyphens, a letter first"""


def arrange(parser: argparse.ArgumentParser) -> None:
    output.explain(parser, _ABOUT, examples=("operator enrol --help", "operator list"))
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    pages = {}
    for name, (summary, about, examples) in PAGES.items():
        pages[name] = what.add_parser(name, help=summary)
        output.explain(pages[name], about, examples=examples)
    for name in _OF_ONE:
        pages[name].add_argument("person", metavar="OPERATOR", help=_NAME_HELP)
    _arrange_enrol(pages["enrol"])
    _arrange_role(pages["role"])
    for name in ("enrol", "recover"):
        enrolling.arrange(pages[name])
    pages["import"].add_argument("file", type=Path, metavar="FILE", help="CSV（CP932・UTF-8）\na CSV, CP932 or UTF-8")
    pages["adopt"].add_argument("number", metavar="NUMBER", help="提案の番号\nthe proposal's number")
    output.arrange_json(pages["list"])
    for page in pages.values():
        session.arrange(page)


def _arrange_enrol(page: argparse.ArgumentParser) -> None:
    page.add_argument(
        "--name", metavar="NAME", default="", help="氏名（異動で待っている人は省略可）\nthe person's name"
    )
    page.add_argument(
        "--role",
        action="append",
        metavar="ROLE",
        choices=_ROLES,
        default=[],
        help=f"役割（繰り返し可。異動で待っている人は省略可）\na role; may be repeated. One of:\n{_ROLES_HELP}",
    )
    _arrange_days(page)
    page.add_argument(
        "--setup",
        action="store_true",
        help="最初の管理者二人だけ：サインインなし\nthe first two administrators: nobody signs in",
    )


def _arrange_role(page: argparse.ArgumentParser) -> None:
    one = page.add_mutually_exclusive_group(required=True)
    roles = f"加える役割\na role to add. One of:\n{_ROLES_HELP}"
    one.add_argument("--add", metavar="ROLE", choices=_ROLES, help=roles)
    one.add_argument("--end", metavar="ROLE", choices=_ROLES, help="終える役割\na role to end")
    _arrange_days(page)
    page.add_argument("--deputy-of", metavar="OPERATOR", default="", help="誰の代理か\nwhose deputy")


def _arrange_days(page: argparse.ArgumentParser) -> None:
    page.add_argument(
        "--from",
        dest="starts",
        metavar="DAY",
        default="",
        help="最初の日、YYYY-MM-DD（省略すると今日）\nthe first day, YYYY-MM-DD; today, if left out",
    )
    page.add_argument(
        "--until",
        metavar="DAY",
        default="",
        help="最後の日、YYYY-MM-DD（省略すると期限なし）\nthe last day, YYYY-MM-DD; none, if left out",
    )


def run(asked: argparse.Namespace) -> int:
    """Refused with what the station says, IDS-001 for what is no operator's name."""
    if asked.what in _OF_ONE:
        parse_operator(asked.person)
    return asyncio.run(_RUN[asked.what](asked))


async def _list(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        rows = await at.all("Operators")
        greeting = await at.greet()
    if asked.json:
        output.print_json(rows)
        return 0
    print(output.heading(greeting, asked.lang))
    print(*_lines(rows, asked.lang), sep="\n")
    return 0


def _lines(rows: Sequence[OperatorView], language: str) -> Iterator[str]:
    names = ("operator", "person", "state", "roles", "token", "recovery_codes", "wrong_attempts")
    columns = [output.column(name, language) for name in names[:-3]]
    columns += [output.column(name, language, right=True) for name in names[-3:]]
    yield from output.listing(columns, [_cells(row, language) for row in rows], language)


def _cells(row: OperatorView, language: str) -> Sequence[str]:
    roles = ", ".join(_shown(post, language) for post in row.posts)
    token = f"{row.token_period_seconds} s" if row.token_period_seconds else "-"
    state = of(OPERATOR_STATES, row.state, language)
    return row.operator, row.person, state, roles, token, str(row.recovery_codes), str(row.wrong_attempts)


def _shown(post: Post, language: str) -> str:
    """A role; with its days unless it is simply held."""
    deputy = prompt("deputy_of", language, operator=post.deputy_of) if post.deputy_of else ""
    days = f" {post.starts}..{post.ends}" if post.ends else ""
    return of(ROLES, post.role.value, language) + deputy + days


def _today(at: SignedIn) -> date:
    return parse_wall(at.greeting.now.wall).astimezone(JST).date()


async def _enrol(asked: argparse.Namespace) -> int:
    entering = session.at_setup if asked.setup else session.signed_in
    async with entering(asked) as at:
        starts = asked.starts or _today(at).isoformat()
        posts = [Post(role=Role(role), starts=starts, ends=asked.until, deputy_of="") for role in asked.role]
        name = asked.name
        if not asked.setup:
            waiting = {row.operator: row for row in await at.all("Operators") if not row.state}
            if asked.person in waiting:
                name, posts = name or waiting[asked.person].person, posts or waiting[asked.person].posts
        ask = Enrol(
            operator=asked.person,
            person=name,
            posts=posts,
            password="",
            token_secret="",
            token_period_seconds=0,
            proof="",
        )
        answer = await enrolling.enrol(at, ask, asked.token)
        enrolling.show_recovery_codes(at, answer.facts["recovery_codes"].split())
    return _said("operator.enrolled", asked.person, asked.lang)


async def _recover(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        ask = Renew(operator=asked.person, password="", token_secret="", token_period_seconds=0, proof="")
        answer = await enrolling.enrol(at, ask, asked.token)
        enrolling.show_recovery_codes(at, answer.facts["recovery_codes"].split())
    return _said("operator.renewed", asked.person, asked.lang)


async def _suspend(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(Suspend(operator=asked.person), fresh=True)
    return _said(answer.action, asked.person, asked.lang)


async def _unlock(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(Unlock(operator=asked.person), fresh=True)
    return _said(answer.action, asked.person, asked.lang)


async def _role(asked: argparse.Namespace) -> int:
    """Refused FLW-002 for someone who isn't there, CLI-013 for a role to end that isn't held, or without its day."""
    async with session.signed_in(asked) as at:
        row = next((row for row in await at.all("Operators") if row.operator == asked.person and row.state), None)
        if row is None:
            raise Refused("FLW-002", number=asked.person)
        posts = list(row.posts)
        if asked.add:
            starts = asked.starts or _today(at).isoformat()
            posts.append(Post(role=Role(asked.add), starts=starts, ends=asked.until, deputy_of=asked.deputy_of))
        else:
            posts = _ended(posts, Role(asked.end), asked.until)
        answer = await at.do(ChangePosts(operator=asked.person, posts=posts), second=True)
    return _said(answer.action, asked.person, asked.lang)


def _ended(posts: Sequence[Post], role: Role, last: str) -> list[Post]:
    """The role's posts cut after this day; one that would only begin after it is dropped."""
    running = [post for post in posts if post.role is role and (not post.ends or post.ends > last)]
    if not running or not last:
        raise Refused("CLI-013")
    cut = [
        Post(role=role, starts=post.starts, ends=last, deputy_of=post.deputy_of)
        for post in running
        if post.starts <= last
    ]
    return [*(post for post in posts if post not in running), *cut]


async def _password(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        password = at.asking.secret(prompt("password", at.language, operator=at.operator))
        new = enrolling.new_password(at, at.operator)
        seconds = session.seconds_left(await at.greet())
        code = at.asking.secret(prompt("fresh_code", at.language, operator=at.operator, seconds=seconds))
        await at.see("ChangePassword", password=password, code=code, new_password=new)
    return _said("operator.renewed", at.operator, asked.lang)


async def _import(asked: argparse.Namespace) -> int:
    lines, sha256 = read_table(asked.file)
    async with session.signed_in(asked) as at:
        answer = await at.do(ProposeStaff(lines=lines, sha256=sha256))
    print(prompt("staff_proposed", asked.lang, **answer.facts))
    return 0


async def _adopt(asked: argparse.Namespace) -> int:
    async with session.signed_in(asked) as at:
        answer = await at.do(AdoptStaff(staff=asked.number), fresh=True)
    print(prompt("staff_adopted", asked.lang, **answer.facts))
    return 0


def _said(action: str, operator: str, language: str) -> int:
    print(f"{operator}: {event_words(action, language)}")
    return 0


_RUN: Final[dict[str, Callable[[argparse.Namespace], Coroutine[None, None, int]]]] = {
    "list": _list,
    "enrol": _enrol,
    "recover": _recover,
    "suspend": _suspend,
    "unlock": _unlock,
    "role": _role,
    "password": _password,
    "import": _import,
    "adopt": _adopt,
}
