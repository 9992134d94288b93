"""A source that has failed for a day: ✅ looks for its new address, ❌ reads it no more."""

from __future__ import annotations

from typing import Any

from bot.commands import _change
from bot.commands.command import Answer, Asks, Context
from bot.errors import SourceError
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.database import Tx

#: kinds of source whose new address can be found on the publisher's site
FEEDS = ("feed", "jsonfeed")


class Failing(Reaction):
    """Under the notice that a source no longer answers. ``about`` is the source's id."""

    kind = "failing"
    choices = {"✅": "yes", "❌": "no"}
    texts = {
        "stopped": {
            "fr": "C’est noté\u00a0: je ne lis plus {name}. Son fichier et ses nouvelles restent.",
            "en": "Noted: I read {name} no more. Its file and its news stay.",
        },
        "unknown": {
            "fr": "Je ne lis plus de source de ce nom\u00a0: il n’y a rien à faire.",
            "en": "I read no source of that name any more: there is nothing to do.",
        },
        "found": {
            "fr": "{name} pourrait être là maintenant\u00a0: {url} ({title}). La lire là\u00a0: ✅. "
            "Laisser comme c’est\u00a0: ❌.",
            "en": "{name} may be here now: {url} ({title}). Read it there: ✅. Leave it as it is: ❌.",
        },
        "same": {
            "fr": "{name} répond de nouveau à son adresse\u00a0: je la relis à la prochaine occasion.",
            "en": "{name} answers again at its address: I read it at the next occasion.",
        },
        "nothing": {
            "fr": "Je n’ai pas trouvé de nouvelle adresse sur {home}. Si vous la connaissez, donnez-la "
            "dans le fichier de {name}\u202f; je continue d’essayer l’ancienne.",
            "en": "I found no new address on {home}. If you know it, write it into the file of {name}; "
            "I go on trying the old one.",
        },
    }

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Switch it off, or look around where it was."""
        assert context.question is not None
        id, who, now = str(asked.about), context.question.sender, context.now()
        source = context.config().sources.get(id)

        settled: list[bool] = []

        def first(tx: Tx) -> bool:
            settled[:] = [tx.asked.settle(asked.event, choice, who, now)]
            if not settled[0] or choice != "no" or source is None:
                return False
            tx.notices.clear(f"failing:{id}")
            return True

        wanted = {_change.name("sources", id, "enabled"): False}
        await _change.change(context, self.kind, wanted, first=first)
        if not settled[0]:
            return None
        if source is None:
            return Answer(self.tell("unknown", context.language))
        if choice == "no":
            return Answer(self.tell("stopped", context.language, name=source.name))
        return await self._look(context, id, source)

    async def _look(self, context: Context, id: str, source: Any) -> Answer:
        """Look for feeds on the publisher's site."""
        from bot.sources.discover import discover
        from bot.sources.fetch import Fetcher, user_agent

        settings, now_at = context.config().bot, str(getattr(source, "url", ""))
        home = source.home or _site(now_at)
        if not home or source.kind not in FEEDS:
            where = home or "?"
            return Answer(self.tell("nothing", context.language, name=source.name, home=where))
        fetcher = Fetcher(settings.fetch, user_agent(settings.contact), context.now)
        try:
            feeds = await discover(fetcher, home)
        except SourceError:
            feeds = ()
        finally:
            await fetcher.close()
        if not feeds:
            return Answer(self.tell("nothing", context.language, name=source.name, home=home))
        if feeds[0].url == now_at:
            return Answer(self.tell("same", context.language, name=source.name))
        best = feeds[0]
        text = self.tell(
            "found", context.language, name=source.name, url=best.url, title=best.title or "?"
        )
        about = {"source": id, "url": best.url, "kind": best.kind}
        return Answer(text, asks=Asks("address", about, anybody=True))


def _site(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    return f"{scheme}{mark}{rest.partition('/')[0]}/" if mark else ""
