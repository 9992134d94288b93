"""Changing what is set over the files: written down, taken up, and taken back exactly.

A change is two mappings, of what was set before and what is set after; a name that is in neither
was not set: ``{"channels/salon/per_hour": 4}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from bot.commands import _take_up
from bot.commands._audit import note
from bot.commands.command import Context
from bot.config import overrides
from bot.config.overrides import Override, Room

if TYPE_CHECKING:
    from bot.errors import Problem
    from bot.store.audit import Change
    from bot.store.database import Tx

#: before the thing in the audit log: a change of this sort can be taken back
SET = "set "

Values = Mapping[str, Any]


def name(room: Room, id: str, key: str) -> str:
    """The name of one override: no id and no room has a slash."""
    return f"{room}/{id}/{key}"


def _parts(name: str) -> tuple[Room, str, str]:
    room, id, key = name.split("/", 2)
    return cast(Room, room), id, key


def current(tx: Tx, names: Mapping[str, Any] | set[str]) -> dict[str, Any]:
    """What is set of these now."""
    found = {name: tx.overrides.get(*_parts(name)) for name in names}
    return {name: one.value for name, one in found.items() if one is not None}


def put(tx: Tx, names: set[str], values: Values, now: Any) -> None:
    """Make exactly ``values`` of ``names`` be set."""
    for one in sorted(names):
        if one in values:
            tx.overrides.put(Override(*_parts(one), values[one]), now)
        else:
            tx.overrides.drop(*_parts(one))


async def change(
    context: Context, command: str, wanted: Values, *, first: Callable[[Tx], bool] | None = None
) -> Change | None:
    """Set these (``None``: let the file speak again), note it, let the bot take it up.

    The change as the audit log has it; None where everything was so already.

    :param first: done in the same transaction; where it is False, nothing is changed.
    """
    store, now = await context.store(), context.now()
    names = set(wanted)
    after = {one: value for one, value in wanted.items() if value is not None}

    def work(tx: Tx) -> Change | None:
        if first is not None and not first(tx):
            return None
        before = current(tx, names)
        if before == after:
            return None
        put(tx, names, after, now)
        return note(tx, context, command, SET + ", ".join(sorted(names)), before, after)

    done = await store.write(work)
    await _take_up.now(context)
    return done


def wrong(context: Context, one: Override) -> tuple[Problem, ...]:
    """What the configuration would have against it."""
    return overrides.apply(context.config(), [one]).override_problems
