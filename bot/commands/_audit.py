"""Every change that a command makes is written down with it, in the same transaction (S13)."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from bot.store.audit import Change

if TYPE_CHECKING:
    from bot.commands.command import Context
    from bot.store.database import Tx


def note(
    tx: Tx, context: Context, command: str, thing: str, before: Any = None, after: Any = None
) -> Change:
    """Note that whoever asked in ``context`` changed ``thing``.

    :param command: the command's kind.
    :param thing: its sort and its id: ``delivery 12``, ``source ville``.
    :param before: a JSON value; None: it was not there.
    """
    asked = context.question
    return tx.audit.note(
        Change(
            at=context.now(),
            sender=asked_by(context),
            command=command,
            thing=thing,
            before=before,
            after=after,
            face="chat" if asked else "terminal",
            event=asked.event if asked else "",
            room=asked.room if asked else "",
        )
    )


def asked_by(context: Context) -> str:
    """Who asks: a Matrix user, or a login of this machine."""
    return context.question.sender if context.question else login()


async def noted(
    context: Context, command: str, thing: str, before: Any = None, after: Any = None
) -> None:
    """The same for a change of files: in a transaction of its own, right after it."""
    store = await context.store()
    await store.write(lambda tx: note(tx, context, command, thing, before, after))


def login() -> str:
    """Who sits at the terminal; a process without a name (a bare container) is “terminal”."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "terminal"
