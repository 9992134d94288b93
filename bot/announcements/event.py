"""How an event is told: that it will be, that it moved, that it is off, that it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.announcements.voice import Voice
from bot.announcements.wording import Wording, where
from bot.config.knowledge import EventSeries
from bot.understanding.fact import EventFact


def event(fact: EventFact, voice: Voice, *, today: date | None, alarm: bool = False) -> Wording:
    """``today`` is the local day, None where it does not matter; ``alarm`` offers a reminder."""
    series = voice.knowledge.events.get(fact.series or "")
    past = fact.status == "past" or _over(fact, today)
    if fact.status == "cancelled":
        return _cancelled(fact, series, voice, past=past)
    if fact.status == "moved" and (fact.previous_start or fact.place):
        return _moved(fact, series, voice, past=past)
    when, at = _when(fact, voice), _where(fact, voice)
    name = title(fact, series, voice)
    if fact.status == "full" and fact.start:
        said = voice.say("event.full", name=name, when=when, where=at)
        return Wording(voice.say("labels.full"), (said,), _line(fact, series, voice), past=past)
    first = _held(fact, series, voice, past=past)
    second = _second(fact, series, voice, past=past)
    line, notes = _line(fact, series, voice), []
    if not past and series and not fact.place:
        notes.append(voice.say("event.unknown_place"))
    if not past and alarm and fact.start and len(fact.start) == 10:
        notes.append(voice.say("event.room_alarm"))
    label = voice.say("labels.past" if past else "labels.event")
    paragraphs = (first, second) if second else (first,)
    return Wording(label, paragraphs, line, past=past, note=" ".join(notes))


def settled(fact: EventFact) -> EventFact:
    """The event as it now stands, without a word of its having moved."""
    if fact.status != "moved":
        return fact
    return replace(fact, status="scheduled", previous_start=None, previous_place=None)


def title(fact: EventFact, series: EventSeries | None, voice: Voice) -> str:
    """“AlpOSS 2026”, “Les Journées du Logiciel Libre 2026”, “Install party de printemps”."""
    if not series:
        name = voice.set(fact.name)
        return _quoted(name, voice) if name.endswith(("?", "!", ".")) else name
    name = voice.capital(
        voice.the(voice.name(series.name) or fact.name, voice.name(series.article))
    )
    year = fact.start[:4] if fact.start else ""
    return name if not year or year in name else f"{name} {year}"


def _quoted(name: str, voice: Voice) -> str:
    """In quotation marks; those inside become the other sort."""
    return voice.quoted(name.replace("«\u00a0", "“").replace("\u00a0»", "”"))


def _many(name: str) -> bool:
    return name.startswith("Les ")


def _over(fact: EventFact, today: date | None) -> bool:
    last = fact.end or fact.start
    return bool(today and last and len(last) == 10 and last < today.isoformat())


def _when(fact: EventFact, voice: Voice) -> str:
    if not fact.start:
        return voice.say("event.undated")
    return voice.span(fact.start, fact.end, fact.time, fact.end_time)


def _where(fact: EventFact, voice: Voice) -> str:
    at = where(fact.place, fact.city, voice)
    if not at:
        return ""
    # “mardi 17 février 2026 à Échirolles”, but “…, à La Rampe, à Échirolles”
    return f", {at}" if fact.place else f" {at}"


def _held(fact: EventFact, series: EventSeries | None, voice: Voice, *, past: bool) -> str:
    name = title(fact, series, voice)
    when, at = _when(fact, voice), _where(fact, voice)
    if not fact.start and (past or not series):
        return voice.say("event.unnamed_undated", name=name, where=at)
    if not series:
        return voice.say("event.unnamed", name=name, when=when, where=at)
    about = voice.name(series.about) if series.about else None
    return voice.say(
        "event.held",
        name=name,
        about=voice.say("event.about", about=about) if about else "",
        verb=_verb("past" if past else "verb", name, voice),
        when=when,
        where=at,
    )


def _verb(kind: str, name: str, voice: Voice) -> str:
    return voice.say(f"event.{kind}_{'many' if _many(name) else 'one'}")


def _second(fact: EventFact, series: EventSeries | None, voice: Voice, *, past: bool) -> str:
    """Who holds it, and what is not known yet."""
    said: list[str] = []
    if series and series.credit and (credit := voice.name(series.credit)):
        said.append(credit if credit.endswith(".") else f"{credit}.")
    elif fact.organiser and not series:
        said.append(voice.say("event.organised", organiser=voice.set(fact.organiser)))
    if series and not fact.place and not past:
        said.append(voice.say("event.unknown_place" if fact.url else "event.unknown_both"))
    return " ".join(said)


def _line(fact: EventFact, series: EventSeries | None, voice: Voice) -> str:
    name = title(fact, series, voice)
    place = ", ".join(voice.set(part) for part in (fact.place, fact.city) if part)
    at = f", {place}" if place else ""
    if not fact.start:
        return voice.say("event.room_undated", name=name, where=at)
    return voice.say("event.room", name=name, when=_when(fact, voice), where=at)


def _named(fact: EventFact, series: EventSeries | None, voice: Voice) -> str:
    """Inside a sentence: “AlpOSS 2026”, « Install party »."""
    name = title(fact, series, voice)
    if not series:
        return name if name.startswith(("«", "“")) else _quoted(name, voice)
    first, _, rest = name.partition(" ")
    return f"{first.lower()} {rest}" if first in ("Le", "La", "Les") else name


def _moved(fact: EventFact, series: EventSeries | None, voice: Voice, *, past: bool) -> Wording:
    """Changement de lieu : AlpOSS 2026 se tient à La Rampe, à Échirolles, et non plus à…"""
    name = _named(fact, series, voice)
    many = name.startswith("les ")
    when = _when(fact, voice)
    new_day = bool(fact.previous_start and fact.start)
    new_place = bool(fact.place and (fact.previous_place or not new_day))
    paragraphs: list[str]
    if new_day:
        not_then = voice.say("event.not_then", when=voice.when(fact.previous_start or ""))
        key = "event.moved_both" if new_place else "event.moved_date"
        verb = voice.say("event.verb_many" if many else "event.verb_one")
        at = _where(fact, voice)
        first = voice.say(key, name=name, verb=verb, when=when, where=at, not_then=not_then)
        paragraphs = [first]
        line = first
    else:
        old = where(fact.previous_place, None, voice) if fact.previous_place else ""
        first = voice.say(
            "event.moved_place",
            name=name,
            verb=voice.say("event.stands_many" if many else "event.stands_one"),
            place=where(fact.place, fact.city, voice),
            not_there=voice.say("event.not_there", place=old) if old else "",
        )
        paragraphs = [first]
        line = first
        if fact.start:
            paragraphs.append(voice.say("event.same_date", when=when))
            line += " " + voice.say("event.room_same_date", when=when)
    kind = "both" if new_day and new_place else "date" if new_day else "place"
    label = voice.say(f"labels.moved_{kind}")
    line = line.removeprefix(label).lstrip("\u00a0: ")
    return Wording(label, tuple(paragraphs), voice.capital(line), past=past)


def _cancelled(fact: EventFact, series: EventSeries | None, voice: Voice, *, past: bool) -> Wording:
    name = _named(fact, series, voice)
    if fact.start:
        key = "event.cancelled_many" if name.startswith("les ") else "event.cancelled"
        when, at = _when(fact, voice), _where(fact, voice)
        first = voice.say(key, name=name, when=when, where=at)
    else:
        first = voice.say("event.cancelled_undated", name=name)
    line = first.partition(":")[2].strip()
    return Wording(voice.say("labels.cancelled").upper(), (first,), voice.capital(line), past=past)


def reminder(fact: EventFact, voice: Voice, *, tomorrow: bool) -> Wording:
    """Rappel : AlpOSS 2026 a lieu mardi 17 février 2026…"""
    series = voice.knowledge.events.get(fact.series or "")
    name = _named(fact, series, voice)
    verb = voice.say("event.verb_many" if name.startswith("les ") else "event.verb_one")
    key = "event.tomorrow" if tomorrow else "event.reminder"
    when, at = _when(fact, voice), _where(fact, voice)
    first = voice.say(key, name=name, verb=verb, when=when, where=at)
    return Wording(voice.say("labels.reminder"), (first,), _line(fact, series, voice))
