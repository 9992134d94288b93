"""``undo``: takes the last change back, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _change, _changed, _stories, _take_up
from bot.commands._audit import asked_by, note
from bot.commands._message_number import number
from bot.commands._moments import moment
from bot.commands.command import POWER, Answer, Argument, Command, Context
from bot.errors import CommandError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.house import House
    from bot.store.audit import Change
    from bot.store.database import Tx

#: changes that are looked through for the last one that can be taken back
LOOKED = 200
#: how what can be taken back is called
_CAN = (_change.SET, _stories.STORY)
#: notes of what changed nothing that anybody would want back
HARMLESS = frozenset({"reload", "renew", "test-post"})


class Undo(Command):
    """Take the last change back."""

    kind = "undo"
    names = {"fr": ("annuler", "defaire"), "en": ("undo",)}
    help = {
        "fr": "Annule le dernier changement (ou celui de ce numéro du journal) et remet exactement "
        "ce qu’il y avait.",
        "en": "Undo the last change (or the one with this number in the log) and put back exactly "
        "what was there.",
    }
    arguments = (
        Argument(
            "number",
            {
                "fr": "le numéro que donne !journal\u202f; sans lui, le dernier changement",
                "en": "the number that !journal gives; without it, the last change",
            },
            said={"fr": "numéro", "en": "number"},
        ),
    )
    role = "moderator"  # of stories; what is set is for admins
    faces = frozenset({"terminal", "chat"})
    texts = {
        "done": {
            "fr": "C’est annulé\u00a0: le changement n°\u00a0{id} ({thing}). Il y a de nouveau\u00a0: "
            "{before}. Le refaire\u00a0: !annuler {by}",
            "en": "Undone: change no. {id} ({thing}). There is again: {before}. To do it again: "
            "!undo {by}",
        },
        "done-story": {
            "fr": "C’est annulé\u00a0: le changement n°\u00a0{id}. La nouvelle est de nouveau comme "
            "avant, et les messages sont corrigés.",
            "en": "Undone: change no. {id}. The story is as before, and the messages are corrected.",
        },
        "none": {
            "fr": "Il n’y a rien à annuler.",
            "en": "There is nothing to undo.",
        },
        "unknown": {
            "fr": "Aucun changement ne porte le numéro «\u00a0{typed}\u00a0».",
            "en": "No change has the number “{typed}”.",
        },
        "before": {
            "fr": "Le changement n°\u00a0{id} est déjà annulé (par le n°\u00a0{by}).",
            "en": "Change no. {id} is undone already (by no. {by}).",
        },
        "cannot": {
            "fr": "Le changement n°\u00a0{id} ({thing}) ne s’annule pas.",
            "en": "Change no. {id} ({thing}) cannot be undone.",
        },
        "cannot-last": {
            "fr": "Votre dernier changement, le n°\u00a0{id} ({thing}), ne s’annule pas. Celui d’avant, "
            "le n°\u00a0{older} ({older_thing}), s’annule par\u00a0: !annuler {older}.",
            "en": "Your last change, no. {id} ({thing}), cannot be undone. The one before, no. "
            "{older} ({older_thing}), can: !undo {older}.",
        },
        "since": {
            "fr": "Ce que le n°\u00a0{id} a changé ({thing}) a été changé de nouveau depuis.",
            "en": "What no. {id} changed ({thing}) was changed again since.",
        },
        "admins": {
            "fr": "Les modératrices et modérateurs annulent ce qui a été fait d’une annonce de leur salon\u202f; le "
            "reste est réservé aux admins du bot.",
            "en": "Moderators undo what was done to an announcement; the rest is for the admins of "
            "the bot.",
        },
        "log": {"fr": "Les changements\u00a0: !journal", "en": "The changes: !journal"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Take it back. Raises CommandError, which says why it cannot be."""
        typed, said = str(arguments.get("number") or ""), context.language
        store, now = await context.store(), context.now()
        change = await store.read(partial(_wanted, typed=typed, context=context))
        if not typed and change is not None:
            last = await store.read(partial(_mine_since, change=change, context=context))
            if last is not None:
                raise self._not_that(last, change, said)
        if change is not None and change.thing.startswith(_stories.STORY):
            async with _stories.house_of(context) as house:
                key, change, by = await store.write(
                    partial(_undo, context=context, typed=typed, now=now, house=house)
                )
        else:
            key, change, by = await store.write(
                partial(_undo, context=context, typed=typed, now=now)
            )
        fields: dict[str, object] = {"typed": typed}
        if change is not None:
            thing = _changed.thing(change, said)
            fields = {"id": change.id, "thing": thing, "by": by or change.undone}
        if key != "done":
            log = "" if key == "admins" else self.tell("log", said)
            raise CommandError(what=self.tell(key, said, **fields), next=log)
        await _take_up.now(context)
        assert change is not None
        if change.thing.startswith(_stories.STORY):
            text = self.tell("done-story", said, **fields)
            return Answer(text, data={"undone": change.id, "by": by})
        zone = context.config().bot.timezone
        before = _changed.before(change, said, lambda when: moment(when, now, zone, said))
        text = self.tell("done", said, **fields, before=before)
        return Answer(text, data={"undone": change.id, "by": by})

    def _not_that(self, last: Change, older: Change, said: str) -> CommandError:
        fields = {
            "id": last.id,
            "thing": _changed.thing(last, said),
            "older": older.id,
            "older_thing": _changed.thing(older, said),
        }
        return CommandError(
            what=self.tell("cannot-last", said, **fields), next=self.tell("log", said)
        )


def _mine_since(tx: Tx, *, change: Change, context: Context) -> Change | None:
    """What the asker did after ``change`` and cannot have back, so that “undo” does not silently
    mean something older."""
    asker = asked_by(context)
    return next(
        (
            one
            for one in tx.audit.latest(LOOKED)
            if one.id > change.id
            and one.sender == asker
            and one.command not in HARMLESS
            and not one.thing.startswith(_CAN)
        ),
        None,
    )


def _wanted(tx: Tx, *, typed: str, context: Context) -> Change | None:
    """The change of this number, else the last one that can be taken back by who asks."""
    if typed:
        return tx.audit.get(number(typed.removeprefix("n°")))
    found = (one for one in tx.audit.latest(LOOKED) if _last(one))
    return next((one for one in found if _may(tx, context, one)), None)


def _may(tx: Tx, context: Context, change: Change | None) -> bool:
    """A moderator takes back what was done to a story that was told in their room; an admin, and the
    terminal, all of it."""
    asked = context.question
    if asked is None or POWER[asked.role] >= POWER["admin"]:
        return True
    if change is None or not change.thing.startswith((_stories.STORY, _stories.ANNOUNCEMENT)):
        return False
    if change.thing.startswith(_stories.ANNOUNCEMENT):
        return True  # which cannot be taken back, as the answer says
    before = (change.before or {}).get("stories", {})
    return _stories.within(tx, context, before)


def _undo(
    tx: Tx, *, context: Context, typed: str, now: datetime, house: House | None = None
) -> tuple[str, Change | None, int | None]:
    """What became of it, the change, and the number under which taking it back is noted."""
    change = _wanted(tx, typed=typed, context=context)
    if not _may(tx, context, change):
        return "admins", None, None
    if change is None:
        return "unknown" if typed else "none", None, None
    if change.undone is not None:
        return "before", change, None
    if change.thing.startswith(_stories.STORY) and house is not None:
        if not _stories.undo(tx, house, change, now):
            return "since", change, None
    elif change.thing.startswith(_change.SET):
        names = {*change.before, *change.after}
        if _change.current(tx, names) != change.after:
            return "since", change, None
        _change.put(tx, names, change.before, now)
    else:
        return "cannot", change, None
    done = note(tx, context, Undo.kind, change.thing, change.after, change.before)
    tx.audit.take_back(change.id, done.id)
    return "done", change, done.id


def _last(one: Change) -> bool:
    """Is it what “the last change” means: one that still holds, and takes nothing back itself?"""
    return one.undone is None and one.command != Undo.kind and one.thing.startswith(_CAN)
