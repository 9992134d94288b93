"""A change of the audit log in words: by which command, of what, from what to what."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot import kinds
from bot.announcements.words import cut, harmless, plain
from bot.commands import _settings
from bot.commands._change import SET
from bot.commands._stories import ANNOUNCEMENT, STORY

if TYPE_CHECKING:
    from bot.store.audit import Change

#: characters of a value, and of a thing, that are shown
VALUE, THING = 60, 100

#: what can be changed, by the sort that begins its name in the log
THINGS: Mapping[str, Mapping[str, str]] = {
    "delivery": {"fr": "le message n°\u00a0{id}", "en": "message no. {id}"},
    "draft": {"fr": "le brouillon n°\u00a0{id}", "en": "draft no. {id}"},
    "source": {"fr": "la source {id}", "en": "source {id}"},
    "sources": {"fr": "des sources", "en": "sources"},
    "channel": {"fr": "le canal {id}", "en": "channel {id}"},
    "files": {"fr": "les fichiers", "en": "the files"},
    "bot": {"fr": "le bot", "en": "the bot"},
    "story": {"fr": "une nouvelle", "en": "a story"},
    "stories": {"fr": "des nouvelles", "en": "stories"},
    "announcement": {"fr": "une annonce", "en": "an announcement"},
}
#: what a setting without a name of its own is, by room and key
KEYS: Mapping[str, Mapping[str, str]] = {
    "channels/pause": {"fr": "pause", "en": "pause"},
    "sources/": {"fr": "ajoutée en salon", "en": "added in a room"},
    "sources/enabled": {"fr": "lue", "en": "read"},
    "sources/url": {"fr": "adresse", "en": "address"},
    "sources/kind": {"fr": "type", "en": "kind"},
}
#: states of a message, answers to a draft, and the like, as values of the log
WORDS: Mapping[str, Mapping[str, str]] = {
    "queued": {"fr": "à envoyer", "en": "to be sent"},
    "sending": {"fr": "en cours d’envoi", "en": "being sent"},
    "unclear": {"fr": "envoi incertain", "en": "perhaps sent"},
    "sent": {"fr": "envoyé", "en": "sent"},
    "aside": {"fr": "mis de côté", "en": "set aside"},
    "superseded": {"fr": "remplacé", "en": "replaced"},
    "expired": {"fr": "périmé", "en": "expired"},
    "withdrawn": {"fr": "retiré", "en": "withdrawn"},
    "draft": {"fr": "à relire", "en": "to be looked at"},
    "rejected": {"fr": "refusé", "en": "refused"},
    "yes": {"fr": "publié", "en": "published"},
    "no": {"fr": "refusé", "en": "refused"},
    "later": {"fr": "remis à plus tard", "en": "put off"},
    "digest": {"fr": "résumé", "en": "digest"},
    "connected": {"fr": "connecté", "en": "connected"},
    "refused": {"fr": "accès refusé", "en": "access refused"},
    "renewed": {"fr": "accès renouvelé", "en": "access renewed"},
    "store": {"fr": "ajoutée en salon", "en": "added in a room"},
    "paused": {"fr": "en pause", "en": "paused"},
    "paused-until": {"fr": "en pause jusqu’à {at}", "en": "paused until {at}"},
}
#: fields of what was connected
FIELDS: Mapping[str, Mapping[str, str]] = {
    "account": {"fr": "compte", "en": "account"},
    "server": {"fr": "serveur", "en": "server"},
    "user": {"fr": "utilisateur", "en": "user"},
    "sources": {"fr": "sources", "en": "sources"},
    "channels": {"fr": "canaux", "en": "channels"},
    "new": {"fr": "en plus", "en": "new"},
    "changed": {"fr": "changés", "en": "changed"},
    "gone": {"fr": "en moins", "en": "gone"},
    "bot": {"fr": "bot", "en": "bot"},
    "restart": {"fr": "après un redémarrage", "en": "after a restart"},
    "knowledge": {"fr": "connaissances", "en": "knowledge"},
}
NOTHING: Mapping[str, Mapping[str, str]] = {
    "": {"fr": "rien", "en": "nothing"},
    "set": {"fr": "ce que dit le fichier", "en": "what the file says"},
    "pause": {"fr": "pas en pause", "en": "not paused"},
}
#: commands of the log that are answers rather than commands
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "renew": {"fr": "code d’accès", "en": "access code"},
    "drafts": {"fr": "relecture", "en": "approval"},
}


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language, texts["en"])


def command(change: Change, language: str) -> str:
    """The command as it was typed: ``!pause`` in a room, ``alposs-bot drop`` on the terminal."""
    if change.command in ANSWERS:
        return _in(ANSWERS[change.command], language)
    if change.face == "terminal":
        return f"alposs-bot {change.command}"
    found = kinds.load("command", change.command)
    if found is None:
        return change.command
    return f"!{found.names.get(language, found.names['en'])[0]}"


def thing(change: Change, language: str) -> str:
    """What was changed: ``le canal salon : par-heure``."""
    if change.thing.startswith(SET):
        return cut(_settings_of(change.thing.removeprefix(SET).split(", "), language), THING, None)
    if change.thing.startswith(STORY):
        many = ", " in change.thing
        title = _title(change)
        named = _in(THINGS["stories" if many else "story"], language)
        return cut(f"{named}, {title}" if title else named, THING, None)
    if change.thing.startswith(ANNOUNCEMENT):
        return _in(THINGS["announcement"], language)
    sort, _, id = change.thing.partition(" ")
    if sort not in THINGS:
        return cut(change.thing, THING, None)
    return cut(_in(THINGS[sort], language).format(id=id), THING, None)


#: how a moment is told: in the bot's time zone, and the reader's language
At = Callable[[datetime], str]


def before(change: Change, language: str, at: At) -> str:
    """What was there."""
    return _value(change, change.before, language, at)


def after(change: Change, language: str, at: At) -> str:
    """What is there since."""
    return _value(change, change.after, language, at)


def is_of_stories(change: Change) -> bool:
    """Was a story changed? What it was and is has too many words for a line."""
    return change.thing.startswith(STORY)


def _settings_of(names: list[str], language: str) -> str:
    """``channels/salon/per_hour`` and its like: each thing once, with its keys behind."""
    keys: dict[str, list[str]] = {}
    for name in names:
        room, id, key = name.split("/", 2)
        sort = {"channels": "channel", "sources": "source"}.get(room, room)
        where = _in(THINGS[sort], language).format(id=id) if sort in THINGS else id
        keys.setdefault(where, []).append(_key(room, key, language))
    colon = "\u00a0: " if language == "fr" else ": "
    return "\u202f; ".join(colon.join((where, ", ".join(found))) for where, found in keys.items())


def _key(room: str, key: str, language: str) -> str:
    known = KEYS.get(f"{room}/{key}")
    return _in(known, language) if known else _settings.Key(key, None, "").called(language)


def _value(change: Change, value: Any, language: str, at: At) -> str:
    if value is None or value in ({}, ""):
        sort = "set" if change.thing.startswith(SET) else ""
        if sort and all(name.endswith("/pause") for name in change.thing.split(", ")):
            sort = "pause"
        return _in(NOTHING[sort], language)
    if change.thing.startswith(SET) and isinstance(value, dict):
        several = len(value) > 1
        shown = ", ".join(_one(name, one, several, language, at) for name, one in value.items())
    elif isinstance(value, str):
        shown = _in(WORDS[value], language) if value in WORDS else value
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        shown = ", ".join(value)
    elif isinstance(value, dict):
        kept = ((key, one) for key, one in value.items() if one)
        parts = ((key, _plain(one, language)) for key, one in kept)
        shown = ", ".join(f"{_field(key, language)} {said}" for key, said in parts if said)
    else:
        shown = json.dumps(value, ensure_ascii=False)
    return harmless(cut(plain(shown), VALUE, None))


def _one(name: str, value: Any, named: bool, language: str, at: At) -> str:
    """One setting's value, with its name where there are several."""
    room, _, key = name.split("/", 2)
    if (room, key) == ("channels", "pause"):
        until = value.get("until") if isinstance(value, dict) else None
        words = WORDS["paused-until" if until else "paused"]
        shown = _in(words, language).format(at=at(datetime.fromisoformat(until)) if until else "")
    elif isinstance(value, dict):  # a source as it was added
        shown = str(value.get("url") or value.get("name") or json.dumps(value, ensure_ascii=False))
    else:
        shown = _settings.show(value, language)
    return f"{_key(room, key, language)} {shown}" if named else shown


def _plain(value: Any, language: str) -> str:
    if isinstance(value, dict):  # of a reload: what is new, changed, gone
        kept = ((name, one) for name, one in value.items() if one)
        return ", ".join(f"{_field(name, language)} {_plain(one, language)}" for name, one in kept)
    return value if isinstance(value, str) else _settings.show(value, language)


def _field(name: str, language: str) -> str:
    return _in(FIELDS[name], language) if name in FIELDS else name


def _title(change: Change) -> str:
    """A story's own words, from what was kept of it: the title of its first witness."""
    for kept in (change.after, change.before):
        stories = kept.get("stories") if isinstance(kept, dict) else None
        for story in (stories or {}).values():
            title = _first(story, ("title", "heading"))
            if title:
                return harmless(cut(plain(title), VALUE, None))
    return ""


def _first(kept: Any, names: tuple[str, ...]) -> str:
    """The first text under one of these keys, however deep it lies."""
    if isinstance(kept, dict):
        for name in names:
            if isinstance(kept.get(name), str) and kept[name]:
                return str(kept[name])
        kept = list(kept.values())
    if isinstance(kept, list):
        return next((text for one in kept if (text := _first(one, names))), "")
    return ""
