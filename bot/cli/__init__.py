"""The terminal: what ``alposs-bot`` is when it is typed."""

from bot.cli.face import run

__all__ = ["run"]
