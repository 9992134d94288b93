"""``alerts``: the alerts and reminders that one has asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.announcements import personal
from bot.commands import _private, _told
from bot.commands.command import Answer, Command, Context
from bot.store.database import Tx


class Alerts(Command):
    """One's own alerts and reminders, and how to end each."""

    kind = "alerts"
    names = {"fr": ("alertes", "rappels"), "en": ("alerts", "reminders")}
    help = {
        "fr": "Liste, en privé, vos alertes et vos rappels, chacun avec son numéro.",
        "en": "List, in private, your alerts and reminders, each with its number.",
    }
    role = "member"
    faces = frozenset({"chat"})
    texts = {
        "none": {
            "fr": "Vous n’avez ni alerte ni rappel. Une alerte\u00a0: !alerte logiciel libre",
            "en": "You have neither alert nor reminder. An alert: !alert free software",
        },
        "some": {"fr": "Vos alertes et rappels\u00a0:", "en": "Your alerts and reminders:"},
        "alert": {
            "fr": "{number}. nouvelles avec\u00a0: {words}",
            "en": "{number}. news with: {words}",
        },
        "reminder": {
            "fr": "{number}. rappel {when}\u00a0: {line}",
            "en": "{number}. reminder {when}: {line}",
        },
        "undated": {"fr": "{number}. rappel\u00a0: {line}", "en": "{number}. reminder: {line}"},
        "stop": {
            "fr": "En arrêter une\u00a0: !stop numéro. Tout arrêter\u00a0: !stop",
            "en": "End one: !stop number. End all: !stop",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Told to the asker alone."""
        voice, said = await _told.voice_of(context), context.language
        today = _told.local_day(context.now(), voice)

        def act(tx: Tx, where: _private.Place) -> str:
            lines = []
            for one in tx.people.of(where.person.account, where.person.person):
                if one.kind == "alert":
                    shown = voice.set(" ".join(one.words))
                    lines.append(self.tell("alert", said, number=one.number, words=shown))
                elif (story := tx.stories.get(one.story or "")) is not None:
                    fact = personal.event(story)
                    line = personal.line(story, voice, today)
                    key = "reminder" if fact and fact.status != "cancelled" else "undated"
                    when = personal.when_said(fact, voice) if fact else ""
                    lines.append(self.tell(key, said, number=one.number, when=when, line=line))
            if not lines:
                return self.tell("none", said)
            return "\n".join([self.tell("some", said), *lines, self.tell("stop", said)])

        return await _private.answer(context, act)
