"""Value objects to JSON and back, led by their type hints.

A field that a stored value lacks takes its default, one that the code no longer has is ignored:
so that a version may add or drop fields without a migration. A class among several (the facts)
is told by its name under ``"is"``.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def pack(value: Any) -> Any:
    """A value object as JSON values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        packed = {name: pack(getattr(value, name)) for name in _hints(type(value))}
        return {"is": type(value).__name__, **packed}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): pack(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [pack(item) for item in value]
    return value


def unpack(kind: type[T], data: Any) -> T:
    """The value object of class ``kind`` that :func:`pack` made ``data`` of."""
    value: T = _read(kind, data)
    return value


def _read(hint: Any, data: Any) -> Any:
    if data is None or hint is Any:
        return data
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read(_among(get_args(hint), data), data)
    if origin is tuple:
        inner = get_args(hint)
        each = inner[0] if len(inner) == 2 and inner[1] is Ellipsis else None
        hints = [each] * len(data) if each is not None else list(inner)
        return tuple(_read(one, item) for one, item in zip(hints, data, strict=True))
    if origin is frozenset:
        return frozenset(_read(get_args(hint)[0], item) for item in data)
    if dataclasses.is_dataclass(hint):
        hints_of = _hints(hint)
        known = {name: data[name] for name in hints_of if name in data}
        return hint(**{name: _read(hints_of[name], item) for name, item in known.items()})  # type: ignore[operator]  # a dataclass is callable
    if hint is datetime:
        return datetime.fromisoformat(data)
    if hint is timedelta:
        return timedelta(seconds=data)
    return data


def _among(kinds: tuple[Any, ...], data: Any) -> Any:
    """Which member of a union the data is of."""
    named = data.get("is") if isinstance(data, dict) else None
    for kind in kinds:
        if named is not None and getattr(kind, "__name__", None) == named:
            return kind
    some = [kind for kind in kinds if kind is not type(None)]
    return some[0] if len(some) == 1 else Any


_HINTS: dict[Any, dict[str, Any]] = {}


def _hints(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass and their types; worked out once, for it is slow."""
    if kind not in _HINTS:
        hints = get_type_hints(kind)
        _HINTS[kind] = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    return _HINTS[kind]
