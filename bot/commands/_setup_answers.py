"""How ``setup`` gets its answers: from an option, a variable, or the person, in that order."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot.causes import cause_in
from bot.commands.command import Context, Progress
from bot.errors import BotError, ChannelError, CommandError

T = TypeVar("T")

#: how often a person may try one answer again
TRIES = 5
YES = ("o", "oui", "y", "yes", "1", "true")
NO = ("n", "non", "no", "0", "false")


class Answers:
    """The answers of one run.

    :param given: the command's arguments, by name.
    :param tell: the command's own texts: ``tell(key, **fields)``.
    """

    def __init__(
        self, context: Context, given: Mapping[str, Any], tell: Callable[..., str]
    ) -> None:
        self.context = context
        self.tell = tell
        self._given = given
        self.heard = False  # did a person answer anything?
        self.shown: dict[str, str] = {}  # what a program that reads the answer must see too

    def given(self, name: str) -> str:
        """What an option or its variable says; empty where neither does."""
        return str(self._given.get(name) or "").strip()

    def secret(self, name: str) -> str:
        """A secret from the file that ``--NAME-file`` gives, or from the variable ALPOSS_NAME.

        Never from an option of its own: every user of the machine can read those (S11). Raises
        CommandError.
        """
        path = self.given(f"{name}-file")
        if not path:
            return os.environ.get(f"ALPOSS_{name.upper().replace('-', '_')}", "").strip()
        try:
            return Path(path).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            cause = cause_in(error, self.context.language)
            raise CommandError(
                what=self.tell("no-file", path=path, cause=cause), next=self.tell("no-file-next")
            ) from error

    def say(self, key: str, **fields: object) -> None:
        """One of the command's texts, shown at once."""
        self.show(self.tell(key, **fields))

    def show(self, text: str) -> None:
        """A text, shown at once."""
        self.context.say(Progress(text))

    async def ask(
        self, name: str, question: str, *, default: str = "", secret: bool = False
    ) -> str:
        """One answer. Where nobody can answer: ``default``, or CommandError naming the option."""
        given = self.secret(name) if secret else self.given(name)
        if given:
            return given
        try:
            return await self._hear(question, default=default, secret=secret)
        except CommandError:
            if default:
                return default
            raise CommandError(
                what=self.tell("unanswered", question=question),
                next=self.tell(
                    "unanswered-next", option=_option(name, secret=secret), variable=_variable(name)
                ),
            ) from None

    async def _hear(self, question: str, *, default: str = "", secret: bool = False) -> str:
        answer = _as_typed(await self.context.ask(question, default=default, secret=secret))
        self.heard = True
        return answer

    async def agree(self, name: str, question: str, *, default: bool, alone: bool) -> bool:
        """Yes or no. ``default``: a bare Return; ``alone``: where nobody can answer."""
        given = self.given(name).lower()
        for _ in range(TRIES):
            if given in YES:
                return True
            if given in NO:
                return False
            try:
                yes, no = self.tell("yes"), self.tell("no")
                given = await self._hear(question, default=yes if default else no)
            except CommandError:
                return alone
            given = given.strip().lower()
            if given not in YES + NO:
                self.say("yes-or-no")
        return alone

    async def until_right(
        self,
        name: str,
        question: str,
        check: Callable[[str], Awaitable[T]],
        *,
        secret: bool = False,
        default: str = "",
    ) -> T:
        """Ask until ``check`` takes the answer; what it then gives. A wrong one is explained.

        An answer given by option is checked too; where nobody can give another, its error stands.
        """
        answer = await self.ask(name, question, default=default, secret=secret)
        for tries in range(TRIES):
            try:
                return await check(answer)
            except (ChannelError, CommandError) as error:
                if tries == TRIES - 1:
                    raise
                answer = await self._again(error, question, secret=secret)
        raise AssertionError

    async def _again(self, error: BotError, question: str, *, secret: bool) -> str:
        said = error.say(self.context.language)
        try:
            self.show(said)
            return await self._hear(question, secret=secret)
        except CommandError:
            raise CommandError(what=said, next="") from error


def _option(name: str, *, secret: bool) -> str:
    return f"--{name}-file" if secret else f"--{name}"


def _as_typed(answer: str) -> str:
    """What a terminal that does not write UTF-8 sent: Latin letters, not broken bytes."""
    try:
        answer.encode("utf-8")
    except UnicodeEncodeError:
        return answer.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return answer


def _variable(name: str) -> str:
    return f"ALPOSS_{name.upper().replace('-', '_')}"
