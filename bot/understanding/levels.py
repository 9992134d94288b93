"""Levels: "niveau 5", "cinq copylefts", "@@@@", "4 arobases", "label Or", "the highest grade"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.config.knowledge import Award
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold


class Level(NamedTuple):
    """``text[start:end]`` says a level: a number, a name of a scale ("or"), or the highest."""

    start: int
    end: int
    number: int | None = None
    name: str = ""
    highest: bool = False
    unit: str = ""  # "copyleft", "@", "niveau"


_NTH = {
    "premier": 1,
    "first": 1,
    "deuxieme": 2,
    "second": 2,
    "troisieme": 3,
    "third": 3,
    "quatrieme": 4,
    "cinquieme": 5,
}
_OUT_OF = frozenset({"sur", "out"})
#: Words after a trigger that a level may take: "niveau le plus élevé".
_WINDOW = 5
#: No award has more arobases or copylefts.
_MOST = 5


@dataclass(frozen=True)
class _Words:
    pattern: re.Pattern[str]
    numbers: Mapping[str, int]
    names: Mapping[str, str]  # folded word -> folded name of the scale
    triggers: frozenset[str]  # words near which a level may stand


def _words(knowledge: Knowledge) -> _Words:
    numbers: dict[str, int] = {}
    names: dict[str, str] = {}
    highest: list[str] = []
    for language in knowledge.languages.values():
        table = language.table("cues")
        numbers.update({fold(word): int(value) for word, value in table.get("numbers", {}).items()})
        for name, words in table.get("levels", {}).items():
            names.update({fold(word): fold(name) for word in words})
        highest += [fold(phrase.lstrip("=")) for phrase in table.get("highest", ())]
    for award in knowledge.awards.values():
        for scale in award.scales:
            for level in scale.levels:
                if fold(level).isalpha():
                    names.setdefault(fold(level), fold(level))
    number = rf"(?:{'|'.join(sorted(numbers, key=len, reverse=True))}|[1-9])"
    best = "|".join(re.escape(phrase) for phrase in highest) or "(?!)"
    metal = "|".join(sorted(map(re.escape, names), key=len, reverse=True)) or "(?!)"
    return _Words(
        re.compile(
            rf"(?P<at>(?<![\w@.])@{{1,5}}(?![\w@])(?!\.\w))"
            rf"|\b(?:niveau|level|grade|echelon|nr)[\s\"-]{{0,3}}(?P<grade>{number}|\d\d)\b(?!\s?(?:ans|%|000))"
            rf"|\b(?P<count>{number})(?:e|eme|er|ere|st|nd|rd|th)?[\s-]?(?:(?P<copyleft>copylefts?)\b|(?:arobases?\b|arrobases?\b|@))"
            rf"|\b(?P<nth>premier|deuxieme|troisieme|quatrieme|first|third) (?:niveau|level)\b(?! de |\s?\d)"
            rf"|\b(?P<outof>{number})\s(?:sur|out of)\s(?P<total>{number})\b"
            rf"|(?P<best>\b(?:{best})\b)"
            rf"|\b(?P<metal>{metal})\b"
        ),
        numbers,
        names,
        frozenset(names)
        | {phrase.split()[0] for phrase in highest}
        | {"niveau", "niveaux", "level", "levels", "grade", "echelon", "nr", "sur", "out"}
        | {"copyleft", "copylefts", "arobase", "arobases", "arrobase", "arrobases"}
        | {f"nr{number}" for number in range(1, 10)}
        | {"@" * count for count in range(1, 6)},
    )


def find(prepared: Prepared) -> list[Level]:
    """Every level of the entry, in order."""
    words = prepared.knowledge.made(_words)
    folded = prepared.folded
    found: list[Level] = []
    for hit in _hits(prepared, words):
        start, end = hit.span()
        if hit["at"]:
            if end - start == 1 and _A_SIGN.match(folded, end):
                continue  # "its @ signs"
            found.append(Level(start, end, number=end - start, unit="@"))
        elif hit["grade"]:
            found.append(Level(start, end, number=_number(hit["grade"], words), unit="niveau"))
        elif hit["count"]:
            if folded[max(0, start - 2) : start] == "d'" or re.match(
                r"\s(?:de plus|supplementaire|additional|more)", folded[end : end + 18]
            ):
                continue  # "recule d'une arobase", "une arobase de plus": a step, not a level
            if _SIGN.match(folded, end) and _number(hit["count"], words) == 1:
                continue
            if _ONE_MORE.search(folded, max(0, start - 10), start) and (
                _number(hit["count"], words) == 1
            ):
                continue  # "perd un copyleft"
            unit = "copyleft" if hit["copyleft"] else "@"
            found.append(Level(start, end, number=_number(hit["count"], words), unit=unit))
        elif hit["nth"]:
            found.append(Level(start, end, number=_NTH[hit["nth"]], unit="niveau"))
        elif hit["outof"]:
            found.append(Level(start, end, number=_number(hit["outof"], words), unit="niveau"))
        elif hit["best"]:
            found.append(Level(start, end, highest=True))
        elif _is_metal(prepared, start, end):
            found.append(Level(start, end, name=words.names[hit["metal"]], unit="name"))
    return found


def _hits(prepared: Prepared, words: _Words) -> Iterator[re.Match[str]]:
    """Matches of the pattern, looked for only near the words that every match holds."""
    said, starts = prepared.words, prepared.word_starts
    triggers, past = words.triggers & prepared.vocabulary, 0
    for index, word in enumerate(said) if triggers else ():
        if word in triggers:
            if word in _OUT_OF and not (index and _is_number(said[index - 1], words)):
                continue  # only "quatre sur cinq" says a level
            last = prepared.word_end(min(len(said) - 1, index + _WINDOW))
            for at in range(max(0, index - 2), index + 1):
                hit = words.pattern.match(prepared.folded, starts[at], last)
                if hit and starts[at] >= past:
                    past = hit.end()
                    yield hit


_A_SIGN = re.compile(r"\s?(?:signs?|symbols?|s\b)")
#: "gagne une arobase", "loses a copyleft": how it changes, not what it is.
_ONE_MORE = re.compile(r"\b(?:perd|perdent|perdu|gagne|gagnent|loses?|lost|gains?)\s$")
#: "une arobase de néon bleu", "an @ in steel": a thing one sees.
_SIGN = re.compile(
    r" (?:de|en|in|of) (?:neon|bois|metal|fer|acier|pierre|verre|papier|carton|plastique|lumiere|wood|steel|glass|stone|paper)\b"
)
_STEP = re.compile(
    r"\b(?:passe|passer|passant|from)\b|\bd(?:u|e l[a']) ?\w+ (?:a l'|au |a la |vers )|^\W*de \w+ a \w+\b"
)
#: What somebody had before, or has not got: "déjà titulaire de", "qui suit le simple".
_FORMER = re.compile(
    r"(?:\bdeja (?:titulaires?|detent\w+|labellise\w*)[^,.;]{0,16}|\bjusqu'(?:ici|alors|a present)[^,.;]{0,14}|\bau lieu d[eu](?: l[a']| l')?"
    r"|\bqui (?:suit|succede)[^,.;]{0,14}|\bsimples? |\bmere |\bformer(?:ly)? |\bdetenait[^,.;]{0,10}|\bapres (?:le |l'|un |une |son |sa |ses )?(?:niveau |label |medaille d')?"
    r"|\bcontre |\bmieux que |\bplus que |\bup from )(?:l[ae] |l'|les |un |une |the )?(?:niveau |label |d')?$"
)


_IN_YEAR = re.compile(r"[a-z0-9@]+(?: [a-z0-9@]+)? (?:en|in) (20\d\d)\b")
_IN_YEAR_TOO = re.compile(r"[^.;]{0,40}?\b(?:en|in) (20\d\d)\b")


def is_step(folded: str) -> bool:
    """As in "passe de Bronze à Argent", "du bronze à l’argent": the last level is the one."""
    return bool(_STEP.search(folded))


def is_former(folded: str, start: int) -> bool:
    """As in "déjà titulaire de quatre arobases", "qui suit le simple badge": another level is the
    news."""
    if _FORMER.search(folded, max(0, start - 44), start):
        return True
    hit = _IN_YEAR.match(folded, start)  # "bronze en 2025, argent en 2026"
    later = _IN_YEAR_TOO.match(folded, hit.end(), hit.end() + 60) if hit else None
    return bool(hit and later and int(hit[1]) < int(later[1]))


_ALONE = re.compile(r",?\s(?:en |avec |with )?(\w+)(?=[\s.,;)]|$)")
_BRACKETED = re.compile(r"\((\w+)\)")


def bare_number(prepared: Prepared, offset: int) -> tuple[int, int, int] | None:
    """A number alone right after ``offset``: (start, end, number)."""
    words = prepared.knowledge.made(_words)
    hit = _ALONE.match(prepared.folded, offset)
    if hit is None or not (hit[1] in words.numbers or hit[1] in "12345"):
        return None
    number = _number(hit[1], words)
    return (*hit.span(1), number) if 0 < number <= 5 else None


def bracketed(prepared: Prepared, offset: int) -> list[tuple[int, int, int]]:
    """Numbers alone in parentheses, "(trois)", after ``offset``."""
    words = prepared.knowledge.made(_words)
    found = []
    for hit in _BRACKETED.finditer(prepared.folded, offset):
        if hit[1] in words.numbers or hit[1] in "12345":
            number = _number(hit[1], words)
            if 0 < number <= 5:
                found.append((*hit.span(1), number))
    return found


def _is_number(word: str, words: _Words) -> bool:
    return word.isdigit() or word in words.numbers


def _number(word: str, words: _Words) -> int:
    return int(word) if word.isdigit() else words.numbers[word]


_METAL_BEFORE = re.compile(
    r"(?:labels?|niveau|palier|couleur|classee?s?|notee?s?|graded|rated|ranked|medaille|distinction|certification|categorie|level|grade|mention|statut|status|en|un|une|de|le|du|au|[ld]'|the|:)[\s\"(]{0,3}$"
)


def _is_metal(prepared: Prepared, start: int, end: int) -> bool:
    """Or, Argent, Badge as a level, not the conjunction, the money or the door badge."""
    before = prepared.folded[max(0, start - 14) : start]
    word = prepared.folded[start:end]
    if word == "bronze" or (prepared.code == "en" and word in ("gold", "silver")):
        return not re.match(
            r"\s(?:l'an dernier|l'annee derniere|last year)", prepared.folded[end : end + 20]
        )
    if before.endswith("(") and prepared.folded[end : end + 1] in (",", ")", ";"):
        return True
    if word == "badge" and before.endswith(("libre ", "tnl ")):
        return True  # "its first Territoire Numérique Libre badge"
    if _METAL_BEFORE.search(before) or re.search(r"\bde \w+ a $", before):
        return True
    first = prepared.text[start]
    inside = bool(before.strip()) and before.rstrip()[-1] not in ".!?\n"
    if first.isupper() and inside:
        return True
    if re.match(r"\s?[–—]", prepared.folded[end : end + 2]):
        return first.isupper()  # "OR – Claix, Vif"
    return bool(
        re.match(
            r"\s?(?:20\d\d|[!:(]|en 20\d\d|in 20\d\d|level|status|label|award|prize|medal|pour\b|for\b|cette annee|this year)",
            prepared.folded[end : end + 9],
        )
    )


@lru_cache(maxsize=256)
def _name(level: str) -> str:
    """A level of a scale, folded."""
    return fold(level)


def on_scale(level: Level, award: Award, year: int) -> str | None:
    """The level as the award's scale of ``year`` spells it; None where it has no such level."""
    for scale in award.scales:
        if (scale.from_ or 0) <= year <= (scale.until or 9999):
            if level.highest:
                return scale.levels[-1]
            if level.name:
                return next((one for one in scale.levels if _name(one) == level.name), None)
            wanted = str(level.number)
            return next((one for one in scale.levels if one.rstrip("@") == wanted), None)
    return None


def is_impossible(level: Level, award: Award) -> bool:
    """As in "niveau 42": the award has numbered levels, but never had this one."""
    if level.unit in ("@", "copyleft"):
        return (level.number or 0) > _MOST  # "une sixième arobase"
    if level.unit != "niveau" or not award.scales:
        return False
    known = {one.rstrip("@") for scale in award.scales for one in scale.levels}
    return any(one.isdigit() for one in known) and str(level.number) not in known


def fits(level: Level, award: Award) -> bool:
    """Whether the award ever had such a level, in the unit in which it is said."""
    if level.unit == "copyleft":
        return bool(award.unit and award.unit.fr and fold(award.unit.fr) == "copyleft")
    if level.unit == "@":
        return any(one.endswith("@") for scale in award.scales for one in scale.levels)
    if level.unit == "niveau":
        return any(one.isdigit() for scale in award.scales for one in scale.levels)
    return any(
        level.highest or _name(one) == level.name for scale in award.scales for one in scale.levels
    )
