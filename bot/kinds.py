"""Finds the kinds (of source, channel, matcher, command): one Python file each, no registration.

A kind is a class that subclasses its family's door and sets ``kind``; its module bears the
kind's name (``bot/sources/feed.py`` holds the kind ``feed``). Loading one kind imports one
module, so that a command pays only for what it uses.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from typing import Any

#: family -> (package, module of the door, class of the door)
FAMILIES: Mapping[str, tuple[str, str, str]] = {
    "source": ("bot.sources", "source", "Source"),
    "channel": ("bot.channels", "channel", "Channel"),
    "matcher": ("bot.understanding", "matcher", "Matcher"),
    "command": ("bot.commands", "command", "Command"),
}


def names(family: str) -> tuple[str, ...]:
    """Every kind of a family, sorted. Imports each of its modules."""
    return tuple(sorted(every(family)))


def every(family: str) -> dict[str, type[Any]]:
    """All kinds of a family by name. For tests and references: it imports each module."""
    package, door, _ = FAMILIES[family]
    folder = importlib.import_module(package)
    found: dict[str, type[Any]] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        if module.name != door and not module.name.startswith("_"):
            found.update(_kinds_in(family, module.name))
    return found


def load(family: str, kind: str) -> type[Any] | None:
    """The class of one kind, importing only its module; None where there is no such kind."""
    package, door, _ = FAMILIES[family]
    module = kind.replace("-", "_")
    if not module.isidentifier() or module == door or module.startswith("_"):
        return None
    try:
        return _kinds_in(family, module).get(kind)
    except ModuleNotFoundError as error:
        if error.name == f"{package}.{module}":
            return None
        raise


def _kinds_in(family: str, module: str) -> dict[str, type[Any]]:
    package, door, base_name = FAMILIES[family]
    base: type[Any] = getattr(importlib.import_module(f"{package}.{door}"), base_name)
    loaded = importlib.import_module(f"{package}.{module}")
    return {
        str(thing.kind): thing
        for _, thing in inspect.getmembers(loaded, inspect.isclass)
        if issubclass(thing, base) and thing is not base and thing.__module__ == loaded.__name__
    }
