"""``retry``: send a message that was set aside again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands._audit import note
from bot.commands._message_number import no_more_trouble, number, where, words
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx


class Retry(Command):
    """Put one that was set aside back into its channel's queue."""

    kind = "retry"
    names = {"fr": ("reessayer",), "en": ("retry",)}
    help = {
        "fr": "Remet en file un message mis de côté, une fois la cause levée.",
        "en": "Queue a message that was set aside again, once the cause is mended.",
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
        "queued": {
            "fr": "Le message {id} pour {name} est de nouveau en file\u00a0: «\u00a0{words}\u00a0». "
            "Le bot l’envoie dès que ce canal le permet\u202f; s’il ne tourne pas\u00a0: "
            "alposs-bot once",
            "en": "Message {id} for {name} is queued again: “{words}”. The bot sends it as soon as "
            "the channel allows; if it does not run: alposs-bot once",
        },
        "looked-for": {
            "fr": "Le message {id} pour {name} est de nouveau en file\u00a0: «\u00a0{words}\u00a0». "
            "Le bot le cherche d’abord là-bas, et ne l’envoie que s’il est sûr qu’il n’y est "
            "pas\u202f; s’il ne tourne pas\u00a0: alposs-bot once",
            "en": "Message {id} for {name} is queued again: “{words}”. The bot looks for it over "
            "there first, and sends it only if it is sure that it is not there; if it does not "
            "run: alposs-bot once",
        },
        "unknown": {
            "fr": "Aucun message mis de côté ne porte le numéro «\u00a0{id}\u00a0».",
            "en": "No message that was set aside has the number “{id}”.",
        },
        "unknown-next": {
            "fr": "Leurs numéros\u00a0: alposs-bot status",
            "en": "Their numbers: alposs-bot status",
        },
        "late": {
            "fr": "Il est trop tard pour le message {id}\u00a0: «\u00a0{words}\u00a0» n’est plus "
            "une nouvelle.",
            "en": "It is too late for message {id}: “{words}” is no longer news.",
        },
        "late-next": {
            "fr": "Pour y renoncer\u00a0: alposs-bot drop {id}",
            "en": "To give it up: alposs-bot drop {id}",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Queue it; a running bot, or the next one, sends it. Raises CommandError."""
        store, told = await context.store(), context.language
        typed, now = arguments["id"], context.now()
        one, done = await store.write(
            partial(queue_again, context=context, id=number(typed), now=now)
        )
        fields: dict[str, object] = {"id": typed}
        if one is not None:
            name = where(context.config(), one)
            fields = {"id": one.id, "name": name, "words": words(one)}
        if one is None or not done:
            key = "unknown" if one is None else "late"
            raise CommandError(
                what=self.tell(key, told, **fields), next=self.tell(f"{key}-next", told, **fields)
            )
        text = self.tell("looked-for" if one.doubt else "queued", told, **fields)
        return Answer(text, data={"id": one.id, "channel": one.channel, "held": one.doubt})


def queue_again(
    tx: Tx, *, context: Context, id: int, now: datetime
) -> tuple[Delivery | None, bool]:
    """The one set aside (None: there is none), and whether it was queued (False: too late)."""
    one = tx.deliveries.get(id)
    if one is None or one.state != "aside":
        return None, False
    if one.expires is not None and one.expires <= now and not one.doubt:
        return one, False
    no_more_trouble(tx, id)
    note(tx, context, Retry.kind, f"delivery {id}", "aside", "queued")
    return one, tx.deliveries.retry(id, now)
