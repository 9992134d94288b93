"""``stop``: no more alerts and reminders; works everywhere, for everybody, at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.announcements.personal import Subscription
    from bot.store.database import Tx


class Stop(Command):
    """End one's alerts and reminders."""

    kind = "stop"
    names = {"fr": ("stop", "arreter"), "en": ("stop", "unsubscribe")}
    help = {
        "fr": "Arrête toutes vos alertes et tous vos rappels, ou celui du numéro donné.",
        "en": "End all your alerts and reminders, or the one with the given number.",
    }
    arguments = (
        Argument(
            "number",
            {"fr": "le numéro que donne !alertes", "en": "the number that !alerts gives"},
            said={"fr": "numéro", "en": "number"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    texts = {
        "all": {
            "fr": "C’est fait\u00a0: je ne vous écris plus.",
            "en": "Done: I write to you no more.",
        },
        "one": {
            "fr": "C’est arrêté. Ce qui reste\u00a0: !alertes",
            "en": "It is ended. What is left: !alerts",
        },
        "none": {
            "fr": "Vous n’avez rien sous le numéro {number}. Les vôtres\u00a0: !alertes",
            "en": "You have nothing under number {number}. Yours: !alerts",
        },
        "what": {
            "fr": "«\u00a0{number}\u00a0» n’est pas un numéro.",
            "en": "“{number}” is no number.",
        },
        "how": {
            "fr": "!stop arrête tout\u202f; les numéros\u00a0: !alertes",
            "en": "!stop ends all; the numbers: !alerts",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """It never says what there was: others may read it."""
        said, question = context.language, context.question
        typed = re.sub(r"^(?:n[°o.]*\s*|#)", "", str(arguments.get("number") or "").strip())
        if typed in ("tout", "all"):
            typed = ""
        if typed and not re.fullmatch(r"[0-9]{1,6}", typed):
            raise CommandError(
                what=self.tell("what", said, number=typed[:20]), next=self.tell("how", said)
            )
        number = int(typed) if typed else None
        if question is None:
            raise CommandError(what=self.tell("all", said), next=self.tell("how", said))
        store = await context.store()
        ended = await store.write(
            partial(_stop, account=question.account, person=question.sender, number=number)
        )
        if number is None:
            return Answer(self.tell("all", said))
        return Answer(self.tell("one" if ended else "none", said, number=number))


def _stop(tx: Tx, *, account: str, person: str, number: int | None) -> list[Subscription]:
    return tx.people.stop(account, person, number)
