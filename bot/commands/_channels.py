"""A channel as people call it, and who may act on it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.command import POWER, Context
from bot.config.spelling import nearest
from bot.errors import CommandError
from bot.understanding.language import fold

TEXTS: Mapping[str, Mapping[str, str]] = {
    "unknown": {
        "fr": "Je ne connais pas le canal «\u00a0{word}\u00a0».{near}",
        "en": "I do not know the channel “{word}”.{near}",
    },
    "near": {
        "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
        "en": " Did you mean “{near}”?",
    },
    "known": {"fr": "Les canaux\u00a0: {ids}.", "en": "The channels: {ids}."},
    "none": {"fr": "Aucun canal n’est configuré.", "en": "No channel is configured."},
    "none-next": {
        "fr": "Pour en relier un\u00a0: alposs-bot setup",
        "en": "To connect one: alposs-bot setup",
    },
    "own": {
        "fr": "Les modératrices et modérateurs d’un salon ne règlent que ce salon\u202f; le reste "
        "est réservé aux admins du bot.",
        "en": "A room’s moderators decide about that room only; the rest is for the bot’s admins.",
    },
}


def _say(key: str, language: str, **fields: str) -> str:
    return TEXTS[key].get(language, TEXTS[key]["en"]).format(**fields)


def enabled(context: Context) -> dict[str, str]:
    """{id: name} of the channels that speak."""
    return {id: one.name or id for id, one in context.config().channels.items() if one.enabled}


def is_channel(context: Context, word: str) -> str | None:
    """The id of the channel of this id or name."""
    for id, called in enabled(context).items():
        if fold(word) in (fold(id), fold(called)):
            return id
    return None


def find(context: Context, word: str) -> str:
    """The same; CommandError with the nearest where there is none."""
    found, said = is_channel(context, word), context.language
    if found is not None:
        return found
    known = enabled(context)
    if not known:
        raise CommandError(what=_say("none", said), next=_say("none-next", said))
    near = nearest(word, [*known, *known.values()])
    what = _say("unknown", said, word=word, near=_say("near", said, near=near) if near else "")
    raise CommandError(what=what, next=_say("known", said, ids=", ".join(known)))


def may(context: Context, channels: list[str]) -> None:
    """A moderator acts on the room of the question; an admin, and the terminal, on all. Raises
    CommandError, which says so."""
    asked = context.question
    if asked is None or POWER[asked.role] >= POWER["admin"] or set(channels) == {asked.channel}:
        return
    raise CommandError(what=_say("own", context.language), next="")
