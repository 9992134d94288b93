"""``pause``: a channel, or all of them, says nothing for a while; everything waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands import _change, _channels
from bot.commands._duration import duration
from bot.commands._moments import moment
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.overrides import PAUSE
from bot.errors import CommandError


class Pause(Command):
    """Hold everything back."""

    kind = "pause"
    names = {"fr": ("pause",), "en": ("pause",)}
    help = {
        "fr": "Fait taire un canal, ou tous, pendant un temps ou jusqu’à !reprise\u202f; ce qui arrive "
        "attend, rien n’est perdu.",
        "en": "Silence a channel, or all of them, for a time or until !resume; what comes waits, "
        "nothing is lost.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "un canal, une durée, ou les deux\u00a0: mastodon 2 h",
                "en": "a channel, a duration, or both: mastodon 2 h",
            },
            many=True,
            said={"fr": "canal durée", "en": "channel duration"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "paused": {
            "fr": "En pause{until}\u00a0: {names}. Ce qui arrive attend. Reprendre\u00a0: !reprise",
            "en": "Paused{until}: {names}. What comes waits. To go on: !resume",
        },
        "until": {"fr": " jusqu’à {at}", "en": " until {at}"},
        "already": {
            "fr": "Déjà en pause\u00a0: {names}. Reprendre\u00a0: !reprise",
            "en": "Paused already: {names}. To go on: !resume",
        },
        "how-long": {
            "fr": "Je ne comprends pas «\u00a0{text}\u00a0» comme une durée.",
            "en": "I do not understand “{text}” as a duration.",
        },
        "how-long-next": {
            "fr": "Par exemple\u00a0: !pause 2 h, !pause mastodon 3 jours",
            "en": "For example: !pause 2 h, !pause mastodon 3 days",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Set it over the files: a restart keeps it. Raises CommandError."""
        return await pause(self, context, tuple(arguments.get("what") or ()))


async def pause(self: Pause, context: Context, words: tuple[str, ...]) -> Answer:
    """Pause what the words name, the room of the question, or everything."""
    said, now = context.language, context.now()
    named = bool(words) and duration(" ".join(words)) is None
    if named:
        channels, words = [_channels.find(context, words[0])], words[1:]
    else:
        channels = here_or_all(context)
    _channels.may(context, channels)
    until = None
    if words:
        long = duration(" ".join(words))
        if long is None:
            text = " ".join(words)
            raise CommandError(
                what=self.tell("how-long", said, text=text), next=self.tell("how-long-next", said)
            )
        until = now + long
    value = {"until": until.isoformat() if until else None}
    wanted = {_change.name("channels", id, PAUSE): value for id in channels}
    done = await _change.change(context, Pause.kind, wanted)
    names = _channels.enabled(context)
    fields = {"names": ", ".join(names[id] for id in channels), "until": ""}
    if until is not None:
        at = moment(until, now, context.config().bot.timezone, said)
        fields["until"] = self.tell("until", said, at=at)
    text = self.tell("paused" if done else "already", said, **fields)
    return Answer(text, data={"channels": channels, "until": value["until"]})


def here_or_all(context: Context) -> list[str]:
    """A moderator means the room of the question, everybody else the whole bot."""
    asked = context.question
    known = list(_channels.enabled(context))
    if asked is not None and asked.role == "moderator" and asked.channel in known:
        return [asked.channel]
    return known
