"""The Context of a question that was asked in a room: the app's, in the asker's language."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from bot.commands.command import Answer, Context, Progress, Question
from bot.errors import CommandError

log = logging.getLogger(__name__)

TEXTS: Mapping[str, Mapping[str, str]] = {
    "nobody": {
        "fr": "Cela ne se demande pas dans un salon.",
        "en": "This cannot be asked in a room.",
    },
    "terminal": {
        "fr": "Demandez-le au terminal\u00a0: alposs-bot",
        "en": "Ask it on the terminal: alposs-bot",
    },
}


def _say(key: str, language: str) -> str:
    return TEXTS[key].get(language, TEXTS[key]["en"])


class ChatContext:
    """What a command may use when a person asks for it in a room."""

    def __init__(
        self,
        base: Context,
        language: str,
        question: Question,
        more: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        self._more = more or {}
        self.base = base
        self.config_dir = base.config_dir
        self.data_dir = base.data_dir
        self.language = language
        self.question: Question | None = question

    def now(self) -> datetime:
        """The one clock."""
        return self.base.now()

    def config(self) -> Any:
        """The configuration in use."""
        return self.base.config()

    async def store(self) -> Any:
        """The store in use."""
        return await self.base.store()

    def say(self, progress: Progress) -> None:
        """A room is shown answers only."""
        log.debug("%s", progress.text)

    async def ask(self, question: str, *, default: str = "", secret: bool = False) -> str:
        """Nobody can be asked back here."""
        del question, default, secret
        raise CommandError(what=_say("nobody", self.language), next=_say("terminal", self.language))

    async def run_bot(self, once: bool) -> Answer:
        """The bot runs already."""
        del once
        raise CommandError(what=_say("nobody", self.language), next=_say("terminal", self.language))

    @property
    def tools(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """The app's, and those of the room: where a person can be written to alone."""
        return {**self.base.tools, **self._more}
