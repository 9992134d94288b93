"""Does an entry that was not understood tell a story that is known? Pure.

To find a fact, all of it must be read; to know one again, it is enough that its words are there: the
award and who has it, and one thing more; the day, the place and the name of a gathering; a project
and its version. Such an entry is one more witness. It says nothing new, and alone it is no story.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from bot.stories import days, names
from bot.stories.categories import telling
from bot.stories.story import Happening, Story, Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, Day, EventFact, ReleaseFact
from bot.understanding.language import fold

#: An award is spoken of as news for so long, a version a little shorter.
_AWARD_WINDOW = timedelta(days=21)
_RELEASE_WINDOW = timedelta(days=14)
#: What was given longer ago is a memory, whenever it is told.
_MEMORY = timedelta(days=60)
_VERSION = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)+(?:-?(?:rc|beta|alpha)\d*)?)(?![\w-]|\.\d)")
#: Words of a call, and of those that look for speakers.
_CALLS = re.compile(
    r"\bappels? (?:a|aux) |propos(?:ez|er|ition)|soumett|soumission|call for|submi(?:t|ssion)|\bcfp\b|speaker|intervenant|orat(?:eur|rice)"
    r"|le micro\b|talks? wanted|proposals?|vos idees|votre (?:sujet|conference)"
)
#: Calls of one gathering further apart are of two editions; a recap comes so soon.
_CALL_WINDOW = timedelta(days=60)
_RECAP_WINDOW = timedelta(days=45)
_MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)
_WEEKDAYS = (
    ("lundi", "monday"),
    ("mardi", "tuesday"),
    ("mercredi", "wednesday"),
    ("jeudi", "thursday"),
    ("vendredi", "friday"),
    ("samedi", "saturday"),
    ("dimanche", "sunday"),
)
_MONTH = {name: at for at, both in enumerate(_MONTHS, 1) for name in both}
_NAMES = "|".join(_MONTH)
_DAY = re.compile(
    rf"(?<!\d)(\d\d?)(?:er|st|nd|rd|th)? (?:(?:et|au|and|to|&|-) ?\d\d?(?:st|nd|rd|th)? )?(?:of )?({_NAMES})\b"
    rf"|\b({_NAMES}) (\d\d?)(?!\d)"
)
_SOON = re.compile(
    rf"\b(?:demain|tomorrow|{'|'.join(word for both in _WEEKDAYS for word in both)})\b"
)
#: Gatherings are not called to sooner.
_AHEAD = timedelta(days=200)
_RELATIVE = {
    -1: r"hier|yesterday|last night",
    0: r"aujourd'hui|ce (?:matin|midi|soir)|cet apres-midi|today|tonight|this (?:morning|afternoon|evening)",
    1: r"demain|tomorrow",
}
_NUMBERS = {
    "1": "un|une|one",
    "2": "deux|two",
    "3": "trois|three",
    "4": "quatre|four",
    "5": "cinq|five",
}
_MEDALS = {"or": "or|gold", "argent": "argent|silver", "bronze": "bronze", "badge": "badge"}


@dataclass(frozen=True)
class Heard:
    """An entry as far as it can be recognised."""

    text: str
    publisher: str
    published: datetime
    named: tuple[str, ...]  # see :class:`bot.understanding.fact.Understanding`
    kind: str = "other"
    title: str = ""

    @classmethod
    def of(cls, happening: Happening) -> Heard:
        """What an entry without facts says."""
        entry = happening.entry
        return cls(
            entry.text,
            entry.publisher.name,
            entry.published,
            happening.named,
            happening.kind,
            entry.title or "",
        )

    @classmethod
    def by(cls, witness: Witness) -> Heard:
        """What a remembered witness without facts said."""
        return cls(
            witness.heard,
            witness.name,
            witness.published,
            witness.named,
            witness.kind,
            witness.title,
        )

    @property
    def gathering(self) -> bool:
        """It calls to one, whatever it is about."""
        return self.kind in ("event", "event_update")

    @cached_property
    def folded(self) -> str:
        """Its text for matching."""
        return fold(self.text)

    @cached_property
    def words(self) -> frozenset[str]:
        """Its telling words, hyphens cut."""
        return names.parts(self.text)

    @cached_property
    def whole(self) -> frozenset[str]:
        """Its telling words and those of who speaks, hyphenated ones whole."""
        return names.words(self.text) | names.words(self.publisher)

    @cached_property
    def awards(self) -> dict[str, set[str]]:
        """The awards that it names, each with the years beside its name; "" is none."""
        found: dict[str, set[str]] = {}
        for one in self.named:
            what, _, rest = one.partition("/")
            if what == "award":
                id, _, year = rest.partition("/")
                found.setdefault(id, set()).add(year)
        return found

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The days to come of which it may speak: those that it names, and the next ones where it
        speaks of a weekday or of tomorrow."""
        today = self.published.date()
        found: dict[date, None] = {}
        for hit in _DAY.finditer(self.folded):
            number, month = int(hit[1] or hit[4]), _MONTH[hit[2] or hit[3]]
            for year in (today.year, today.year + 1):
                with suppress(ValueError):
                    found[date(year, month, number)] = None
        if _SOON.search(self.folded):
            found.update((today + timedelta(days=away), None) for away in range(8))
        return tuple(day for day in found if today <= day <= today + _AHEAD)

    @cached_property
    def beside_versions(self) -> tuple[str, ...]:
        """The words about the first versions that it names: one may be the project."""
        if "release/" not in self.named:
            return ()
        found: dict[str, None] = {}
        for at, hit in enumerate(_VERSION.finditer(self.folded[:600])):
            near = self.folded[max(0, hit.start() - 60) : hit.end() + 60]
            found.update((word, None) for word in sorted(names.parts(near)) if len(word) > 2)
            if at == 2:
                break
        return tuple(word for word in found if not word.isdigit())

    def towns(self) -> list[str]:
        """The towns here that it names, folded."""
        return [one.removeprefix("town/") for one in self.named if one.startswith("town/")]


def recognised(heard: Heard, story: Story) -> float:
    """Above 0: it tells this story; higher is more certain."""
    focus = [name for w in story.witnesses for name in w.focus]
    return _recognised(heard, story.facts, focus, [w.published for w in story.witnesses])


def told_by(happening: Happening, heard: Heard) -> float:
    """The same, of what a better account says."""
    return _recognised(heard, happening.facts, happening.focus, [happening.entry.published])


def _recognised(
    heard: Heard, facts: Iterable[AnyFact], focus: Sequence[str], told: Iterable[datetime]
) -> float:
    near = min(abs(heard.published - at) for at in told)
    best = 0.0
    for fact in facts:
        if isinstance(fact, AwardFact):
            score = _award(heard, fact, focus) if near <= _AWARD_WINDOW else 0.0
        elif isinstance(fact, EventFact):
            score = _event(heard, fact)
        elif isinstance(fact, CallFact):
            score = _call(heard, fact) if near <= _CALL_WINDOW else 0.0
        else:
            score = _release(heard, fact) if near <= _RELEASE_WINDOW else 0.0
        best = max(best, score)
    return best


def keys(heard: Heard) -> tuple[str, ...]:
    """Under which keys its story would be found."""
    found: dict[str, None] = {}
    for town in heard.towns():
        for word in names.parts(town):
            found.update((f"event|{word}|{day}", None) for day in heard.days)
    for id in heard.awards:
        found.update((f"told|{id}|{month}", None) for month in months(heard.published))
    for one in heard.named:
        what, _, id = one.partition("/")
        if what == "series":
            found[f"event|{id}"] = None
            found.update((f"call|{word}", None) for word in names.parts(id))
    found.update((f"release|{word}", None) for word in heard.beside_versions)
    return tuple(found)


def kept(heard: Heard) -> tuple[str, ...]:
    """Under which keys it is remembered, for a better account to find it."""
    series = (one for one in heard.named if one.startswith("series/"))
    found = [*(f"award/{id}" for id in heard.awards), *series]
    found += [f"release/{word}" for word in heard.beside_versions]
    if heard.gathering:
        found += [
            f"{word}/{day}"
            for town in heard.towns()
            for word in sorted(names.parts(town))
            for day in heard.days
        ]
    return tuple(f"heard|{one}" for one in found)


def months(published: datetime) -> tuple[str, ...]:
    """The months in which others may speak of the same award."""
    ends = (published - _AWARD_WINDOW, published, published + _AWARD_WINDOW)
    return tuple(dict.fromkeys(f"{at:%Y-%m}" for at in ends))


def _award(heard: Heard, fact: AwardFact, focus: Sequence[str]) -> float:
    years = heard.awards.get(fact.award_id or "")
    if years is None or (years and years.isdisjoint({"", str(fact.year), (fact.date or "")[:4]})):
        return 0.0
    here = [one for one in fact.laureates if any(names.same_name(one, other) for other in focus)]
    if not any(_is_named(name, heard) for name in here):
        return 0.0
    if not _is_recent(fact, heard.published.date()):
        return 0.0
    said = 0
    if fact.level:
        if _level(fact.level, heard.folded):
            said += 1
        elif any(_level(other, heard.folded) for other in (*_NUMBERS, *_MEDALS)):
            return 0.0  # it speaks of another level
    said += bool(fact.category and _category(fact.category, heard))
    said += _is_day(fact.date, heard, weekdays=False)
    more = _is_day(fact.date, heard) + bool(fact.place and names.words(fact.place) & heard.whole)
    more += str(fact.year) in years
    if not (fact.label or fact.level or fact.category):  # the only one: no more can be said
        more += 2 * any(names.is_named(name, heard.title) for name in fact.laureates)
    return 0.3 + 0.1 * said + 0.05 * more if said or more > 1 else 0.0


def _is_recent(fact: AwardFact, today: date) -> bool:
    """Whether it may be the news of that day: not one of an earlier edition."""
    at = days.exact(fact.date)
    if at is not None:
        return abs(today - at) <= _MEMORY
    around = {today.year, (today - _MEMORY).year, (today + _MEMORY).year}
    return fact.year is None or fact.year in around


def _is_named(name: str, heard: Heard) -> bool:
    """Whether it names a laureate, or is published by it; “Pont de Claix” does not name Claix."""
    telling = names.words(name)
    if not telling or not telling <= heard.whole or f"aside/{fold(name)}" in heard.named:
        return False
    towns = heard.towns()
    mine = names.parts(name)
    return fold(name) in towns or not any(mine < names.parts(town) for town in towns)


def _level(level: str, text: str) -> bool:
    number = level.rstrip("@").casefold()
    if number in _NUMBERS:
        said = rf"(?:{number}|{_NUMBERS[number]})"
        return bool(
            re.search(rf"\b(?:niveau|level) {said}\b|\b{said} ?(?:@|arobases?|copylefts?)", text)
        ) or bool(re.search(rf"(?<!@)@{{{number}}}(?![@\w])", text) and number != "1")
    words = _MEDALS.get(number, re.escape(number))
    return bool(re.search(rf"\b(?:{words})\b", text))


def _category(category: str, heard: Heard) -> bool:
    words = telling(heard.text)
    return any(
        len(word) > 4 and any(other[:5] == word[:5] for other in words)
        for word in telling(category)
    )


def _event(heard: Heard, fact: EventFact) -> float:
    last = days.exact(fact.end or fact.start)
    if last is None or heard.kind in ("award", "label", "release") or heard.awards:
        return 0.0
    if heard.kind == "call_for_papers" or _CALLS.search(heard.folded):
        return 0.0  # the call is another story than its gathering
    today = heard.published.date()
    if fact.status == "past":
        named = bool(fact.series) and f"series/{fact.series}" in heard.named
        return 0.4 if named and heard.gathering and last < today <= last + _RECAP_WINDOW else 0.0
    if today > last:
        return 0.0
    if not (_is_day(fact.start, heard) or _is_day(fact.previous_start, heard)):
        return 0.0
    if fact.series:
        there = _is_there(fact, heard) or (heard.gathering and not heard.towns())
        return 0.6 if f"series/{fact.series}" in heard.named and there else 0.0
    if not _is_there(fact, heard):
        return 0.0
    shared = names.shared_event_words(fact.name, heard.text)
    venue = names.words(fact.place) if fact.place else frozenset()
    if not shared:  # whatever it is called: there, then
        there = bool(venue) and venue <= heard.whole
        return 0.35 if there and fact.time and _is_time(fact.time, heard.folded) else 0.0
    return 0.3 + 0.1 * min(len(shared), 3) + 0.1 * bool(venue & heard.whole)


def _is_time(time: str, text: str) -> bool:
    hour, minute = time.split(":")
    late = "" if minute == "00" else rf" ?{minute}"
    half = f"{int(hour) - 12}(?:[:.]{minute})? ?pm" if int(hour) > 12 else f"{int(hour)} ?am"
    return bool(
        re.search(
            rf"(?<![\d:.])(?:0?{int(hour)} ?(?:h|heures?)(?:00)?{late}\b|{hour}:{minute}\b|{half})",
            text,
        )
    )


def _is_there(fact: EventFact, heard: Heard) -> bool:
    town = fact.city or ""
    return bool(town) and (fold(town) in heard.towns() or _is_named(town, heard))


def _call(heard: Heard, fact: CallFact) -> float:
    named = f"series/{fact.series}" in heard.named if fact.series else False
    if named and fact.deadline and _is_day(fact.deadline, heard):
        return 0.5
    asks = not heard.gathering and _CALLS.search(heard.folded)
    return 0.4 if named and asks else 0.0


def _release(heard: Heard, fact: ReleaseFact) -> float:
    project = names.parts(fact.project)
    if not fact.version or not project:
        return 0.0
    if not project <= heard.words and not names.begins_in(fact.project, heard.text):
        return 0.0
    said = _VERSION.search(heard.folded)  # the first is the new one: "2.1, six mois après la 2.0"
    return 0.5 if said and names.version(said[1]) == names.version(fact.version) else 0.0


def _is_day(day: Day | None, heard: Heard, *, weekdays: bool = True) -> bool:
    """Whether it says an exact day: by its date, or from the day on which it speaks."""
    at = days.exact(day)
    if at is None:
        return False
    return bool(re.search(_said(at, heard.published.date(), weekdays), heard.folded))


def _said(day: date, today: date, weekdays: bool) -> str:
    french, english = _MONTHS[day.month - 1]
    number = "1(?:er|st)?" if day.day == 1 else rf"{day.day}(?:st|nd|rd|th)?"
    forms = [
        rf"(?<!\d){number} (?:{french}|(?:of )?{english})",
        rf"(?<!\d){number} ?(?:et|au|and|to|&|-) ?\d\d?(?:st|nd|rd|th)? (?:{french}|(?:of )?{english})",
        rf"{english} {number}(?!\d)",
        rf"(?<!\d)0?{day.day}/0?{day.month}(?!\d)",
    ]
    away = (day - today).days
    if away in _RELATIVE:
        forms.append(rf"\b(?:{_RELATIVE[away]})\b")
    if weekdays and -7 < away < 7:
        forms.append(rf"\b(?:{'|'.join(_WEEKDAYS[day.weekday()])})\b")
    return "|".join(forms)
