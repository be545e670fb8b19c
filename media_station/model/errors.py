"""The one family of errors. A code is stable; the words for it stand in texts/ja.toml and texts/en.toml."""

import re
from collections.abc import Mapping
from types import MappingProxyType

_CODE = re.compile(r"[A-Z]{3}-[0-9]{3}")

Parameter = str | int


class StationError(Exception):
    """What a person or a script is told: a code and parameters, never personal data, never a secret."""

    exit_code = 1

    def __init__(self, code: str, /, **parameters: Parameter) -> None:
        if not _CODE.fullmatch(code):
            raise ValueError(f"not an error code: {code!r}")
        super().__init__(code)
        self.code = code
        self.parameters: Mapping[str, Parameter] = MappingProxyType(parameters)

    def __str__(self) -> str:
        shown = " ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.code} {shown}".rstrip()


class Refused(StationError):
    """The station will not do this; nothing was changed. The text says what to do next."""

    exit_code = 3


class MediaFault(StationError):
    """A medium or a drive did not do what it should have; the medium is not to be trusted."""

    exit_code = 4


class IntegrityViolation(StationError):
    """Something that must not change has changed: journal, vault, signature. Work stops."""

    exit_code = 5


class PeerFault(StationError):
    """The other end of a door or of the network broke the rules or is not there."""

    exit_code = 6
