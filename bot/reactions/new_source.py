"""A source that was looked at: ✅ reads it from now on, ❌ leaves it."""

from __future__ import annotations

from bot.commands import _change
from bot.commands._source_texts import TEXTS
from bot.commands.command import Answer, Context
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.database import Tx


class NewSource(Reaction):
    """Under what ``source add`` shows. ``about`` has ``id`` and ``settings``."""

    kind = "new_source"
    choices = {"✅": "yes", "❌": "no"}
    texts = TEXTS

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Add it to the store, over the files."""
        assert context.question is not None
        id, settings = str(asked.about["id"]), asked.about["settings"]
        who, now, said = context.question.sender, context.now(), context.language
        settled: list[bool] = []

        def first(tx: Tx) -> bool:
            settled[:] = [tx.asked.settle(asked.event, choice, who, now)]
            return settled[0] and choice == "yes" and id not in context.config().sources

        wanted = {_change.name("sources", id, ""): settings}
        done = await _change.change(context, "source", wanted, first=first)
        if not settled[0]:
            return None
        if done is not None:
            return Answer(self.tell("added", said, id=id, name=settings["name"]))
        if choice == "yes":
            return Answer(self.tell("same", said, name=settings["name"]))
        return Answer(self.tell("left", said))
