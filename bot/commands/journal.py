"""``journal``: the audit log: who changed what, when, and what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements.words import cut, harmless, plain
from bot.commands import _changed
from bot.commands._moments import moment
from bot.commands.command import Answer, Argument, Command, Context
from bot.store.audit import FORGOTTEN, MOST

if TYPE_CHECKING:
    from bot.store.audit import Change
    from bot.store.database import Tx

#: changes that an answer shows; all of them are in its data
SHOWN = 10


class Journal(Command):
    """Who changed what."""

    kind = "journal"
    names = {"fr": ("journal",), "en": ("journal", "log")}
    help = {
        "fr": "Montre les derniers changements faits par une commande\u00a0: qui, quand, quoi, et ce "
        "qu’il y avait avant. Avec --json, tout le journal.",
        "en": "Show the latest changes made by a command: who, when, what, and what was there "
        "before. With --json, the whole log.",
    }
    arguments = (
        Argument(
            "about",
            {
                "fr": "un nombre, ou un mot\u00a0: une personne, une commande, ce qui a changé",
                "en": "a number, or a word: a person, a command, what was changed",
            },
            said={"fr": "mot", "en": "word"},
        ),
    )
    faces = frozenset({"terminal", "chat"})
    texts = {
        "none": {
            "fr": "Aucun changement noté. Tout changement fait par une commande, dans un salon ou "
            "au terminal, le sera ici.",
            "en": "No change noted. Every change made by a command, in a room or on the terminal, "
            "will be noted here.",
        },
        "none-about": {
            "fr": "Aucun changement noté à propos de «\u00a0{about}\u00a0». Tous\u00a0: !journal",
            "en": "No change noted about “{about}”. All: !journal",
        },
        "line": {
            "fr": "n°\u00a0{id}, {at}, {who}\u00a0: {command} ({thing}), {before} → {after}",
            "en": "no. {id}, {at}, {who}: {command} ({thing}), {before} → {after}",
        },
        "story": {
            "fr": "n°\u00a0{id}, {at}, {who}\u00a0: {command} ({thing})",
            "en": "no. {id}, {at}, {who}: {command} ({thing})",
        },
        "undone": {
            "fr": "{line} (annulé par le n°\u00a0{by})",
            "en": "{line} (undone by no. {by})",
        },
        "forgotten": {"fr": "une personne oubliée", "en": "a forgotten person"},
        "more": {
            "fr": "Le journal entier\u00a0: alposs-bot --json journal",
            "en": "The whole log: alposs-bot --json journal",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """The newest first."""
        said, typed = context.language, str(arguments.get("about") or "").strip()
        counted = typed.isdecimal() and len(typed) < 6
        wanted = max(1, int(typed)) if counted else SHOWN
        about = "" if counted else typed
        store = await context.store()
        found = await store.read(partial(_found, about=about))
        data = [asdict(one) | {"at": one.at.isoformat()} for one in found]
        if not found:
            shown = harmless(cut(plain(about), 40, None))
            return Answer(self.tell("none-about" if about else "none", said, about=shown), data=[])
        lines = [self._line(one, context) for one in found[:wanted]]
        if len(found) > wanted:
            lines.append(self.tell("more", said))
        return Answer("\n".join(lines), data=data)

    def _line(self, one: Change, context: Context) -> str:
        said = context.language
        forgotten = one.sender.startswith(FORGOTTEN)
        zone, now = context.config().bot.timezone, context.now()

        def at(when: datetime) -> str:
            return moment(when, now, zone, said)

        line = self.tell(
            "story" if _changed.is_of_stories(one) else "line",
            said,
            id=one.id,
            at=at(one.at),
            who=self.tell("forgotten", said) if forgotten else one.sender,
            command=_changed.command(one, said),
            thing=_changed.thing(one, said),
            before=_changed.before(one, said, at),
            after=_changed.after(one, said, at),
        )
        return line if one.undone is None else self.tell("undone", said, line=line, by=one.undone)


def _found(tx: Tx, *, about: str) -> list[Change]:
    return tx.audit.latest(MOST, about=about)
