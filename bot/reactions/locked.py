"""An account whose access is refused: the code that its server shows, copied into the room, opens it
again. It is told in ``notices/concerns.py``, and only where such a code helps."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from bot.channels.mastodon_setup import WrongCode
from bot.commands._audit import note
from bot.commands.command import Answer, Context
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked

if TYPE_CHECKING:
    from bot.house import House
    from bot.store.database import Tx

#: a code as servers show it; nothing else that people write looks like it
CODE = re.compile(r"(?<![\w/=:.-])[A-Za-z0-9_-]{20,200}(?![\w/=.-])")


class LockedOut(Reaction):
    """Under the notice that an account's access is refused. ``about`` is the channel's id."""

    kind = "locked"
    choices = {}
    unprompted = CODE
    texts = {
        "again": {
            "fr": "Merci\u00a0: j’écris de nouveau comme {name}. {waiting}, au rythme habituel. "
            "{spent}",
            "en": "Thank you: I write as {name} again. {waiting}, at the usual pace. {spent}",
        },
        "erased": {
            "fr": "J’ai effacé le code de ce salon\u00a0; il ne vaut de toute façon plus rien.",
            "en": "I have erased the code from this room; it is worth nothing any more anyway.",
        },
        "spent": {
            "fr": "Le code a servi\u00a0: il ne vaut plus rien, et peut rester là.",
            "en": "The code has been used: it is worth nothing any more, and may stay there.",
        },
        "none": {"fr": "Aucun message n’attendait", "en": "No message was waiting"},
        "one": {"fr": "Le message qui attendait part", "en": "The message that waited goes out"},
        "several": {
            "fr": "Les {count} messages qui attendaient partent",
            "en": "The {count} messages that waited go out",
        },
        "link": {"fr": "{error}\u00a0: {link}", "en": "{error}: {link}"},
        "later": {
            "fr": "{error}. Pour l’instant je n’obtiens pas de nouveau lien : réessayez dans "
            "quelques minutes.",
            "en": "{error}. For now I get no new link: try again in some minutes.",
        },
        "open": {
            "fr": "L’accès est déjà rétabli\u00a0: il n’y a rien à faire.",
            "en": "Access is open again already: there is nothing to do.",
        },
    }

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """There is nothing to tap."""

    async def said(self, context: Context, asked: Asked, text: str) -> Answer | None:
        """Exchange the code, and let go out what waits."""
        codes = CODE.findall(text)
        if len(codes) != 1:
            return None
        house: House = await context.tools["house"]()
        channel = house.channels.get(str(asked.about))
        if channel is None:
            return Answer(self.tell("open", context.language))
        boost = any(getattr(one, "boost", False) for one in house.config.sources.values())
        try:
            name = await channel.renew(codes[0])
        except WrongCode as error:
            link = await channel.renewal(boost=boost)
            if link is None and await channel.is_open():  # somebody was faster
                return Answer(self.tell("open", context.language))
            said = error.say(context.language).rstrip(".")
            if link is None:
                return Answer(self.tell("later", context.language, error=said))
            return Answer(self.tell("link", context.language, error=said, link=link))
        mine = [id for id, one in house.channels.items() if one.account is channel.account]
        count = await (await context.store()).write(
            partial(self._resume, context=context, asked=asked, channels=mine)
        )
        for id in mine:
            house.failed_starts.pop(id, None)
        house.wake.set()
        erased = await context.tools["erase"]()
        return Answer(self._again(context.language, name, count, erased=erased), forgets=True)

    def _again(self, language: str, name: str, count: int, *, erased: bool) -> str:
        key = ("one" if count else "none") if count < 2 else "several"
        waiting = self.tell(key, language, count=count)
        spent = self.tell("erased" if erased else "spent", language)
        return self.tell("again", language, name=name, waiting=waiting, spent=spent)

    def _resume(self, tx: Tx, *, context: Context, asked: Asked, channels: list[str]) -> int:
        """Everything of the account goes on; how many messages wait for it."""
        assert context.question is not None
        now, waiting = context.now(), 0
        for id in channels:
            for one in tx.asked.about(self.kind, id):
                tx.asked.settle(one.event, "renewed", context.question.sender, now)
            tx.notices.clear(f"locked:{id}")
            tx.channels.resume(id)
            waiting += tx.deliveries.hurry(id, now)
        note(tx, context, "renew", f"channel {asked.about}", "refused", "renewed")
        return waiting
