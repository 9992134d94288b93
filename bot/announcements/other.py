"""How a call, a release, and what is only a title and a link are told."""

from __future__ import annotations

from bot.announcements.voice import Voice
from bot.announcements.wording import Wording, where
from bot.announcements.words import safe_link
from bot.understanding.fact import CallFact, ReleaseFact


def call(fact: CallFact, voice: Voice, *, reminder: bool = False) -> Wording:
    """L’appel à conférences d’AlpOSS 2026 ferme dimanche 14 décembre 2025 à 23 h 59."""
    of = _of(fact, voice)
    paragraphs: list[str]
    if fact.deadline:
        when = voice.when(fact.deadline)
        if fact.deadline_time and len(fact.deadline) == 10:
            when = voice.say("days.day_time", day=when, time=voice.time(fact.deadline_time))
        exact = len(fact.deadline) == 10
        key = "reminder" if reminder else "extended" if fact.extended and exact else "closes"
        paragraphs = [voice.say(f"call.{key}", of=of, when=when)]
        line = voice.say("call.room", of=of, when=when)
    else:
        paragraphs = [voice.say("call.open", of=of)]
        line = voice.say("call.room_open", of=of)
    if fact.event_start:
        at = where(None, fact.city, voice)
        paragraphs.append(
            voice.say(
                "call.held",
                when=voice.span(fact.event_start, fact.event_end),
                where=f" {at}" if at else "",
            )
        )
    link = safe_link(fact.url)
    label = voice.say("labels.reminder" if reminder else "labels.call")
    action = (voice.say("call.room_propose"), link) if link else None
    return Wording(label, tuple(paragraphs), line, action)


def _of(fact: CallFact, voice: Voice) -> str:
    """“d’AlpOSS 2026”, “des Journées du Logiciel Libre 2026”."""
    series = voice.knowledge.events.get(fact.series or "")
    name = (voice.name(series.name) if series else None) or voice.set(fact.event)
    article = voice.name(series.article) if series else None
    year = (fact.event_start or "")[:4]
    return voice.of(name if not year or year in name else f"{name} {year}", article)


def release(fact: ReleaseFact, voice: Voice) -> Wording:
    """Nouvelle version : guichet-citoyen 2.4.0. ¶ Publiée par Saint-Martin-d’Hères…"""
    project = voice.set(fact.project)
    version = voice.set(fact.version or "")
    if version:
        first = voice.say("release.out", project=project, version=version)
    else:
        first = voice.say("release.out_unnumbered", project=voice.of(project, ""))
    day = voice.day(fact.date) if fact.date else ""
    publisher = fact.publisher or ""
    if publisher == publisher.lower():  # a forge's handle says nothing to readers
        publisher = ""
    second = ""
    if publisher:
        who = voice.the(voice.set(publisher))
        when = voice.say("release.when", day=day) if day else ""
        second = voice.say("release.published", publisher=who, when=when)
    elif day:
        second = voice.say("release.published_when", when=voice.say("release.when_alone", day=day))
    details = ", ".join(part for part in (voice.set(publisher), day) if part)
    line = voice.say(
        "release.room", project=project, version=version, details=f" ({details})" if details else ""
    ).replace(" (", " (", 1)
    return Wording(voice.say("labels.release"), (first, second) if second else (first,), line)


def untold(title: str, voice: Voice) -> Wording:
    """The plain form: the title, and where it stands."""
    return Wording(voice.say("labels.plain"), (voice.set(title),), voice.set(title))
