"""A gathering known by nothing but that it is held: "le geOcom 2031 se tiendra à Lyon du…".

Its name stands in the title; a sentence of the text says the same name, a verb of holding and a
day.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.understanding import dates
from bot.understanding.eventanchors import Anchor, Reading, Span
from bot.understanding.language import Sentence, fold
from bot.understanding.namewords import COMMON

_HELD = re.compile(
    r"\b(?:(?:se|s')\s?(?:tiendra|tiendront|deroulera|derouleront)|(?:aura|auront) lieu|accueiller(?:a|ont)|sera accueillie?|sera organisee?"
    r"|devai(?:t|ent) se (?:tenir|derouler)|devait avoir lieu|will (?:take place|be held)|takes place"
    r"|(?P<past>s'est (?:tenue?|deroulee?)|se sont (?:tenue?s|deroulee?s)|(?:a|ont) eu lieu|a organisee?|(?:a|ont) accueilli|took place|was held))\b"
)
#: A letter of many things names itself, not a gathering.
_LETTER = re.compile(
    r"\b(?:gazette|newsletter|infolettre|lettre d'info\w*|revue de presse|bulletin|magazine|n°? ?\d+)"
)
_QUOTED = re.compile(r"[«“\"]\s*(?P<name>[^»”\"\n]{4,60}?)\s*[»”\"]")
#: A name: with a capital, and a year that follows it.
_NAME = re.compile(r"(?P<name>[^\W\d_][\w’'-]{3,})(?: (?:20)?\d\d\b)?")
#: So many sentences below the title are read for it.
_FAR = 10


class Held(NamedTuple):
    """Its name in the title, and where the text says that it is held."""

    anchor: Anchor
    span: Span
    past: bool


def held(reading: Reading) -> Held | None:
    """The gathering that the title names and the text says is, or was, held on a day."""
    entry = reading.prepared
    if not entry.sentences or entry.sentences[0].where != "title":
        return None
    if _LETTER.search(entry.sentences[0].folded):
        return None
    names: list[Span] | None = None
    for sentence in entry.sentences[1:_FAR]:
        if not dates.between(reading.dates, sentence.start, sentence.end):
            continue
        verb = _HELD.search(sentence.folded)
        if verb is None:
            continue
        if names is None:
            names = _names(reading, entry.sentences[0])
        for start, end in names:
            said = re.escape(_bare(entry.folded[start:end]))
            if re.search(rf"(?<![a-z0-9]){said}(?![a-z0-9])", sentence.folded):
                anchor = Anchor(start, end, None, proper=True)
                return Held(anchor, (sentence.start, sentence.end), verb["past"] is not None)
    return None


def _bare(name: str) -> str:
    """A name without its year, which the text may say elsewhere."""
    return re.sub(r" (?:20)?\d\d$", "", name)


def _names(reading: Reading, title: Sentence) -> list[Span]:
    text = reading.prepared.text
    quoted = _QUOTED.search(text, title.start, title.end)
    if quoted:
        return [quoted.span("name")]
    found = []
    for hit in _NAME.finditer(text, title.start, title.end):
        start, end = hit.span("name")
        common = text[start:end].islower() or fold(hit["name"]) in COMMON
        first = start == title.start and text[start + 1 : end].islower()
        place = any(one.start < end and start < one.end for one in reading.places)
        if common or place or (first and " " in text[start : title.end] and _is_word(reading, end)):
            continue
        found.append((start, hit.end()))
    return found


def _is_word(reading: Reading, end: int) -> bool:
    """Whether a title's first word goes on in small letters: it is a word, no name."""
    return bool(re.match(r" [a-zà-ÿ]{2,}", reading.prepared.text[end:])) and not re.match(
        r" (?:les|du|le|à|au) (?=\d)", reading.prepared.text[end:]
    )
