"""An announcement that somebody wants withdrawn: ✅ takes it back everywhere, ❌ leaves it."""

from __future__ import annotations

from bot.commands.command import Answer, Context
from bot.commands.retract import Retract, take_back
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.database import Tx


class Retraction(Reaction):
    """Under the question of ``retract``. ``about`` has the ``announcement``, and the ``only``
    channel from which it is withdrawn, where that is not all of them."""

    kind = "retraction"
    role = "moderator"
    choices = {"✅": "yes", "❌": "no"}
    texts = Retract.texts

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Queue the withdrawals."""
        assert context.question is not None
        who, now = context.question.sender, context.now()
        settled: list[bool] = []

        def first(tx: Tx) -> bool:
            settled[:] = [tx.asked.settle(asked.event, choice, who, now)]
            return settled[0]

        if choice == "no":
            await (await context.store()).write(first)
            return Answer(self.tell("left", context.language)) if settled[0] else None
        announcement, only = str(asked.about["announcement"]), asked.about.get("only")
        answer = await take_back(context, announcement, first, only=only)
        return answer if settled[0] else None
