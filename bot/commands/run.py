"""``run``: the bot itself, until it is told to stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands.command import Answer, Command, Context


class Run(Command):
    """Read the sources when they are due, and tell their news, until SIGTERM or Ctrl-C."""

    kind = "run"
    names = {"fr": ("lancer",), "en": ("run",)}
    help = {
        "fr": "Lance le bot\u202f; sans compte configuré, il montre seulement ce qu’il publierait. "
        "Ctrl-C l’arrête.",
        "en": "Run the bot; with no account set up it only shows what it would post. "
        "Ctrl-C stops it.",
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Run for ever."""
        return await context.run_bot(once=False)
