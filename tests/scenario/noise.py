"""Messages that no door may take, as many as one likes: random, and the same for the same seed.

They are made from the doors' own interfaces, so that a method that is added is among them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from random import Random
from types import UnionType
from typing import Any, get_args, get_origin

from asyncvarlink import FileDescriptor, VarlinkInterface, varlinksignature

# What is well said and names nothing is refused; but not of these, which anyone may ask, or which name nothing, or after
# which a process that does one thing has ended.
FREE = {
    "Greet",
    "Names",
    "NewToken",
    "AdvanceClock",
    "Checkpoint",
    "Receipt",
    "SupplyReceipt",
    "Bays",
    "Ask",
    "Forget",
    "Stop",
    "Grown",
    "Hosts",
    "Weigh",
    "Typeset",
    "Set",
    "Report",
}
EMPTY_OF_NOTHING = {"Handlers", "History"}
ANSWERS = FREE | EMPTY_OF_NOTHING
NAMES = {
    "operator": "nanashi-gonbei",
    "witness": "nanashi-gonbei",
    "consignment": "NANASHI-99",
    "handler": "nanashi",
    "payload": "ab" * 16,
    "transfer": "R1-T-00099",
    "medium": "R1-U-00099",
    "media": "R1-D-00099",
    "notices": "R1-D-00099",
    "incident": "R1-I-00099",
    "masters": "R1-M-00099",
    "bundle": "R1-B-00099",
    "staff": "R1-P-00099",
    "bay": "usb99",
    "certificate": "REHEARSAL-R1-C-00099",
    "paper": "REHEARSAL-R1-S-00099",
    "slip": "REHEARSAL-R1-S-00099",
    "reader": "age1nobody",
    "password": "nobody's password",
    "code": "000000",
    "proof": "000000",
}
NOTHING_BEHIND = NAMES.keys() - {"operator", "witness", "handler", "reader", "password", "code", "proof", "media"}
HOSTILE = (
    "",
    " ",
    "\0",
    "a\0b",
    "\n" * 3,
    "\u202e\u2066",
    "\ufeff",
    "\U0010ffff",
    "e\u0301" * 40,
    "ﷺ" * 200,
    "𠮷野家",
    "../../../../etc/shadow",
    "/dev/sda",
    "'; DROP TABLE medium; --",
    "%s%n{0}{self}$(id)`id`",
    "[" * 400,
    "-1",
    "1e309",
    "null",
    "Ａ" * 3000,
    "x" * 20_000,
)
OF_OTHER_TYPES = (
    None,
    True,
    False,
    0,
    -1,
    2**53 - 1,
    -(2**53) + 1,
    "",
    "x",
    "\0",
    [],
    [[]],
    {},
    {"": 0},
    [None],
    [1, "x"],
)


class Noise:
    """At one door. Some of its people's requests are in sessions that are open: `sessions`."""

    def __init__(self, interface: type[VarlinkInterface], seed: str, sessions: Sequence[str] = ()) -> None:
        self._random = Random(seed)
        self._name = interface.name
        self._sessions = sessions
        signatures = {name: varlinksignature(getattr(interface, name)) for name in dir(interface) if name[0].isupper()}
        self._methods = {
            name: (signature.parameter_type.as_type.__annotations__, signature.more)
            for name, signature in signatures.items()
            if signature is not None
        }

    def answered(self) -> bytes:
        """What is understood, so that the refusal is an answer."""
        method = self._one_of(list(self._methods))
        kinds, more = self._methods[method]
        parameters = {name: self._some(name, kind) for name, kind in kinds.items()}
        change = self._random.randrange(9)
        if change == 0:
            method = self._one_of([f"{method}s", f"X{method}", method.upper(), "X", "Exit0"])
        elif change == 1 or not kinds:
            parameters[self._one_of(["also", "self", "", "__class__", "\0", "session "])] = self._one_of(OF_OTHER_TYPES)
        elif change == 2 and (needed := [name for name, kind in kinds.items() if get_origin(kind) is not UnionType]):
            del parameters[self._one_of(needed)]
        elif change < 6 and not self._is_answered(method, kinds):
            if "session" in kinds:
                parameters["session"] = self._nobodys()
            if texts := [name for name, value in parameters.items() if isinstance(value, str)]:
                parameters[self._one_of(texts)] = self._one_of(HOSTILE)
        elif change > 6 or self._is_answered(method, kinds):
            spoilt = self._one_of(list(kinds))
            parameters[spoilt] = self._unlike(kinds[spoilt])
        return self._message(method, parameters, more=more)

    def cut_off(self) -> bytes:
        """What can't be understood, after which nothing can."""
        good = self.answered()[:-1]
        at = self._random.randrange(len(good))
        return self._one_of(_SPOILT)(good, at, self._random) + b"\0"

    def _is_answered(self, method: str, kinds: Mapping[str, Any]) -> bool:
        return method in ANSWERS or ("session" in kinds and not kinds.keys() & NOTHING_BEHIND)

    def _message(self, method: str, parameters: Mapping[str, Any], *, more: bool) -> bytes:
        whole = {"method": f"{self._name}.{method}", "parameters": parameters} | ({"more": True} if more else {})
        return json.dumps(whole, ensure_ascii=self._random.random() < 0.5).encode() + b"\0"

    def _one_of(self, values: Sequence[Any]) -> Any:
        return values[self._random.randrange(len(values))]

    def _nobodys(self) -> str:
        return self._one_of(["", "0" * 64, f"{self._random.getrandbits(256):064x}"])

    def _some(self, name: str, kind: Any) -> Any:
        """A value of this kind, for a field of this name."""
        if name == "session":
            return self._one_of([self._nobodys(), *self._sessions])
        if get_origin(kind) is UnionType:
            return self._some(name, _sure(kind)) if self._random.random() < 0.5 else None
        if kind is str:
            return NAMES.get(name, "x")
        if kind is bool:
            return self._random.random() < 0.5
        if kind in (int, FileDescriptor):
            return self._random.randrange(100)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return self._one_of(list(kind)).name
        if is_dataclass(kind):
            return {each.name: self._some(each.name, each.type) for each in fields(kind)}
        if get_origin(kind) is list:
            return [self._some(name, get_args(kind)[0]) for _ in range(self._random.randrange(3))]
        raise TypeError(kind)

    def _unlike(self, kind: Any) -> Any:
        """A value that this kind has none of."""
        if get_origin(kind) is UnionType:
            return self._unlike_sure(_sure(kind), None)
        return self._unlike_sure(kind)

    def _unlike_sure(self, kind: Any, *but: Any) -> Any:
        if is_dataclass(kind) and self._random.random() < 0.7:
            inner = self._one_of(fields(kind))
            whole = self._some("", kind)
            return (
                whole | {inner.name: self._unlike(inner.type)}
                if self._random.random() < 0.5
                else _without(whole, inner)
            )
        if get_origin(kind) is list and self._random.random() < 0.7:
            return [*self._some("", kind), self._unlike(get_args(kind)[0])]
        return self._one_of([each for each in OF_OTHER_TYPES if not _may_be(each, kind) and each not in but])


def _sure(kind: Any) -> Any:
    return next(each for each in get_args(kind) if each is not type(None))


def _may_be(value: Any, kind: Any) -> bool:
    if get_origin(kind) is list:
        return isinstance(value, list)
    return type(value) is {bool: bool, int: int, str: str}.get(kind, object)


def _without(whole: dict[str, Any], field: Any) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name != field.name}


def _set(good: bytes, text: bytes) -> bytes:
    """With this in place of one value, as it stands there."""
    head, _, _ = good.partition(b'"parameters": ')
    return head + b'"parameters": {"session": ' + text + b"}}"


_SPOILT = (
    lambda good, at, random: good[:at],
    lambda good, at, random: good[:at] + b"\0" + good[at:],
    lambda good, at, random: good + good[at:],
    lambda good, at, random: random.randbytes(at),
    lambda good, at, random: good[:at] + bytes([0x80 | good[at]]) + good[at:],
    lambda good, at, random: good[:-1] + b"," + good[1:],
    lambda good, at, random: b"[" + good + b"]",
    lambda good, at, random: b"[" * at * 100,
    lambda good, at, random: _set(good, b'{"a":' * (at + 17) + b"0" + b"}" * (at + 17)),
    lambda good, at, random: _set(good, b'"\\u%04x"' % random.randrange(0xD800, 0xE000)),
    lambda good, at, random: _set(good, b'"\xed\xa0\x80"'),
    lambda good, at, random: _set(good, b"%d" % (2**53 + at)),
    lambda good, at, random: _set(good, b"-" + b"9" * (at + 17)),
    lambda good, at, random: _set(good, random.choice((b"0.5", b"1e3", b"NaN", b"-Infinity", b"01", b"'x'", b"x"))),
    lambda good, at, random: good.replace(
        b".v1.", random.choice((b".v1.x", b".v1.\\u0000", b".v1.__init__", b".v1._", b"..")), 1
    ),
    lambda good, at, random: b'{"method": 5, "parameters": {}}',
    lambda good, at, random: b'{"method": "a.B", "parameters": []}',
    lambda good, at, random: b'{"parameters": {}}',
    lambda good, at, random: b"{}",
)
