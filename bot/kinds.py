"""Finds the kinds (of source, channel, matcher, command, reaction): one Python file each, no registration.

A kind is a class that subclasses its family's door and sets ``kind``; its module bears the
kind's name (``bot/sources/feed.py`` holds the kind ``feed``). Loading one kind imports one
module, so that a command pays only for what it uses. A file that cannot be imported raises
:class:`bot.errors.KindError`, which names it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import KindError

#: family -> (package, module of the door, class of the door)
FAMILIES: Mapping[str, tuple[str, str, str]] = {
    "source": ("bot.sources", "source", "Source"),
    "channel": ("bot.channels", "channel", "Channel"),
    "matcher": ("bot.understanding", "matcher", "Matcher"),
    "command": ("bot.commands", "command", "Command"),
    "reaction": ("bot.reactions", "reaction", "Reaction"),
}


def names(family: str) -> tuple[str, ...]:
    """Every kind of a family, sorted. Imports each of its modules. Raises KindError."""
    return tuple(sorted(every(family)))


def every(family: str) -> dict[str, type[Any]]:
    """All kinds of a family by name, sorted. For tests and references: it imports each module.

    Raises KindError where a file cannot be imported, or where two files hold the same kind.
    """
    found: dict[str, type[Any]] = {}
    for module in _modules(family):
        for kind, thing in _kinds_in(family, module).items():
            if kind in found:
                cause = f"it holds the kind {kind!r}, and so does {_file(found[kind].__module__)}"
                raise KindError(file=_file(thing.__module__), cause=cause)
            found[kind] = thing
    return dict(sorted(found.items()))


def likely(family: str) -> tuple[str, ...]:
    """The names that kinds of a family may have, by their files alone: nothing is imported."""
    return tuple(sorted(module.replace("_", "-") for module in _modules(family)))


def load(family: str, kind: str) -> type[Any] | None:
    """The class of one kind, importing only its module; None where there is no such kind.

    Raises KindError where there is such a file and it cannot be imported.
    """
    module = kind.replace("-", "_")
    return _kinds_in(family, module).get(kind) if module in _modules(family) else None


def _modules(family: str) -> list[str]:
    package, door, _ = FAMILIES[family]
    folder = importlib.import_module(package)
    return [
        module.name
        for module in pkgutil.iter_modules(folder.__path__)
        if module.name != door and not module.name.startswith("_")
    ]


def _kinds_in(family: str, module: str) -> dict[str, type[Any]]:
    package, door, base_name = FAMILIES[family]
    base: type[Any] = getattr(importlib.import_module(f"{package}.{door}"), base_name)
    try:
        loaded = importlib.import_module(f"{package}.{module}")
    except Exception as error:  # whatever a kind's file does wrong, the answer names that file
        cause = f"{type(error).__name__}: {error}"
        raise KindError(file=_file(f"{package}.{module}"), cause=cause) from error
    return {
        str(thing.kind): thing
        for _, thing in inspect.getmembers(loaded, inspect.isclass)
        if issubclass(thing, base)
        and hasattr(thing, "kind")  # without one it is a base for others
        and thing.__module__ == loaded.__name__
    }


def _file(module: str) -> str:
    return str(Path(*module.split(".")).with_suffix(".py"))
