"""Palmarès: laureates given as lists, tables and strings of "X (category)".

A list is read with its header: "Label Or" above "Échirolles (38)" says that Échirolles has the
label Or. A line may also be whole in itself: "Meylan @@@@@", "Prix européen : Univention".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.understanding.claims import Laureate
from bot.understanding.language import Prepared, fold
from bot.understanding.names import Name, is_shouted, short


class Mark(NamedTuple):
    """A level or a category at ``start``: what tells laureates of one list apart."""

    start: int
    end: int
    level: int | None = None
    category: str | None = None


_BULLET = re.compile(r"^\s*(?:[-–—*•▪◦·→>]|\d{1,2}[.)])\s+")
_SOURCE = re.compile(r"\[[^\]\n]{2,60}\]\s*")
_DEPARTMENT = re.compile(r"\s*\((?:\d{2,3}|2[ab])\)")
#: What stands below are names of categories: "dans les catégories suivantes : …".
FOLLOWING = re.compile(
    r"\b(?:(?:categories|prix|mentions|niveaux) suivante?s|(?:following|these) (?:categories|awards|prizes|levels))\s?(?::|$)"
)


def is_item(text: str) -> bool:
    """A line that begins with a list's sign."""
    return bool(_BULLET.match(text))


#: What may stand between two laureates of one list.
_STRUNG = re.compile(
    r"[\s\"]*(?:,|;|/|et|ou|or|and|&|, et|, and|ainsi que|, puis|mais aussi)[\s\"]*(?:a )?(?:le |la |les |l'|the )?"
    r"(?:ville |commune |village |association |societe |communaute |bibliotheque |logiciel |projet )?(?:de la |de l'|de |d'|du )?\"?"
)


def strung(gap: str) -> bool:
    """Whether the words between two names string them together."""
    return bool(_STRUNG.fullmatch(re.sub(r"\([^)]*\)", "", gap)))


def has_departments(text: str) -> bool:
    """As in "Vif (38), Arcueil (94)": laureates with the numbers of their departments."""
    return bool(_DEPARTMENT.search(text))


def unbulleted(text: str) -> tuple[str, int]:
    """The line without its sign, and how much was taken off."""
    hit = _BULLET.match(text)
    return (text[hit.end() :], hit.end()) if hit else (text, 0)


def looks_like_item(text: str) -> bool:
    """A short line without a sentence's end: an item of a list, a cell, or a header."""
    plain = text.strip()
    return len(plain) < 160 and not re.search(r"[.!?…:]$", plain)


def is_bare(text: str) -> bool:
    """A cell or an item that holds a name and nothing else."""
    plain = text.strip()
    return (
        bool(plain)
        and plain[0].isupper()
        and len(plain.split()) <= 7
        and not re.search(r"[.!?:;…]$", plain)
    )


#: Heads of columns: neither names nor marks.
_COLUMN = re.compile(
    r"\W*(?:collectivite|commune|ville|niveau|label|laureat\w*|categorie|prix|departement|nom|structure|territoire"
    r"|projet|distinction|name|level|winner|category|award|project|city|town)s?\W*"
)


def is_column_head(folded: str) -> bool:
    """The first line of a table: "Collectivité", "Niveau"."""
    return bool(_COLUMN.fullmatch(folded))


def pair(names: Sequence[Name], marks: Sequence[Mark], folded: str) -> list[Laureate]:
    """Laureates of a string such as "A (x), B (y)" or "x : A ; y : B": each with its mark.

    Whichever comes first in the string, a name or a mark, opens each of its pairs.
    """
    outside = [one for one in names if not one.inside]
    if not outside or not marks:
        return []
    found: list[Laureate] = []
    if outside[0].start < marks[0].start:
        edge = -1
        for mark in marks:
            between = [one for one in outside if edge < one.start < mark.start]
            for at, one in enumerate(between):
                if at and not strung(folded[between[at - 1].end : one.start]):
                    break
                found.append(_laureate(one, mark))
            edge = mark.end
    else:
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            last = following.start if following else 10**9
            between = [one for one in outside if mark.end <= one.start < last]
            for at, one in enumerate(between):
                gap = folded[between[at - 1].end : one.start] if at else ""
                if at and not strung(gap):
                    break
                found.append(_laureate(one, mark))
    return found


#: "Meylan (accessibilité) et le SITPI (mutualisation)".
_BRACKET = re.compile(r"\s?\((?P<what>(?!\d)[a-z][a-z' -]{4,40})\)")


def bracketed(names: Sequence[Name], prepared: Prepared, end: int) -> list[Laureate]:
    """Each name that has words in parentheses after it, with these as its category."""
    found = []
    for one in names:
        hit = _BRACKET.match(prepared.folded, one.end, end)
        if hit and not one.inside:
            span = hit.span("what")
            found.append(
                Laureate(
                    short(one.text),
                    "name",
                    one.start,
                    one.end,
                    category=prepared.slice(*span),
                    category_span=span,
                )
            )
    return found


def in_turn(names: Sequence[Name], marks: Sequence[Mark]) -> list[Laureate]:
    """As in "A et B ont obtenu respectivement x et y": the first with the first."""
    return [_laureate(name, mark) for name, mark in zip(names, marks, strict=True)]


def _laureate(name: Name, mark: Mark) -> Laureate:
    return Laureate(
        short(name.place.name if name.place and is_shouted(name) else name.text),
        "name",
        name.start,
        name.end,
        mark.level,
        mark.category,
        (mark.start, mark.end) if mark.category else None,
    )


def first_of_line(prepared: Prepared, start: int, end: int) -> Laureate | None:
    """Who an item is about: what stands before the first comma, dash, colon or parenthesis."""
    text = prepared.text[start:end]
    plain, cut = unbulleted(text)
    if source := _SOURCE.match(plain):  # "[Le Journal, 13 février] Claix, …"
        plain, cut = plain[source.end() :], cut + source.end()
    hit = re.match(r"\s*((?:[^,:;(|\t–—]|::){2,60}?)\s*(?:[,;(|\t–—]|:(?!:)|\s-\s|@|$)", plain)
    if not hit or not hit[1][:1].isalnum():
        return None
    first = start + cut + hit.start(1)
    name = short(re.sub(r"^(?:l[ae]|les|the)\s", "", hit[1].strip(), flags=re.IGNORECASE))
    if not name or len(name.split()) > 7:
        return None
    return Laureate(name, "name", first, first + len(hit[1]))


#: Small words within a name, and the nouns with which a body's name begins.
_LINKS = frozenset(
    [
        *("de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "sur", "sous", "les", "aux"),
        *("au", "a", "of", "the", "and", "for", "in", "lez", "von", "van", "di", "da"),
    ]
)
_BODIES = frozenset(
    [
        *("agence", "agglo", "agglomeration", "association", "bibliotheque", "centre", "chambre"),
        *("city", "college", "commune", "communes", "communaute", "conseil", "council", "county"),
        *("departement", "departemental", "departementale", "direction", "district", "ecole"),
        *("equipe", "espace", "fondation", "foundation", "institut", "intercommunal", "lycee"),
        *("intercommunale", "intercommunalite", "laboratoire", "librairie", "logiciel", "mairie"),
        *("maison", "mediatheque", "metropole", "ministere", "ministry", "mixte", "municipalite"),
        *("musee", "naturel", "office", "parc", "pays", "pole", "region", "regional", "reseau"),
        *("societe", "syndicat", "town", "universite", "university", "urbaine", "village", "ville"),
    ]
)
#: A day, a month, an hour: no laureate, and no category.
_DATED = re.compile(
    r"\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|fevrier|avril|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|april|june|july|august|september|october|november|december)s?\b"
    r"|\b\d{1,2}\s?[h:]\s?(?:\d\d)?\b|^\W*\d+\W*$"
)


def is_dated(folded: str) -> bool:
    """As in "Samedi 14", "18 h 30": a programme, no palmarès."""
    return bool(_DATED.search(folded))


def is_name(text: str) -> bool:
    """Whether the words of an item may be a name: a capital first, and no plain words in it but
    those of which a body's name is made; or a project's, "node-oidc-provider"."""
    words = [
        re.sub(r"^(?:[ldLD]|qu)[’'](?=\w)", "", word)
        for word in re.findall(r"[^\W_][\w.+:’'‑-]*", text)
    ]
    if not words or is_dated(fold(text)):
        return False
    if words[0][0].islower() and len(words) > 1 and " " not in text.strip():
        return True
    if words[0][0].islower() and fold(words[0]) not in _BODIES:
        return len(words) == 1 and bool(re.search(r"\d|.[A-Z]", words[0]))
    plain = [
        word
        for word in words
        if word[0].islower() and fold(word) not in _LINKS and fold(word) not in _BODIES
    ]
    #: "Parc national des Écrins", "Centre hospitalier universitaire de Lyon"
    several = 2 if fold(words[0]) in _BODIES and words[-1][0].isupper() else 0
    return len(plain) <= several
