"""The Reaction door: what a tap (✅) or a reply in words on one of the bot's messages does.

A message that may be answered is remembered in the store as :class:`bot.store.asked.Asked`, with
a ``kind``; the file of that name in this folder understands the answers. A command asks by an
``Answer(asks=Asks(…))``, the pipeline by ``house.ask``. An announcement is of the kind
``announcement`` without being remembered: it is known by its delivery.

The dispatcher (``_taps.py``) has seen to it that the message is the bot's own, that the question
is still open, and that the person has the role, from the room's power levels at this moment.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from bot.commands._parse import is_no, is_yes
from bot.commands.command import Answer, Context, Role
from bot.store.asked import Asked

LATE: Mapping[str, str] = {
    "fr": "Trop tard\u00a0: personne n’avait répondu à temps, je n’ai rien fait.",
    "en": "Too late: nobody had answered in time, I did nothing.",
}


class Reaction(ABC):
    """One kind of message that people may answer."""

    kind: ClassVar[str]  # as Asked.kind has it; the module's name
    #: key, without U+FE0F -> what it means, in the order in which the bot places them itself
    choices: ClassVar[Mapping[str, str]]
    role: ClassVar[Role] = "admin"
    #: what answers it without replying to it: the whole of such a message; nothing else looks like it
    unprompted: ClassVar[re.Pattern[str] | None] = None
    texts: ClassVar[Mapping[str, Mapping[str, str]]] = {}  # key -> language -> text

    def tell(self, key: str, language: str, **fields: object) -> str:
        """One of this kind's texts, in ``language`` (falls back to English)."""
        pair = self.texts[key]
        return (pair.get(language) or pair["en"]).format(**fields)

    @abstractmethod
    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Do what was tapped; what to say to it, None for nothing. ``context.question`` tells who
        tapped and where.

        Do it in one transaction with ``tx.asked.settle(asked.event, choice, who, now)``, and do
        nothing where that is False: somebody was faster. Raises BotErrors, which are spoken.
        """

    async def said(self, context: Context, asked: Asked, text: str) -> Answer | None:
        """A reply in words. “oui” and “non” are taps on the choices ``yes`` and ``no``; a kind may
        understand more. None: nothing that concerns the bot."""
        meant = "yes" if is_yes(text) else "no" if is_no(text) else ""
        if meant not in self.choices.values():
            return None
        return await self.chosen(context, asked, meant)

    async def taken_back(self, context: Context, tap: str) -> Answer | None:
        """What a person's own tap had done is to be undone, where that makes sense: ``tap`` is the
        reaction's id. None: nothing to say."""
        del context, tap
        return None

    def late(self, context: Context, asked: Asked) -> Answer | None:
        """What to say to an answer that came after the question had expired."""
        return Answer(LATE.get(context.language, LATE["en"]))
