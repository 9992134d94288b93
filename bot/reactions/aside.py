"""A message that was set aside: ✅ tries it again, ❌ gives it up."""

from __future__ import annotations

from bot.commands._audit import note
from bot.commands._message_number import no_more_trouble
from bot.commands.command import Answer, Context
from bot.commands.retry import queue_again
from bot.reactions.reaction import Reaction
from bot.store.asked import Asked
from bot.store.database import Tx


class Aside(Reaction):
    """Under the notice that a message was refused, or may be there and cannot be found.

    ``about`` is the delivery's number.
    """

    kind = "aside"
    choices = {"✅": "yes", "❌": "no"}
    texts = {
        "yes": {
            "fr": "C’est noté\u00a0: je réessaie le message {id}.",
            "en": "Noted: I try message {id} again.",
        },
        "no": {
            "fr": "C’est noté\u00a0: je renonce au message {id}.",
            "en": "Noted: I give message {id} up.",
        },
        "late": {
            "fr": "Il est trop tard pour le message {id}\u00a0: ce n’est plus une nouvelle. Pour y "
            "renoncer\u00a0: alposs-bot drop {id}",
            "en": "It is too late for message {id}: it is no longer news. To give it up: "
            "alposs-bot drop {id}",
        },
        "gone": {
            "fr": "Le message {id} n’est plus de côté\u00a0: il n’y a rien à faire.",
            "en": "Message {id} is no longer set aside: there is nothing to do.",
        },
    }

    async def chosen(self, context: Context, asked: Asked, choice: str) -> Answer | None:
        """Queue it again, or withdraw it."""
        assert context.question is not None
        id, who, now = int(asked.about), context.question.sender, context.now()

        def act(tx: Tx) -> str | None:
            if not tx.asked.settle(asked.event, choice, who, now):
                return None
            delivery = tx.deliveries.get(id)
            if delivery is None or delivery.state != "aside":
                return "gone"
            if choice == "yes":
                return "yes" if queue_again(tx, context=context, id=id, now=now)[1] else "late"
            no_more_trouble(tx, id)
            note(tx, context, "drop", f"delivery {id}", "aside", "withdrawn")
            tx.deliveries.drop(id)
            return choice

        key = await (await context.store()).write(act)
        return None if key is None else Answer(self.tell(key, context.language, id=id))
