"""Value objects to JSON and back, led by their type hints.

A field that a stored value lacks takes its default, one that the code no longer has is ignored:
so that a version may add or drop fields without a migration. A class among several (the facts)
is told by its name under ``"is"``.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


#: a dataclass -> the names of its fields, and what reads all of them at once
_FIELDS: dict[Any, tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}


def _opened(value: Any) -> Any:
    """What JSON does not take as it is, one step further; the encoder (in C) goes on from there."""
    kind = type(value)
    fields = _FIELDS.get(kind)
    if fields is None and dataclasses.is_dataclass(kind):
        fields = _FIELDS[kind] = _fields(kind)
    if fields is not None:
        names, read = fields
        return {"is": kind.__name__, **dict(zip(names, read(value), strict=True))}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return list(value)
    msg = f"{kind.__name__} cannot be kept"
    raise TypeError(msg)


def _fields(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(_hints(kind))
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda value: tuple(getattr(value, name) for name in names)


#: a value object as the text of its JSON: what the engines write into JSON columns
pack: Callable[[Any], str] = json.JSONEncoder(default=_opened).encode


def unpack(kind: type[T], data: Any) -> T:
    """The value object of class ``kind``, of the JSON values that :func:`pack` made of it."""
    value: T = _reader(kind)(data)
    return value


Reader = Callable[[Any], Any]
#: the hint -> what reads it: worked out once, for archives are read by the thousand
_READERS: dict[Any, Reader] = {}


def _reader(hint: Any) -> Reader:
    found = _READERS.get(hint)
    if found is None:
        found = _READERS[hint] = _made(hint)
    return found


def _made(hint: Any) -> Reader:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _among(get_args(hint))
    if origin is tuple:
        inner = get_args(hint)
        if len(inner) == 2 and inner[1] is Ellipsis:
            each = _reader(inner[0])
            return lambda data: None if data is None else tuple(map(each, data))
        each_own = [_reader(one) for one in inner]
        return lambda data: (
            None
            if data is None
            else tuple(read(item) for read, item in zip(each_own, data, strict=True))
        )
    if origin is frozenset:
        each = _reader(get_args(hint)[0])
        return lambda data: None if data is None else frozenset(map(each, data))
    if dataclasses.is_dataclass(hint):
        return _object(hint)
    if hint is datetime:
        return lambda data: None if data is None else datetime.fromisoformat(data)
    if hint is timedelta:
        return lambda data: None if data is None else timedelta(seconds=data)
    return _same


def _same(data: Any) -> Any:
    return data


def _object(kind: Any) -> Reader:
    """Reads a dataclass; the fields that are kept as they are need no call each."""
    readers = [
        (name, None if (read := _reader(hint)) is _same else read)
        for name, hint in _hints(kind).items()
    ]

    def made(data: Any) -> Any:
        if data is None:
            return None
        return kind(
            **{
                name: data[name] if read is None else read(data[name])
                for name, read in readers
                if name in data
            }
        )

    return made


def _among(kinds: tuple[Any, ...]) -> Reader:
    """Which member of a union the data is of: by its name, else the only one."""
    named = {getattr(kind, "__name__", ""): kind for kind in kinds}
    some = [kind for kind in kinds if kind is not type(None)]
    alone = _reader(some[0]) if len(some) == 1 else _same
    if alone is _same and len(some) == 1:
        return _same

    def read(data: Any) -> Any:
        if data is None:
            return None
        kind = named.get(data.get("is")) if isinstance(data, dict) else None
        return (alone if kind is None else _reader(kind))(data)

    return read


_HINTS: dict[Any, dict[str, Any]] = {}


def _hints(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass and their types; worked out once, for it is slow."""
    known = _HINTS.get(kind)
    if known is None:
        hints = get_type_hints(kind)
        known = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
        _HINTS[kind] = known
    return known
