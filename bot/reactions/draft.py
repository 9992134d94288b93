"""A draft: ✅ posts it, ❌ drops it, ⏳ shows it again tomorrow; a reply in words rewrites it."""

from __future__ import annotations

from bot.commands._drafts import decide, needs_sealed, reword
from bot.commands._parse import is_later, is_no, is_yes
from bot.commands.command import Answer, Context
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.drafts import Draft as Kept


class Draft(Reaction):
    """Under a message that waits for approval. ``about`` is the draft's number."""

    kind = "draft"
    choices = {"✅": "yes", "❌": "no", "⏳": "later"}
    role = "moderator"
    texts = {
        "sealed": {
            "fr": "Pour le brouillon {id}, il faut répondre par un message chiffré\u00a0: "
            "«\u00a0oui\u00a0», «\u00a0non\u00a0», «\u00a0demain\u00a0», ou votre texte. Un message "
            "n’est chiffré que dans un salon chiffré.",
            "en": "Draft {id} has to be answered by an encrypted message: “yes”, “no”, “tomorrow”, "
            "or your own words. Messages are encrypted only in an encrypted room.",
        },
        "late": {
            "fr": "Trop tard\u00a0: le brouillon {id} n’a pas été publié. Pour le publier quand "
            "même\u00a0: !brouillons {id} oui",
            "en": "Too late: draft {id} was not posted. To post it all the same: !drafts {id} yes",
        },
    }

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Post it, drop it, or put it off: once."""
        id = int(asked.about)
        if needs_sealed(await self._kept(context, id), context.question):
            return Answer(self.tell("sealed", context.language, id=id))
        text = await decide(context, id, choice, asked.event)
        return Answer(text) if text else None

    async def said(self, context: Context, asked: Asked, text: str) -> Answer | None:
        """“oui”, “non”, “demain”; everything else is the new text."""
        id = int(asked.about)
        meant = "yes" if is_yes(text) else "no" if is_no(text) else ""
        meant = meant or ("later" if is_later(text) else "")
        if meant:
            return await self.chosen(context, asked, meant)
        if needs_sealed(await self._kept(context, id), context.question):
            return Answer(self.tell("sealed", context.language, id=id))
        return Answer(await reword(context, id, text))

    def late(self, context: Context, asked: Asked) -> Answer | None:
        """It is kept, and can still be posted by the command."""
        return Answer(self.tell("late", context.language, id=asked.about))

    async def _kept(self, context: Context, id: int) -> Kept | None:
        return await (await context.store()).read(lambda tx: tx.drafts.get(id))
