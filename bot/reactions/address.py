"""A source's new address that was found: ✅ reads it there from now on, ❌ leaves it as it is."""

from __future__ import annotations

from bot.commands import _change
from bot.commands.command import Answer, Context
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.database import Tx


class Address(Reaction):
    """Under the answer that names it. ``about`` has ``source``, ``url`` and ``kind``."""

    kind = "address"
    choices = {"✅": "yes", "❌": "no"}
    texts = {
        "yes": {
            "fr": "C’est noté\u00a0: je lis {name} à sa nouvelle adresse. Ce qui y est déjà n’est pas "
            "annoncé une seconde fois.",
            "en": "Noted: I read {name} at its new address. What is there already is not announced "
            "a second time.",
        },
        "no": {
            "fr": "C’est noté\u00a0: {name} garde son adresse, que je continue d’essayer.",
            "en": "Noted: {name} keeps its address, which I go on trying.",
        },
    }

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Lay the new address over the file."""
        assert context.question is not None
        id, url, who = asked.about["source"], asked.about["url"], context.question.sender
        source = context.config().sources.get(id)
        now = context.now()
        wanted = {_change.name("sources", id, "url"): url}
        if source is not None and source.kind != asked.about["kind"]:
            wanted[_change.name("sources", id, "kind")] = asked.about["kind"]
        settled: list[bool] = []

        def first(tx: Tx) -> bool:
            settled[:] = [tx.asked.settle(asked.event, choice, who, now)]
            return settled[0] and choice == "yes"

        await _change.change(context, self.kind, wanted, first=first)
        if not settled[0]:
            return None
        name = source.name if source is not None else id
        return Answer(self.tell(choice, context.language, name=name))
