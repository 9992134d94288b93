"""Many stories at once: 1️⃣ all at the usual pace, 2️⃣ a summary, 3️⃣ none."""

from __future__ import annotations

from bot.commands._drafts import decide, flood_choice, needs_sealed
from bot.commands.command import Answer, Context
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked


class Flood(Reaction):
    """Under the question that holds a flood. ``about`` is the draft's number."""

    kind = "flood"
    choices = {"1\u20e3": "yes", "2\u20e3": "digest", "3\u20e3": "no"}
    role = "moderator"
    texts = {
        "sealed": {
            "fr": "Il faut répondre par un message chiffré\u00a0: «\u00a0tout\u00a0», "
            "«\u00a0résumé\u00a0» ou «\u00a0ignorer\u00a0».",
            "en": "It has to be answered by an encrypted message: “all”, “summary” or “ignore”.",
        },
    }

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Do it once."""
        id = int(asked.about)
        draft = await (await context.store()).read(lambda tx: tx.drafts.get(id))
        if needs_sealed(draft, context.question):
            return Answer(self.tell("sealed", context.language))
        text = await decide(context, id, choice, asked.event)
        return Answer(text) if text else None

    async def said(self, context: Context, asked: Asked, text: str) -> Answer | None:
        """“tout”, “résumé”, “ignorer”; anything else is talk."""
        choice = flood_choice(text)
        return await self.chosen(context, asked, choice) if choice else None
