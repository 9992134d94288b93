"""``retract``: an announcement is taken back everywhere, after a yes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements.words import cut
from bot.commands import _channels, _stories
from bot.commands._audit import note
from bot.commands.command import Answer, Argument, Asks, Command, Context
from bot.steps import retell
from bot.understanding.language import fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.store.database import Tx

#: how long a yes counts
WITHIN = timedelta(hours=1)


class Retract(Command):
    """Take an announcement back."""

    kind = "retract"
    names = {"fr": ("retirer",), "en": ("withdraw", "retract")}
    help = {
        "fr": "Retire une annonce partout où elle est, ou l’empêche de partir, après un oui. Elle "
        "ne sera plus jamais publiée.",
        "en": "Withdraw an announcement wherever it is, or keep it from going out, after a yes. It "
        "will never be posted again.",
    }
    arguments = (
        Argument(
            "number",
            {
                "fr": "le numéro que donne !nouveautes\u202f; inutile en réponse à une annonce",
                "en": "the number that !news gives; not needed in reply to an announcement",
            },
            said={"fr": "numéro", "en": "number"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "ask": {
            "fr": "Retirer partout ({channels})\u00a0: «\u00a0{words}\u00a0»\u202f? ✅ oui, ❌ non. Cela ne "
            "s’annule pas.",
            "en": "Withdraw everywhere ({channels}): “{words}”? ✅ yes, ❌ no. This cannot be undone.",
        },
        "ask-here": {
            "fr": "Retirer de ce salon ({channels})\u00a0: «\u00a0{words}\u00a0»\u202f? ✅ oui, ❌ non. "
            "Cela ne s’annule pas\u202f; ailleurs, les admins décident.",
            "en": "Withdraw from this room ({channels}): “{words}”? ✅ yes, ❌ no. This cannot be undone; "
            "elsewhere the admins decide.",
        },
        "done": {"fr": "C’est retiré de\u00a0: {channels}.", "en": "Withdrawn from: {channels}."},
        "gone": {
            "fr": "Il n’y a plus rien à retirer.",
            "en": "There is nothing left to withdraw.",
        },
        "left": {"fr": "Je n’y touche pas.", "en": "I leave it alone."},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Ask, and then do it. Raises CommandError."""
        said, store = context.language, await context.store()
        word = str(arguments.get("number") or "")
        one = await store.read(partial(_stories.announced, context=context, word=word))
        rows = await store.read(lambda tx: tx.deliveries.of_announcement(one.announcement))
        names, room = _channels.enabled(context), _stories.own_room(context)
        last = {row.channel: row for row in rows}  # the newest revision of each
        alive = ("sent", "queued", "sending", "unclear", "draft")
        everywhere = [
            id
            for id, row in last.items()
            if id in names and row.action != "withdraw" and row.state in alive
        ]
        there = [names[id] for id in everywhere if room in (None, id)]
        if not there:
            return Answer(self.tell("gone", said), ok=False)
        words = cut(one.message.text.partition("\n")[0], 160, None)
        key = "ask" if len(there) == len(everywhere) else "ask-here"
        question = self.tell(key, said, channels=", ".join(there), words=words)
        about = {"announcement": one.announcement, "only": room}
        if context.question is not None:
            return Answer(question, data=about, asks=Asks("retraction", about, within=WITHIN))
        yes = await context.ask(question)
        if not fold(yes).startswith(("o", "y")):
            return Answer(self.tell("left", said), data={})
        return await take_back(context, one.announcement)


async def take_back(
    context: Context,
    announcement: str,
    first: Callable[[Tx], bool] = lambda _: True,
    *,
    only: str | None = None,
) -> Answer:
    """Withdraw it, and note it; nothing where ``first`` is False in the same transaction.

    :param only: from this channel alone.
    """
    self, said, now = Retract(), context.language, context.now()
    store = await context.store()
    async with _stories.house_of(context) as house:

        def work(tx: Tx) -> list[str]:
            if not first(tx):
                return []
            touched = retell.retract(tx, house, announcement, now, only=only)
            if touched:
                thing = _stories.ANNOUNCEMENT + announcement
                note(tx, context, Retract.kind, thing, touched, "withdrawn")
            return touched

        touched = await store.write(work)
        house.wake.set()
    names = _channels.enabled(context)
    told = ", ".join(names.get(id, id) for id in touched)
    return Answer(self.tell("done" if touched else "gone", said, channels=told), data=touched)
