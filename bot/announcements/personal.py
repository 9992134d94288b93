"""What is told to one person alone, because they asked: alerts on words, reminders of events.

A :class:`Subscription` is born here. A message to a person is a Delivery like any other; its
destination is their own room, named ``ACCOUNT/PERSON`` (the id of a configured channel has no
slash). Its announcement's id holds no person, so that the same news reaches a person once, however
many of their alerts it answers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from typing import Literal

from bot.announcements.announcement import Announcement, Message
from bot.announcements.compose import words
from bot.announcements.voice import Voice
from bot.announcements.words import cut, safe_link
from bot.stories.cite import cited
from bot.stories.story import Story
from bot.understanding.fact import EventFact
from bot.understanding.language import fold, stem

#: local hour of a reminder, the day before
AT = time(18, 0)
#: facts less certain than this are told in the plain form
SURE = 0.6
#: characters of one line
LINE = 300
_WORD = re.compile(r"[^\W_]+")

TEXTS: Mapping[str, Mapping[str, str]] = {
    "alert": {
        "fr": "Votre alerte «\u00a0{words}\u00a0»\u00a0: {line}\nL’arrêter\u00a0: !stop {number}",
        "en": "Your alert “{words}”: {line}\nStop it: !stop {number}",
    },
    "reminder": {"fr": "Rappel\u00a0: {line}", "en": "Reminder: {line}"},
    "moved": {
        "fr": "Un événement que je dois vous rappeler a changé. {line}\n{then}",
        "en": "An event that I am to remind you of has changed. {line}\n{then}",
    },
    "then": {"fr": "Je vous le rappelle {when}.", "en": "I remind you {when}."},
    "too-late": {
        "fr": "Il est trop tard pour vous le rappeler la veille.",
        "en": "It is too late to remind you the day before.",
    },
    "cancelled": {
        "fr": "{line}\nJe ne vous le rappellerai donc pas.",
        "en": "{line}\nSo I shall not remind you.",
    },
    "at": {"fr": "{day} à 18\u00a0h", "en": "{day} at 6\u00a0p.m."},
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one person asked for. ``number`` is theirs alone: `!stop 2`."""

    account: str
    person: str
    number: int  # 0 until stored
    kind: Literal["alert", "reminder"]
    created: datetime
    words: tuple[str, ...] = ()  # of an alert, as typed
    story: str | None = None  # of a reminder
    language: str = "fr"
    tap: str = ""  # the reaction that asked for it: taken back, it ends

    @property
    def to(self) -> str:
        """Its destination."""
        return destination(self.account, self.person)


def destination(account: str, person: str) -> str:
    """The name of one person's own room, as a delivery's channel."""
    return f"{account}/{person}"


def personal(channel: str) -> bool:
    """Is this destination one person's own room?"""
    return "/" in channel


def occasion_id(*what: str) -> str:
    """The id of something told to a person: the same always has the same."""
    return blake2b("|".join(("personal", *what)).encode(), digest_size=8).hexdigest()


# -- alerts ---------------------------------------------------------------------------------------


def said_words(text: str) -> tuple[str, ...]:
    """The words of an alert: folded, each once, those of one letter left out.

    >>> said_words("Logiciel libre, à Échirolles !")
    ('logiciel', 'libre', 'echirolles')
    """
    found = (word for word in _WORD.findall(_bare(text)) if len(word) > 1)
    return tuple(dict.fromkeys(found))


class Told:
    """The words of a story, by their stems: made once, asked by every alert."""

    def __init__(self, story: Story, more: str = "") -> None:
        texts = [story.title, story.summary, more]
        texts += [str(name) for fact in story.facts for name in _names(fact)]
        plain = set(_WORD.findall(_bare(" ".join(texts))))
        self.languages = tuple(dict.fromkeys((story.language, "fr", "en")))
        self._stems = {one: {stem(word, one) for word in plain} for one in self.languages}

    def holds(self, alert: Collection[str]) -> bool:
        """Are all the words there, whatever their accents, case and number?"""
        return bool(alert) and all(
            any(stem(word, one) in self._stems[one] for one in self.languages) for word in alert
        )


def _names(fact: object) -> list[object]:
    fields = ("award", "laureates", "organiser", "name", "place", "city", "event", "project")
    found: list[object] = []
    for name in fields:
        value = getattr(fact, name, None)
        found += value if isinstance(value, tuple) else [value] if value else []
    return found


def _bare(text: str) -> str:
    bare = unicodedata.normalize("NFKD", fold(text)).replace("œ", "oe").replace("æ", "ae")
    return "".join(char for char in bare if not unicodedata.combining(char))


def alert(story: Story, alerts: Collection[Subscription], voice: Voice, today: date) -> Message:
    """The news, for the alerts of one person that it answers."""
    first = min(alerts, key=lambda one: one.number)
    shown = voice.set(" ".join(first.words))
    said = say("alert", voice, words=shown, line=line(story, voice, today), number=first.number)
    return _message(said, story, voice, tuple(one.number for one in alerts))


# -- reminders ------------------------------------------------------------------------------------


def event(story: Story) -> EventFact | None:
    """The gathering of a story that a reminder can be about: on a certain day."""
    found = (fact for fact in story.facts if isinstance(fact, EventFact))
    fact = next((fact for fact in found if fact.confidence >= SURE), None)
    return fact if fact is not None and len(fact.start or "") == 10 else None


def remind_at(fact: EventFact, voice: Voice) -> datetime:
    """18:00 local time on the day before. ``fact`` is on a certain day."""
    eve = date.fromisoformat(fact.start or "") - timedelta(days=1)
    return datetime.combine(eve, AT, voice.knowledge.timezone)


def over_at(fact: EventFact, voice: Voice) -> datetime:
    """The end of the event's first day: a reminder is worth nothing afterwards."""
    day = date.fromisoformat(fact.start or "")
    return datetime.combine(day, time(23, 59), voice.knowledge.timezone)


def when_said(fact: EventFact, voice: Voice) -> str:
    """“lundi 16 février 2026 à 18 h”: when the reminder comes."""
    eve = remind_at(fact, voice).date().isoformat()
    return say("at", voice, day=voice.day(eve))


def reminder(story: Story, mine: Subscription, voice: Voice, today: date) -> Message:
    """It is tomorrow."""
    said = say("reminder", voice, line=line(story, voice, today))
    return _message(said, story, voice, (mine.number,), reminder=True)


def changed(before: Story, after: Story) -> Literal["cancelled", "moved"] | None:
    """What somebody who waits for a reminder has to hear at once."""
    was, now = event(before), event(after)
    if now is None:
        return None
    if now.status == "cancelled":
        return None if was is not None and was.status == "cancelled" else "cancelled"
    if was is None:
        return None
    if (was.start, was.place or now.place, was.time or now.time) != (
        now.start,
        now.place,
        now.time,
    ):
        return "moved"
    return None


def change(
    what: Literal["cancelled", "moved"],
    story: Story,
    mine: Subscription,
    voice: Voice,
    now: datetime,
) -> Message:
    """The event moved, or is off: what that makes of the reminder."""
    fact = event(story)
    assert fact is not None
    today = now.astimezone(voice.knowledge.timezone).date()
    told = line(story, voice, today, label=True)
    if what == "cancelled":
        return _message(say("cancelled", voice, line=told), story, voice, (mine.number,))
    coming = remind_at(fact, voice) > now
    then = say("then", voice, when=when_said(fact, voice)) if coming else say("too-late", voice)
    return _message(say("moved", voice, line=told, then=then), story, voice, (mine.number,))


# -- words ----------------------------------------------------------------------------------------


def say(key: str, voice: Voice, **fields: object) -> str:
    """One of these texts, in the person's language."""
    texts = TEXTS[key]
    return texts.get(voice.language.code, texts["en"]).format(**fields)


def line(story: Story, voice: Voice, today: date, *, label: bool = False) -> str:
    """“Échirolles reçoit le NEC d’or… https://…”, as a room is told it."""
    facts = tuple(fact for fact in story.facts if fact.confidence >= SURE)
    told = words(Announcement(story.id, story.id, "new"), story, facts, voice, today=today)
    said = cut(told.line, LINE, None)
    if label:
        colon = "\u00a0:" if voice.language.code == "fr" else ":"
        said = f"{told.label}{colon} {said}"
    return f"{said} {_link(story)}".rstrip()


def _link(story: Story) -> str:
    found = (safe_link(witness.url) for witness in cited(story.witnesses, story.facts))
    return next((url for url in found if url), "")


def _message(
    text: str, story: Story, voice: Voice, numbers: tuple[int, ...], *, reminder: bool = False
) -> Message:
    link = _link(story)
    return Message(
        text,
        language=voice.language.code,
        visibility="direct",
        story=story.id,
        links=(link,) if link else (),
        data={"numbers": list(numbers), "reminder": reminder},
    )
