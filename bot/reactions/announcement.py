"""An announcement: ⏰ on the one of an event reminds whoever put it there, on the eve, in private."""

from __future__ import annotations

from functools import partial

from bot.commands import _told
from bot.commands.command import Answer, Context
from bot.commands.remind import Remind
from bot.errors import CommandError, NotNow, Unclear
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked


class Announced(Reaction):
    """Nobody asked: the announcement speaks for itself."""

    kind = "announcement"
    choices = {"⏰": "remind"}
    role = "member"

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Said in private alone; in the room only where there is no other way."""
        assert choice == "remind"
        store = await context.store()
        stories = await store.read(partial(_told.announced, remote=asked.event))
        try:
            question = context.question
            answer = await Remind().of(context, stories, tap=question.event if question else "")
        except CommandError as error:
            if isinstance(error.__cause__, NotNow | Unclear):
                raise error.__cause__ from None  # asked again later
            return Answer(error.say(context.language))
        direct = context.question is not None and context.question.direct
        return answer if direct and answer.ok else None

    async def taken_back(self, context: Context, tap: str) -> Answer | None:
        """Without its ⏰ the reminder ends. Told in private alone."""
        answer = await Remind().no_more(context, tap)
        direct = context.question is not None and context.question.direct
        return answer if direct else None

    async def said(self, context: Context, asked: Asked, text: str) -> Answer | None:
        """Replies to announcements are commands: “source ?”, “rappel veille”."""
        del context, asked, text
        return None
