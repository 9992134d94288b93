"""Dates and times in a text, resolved from its day of publication.

A year that is not said is the one nearest to publication whose weekday agrees. Nothing is more
precise than the text: "décembre 2024" is a month, "il y a quinze jours" no date at all.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.understanding import tokens
from bot.understanding.datearound import Around
from bot.understanding.datereader import Reader
from bot.understanding.datespan import DateSpan, ahead, behind, between
from bot.understanding.datewords import FIGURES, DateWords, build
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold
from bot.understanding.sweep import Interest

__all__ = ["DateSpan", "ahead", "behind", "between", "find", "find_folded", "of", "words_of"]


def find(text: str, published: datetime, words: DateWords, zone: ZoneInfo) -> tuple[DateSpan, ...]:
    """Every date of ``text`` in order. ``published`` is aware; its day is taken in ``zone``."""
    folded = fold(text)
    said, starts = tokens.cut(folded)
    begun = [
        (index, expression)
        for index, word in enumerate(said)
        if (expression := words.begins(word)) is not None
    ]
    return find_folded(folded, published.astimezone(zone).date(), words, said, starts, begun)


def of(prepared: Prepared) -> tuple[DateSpan, ...]:
    """The dates of an entry, found once."""
    kept = vars(prepared)
    if "dates" not in kept:
        knowledge = prepared.knowledge
        kept["dates"] = find_folded(
            prepared.folded,
            prepared.entry.published.astimezone(knowledge.timezone).date(),
            knowledge.made(words_of),
            prepared.words,
            prepared.word_starts,
            _BEGUN.within(prepared),
        )
    found: tuple[DateSpan, ...] = kept["dates"]
    return found


def words_of(knowledge: Knowledge) -> DateWords:
    """The words of dates of all languages the bot knows."""
    return build(language.table("dates") for language in knowledge.languages.values())


_BEGUN: Interest[re.Pattern[str]] = Interest(lambda knowledge, _: knowledge.made(words_of).begins)


def find_folded(
    text: str,
    today: date,
    words: DateWords,
    said: list[str],
    starts: list[int],
    begun: list[tuple[int, re.Pattern[str]]],
) -> tuple[DateSpan, ...]:
    """Every date of an already folded text. ``said`` are its words, ``starts`` where they begin,
    ``begun`` which of them may begin a date, and its pattern."""
    spans: list[DateSpan] = []
    reader = Reader(text, today, words, said, starts)
    clocks: list[int] = []  # where a time of day may stand
    bare = words.begins.bare if reader.plain else ()
    last = len(said) - 1
    for index, expression in begun:
        at = starts[index]
        if expression is FIGURES or said[index] in words.begins.clock:
            clocks.append(at)
        if spans and at < spans[-1].end:
            continue
        if said[index] in bare and not (index < last and said[index + 1][0].isdigit()):
            continue
        hit = expression.match(text, at)
        if hit is None:
            continue
        for span in reader.read(hit):
            while spans and spans[-1].end > span.start:
                spans.pop()  # "samedi" before "14 mars": the longer expression holds it
            spans.append(span)
    if not spans:
        return ()
    around = Around(text, words, said, starts, clocks)
    return tuple(around.timed(around.roles(around.joined(spans))))
