"""One language speaking: sentences filled in, names with their articles, days in words.

The words stand in ``[sentences]`` and ``[typography]`` of the language's file; here is only how
they are put together. Values are filled in once and never read as templates (criterion S5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from bot.announcements.words import harmless, plain, safe_link
from bot.config.knowledge import Names
from bot.languages import Language
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold
from bot.understanding.places import Places

_FIELD = re.compile(r"\{(\w+)\}")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_OPENED, _CLOSED = re.compile(r"«[ \u00a0\u202f]*"), re.compile(r"[ \u00a0\u202f]*»")
_URLISH = re.compile(r"(https?://\S+)")


@cache
def _spaces(narrow: str, full: str) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """What is set before these signs: a narrow space, a full one."""
    return (
        re.compile(rf"[ \u00a0\u202f]+(?=[{re.escape(narrow)}])") if narrow else None,
        re.compile(rf"[ \u00a0\u202f]+(?=[{re.escape(full)}](?:\s|$))") if full else None,
    )


@dataclass(frozen=True)
class Voice:
    """A language, and what is known of names."""

    language: Language
    knowledge: Knowledge

    def say(self, key: str, **values: object) -> str:
        """A sentence of ``[sentences]``, its braces filled in a single pass."""
        template = self.language.text("sentences", key)
        if template is None:
            raise KeyError(f"[sentences] {key} is missing in languages/{self.language.code}.toml")
        return _FIELD.sub(lambda hit: str(values[hit[1]]), template)

    def name(self, names: Names | None) -> str | None:
        """A name of knowledge in this language, else in the other."""
        if names is None:
            return None
        own = getattr(names, self.language.code, None)
        return own or names.fr or names.en

    # --- typography -----------------------------------------------------------------------

    @cached_property
    def _typography(self) -> dict[str, Any]:
        return dict(self.language.table("typography"))

    def set(self, text: str) -> str:
        """Words of a feed as this language sets them: clean, harmless, spaced; never in a URL."""
        return "".join(
            (safe_link(part) or harmless(part)) if at % 2 else self._spaced(harmless(part))
            for at, part in enumerate(_URLISH.split(plain(text)))
        )

    def _spaced(self, text: str) -> str:
        table = self._typography
        if "'" in text:
            text = _APOSTROPHE.sub(table.get("apostrophe", "'"), text)
        narrow, full = _spaces(table.get("narrow_before", ""), table.get("full_before", ""))
        if narrow:
            text = narrow.sub("\u202f", text)
        if full:
            text = full.sub("\u00a0", text)
            text = _CLOSED.sub("\u00a0»", _OPENED.sub("«\u00a0", text))
        return text

    def quoted(self, text: str) -> str:
        """In this language's quotation marks."""
        left, right = self._typography.get("quotes", ["“", "”"])
        return f"{left}{text}{right}"

    def ordinal(self, number: int) -> str:
        """“troisième”, beyond the list "11e"."""
        words: Sequence[str] = self._typography.get("ordinals", ())
        if 1 <= number <= len(words):
            return words[number - 1]
        return str(self._typography.get("ordinal", "{number}")).replace("{number}", str(number))

    def listed(self, items: Iterable[str]) -> str:
        """“Échirolles, Claix et Vif”."""
        names = list(items)
        if len(names) < 2:
            return "".join(names)
        joined = self._typography.get("and", "and")
        return f"{', '.join(names[:-1])} {joined} {names[-1]}"

    # --- articles -------------------------------------------------------------------------

    def article(self, name: str) -> str:
        """The article of a bare name: as the gazetteer says, else by its first word, else ""."""
        if spot := self.knowledge.made(_spots).get(fold(name)):
            return getattr(spot, self.language.code, None) or ""
        first = re.split(r"[\s'’]", name, maxsplit=1)[0]
        for article, words in self._typography.get("articles", {}).items():
            if first in words or first.capitalize() in words:
                return str(article)
        return ""

    def elides(self, name: str) -> bool:
        """Does the name begin with a vowel or a silent h?"""
        first = fold(name[:1])
        word = re.split(r"[\s'’-]", name, maxsplit=1)[0]
        if first == "h":
            return word not in self._typography.get("aspirated", ())
        if first == "y":
            return len(name) > 1 and fold(name[1]) not in "aeiouy"
        return first in "aeiouœæ" and bool(first)

    def inside(self, name: str) -> str:
        """A name as it stands inside a sentence: “prix BlueHats”, “hôtel de ville”."""
        first, _, rest = name.partition(" ")
        lowered = self._typography.get("lowered", ())
        return f"{first[:1].lower()}{first[1:]} {rest}".strip() if first in lowered else name

    def the(self, name: str, article: str | None = None) -> str:
        """“le NEC d’or”, "l’ANCT", "Échirolles": with the article it takes, if any."""
        return self._joined("", name, article)

    def of(self, name: str, article: str | None = None) -> str:
        """“d’Échirolles”, "de Claix", "du SITPI", "des Journées"; "of" is left to templates."""
        return self._joined("de", name, article)

    def at(self, name: str, article: str | None = None, *, venue: bool = False) -> str:
        """“à Strasbourg”, "au Pont-de-Claix", "à l’hôtel de ville"; a ``venue`` is “at” in
        English, and takes an article where it is an acronym: “à l’ENS”."""
        if not self._typography.get("elided"):
            return f"{'at' if venue else 'in'} {name}"
        first = re.split(r"[\s-]", name, maxsplit=1)[0]
        if venue and article is None and first.isupper() and len(first) > 2 and self.elides(name):
            article = "la"
        return self._joined("à", name, article)

    def town(self, name: str) -> str:
        """A town as French spells it: “Bruxelles”; other languages keep the text's own."""
        spot = self.knowledge.made(Places.build).named(name)
        if self.language.code != "fr" or spot is None or spot.kind != "commune":
            return name
        return name if fold(name).endswith(fold(spot.name)) else spot.name

    def is_town(self, name: str) -> bool:
        """Is it one, as far as the gazetteer knows or a single word tells?"""
        spot = self.knowledge.made(Places.build).named(name)
        return spot.kind == "commune" if spot else " " not in name

    def _joined(self, preposition: str, name: str, article: str | None) -> str:
        elided: dict[str, str] = self._typography.get("elided", {})
        contracted: dict[str, str] = self._typography.get("contracted", {})
        if not elided:  # a language without elision: “in Strasbourg”, “the NEC d’or”
            given = article if article is not None else self.article(name)
            return f"{given} {name}".strip()
        if article is None:
            article = self.article(name)
            for own in ("Le ", "Les "):  # a town’s own article: “du Pont-de-Claix”
                if not article and preposition and name.startswith(own):
                    article, name = own.strip().lower(), name[len(own) :]
        if article in ("l’", "l'"):
            article = "la"
        if article and fold(name).startswith(f"{article} "):  # “Le Pont-de-Claix” brings its own
            name = name[len(article) + 1 :]
        if not article:
            if preposition == "de" and self.elides(name):
                return f"{elided['de']}{name}"
            return f"{preposition} {name}".strip()
        name = self.inside(name)
        if article in elided and self.elides(name):
            return f"{preposition} {elided[article]}{name}".strip()
        together = contracted.get(f"{preposition} {article}", f"{preposition} {article}".strip())
        return f"{together} {name}"

    def capital(self, text: str) -> str:
        """With a capital, as a sentence begins."""
        return text[:1].upper() + text[1:]

    # --- days -----------------------------------------------------------------------------

    def _month(self, number: int) -> str:
        name = str(self.language.table("dates")["months"][number - 1][0])
        return name.capitalize() if self._typography.get("capital_days") else name

    def _weekday(self, number: int) -> str:
        name = str(self.language.table("dates")["weekdays"][number][0])
        return name.capitalize() if self._typography.get("capital_days") else name

    def _number(self, day: int) -> str:
        return str(self._typography.get("first_of_month", "1")) if day == 1 else str(day)

    def day(self, text: str, *, weekday: bool = True, year: bool = True, month: bool = True) -> str:
        """A day in the precision it has: “mercredi 29 octobre 2025”, “décembre 2024”, “2025”."""
        if len(text) == 4:
            return self.say("days.year", year=text)
        if len(text) == 7:
            number = int(text[5:7])
            return self.say("days.month", month=self._month(number), year=text[:4])
        on = date.fromisoformat(text)
        said = self.say(
            "days.day" if weekday else "days.plain_day",
            weekday=self._weekday(on.weekday()),
            day=self._number(on.day),
            month=self._month(on.month) if month else "",
            year=on.year if year else "",
        )
        return " ".join(said.split(" ")).strip() if (month and year) else " ".join(said.split())

    def when(self, text: str, *, weekday: bool = True) -> str:
        """“mardi 17 février 2026” or “en février 2026”, as an adverb."""
        if len(text) < 10:
            return self.say("days.within", month=self.day(text))
        return self.say("days.on", day=self.day(text, weekday=weekday))

    def span(
        self, start: str, end: str | None, time: str | None = None, end_time: str | None = None
    ) -> str:
        """From day to day, as an adverb: “samedi 30 et dimanche 31 mai 2026”."""
        if len(start) < 10 or not end or end == start or len(end) < 10:
            said = self.when(start)
            if len(start) == 10 and time:
                if end_time:
                    return self.say(
                        "days.from_to_time", day=said, time=self.time(time), end=self.time(end_time)
                    )
                return self.say("days.day_time", day=said, time=self.time(time))
            return said
        first, last = date.fromisoformat(start), date.fromisoformat(end)
        near = (last - first).days == 1
        beginning = self.day(
            start,
            weekday=near,
            month=first.month != last.month or first.year != last.year,
            year=first.year != last.year,
        )
        ending = self.day(end, weekday=near)
        return self.say("days.two" if near else "days.span", first=beginning, last=ending)

    def time(self, text: str) -> str:
        """“18:30” -> “18 h 30”, "18:00" -> “18 h”."""
        hour, _, minute = text.partition(":")
        key = "days.full_hour" if minute in ("", "00") else "days.time"
        return self.say(key, hour=int(hour), minute=minute)

    def moment(self, moment: datetime) -> str:
        """The local day of a moment, without its weekday: “30 octobre 2025”."""
        local = moment.astimezone(self.knowledge.timezone)
        return self.day(local.date().isoformat(), weekday=False)


def _spots(knowledge: Knowledge) -> dict[str, Names]:
    """Places that have an article, by folded name."""
    return {
        fold(spelling): spot.article
        for gazetteer in knowledge.places.values()
        for spot in gazetteer.spots
        if spot.article
        for spelling in (spot.name, *spot.names)
    }
