"""``resume``: a paused channel speaks again; what waited goes out at its pace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands import _change, _channels
from bot.commands.command import Answer, Argument, Command, Context
from bot.commands.pause import here_or_all
from bot.config.overrides import PAUSE


class Resume(Command):
    """Go on."""

    kind = "resume"
    names = {"fr": ("reprise", "reprendre"), "en": ("resume",)}
    help = {
        "fr": "Met fin à une pause\u202f; ce qui attendait part au rythme habituel.",
        "en": "End a pause; what waited goes out at the usual pace.",
    }
    arguments = (
        Argument(
            "channel",
            {"fr": "un canal\u202f; sans lui, tous", "en": "a channel; without it, all"},
            said={"fr": "canal", "en": "channel"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "on": {
            "fr": "C’est reparti\u00a0: {names}. En attente\u00a0: {waiting}, au rythme habituel.",
            "en": "On again: {names}. Waiting: {waiting}, at the usual pace.",
        },
        "none": {"fr": "Rien n’est en pause.", "en": "Nothing is paused."},
        "not": {
            "fr": "{names} n’est pas en pause.",
            "en": "{names} is not paused.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Drop the pause. Raises CommandError."""
        return await resume(self, context, str(arguments.get("channel") or ""))


async def resume(self: Resume, context: Context, word: str) -> Answer:
    """End the pause of one channel, of the room of the question, or every pause."""
    said, names = context.language, _channels.enabled(context)
    channels = [_channels.find(context, word)] if word else here_or_all(context)
    _channels.may(context, channels)
    store = await context.store()
    wanted = {_change.name("channels", id, PAUSE): None for id in channels}
    paused = await store.read(lambda tx: _change.current(tx, wanted))
    resting = [id for id in channels if _change.name("channels", id, PAUSE) in paused]
    if not resting:
        known = ", ".join(names[id] for id in channels)
        return Answer(
            self.tell("not" if word else "none", said, names=known), data={"channels": []}
        )
    await _change.change(context, Resume.kind, dict.fromkeys(paused))
    waiting = await store.read(lambda tx: sum(len(tx.deliveries.waiting(id)) for id in resting))
    text = self.tell("on", said, names=", ".join(names[id] for id in resting), waiting=waiting)
    return Answer(text, data={"channels": resting, "waiting": waiting})
