"""``agenda``: the gatherings of a time near a place: this weekend around Grenoble, if unsaid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from bot.announcements import event as events
from bot.announcements.words import cut
from bot.commands import _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError
from bot.understanding.language import fold
from bot.understanding.places import Places

if TYPE_CHECKING:
    from bot.announcements.voice import Voice
    from bot.config.knowledge import Spot
    from bot.store.database import Tx
    from bot.stories.story import Story
    from bot.understanding.fact import EventFact

Span = Literal["weekend", "today", "tomorrow", "week", "month", "year"]
#: kilometres, where the question says none
RADIUS = 20
_SPANS: Mapping[str, Span] = {
    "week-end": "weekend", "weekend": "weekend", "we": "weekend",
    "aujourd'hui": "today", "aujourdhui": "today", "today": "today",
    "demain": "tomorrow", "tomorrow": "tomorrow",
    "semaine": "week", "week": "week",
    "mois": "month", "month": "month",
    "an": "year", "annee": "year", "year": "year",
}  # fmt: skip
_FRENCH = ("ce", "cette", "le", "la", "les", "a", "au", "aux", "en", "de", "du", "autour", "pres")
_SMALL = frozenset((*_FRENCH, "km", "kms", "this", "the", "in", "at", "around", "near", "of"))
_KM = re.compile(r"^(\d{1,4})(?:km|kms)?$")


@dataclass(frozen=True, slots=True)
class Asked:
    """“semaine 50 km Vif”: a time, a radius (0: not said), a place ("": not said)."""

    span: Span
    km: int
    place: str


class Agenda(Command):
    """What is on near here."""

    kind = "agenda"
    names = {"fr": ("agenda", "sorties"), "en": ("events", "whatson")}
    help = {
        "fr": "Liste les rendez-vous du week-end, de la semaine ou du mois, autour de Grenoble ou "
        "d’un autre lieu.",
        "en": "List what is on this weekend, week or month, around Grenoble or another place.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "semaine, mois, aujourd’hui, demain\u202f; un lieu\u202f; un rayon en km",
                "en": "week, month, today, tomorrow; a place; a radius in km",
            },
            many=True,
            said={"fr": "semaine, mois, lieu ou rayon", "en": "week, month, place or radius"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    example = {"fr": "!agenda", "en": "!events"}
    rank = 2
    questions = {
        "fr": (
            (
                r"^(?:qu.est[- ]ce qu.il y a|il y a quoi|y a quoi|quoi|que faire|qu.y a[- ]t[- ]il)\b"
                r".*\b(?P<what>(?:week-?end|semaine|mois|aujourd.hui|demain)\b.*)$"
            ),
        ),
        "en": (
            r"^what(?:'s| is)\b.*\bon\b.*\b(?P<what>(?:weekend|week|month|today|tomorrow)\b.*)$",
            r"^what(?:'s| is) happening\b.*\b(?P<what>(?:weekend|week|month|today|tomorrow)\b.*)$",
        ),
    }
    texts = {
        "weekend": {"fr": "Ce week-end", "en": "This weekend"},
        "today": {"fr": "Aujourd’hui", "en": "Today"},
        "tomorrow": {"fr": "Demain", "en": "Tomorrow"},
        "week": {"fr": "Dans les sept jours", "en": "In the next seven days"},
        "month": {"fr": "Dans les trente jours", "en": "In the next thirty days"},
        "year": {"fr": "Dans les douze mois", "en": "In the next twelve months"},
        "some": {
            "fr": "{span}, à moins de {km} km {of}\u00a0: {n} rendez-vous.",
            "en": "{span}, within {km} km of {of}: {n} to go to.",
        },
        "none": {
            "fr": "{span}, à moins de {km} km {of}\u00a0: aucun rendez-vous que je connaisse.",
            "en": "{span}, within {km} km of {of}: nothing that I know of.",
        },
        "then": {"fr": "Le prochain\u00a0: {line}", "en": "The next one: {line}"},
        "more": {"fr": "Et {n} de plus, plus tard.", "en": "And {n} more, later."},
        "no-place": {
            "fr": "Je ne connais pas le lieu «\u00a0{place}\u00a0».",
            "en": "I do not know the place “{place}”.",
        },
        "try": {
            "fr": "Essayez une commune voisine, ou\u00a0: !agenda mois 50 km",
            "en": "Try a town nearby, or: !events month 50 km",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the stories of events whose days fall into the time asked for."""
        voice, said = await _told.voice_of(context), context.language
        asked = read(tuple(arguments.get("what") or ()))
        km = asked.km or RADIUS
        centre = spot(asked.place or voice.knowledge.relevance.centre, voice)
        if centre is None:
            place = voice.set(asked.place)
            raise CommandError(
                what=self.tell("no-place", said, place=place), next=self.tell("try", said)
            )
        today = _told.local_day(context.now(), voice)
        first, last = days(asked.span, today)
        store = await context.store()
        found = await store.read(partial(_between, first=first, last=last))
        close = near(found, voice, km, centre.name)
        lines = _told.once(_line(fact, story, voice, asked.span) for fact, story in close)
        fields = {
            "span": self.tell(asked.span, said),
            "km": km,
            "of": voice.of(centre.name) if said == "fr" else centre.name,
        }
        data = [{"start": f.start, "name": f.name, "url": _told.link(s)} for f, s in close]
        if lines:
            heading = self.tell("some", said, n=len(lines), **fields)
            return Answer(_told.listed(heading, lines, self.texts["more"][said]), data=data)
        parts = [self.tell("none", said, **fields)]
        later = await store.read(partial(_between, first=last, last=last + timedelta(days=120)))
        for fact, story in near(later, voice, km, centre.name)[:1]:
            parts.append(self.tell("then", said, line=_line(fact, story, voice, "month")))
        return Answer(" ".join(parts), data=[])


def read(words: Sequence[str], span: Span = "weekend") -> Asked:
    """“semaine”, “50 km”, “Vif”, in any order; what is left is a place. ``span``: if unsaid."""
    km = 0
    place: list[str] = []
    for word in words:
        folded = fold(word).strip("?!.,;:")
        if folded in _SPANS:
            span = _SPANS[folded]
        elif number := _KM.match(folded):
            km = int(number[1])
        elif place or folded not in _SMALL:
            place.append(word.strip("?!.,;:"))
    while place and fold(place[-1]) in _SMALL:
        place.pop()
    return Asked(span, km, " ".join(place))


def spot(name: str, voice: Voice) -> Spot | None:
    """The place of this name, if the bot knows where it is."""
    found = voice.knowledge.made(Places.build).named(name)
    return found if found is not None and found.lat is not None else None


def days(span: Span, today: date) -> tuple[date, date]:
    """First and last day, inclusive. A weekend that has begun is this one, from today."""
    if span == "weekend":
        saturday = today + timedelta(days=5 - today.weekday())
        return max(saturday, today), saturday + timedelta(days=1)
    ahead = {
        "today": (0, 0),
        "tomorrow": (1, 1),
        "week": (0, 6),
        "month": (0, 29),
        "year": (0, 365),
    }[span]
    return today + timedelta(days=ahead[0]), today + timedelta(days=ahead[1])


def _between(tx: Tx, *, first: date, last: date) -> list[Story]:
    found = tx.index.between(first.isoformat(), last.isoformat())
    return [story for story in found if story.relevant]


def near(
    stories: Sequence[Story], voice: Voice, km: int, centre: str, *, cancelled: bool = False
) -> list[tuple[EventFact, Story]]:
    """Those on a certain day within ``km`` of ``centre``, soonest first, each once."""
    places = voice.knowledge.made(Places.build)
    without = ("past",) if cancelled else ("cancelled", "past")
    found: dict[tuple[str, str | None], tuple[EventFact, Story]] = {}
    for story in stories:
        fact = _told.event_of(story)
        if fact is None or len(fact.start or "") != 10 or fact.status in without:
            continue
        if any(places.is_local(name, km, centre) for name in (fact.city, fact.place)):
            found.setdefault((fold(fact.name), fact.start), (fact, story))
    return sorted(found.values(), key=lambda one: (one[0].start or "", one[0].time or "99"))


def _line(fact: EventFact, story: Story, voice: Voice, span: Span) -> str:
    """“samedi 14 h, titre, lieu, lien”."""
    start = fact.start or ""
    if fact.end and fact.end != start:
        when = voice.span(start, fact.end)
    else:
        soon = span in ("weekend", "today", "tomorrow")
        when = voice.day(start, year=span == "year", month=not soon)
        when = when.split(" ")[0] if soon else when
        when = f"{when} {voice.time(fact.time)}" if fact.time else when
    name = events.title(fact, voice.knowledge.events.get(fact.series or ""), voice)
    place = ", ".join(voice.set(part) for part in (fact.place, fact.city) if part)
    said = ", ".join(part for part in (when, name, place) if part)
    return f"{cut(said, _told.LINE, None)} {_told.link(story)}".rstrip()
