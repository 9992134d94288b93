"""``alert``: write to me in private when news holds all of these words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.announcements.personal import Subscription, said_words
from bot.commands import _private, _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError
from bot.store.database import Tx

#: words of one alert
MOST = 8


class Alert(Command):
    """An alert of one's own."""

    kind = "alert"
    names = {"fr": ("alerte", "alerter"), "en": ("alert",)}
    help = {
        "fr": "Vous écrit en privé quand une nouvelle contient tous ces mots, sans tenir compte des "
        "accents, des majuscules ni du pluriel.",
        "en": "Write to you in private when news holds all of these words, whatever their accents, "
        "capitals and plural.",
    }
    arguments = (
        Argument(
            "words",
            {"fr": "les mots, tous ensemble", "en": "the words, all of them"},
            required=True,
            many=True,
            said={"fr": "mots", "en": "words"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    example = {"fr": "!alerte mots", "en": "!alert words"}
    rank = 6
    questions = {
        "fr": (
            (
                r"^(?:previens|prevenez|alerte|alertez|avertis|avertissez)[- ]moi (?:quand|si|des qu)"
                r"\b.{0,20}?\b(?:parle de|parlez de|nouvelle sur|contient|il y a) (?P<what>.+)$"
            ),
        ),
        "en": (
            (
                r"^(?:tell|alert|warn|notify) me (?:when|if)\b.{0,20}?\b(?:about|holds|contains) "
                r"(?P<what>.+)$"
            ),
        ),
    }
    texts = {
        "done": {
            "fr": "C’est noté\u00a0: je vous écris ici quand une nouvelle contient {words}{all}. "
            "Arrêter celle-ci\u00a0: !stop {number}",
            "en": "Noted: I write to you here when news holds {words}{all}. Stop this one: "
            "!stop {number}",
        },
        "two": {"fr": ", les deux", "en": ", both of them"},
        "many": {"fr": ", tous les {n}", "en": ", all {n} of them"},
        "three": {"fr": ", tous les trois", "en": ", all three"},
        "known": {
            "fr": "C’est déjà noté. Arrêter celle-ci\u00a0: !stop {number}",
            "en": "This is noted already. Stop this one: !stop {number}",
        },
        "words": {
            "fr": "Il faut de un à {n} mots d’au moins deux lettres.",
            "en": "It takes one to {n} words of at least two letters.",
        },
        "how": {
            "fr": "Par exemple\u00a0: !alerte logiciel libre échirolles",
            "en": "For example: !alert free software échirolles",
        },
        "full": {
            "fr": "Vous avez déjà {n} alertes et rappels. Voyez !alertes, arrêtez-en par !stop.",
            "en": "You have {n} alerts and reminders already. See !alerts, end some by !stop.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Kept, and confirmed to the asker alone."""
        said = context.language
        typed = " ".join(arguments["words"])
        words = said_words(typed)
        if not 1 <= len(words) <= MOST:
            raise CommandError(what=self.tell("words", said, n=MOST), next=self.tell("how", said))
        voice, now, most = (
            await _told.voice_of(context),
            context.now(),
            context.config().bot.chat.alerts,
        )
        shown = voice.listed(voice.set(word) for word in _shown(typed))

        def act(tx: Tx, where: _private.Place) -> str:
            mine = tx.people.of(where.person.account, where.person.person)
            wanted = Subscription(
                where.person.account, where.person.person, 0, "alert", now, words, language=said
            )
            if len(mine) >= most and all(one.words != words for one in mine):
                return self.tell("full", said, n=most)
            kept, new = tx.people.add(wanted)
            if not new:
                return self.tell("known", said, number=kept.number)
            key = {1: "", 2: "two", 3: "three"}.get(len(words), "many")
            together = self.tell(key, said, n=len(words)) if key else ""
            return self.tell("done", said, words=shown, all=together, number=kept.number)

        return await _private.answer(context, act)


def _shown(typed: str) -> list[str]:
    """The words as typed, those that count."""
    found: dict[str, str] = {}
    for word in typed.split():
        for key in said_words(word):
            found.setdefault(key, word.strip(".,;:!?") if len(said_words(word)) == 1 else key)
    return list(found.values())
