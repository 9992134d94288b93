"""The words of dates, from the ``[dates]`` tables of every language, compiled once.

All languages are read together: an English post in a French feed still has its dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.understanding.language import fold

#: Space inside an expression, and what clumsy feeds leave there.
GAP = r"(?:\s|&nbsp;|&#160;|</?\w{1,6}>)+"
MAYBE = r"(?:\s|&nbsp;|&#160;|</?\w{1,6}>)*"
DASH = r"[-–—]"
_YEAR = r"(?:19|20)\d\d"
_WORDS = re.compile(r"[^\W_]+")


def choice(words: Iterable[str]) -> str:
    """A regular expression for any of ``words``, longest first; spaces may be odd ones."""
    folded = {fold(word) for word in words}
    ordered = sorted(folded, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", GAP) for word in ordered) or r"(?!)"


FIGURES = re.compile(
    rf"\b(?:(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?![\d-])"
    rf"|(?P<numeric>(?:3[01]|[12]\d|0?[1-9])(?P<sep>[/.-])(?:1[0-2]|0?[1-9])(?P=sep)"
    rf"(?:{_YEAR}|\d\d))(?![\d./-]*\d)"
    rf"|(?P<short>(?:3[01]|[12]\d|0?[1-9])/(?:1[0-2]|0?[1-9]))(?![\d/%]|\s?%|[.,]\d)"
    rf"|(?P<year>{_YEAR})(?![\d./-]*\d)\b)"
)
NO_DATE = re.compile(r"(?!)")
_MINUS = r"(?P<minus>j-\d{1,3})\b"
_BARE = (
    rf"(?:le|the){GAP}(?P<bare>3[01]|[12]\d|[1-9])(?:er|st|nd|rd|th)?"
    rf"(?=\s*(?:[.,;:!?)\n]|$)|{GAP}(?:a|de|at|from){GAP}\d)"
)
#: What follows the words of each kind of expression.
_AFTER = {
    "month": r"\b\.?(?![-'][a-z])",
    "relative": r"\b",
    "weekend": r"\b",
    "weekday": r"(?P<many>s?)\b",
    "unit": r"\b",
}


#: What follows a weekday and turns it, by its group in ``turned``: its key in the language file.
_TURNS = {
    "next": "next_after",
    "last": "last_after",
    "next_week": "next_week_after",
    "week": "week_after",
    "fortnight": "fortnight_after",
}


class Begins:
    """Which expression may begin with a word."""

    def __init__(self, kinds: Mapping[str, Iterable[str]], clock: Iterable[str]) -> None:
        self.clock = frozenset(map(fold, clock))  # "midi": no date begins there, but a time
        self.bare: frozenset[str] = frozenset()  # "le": nothing, without a figure after it
        self.by_first: dict[str, list[tuple[str, str]]] = {}
        self._compiled: dict[str, re.Pattern[str]] = {}
        for kind in _AFTER:
            for phrase in kinds[kind]:
                first = re.split(r"[\W_]", fold(phrase))[0]
                self.by_first.setdefault(first, []).append((kind, phrase))
                if kind == "weekday":
                    self.by_first.setdefault(first + "s", []).append((kind, phrase))

    def __call__(self, word: str) -> re.Pattern[str] | None:
        """Its pattern, compiled when the word is first met; None: none."""
        if word[0].isdigit():
            return FIGURES
        if word not in self._compiled and (forms := self._forms(word)):
            self._compiled[word] = re.compile(rf"\b(?:{'|'.join(forms)})")
            if forms == [_BARE]:
                self.bare |= {word}
        return self._compiled.get(word, NO_DATE if word in self.clock else None)

    def _forms(self, word: str) -> list[str]:
        forms = [_MINUS] if word == "j" else [_BARE] if word in ("le", "the") else []
        known = self.by_first.get(word, ())
        for kind, after in reversed(_AFTER.items()):
            phrases = [phrase for one, phrase in known if one == kind]
            if phrases:
                forms.insert(0, rf"(?P<{kind}>{choice(phrases)}){after}")
        return forms


@dataclass(frozen=True)
class DateWords:
    """Patterns over folded text. ``month`` and the like give the value of a word."""

    month: Mapping[str, int]
    month_first: frozenset[str]  # months of languages that say "March 17"
    weekday: Mapping[str, int]
    relative: Mapping[str, int]
    ordinal: Mapping[str, int]
    number: Mapping[str, int]
    rounded: frozenset[str]
    begins: Begins
    days_before: re.Pattern[str]  # what ends just before a month
    days_after: re.Pattern[str]  # what follows a month that comes first
    year_after: re.Pattern[str]
    month_before: re.Pattern[str]
    nth_before: re.Pattern[str]
    from_weekday: re.Pattern[str]  # "du vendredi au" before "dimanche 30 juin"
    weekday_before: re.Pattern[str]
    day_after: re.Pattern[str]  # "samedi 14" without a month
    nth_after: re.Pattern[str]
    every_before: re.Pattern[str]
    each_before: re.Pattern[str]  # "chaque premier mardi du mois"
    between_before: re.Pattern[str]
    this_before: re.Pattern[str]
    next_before: re.Pattern[str]
    last_before: re.Pattern[str]
    next_after: re.Pattern[str]
    last_after: re.Pattern[str]
    turned: re.Pattern[str]  # "jeudi prochain", "jeudi de la semaine prochaine": by group
    weekend_of: re.Pattern[str]  # "le week-end du 25 avril"
    hour_before: re.Pattern[str]  # "à" in "à 20 h"
    ends: re.Pattern[str]  # "Fin :"
    in_before: re.Pattern[str]
    ago_before: re.Pattern[str]
    ago_after: re.Pattern[str]
    one_day: frozenset[str]
    until_before: re.Pattern[str]
    since_before: re.Pattern[str]
    joins: re.Pattern[str]
    joins_range: re.Pattern[str]
    single_day: re.Pattern[str]
    past_before: re.Pattern[str]
    time: re.Pattern[str]
    turning: frozenset[
        str
    ]  # words without one of which there is no "next", "last", "this", "every"
    role: Mapping[str, int]  # nor an "until", a "since"; how many words before the date at most
    past: frozenset[str]  # nor a "a reçu mercredi"
    near: Near


@dataclass(frozen=True)
class Near:
    """The words beside one of dates without which its patterns need not be tried."""

    days: frozenset[str]  # all words, but for figures, of "du samedi premier et" before a month
    articles: frozenset[str]
    before_month: frozenset[str]  # last words: "en mai", "premier samedi du mois de mai"
    after_month: frozenset[str]  # first words: "mai de l'an 2026", "mai prochain"
    after_weekday: frozenset[str]  # "jeudi prochain"
    before_day: frozenset[str]  # between a weekday and its day of the month
    before_days: frozenset[str]  # last words: "entre le 3 et le 5"
    before_unit: frozenset[str]  # "dans trois jours"
    after_unit: frozenset[str]  # "deux days ago"


def _parts(phrases: Iterable[str], at: slice = slice(None)) -> frozenset[str]:
    """Words of phrases: all of them, or those ``at`` some place."""
    return frozenset(word for one in phrases for word in _WORDS.findall(fold(one))[at])


_FIRST, _LAST = slice(0, 1), slice(-1, None)


def _longest(phrase: str) -> tuple[str, int]:
    """The longest word of a phrase, without which there is no phrase; the words after it."""
    words = _WORDS.findall(fold(phrase))
    longest = max(words, key=len)
    return longest, len(words) - 1 - words.index(longest)


def _roles(phrases: Iterable[str]) -> dict[str, int]:
    """Their longest words; how far before a date each may stand: an article comes between."""
    found: dict[str, int] = {}
    for word, after in map(_longest, phrases):
        found[word] = max(found.get(word, 0), after + 2)
    return found


def build(tables: Iterable[Mapping[str, Any]]) -> DateWords:
    """Compile the ``[dates]`` tables of the languages; empty ones are left out."""
    tables = [table for table in tables if table]

    def words(key: str) -> list[str]:
        found: list[str] = []
        for table in tables:
            value = table.get(key, ())
            found += [value] if isinstance(value, str) else list(value)
        return found

    month: dict[str, int] = {}
    weekday: dict[str, int] = {}
    month_first: set[str] = set()
    maps: dict[str, dict[str, int]] = {"relative": {}, "ordinals": {}, "numbers": {}}
    full_weekdays: list[str] = []
    for table in tables:
        for order, names in enumerate(table.get("months", ()), 1):
            for name in names:
                month.setdefault(fold(name), order)
                if table.get("month_first"):
                    month_first.add(fold(name))
        for index, names in enumerate(table.get("weekdays", ())):
            full_weekdays += names[:1]
            for name in names:
                weekday.setdefault(fold(name), index)
        for key, into in maps.items():
            into.update({fold(word): value for word, value in table.get(key, {}).items()})

    w = rf"(?:{choice(weekday)})\.?,?"
    suffix = choice(words("day_suffix"))
    day = rf"(?:(?:3[01]|[12]\d|0?[1-9])(?:{MAYBE}(?:{suffix})\b)?|(?:{choice(words('first_day'))})\b)"
    article = rf"(?:(?:{choice(words('article'))}){GAP})?"
    and_, to = choice(words("and")), choice(words("to"))
    join = rf"(?:{MAYBE}(?:,|{DASH}|/|&){MAYBE}(?:(?:{and_}){GAP})?|{GAP}(?:{and_}|{to}){GAP})"
    listed = rf"(?:{join}|{GAP}(?=\d\d?{GAP}(?:{and_}){GAP}))"  # "les 17 18 et 19 juin"
    of = rf"(?:(?:{choice(words('of'))}){MAYBE})?"
    one = rf"{article}(?:{w}{GAP})?{article}{day}"
    number = rf"\d{{1,3}}|{choice(maps['numbers'])}"
    units = words("days") + words("longer")

    def before(inner: str) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.,/:'-])(?:{inner}){MAYBE}$")

    def after(inner: str) -> re.Pattern[str]:
        return re.compile(rf"{GAP}(?:{inner})\b")

    hour = r"(?:[01]?\d|2[0-4])"
    clock = (
        rf"(?:{hour}{MAYBE}(?:heures?|h)(?:{MAYBE}[0-5]\d(?!\d))?\b|{hour}:[0-5]\d(?::[0-5]\d)?"
        rf"(?:{MAYBE}(?:am|pm|a\.m\.?|p\.m\.?)(?!\w))?"
        rf"|(?:1[0-2]|[1-9]){MAYBE}(?:am|pm|a\.m\.?|p\.m\.?)(?!\w)"
        rf"|(?:{choice(words('noon') + words('midnight'))})\b)"
    )
    return DateWords(
        month=month,
        month_first=frozenset(month_first),
        weekday=weekday,
        relative=maps["relative"],
        ordinal=maps["ordinals"],
        number=maps["numbers"],
        rounded=frozenset(fold(word) for word in words("rounded")),
        begins=Begins(
            {
                "month": [*month],
                "relative": [*maps["relative"]],
                "weekend": words("weekend"),
                "weekday": full_weekdays,
                "unit": units,
            },
            words("noon") + words("midnight"),
        ),
        days_before=re.compile(
            rf"(?<![\w./:'])(?:{one})(?:{listed}{one})*(?:{GAP}{of}{article}|{MAYBE})$"
        ),
        days_after=re.compile(
            rf"\.?{GAP}{article}(?P<days>{day}(?:{join}{article}{day})*)(?![\d:]|\.\d)\b"
        ),
        year_after=re.compile(
            rf",?{GAP}(?:(?:{choice(words('of'))}){GAP})?(?P<year>{_YEAR})(?!\d)|,?{GAP}'(?P<two>\d\d)\b"
        ),
        month_before=before(choice(words("months_of"))),
        nth_before=before(
            rf"(?P<nth>{choice(maps['ordinals'])}){GAP}(?P<what>{choice([*full_weekdays, *words('weekend')])}){GAP}{of.removesuffix('?')}"
        ),
        from_weekday=re.compile(
            rf"(?<!\w)(?P<weekday>{choice(weekday)})(?:{GAP}(?:{and_}|{to}){GAP}|{MAYBE}(?:{DASH}|&){MAYBE}){article}$"
        ),
        weekday_before=re.compile(rf"(?<!\w)(?P<weekday>{choice(weekday)})\.?,?{GAP}{article}$"),
        day_after=re.compile(
            rf"{GAP}{article}(?P<days>{day}(?:{join}(?:{w}{GAP})?{article}{day})*)\b"
            rf"(?!{MAYBE}(?:h\b|h\d|:\s?\d|[%€/]|heures?|am|pm|euros|minutes?)|[.,]\d)"
        ),
        nth_after=re.compile(
            rf"{GAP}(?:{choice(words('of'))}){MAYBE}(?:{choice(words('this_month'))})\b"
        ),
        each_before=before(choice(words("each"))),
        every_before=before(choice(words("every"))),
        between_before=before(choice(words("between"))),
        this_before=before(choice(words("this_before"))),
        next_before=before(choice(words("next_before"))),
        last_before=before(choice(words("last_before"))),
        next_after=after(choice(words("next_after"))),
        last_after=after(choice(words("last_after"))),
        turned=after(
            "|".join(rf"(?P<{group}>{choice(words(key))})" for group, key in _TURNS.items())
        ),
        weekend_of=re.compile(
            rf"(?<!\w)(?:{choice(words('weekend'))}){GAP}(?:{choice(words('of'))}){MAYBE}(?:{w}{GAP})?$"
        ),
        hour_before=re.compile(rf"{MAYBE},?{MAYBE}(?:(?:{choice(words('at'))}){MAYBE})?"),
        ends=re.compile(rf"{MAYBE}[|·•]?{DASH}?{MAYBE}(?:{choice(words('ends'))}){MAYBE}:{MAYBE}"),
        in_before=before(rf"(?:{choice(words('in'))}){GAP}(?P<n>{number})"),
        ago_before=before(rf"(?:{choice(words('ago_before'))}){GAP}(?P<n>{number})"),
        ago_after=re.compile(rf"{GAP}(?:{choice(words('ago_after'))})\b"),
        one_day=frozenset(fold(word) for word in words("days")),
        until_before=re.compile(
            rf"(?<!\w)(?:{choice(words('until'))}){MAYBE}(?:(?:{choice(words('article'))}){GAP})?$"
        ),
        since_before=re.compile(
            rf"(?<!\w)(?:{choice(words('since'))}){MAYBE}(?:(?:{choice(words('article'))}){GAP})?$"
        ),
        joins=re.compile(rf"(?:{GAP}(?:{and_}){GAP}|{MAYBE}(?:,|&){MAYBE}){article}$"),
        joins_range=re.compile(rf"(?:{GAP}(?:{to}){GAP}|{MAYBE}(?:{DASH}|→|>){MAYBE}){article}$"),
        single_day=re.compile(
            rf"(?:(?P<weekday>{choice(weekday)})\.?,?{GAP}{article})?(?P<day>{day})"
        ),
        past_before=re.compile(rf"(?<!\w)(?:{choice(words('past'))})\s+(?:\w+[\s']+){{1,3}}$"),
        time=re.compile(
            rf"(?<![\w:.,/])(?P<from>{hour}(?={MAYBE}(?:{DASH}|a|et|to){MAYBE}{clock})|{clock})"
            rf"(?:{MAYBE}(?:{DASH}|→){MAYBE}|{GAP}(?:{and_}|{to}){GAP})?(?P<to>(?<=[\s;>–—→-]){clock})?"
        ),
        turning=frozenset(
            _WORDS.findall(fold(phrase))[-1]
            for key in ("next_before", "last_before", "this_before", "every")
            for phrase in words(key)
        ),
        role=_roles(words("until") + words("since")),
        past=frozenset(word for word, _ in map(_longest, words("past"))),
        near=Near(
            days=_parts(
                [*weekday]
                + [
                    phrase
                    for key in ("day_suffix", "first_day", "article", "and", "to", "of")
                    for phrase in words(key)
                ]
            ),
            articles=_parts(words("article")),
            before_month=_parts(words("of") + words("months_of"), _LAST),
            after_month=_parts(words("of") + words("next_after") + words("last_after"), _FIRST),
            after_weekday=_parts(
                [phrase for key in _TURNS.values() for phrase in words(key)], _FIRST
            ),
            before_day=_parts(words("article") + words("first_day")),
            before_days=_parts(words("between"), _LAST),
            before_unit=_parts(maps["numbers"], _LAST),
            after_unit=_parts(words("ago_after"), _FIRST),
        ),
    )
