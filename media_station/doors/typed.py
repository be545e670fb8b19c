"""From JSON to the types that an interface names, with nothing let pass that Python alone would take."""

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin

from asyncvarlink import FileDescriptorArray
from asyncvarlink.conversion import ConversionError, FileDescriptorVarlinkType, ObjectVarlinkType

from media_station.model.errors import PeerFault


def typed(kind: ObjectVarlinkType, untrusted: Any, descriptors: FileDescriptorArray | None) -> dict[str, Any]:
    """The named values. PeerFault DOR-017 if one is missing, too many or of another type; a type's own Refused."""
    try:
        values: dict[str, Any] = kind.fromjson(untrusted, {FileDescriptorVarlinkType: descriptors})
    except (ConversionError, ValueError, TypeError, LookupError) as error:
        raise PeerFault("DOR-017") from error
    types = kind.as_type.__annotations__
    if any(_is_disguised(value, types[name]) for name, value in values.items()):
        raise PeerFault("DOR-017")
    return values


def _is_disguised(value: object, kind: Any) -> bool:
    """A truth value where a number belongs: Python counts with it, the journal's readers don't."""
    if get_origin(kind) is UnionType:
        kind = next(each for each in get_args(kind) if each is not type(None))
    if kind is int:
        return isinstance(value, bool)
    if is_dataclass(value):
        return any(_is_disguised(getattr(value, each.name), each.type) for each in fields(value))
    if isinstance(value, list | dict):
        inner = get_args(kind)[-1]
        return any(_is_disguised(each, inner) for each in (value.values() if isinstance(value, dict) else value))
    return False
