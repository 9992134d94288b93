"""``drop``: give up a message that waits or was set aside."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands._audit import note
from bot.commands._message_number import no_more_trouble, number, where, words
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx


class Drop(Command):
    """Never send this one."""

    kind = "drop"
    names = {"fr": ("abandonner",), "en": ("drop",)}
    help = {
        "fr": "Renonce à un message qui attend ou qui est mis de côté\u202f; il ne sera jamais "
        "envoyé.",
        "en": "Give up a message that waits or was set aside; it will never be sent.",
    }
    arguments = (
        Argument(
            "id",
            {
                "fr": "Le numéro du message, que donne alposs-bot status.",
                "en": "The message’s number, which alposs-bot status gives.",
            },
            required=True,
        ),
    )
    texts = {
        "dropped": {
            "fr": "Le message {id} pour {name} est abandonné, il ne sera pas envoyé\u00a0: "
            "«\u00a0{words}\u00a0». Il n’y a rien d’autre à faire.",
            "en": "Message {id} for {name} is given up, it will not be sent: “{words}”. There is "
            "nothing else to do.",
        },
        "dropped-held": {
            "fr": "Le message {id} pour {name} est abandonné, le bot n’y touchera plus\u00a0: "
            "«\u00a0{words}\u00a0». S’il est déjà publié et de trop, supprimez-le là-bas.",
            "en": "Message {id} for {name} is given up, the bot leaves it alone: “{words}”. If it "
            "is published already and should not be, delete it there.",
        },
        "unknown": {
            "fr": "Aucun message en attente ou mis de côté ne porte le numéro «\u00a0{id}\u00a0».",
            "en": "No message that waits or was set aside has the number “{id}”.",
        },
        "unknown-next": {
            "fr": "Les numéros\u00a0: alposs-bot status. Un message déjà publié se supprime "
            "là-bas.",
            "en": "The numbers: alposs-bot status. A message already published is deleted over "
            "there.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Give it up. Raises CommandError."""
        store, told = await context.store(), context.language
        typed = arguments["id"]
        one = await store.write(partial(_drop, context=context, id=number(typed)))
        if one is None:
            raise CommandError(
                what=self.tell("unknown", told, id=typed), next=self.tell("unknown-next", told)
            )
        key = "dropped-held" if one.doubt else "dropped"
        name = where(context.config(), one)
        text = self.tell(key, told, id=one.id, name=name, words=words(one))
        return Answer(text, data={"id": one.id, "channel": one.channel, "held": one.doubt})


def _drop(tx: Tx, *, context: Context, id: int) -> Delivery | None:
    """The one that was given up; None where no such one waits or is set aside."""
    one = tx.deliveries.get(id)
    if one is None or not tx.deliveries.drop(id):
        return None
    no_more_trouble(tx, id)
    note(tx, context, Drop.kind, f"delivery {id}", one.state, "withdrawn")
    return one
