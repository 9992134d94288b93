"""Where an entry names gatherings: a kind of gathering, a name of its own, a known series."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.understanding import signs
from bot.understanding.dates import DateSpan
from bot.understanding.language import Prepared, fold
from bot.understanding.places import PlaceHit
from bot.understanding.series import SeriesHit
from bot.understanding.signs import Signs
from bot.understanding.sweep import Interest

Span = tuple[int, int]
#: So much of an entry is read for names of gatherings.
_FAR_ENOUGH = 6000


class Anchor(NamedTuple):
    """Where a gathering is named: ``series`` None for a kind of gathering."""

    start: int
    end: int
    series: str | None
    free: bool = False
    proper: bool = False  # a name of its own: "Printemps du numérique libre"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the events matcher knows of an entry."""

    prepared: Prepared
    signs: Signs
    dates: tuple[DateSpan, ...]
    places: tuple[PlaceHit, ...]
    series: tuple[SeriesHit, ...]
    today: date
    now: str  # the day of publication, ISO 8601
    publisher: str | None  # the commune that speaks
    taken: frozenset[Span]  # dates that belong to a call
    recap: bool = False  # it tells how it went


#: Names that begin as gatherings' names do: "Printemps du numérique libre", "Nuit du code".
_FIRST = (
    *("Printemps", "Automne", "Hiver", "Été", "Nuit", "Nuits", "Journée", "Journées", "Semaine"),
    *("Semaines", "Mois", "Week-end", "Fête", "Fêtes", "Festival", "Forum", "Salon", "Matinée"),
    *("Matinées", "Soirée", "Soirées", "Café", "Cafés", "Apéro", "Apéros", "Rencontre"),
    *("Rencontres", "Rendez-vous", "Assises", "Estivales", "Hivernales", "Université d’été"),
    *("Universités d’été", "Université d'été", "Universités d'été", "Village", "Marathon"),
    *("Rallye", "Goûter", "Lundi", "Lundis", "Mardi", "Mardis", "Mercredi", "Mercredis", "Jeudi"),
    *("Jeudis", "Vendredi", "Vendredis", "Samedi", "Samedis", "Dimanche", "Dimanches"),
)
_LAST = (
    *("Day", "Days", "Conference", "Camp", "Fest", "Festival", "Summit", "Meetup", "Night"),
    *("Week", "Weekend", "Party", "Forum", "Fair", "Hackathon"),
)
_PROPER = re.compile(
    rf"\b(?:{'|'.join(_FIRST)})"
    r"(?: (?:du|de la|de l[’']|des|de|d[’'])\s?(?=[a-zà-ÿA-Z])[\w’'-]+| [A-ZÀ-Ý][\w’'-]+"
    r"| (?:libres?|libristes?|num[ée]riques?|ouvert(?:e|es|s)?|open source|linux)\b)+"
    rf"|\b(?:[A-Z][\w’'+-]* ){{1,4}}(?:{'|'.join(_LAST)})\b"
)
#: One of these words, with a capital, is in each such name.
_NAMING = frozenset(re.split(r"\W", fold(one))[0] for one in (*_FIRST, *_LAST))
_NAMED: Interest[bool] = Interest(lambda *_: lambda word: word in _NAMING or None)
_PLACES = frozenset({"cafe", "salon", "village", "forum"})
_DATED = re.compile(
    r"(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|\d|(?:save|next|new|old|last|this|every|open|first)$"
)


def proper(reading: Reading) -> tuple[Anchor, ...]:
    """Gatherings named by a name of their own, looked for once; none of a known series."""
    entry = reading.prepared
    kept = vars(entry)
    if "proper_gatherings" not in kept:
        kept["proper_gatherings"] = tuple(_proper(reading))
    found: tuple[Anchor, ...] = kept["proper_gatherings"]
    return found


def _proper(reading: Reading) -> list[Anchor]:
    entry = reading.prepared
    found: list[Anchor] = []
    text, starts = entry.text, entry.word_starts
    named = {
        entry.sentence_at(starts[at]).index
        for at, _ in _NAMED.within(entry)
        if text[starts[at]].isupper()
    }
    hits = (
        hit
        for one in (entry.sentences[index] for index in sorted(named))
        for hit in _PROPER.finditer(text, one.start, min(one.end, _FAR_ENOUGH))
    )
    for hit in hits:
        start, end = hit.span()
        words = entry.folded[start:end].split()
        if len(words) < 2 or all(_DATED.match(word) for word in words[:2]):
            continue
        if any(start < one.end and one.start < end for one in reading.dates):
            continue
        if any(start < hit.end and hit.start < end for hit in reading.series):
            continue
        free = signs.is_free_within(reading.signs, start, end) or signs.named_libre(
            entry.text, start, end
        )
        if not free and words[0] in _PLACES:
            continue  # "au Café des Alpes"
        found.append(Anchor(start, end, None, free, proper=True))
    return found


def kinds(reading: Reading) -> tuple[Anchor, ...]:
    """Kinds of gatherings named, in order; those of free software by themselves are marked."""
    kept = vars(reading.prepared)
    if "gatherings" not in kept:
        kept["gatherings"] = _kinds(reading.signs)
    anchors: tuple[Anchor, ...] = kept["gatherings"]
    return anchors


def _kinds(found: Signs) -> tuple[Anchor, ...]:
    free = [Anchor(cue.start, cue.end, None, True) for cue in found.get("free_gathering", ())]
    plain = [Anchor(cue.start, cue.end, None) for cue in found.get("gathering", ())]
    return tuple(sorted(free + plain, key=lambda one: (one.start, -one.end)))


def is_venue(entry: Prepared, anchor: Anchor) -> bool:
    """As in "au Café des Alpes": where it is held, not what."""
    folded, start = entry.folded, anchor.start
    return (
        not anchor.free
        and folded.startswith(("cafe", "salon"), start)
        and bool(re.search(r"\b(?:au|chez|dans le) $", folded[max(0, start - 10) : start]))
        and bool(re.match(r"(?: (?:des?|du|de la|l['’]))? [A-ZÀ-Ý]", entry.text[anchor.end :]))
    )


def is_none(reading: Reading, anchors: list[Anchor]) -> bool:
    """Whether the title says that it is something else (works, a council, a job), and no title
    names a gathering."""
    first = reading.prepared.sentences[0]
    if first.where != "title":
        return False
    if any(one.free or one.start < first.end for one in anchors):
        return False
    return signs.within(reading.signs, "not_gathering", first.start, first.end) is not None


#: "au programme des JdLL", "troisième édition pour AlpOSS": what the head of the entry tells of.
_IS_OF = re.compile(
    r"\b(?:programme|editions?|retour|edition|part|programme) (?:de la |de l'|des |du |de |d'|pour |of |for )(?:la |le |les |l'|the )?$"
)


def is_of(reading: Reading, anchors: list[Anchor]) -> bool:
    """Whether title and summary, which give the day in other words, are about a known series."""
    entry = reading.prepared
    if len({hit.id for hit in reading.series}) != 1:
        return False
    if proper(reading) or any(one.free for one in kinds(reading)):
        return False
    return any(
        entry.where(one.start) == "summary"
        and _IS_OF.search(entry.folded, max(0, one.start - 40), one.start)
        for one in anchors
    )
