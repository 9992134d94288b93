"""The gist of an entry: what it names, by which it is compared with others, whatever was read of it.

A fact is read by its grammar, and may be read wrongly: the laureate is missed, the day is another's.
The gist asks no grammar. It is a tuple of short texts: ``award/nec-dor``, ``series/jdll``,
``here/voiron`` (a place of the region), ``head/voiron`` (one that its title or its first sentence names), ``place/paris``, ``from/voiron`` (for whom it speaks),
``day/2025-10-29``, ``year/nec-dor 2025``, ``version/2.4``, ``number/96000``, ``name/tabuli`` (the
beginning of a word with a capital within a sentence), ``word/inclus`` (of any other that tells).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from operator import itemgetter

from bot.understanding import dates, mentions
from bot.understanding.fact import Kind
from bot.understanding.language import Prepared, fold
from bot.understanding.places import Places
from bot.understanding.series import SeriesIndex

Gist = tuple[str, ...]
NAME, WORD = "name/", "word/"
_COUNTED = (NAME, WORD, "award/", "here/", "place/")
#: What an entry is about stands in its first sentences; a long page ends with other articles. Its
#: version stands at its head.
_READ, _HEAD = 2_400, 800
#: Words at most, the rarest first.
_MOST = 60
#: Letters by which a word is known: "inclusion", "inclusive".
_BEGINNING = 6
SHORTEST = 4
FILE = "rarity.txt"
#: What hardly any labelled news holds; what more than one in twenty holds tells nothing.
RAREST, TELLING = 7.0, 3.0
_VERSION = re.compile(
    r"(?<![\w.,/:])v?(\d+\.\d+(?:\.\d+)*(?:-?(?:rc|beta|alpha)\d*)?)(?!\w|\.\d|\s?[%€])"
)
_NUMBER = re.compile(
    r"(?<![\w.,/:])\d{1,3}(?:[ .,\u00a0\u202f]\d{3})+(?!\d)|(?<![\w.,/:-])\d{3,6}(?![\w:/-])"
)


def of(entry: Prepared, kind: Kind) -> Gist:
    """The gist of an entry, which was found to be of a kind: of its title and its beginning."""
    rare = rarity()
    telling: list[tuple[float, str]] = []
    found = [f"kind/{kind}"]
    for thing in _things(entry):
        if not thing.startswith((NAME, WORD)):
            found.append(thing)
            continue
        weight = rare.get(thing.partition("/")[2], RAREST)
        if weight >= TELLING:
            telling.append((-weight, thing))
    telling.sort(key=itemgetter(0))
    return tuple(dict.fromkeys((*found, *(thing for _, thing in telling[:_MOST]))))


def things(entry: Prepared) -> frozenset[str]:
    """All that is counted to know how rare it is: words by their beginnings, places, awards."""
    return frozenset(
        thing.partition("/")[2] if thing.startswith((NAME, WORD)) else thing
        for thing in _things(entry)
        if thing.startswith(_COUNTED)
    )


def _things(entry: Prepared) -> Iterator[str]:
    knowledge, folded = entry.knowledge, entry.folded
    end = min(len(folded), _READ)
    hidden: set[int] = set()  # offsets of what is named otherwise already
    for one in mentions.find(entry):
        if one.start < end:
            yield f"award/{one.award}"
            if one.year:
                yield f"year/{one.award} {one.year}"
            hidden.update(range(one.start, one.end))
    for hit in knowledge.made(SeriesIndex.build).of(entry):
        if hit.start < end:
            yield f"series/{hit.id}"
            hidden.update(range(hit.start, hit.end))
    yield from _places(entry, end, hidden)
    for span in dates.of(entry):
        if span.start >= end:
            break
        hidden.update(range(span.start, span.end))
        yield from (f"day/{day}" for day in (span.iso, span.end_iso) if day and len(day) == 10)
    yield from (f"version/{one}" for one in _VERSION.findall(folded, 0, min(end, _HEAD)))
    for number in _NUMBER.findall(folded, 0, end):
        bare = "".join(filter(str.isdigit, number))
        if not (len(bare) == 4 and bare.startswith("20")):
            yield f"number/{bare}"
    yield from _words(entry, end, hidden)


def _places(entry: Prepared, end: int, hidden: set[int]) -> Iterator[str]:
    places = entry.knowledge.made(Places.build)
    publisher = entry.entry.publisher
    spoken = places.of_publisher(publisher.name, publisher.place)
    if spoken:
        yield f"from/{fold(spoken)}"
    head = next((one.end for one in entry.sentences if one.where != "title"), end)
    for place in places.of(entry):
        if place.start < end:
            spot = place.spot
            here = spot.kind != "region" and places.is_local(spot.name)
            yield f"{'here' if here else 'place'}/{fold(spot.name)}"
            if here and place.start < head:
                yield f"head/{fold(spot.name)}"
            if place.how != "adjective":
                hidden.update(range(place.start, place.end))


def _words(entry: Prepared, end: int, hidden: set[int]) -> Iterator[str]:
    """Its words by their beginnings, each once, in order."""
    text = entry.text
    found: dict[str, str] = {}
    for word, start in zip(entry.words, entry.word_starts, strict=True):
        if start >= end:
            break
        if start in hidden or len(word) < SHORTEST or not word[0].isalpha():
            continue
        own = beginning(word)
        if found.get(own) != NAME:
            capital = text[start].isupper() and _within(text, start)
            found[own] = NAME if capital else WORD
    yield from (what + own for own, what in found.items())


def beginning(word: str) -> str:
    """The part of a folded word by which it is known."""
    return word[:_BEGINNING]


def _within(text: str, start: int) -> bool:
    """Whether a word stands within a sentence, where a capital says something."""
    before = text[max(0, start - 3) : start].rstrip(" \u00a0\u202f«“\"'’(")
    return bool(before) and before[-1] not in ".!?:;…\n•–-|>"


@lru_cache(maxsize=1)
def rarity() -> dict[str, float]:
    """How rare each beginning of a word, place and award is in labelled news (its idf); what is not
    here is rarer."""
    lines = resources.files("bot.understanding").joinpath(FILE).read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in lines.splitlines() if line and line[0] != "#")
    return {thing: float(number) for thing, number in pairs}
