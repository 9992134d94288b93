"""``once``: one full pass over every source and every waiting message, then the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands.command import Answer, Command, Context


class Once(Command):
    """Read every source that is due, send what may go out now, and end."""

    kind = "once"
    names = {"fr": ("une-fois",), "en": ("once",)}
    help = {
        "fr": "Lit une fois les sources qui sont à lire, publie ce qui peut l’être, puis "
        "s’arrête (pour cron).",
        "en": "Read the sources that are due once, post what may go out, then end (for cron).",
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """One pass; ends within 15 s where no network answers."""
        return await context.run_bot(once=True)
