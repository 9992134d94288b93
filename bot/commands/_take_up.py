"""What a command wrote is taken up by the bot that runs: at once from a room, in which it is asked
itself; from the terminal by a mark in the store, which it finds within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.commands.command import Context
from bot.store.lock import runs

#: seconds in which a running bot should have answered, and between two looks for it
PATIENCE, LOOK = 15.0, 0.2


async def now(context: Context) -> None:
    """Take up what was just set in the store. From the terminal the mark is set already."""
    reload = context.tools.get("reload")
    if reload is not None:
        await reload(files=False)


async def and_tell(context: Context) -> Mapping[str, Any] | None:
    """Take up everything that is configured; what that changed, None where no bot answers.

    ``{"ok": True, "sources": {"new": […], …}, …}``, or ``{"ok": False, "error": {"fr": …}}``.
    Raises ConfigError where this process itself does it.
    """
    reload = context.tools.get("reload")
    if reload is not None:
        return {"ok": True, **vars(await reload())}
    store = await context.store()
    if store.database is not None and not await asyncio.to_thread(runs, context.data_dir):
        return None
    mark = await store.write(lambda tx: tx.overrides.ask())
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < deadline:
        said = await store.read(lambda tx: tx.overrides.answered(mark))
        if said is not None:
            found: Mapping[str, Any] = said
            return found
        await asyncio.sleep(LOOK)
    return None
