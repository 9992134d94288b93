"""Known event series in a text: "AlpOSS", "#JdLL2026", "OW2con’27"; and whose site speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from bot.config.knowledge import EventSeries
from bot.entries.entry import Entry
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold
from bot.understanding.sweep import Interest

_WORDS = re.compile(r"[^\W_]+")
_GLUED = re.compile(r"^(?P<base>[a-z].*?\D)(?P<year>(?:20)?[2-9]\d)$")
#: A site's or a file's name is no mention: "alposs.fr".
_ADDRESS = re.compile(r"\.[a-z]{2,}|/|@[a-z]")


class SeriesHit(NamedTuple):
    """A series named in a text: ``text[start:end]``."""

    start: int
    end: int
    id: str
    year: int | None = None  # of the edition, where it is glued to the name


_SCHEME = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True)
class SeriesIndex:
    """The names of all series. ``Knowledge.made(SeriesIndex.build)`` gives it."""

    by_word: dict[str, tuple[tuple[tuple[str, ...], str, bool], ...]]
    hosts: tuple[tuple[str, str], ...]
    series: dict[str, EventSeries]

    @classmethod
    def build(cls, knowledge: Knowledge) -> SeriesIndex:
        """Index names, acronyms and sites of every file of config/events/."""
        names: dict[str, list[tuple[tuple[str, ...], str, bool]]] = {}
        hosts: list[tuple[str, str]] = []
        for id, series in knowledge.events.items():
            spellings = {series.name.fr, series.name.en, *series.names, *series.acronyms}
            for spelling in filter(None, spellings):
                words = tuple(_WORDS.findall(fold(spelling)))
                capitals = len(words) == 1 and (
                    spelling in series.acronyms or (spelling.isupper() and len(spelling) < 6)
                )
                if words:
                    names.setdefault(words[0], []).append((words, id, capitals))
                if len(words) > 1:
                    names.setdefault("".join(words), []).append((("".join(words),), id, False))
            hosts += [(host, id) for host in series.hosts]
        return cls(
            {
                word: tuple(sorted(found, key=lambda one: -len(one[0])))
                for word, found in names.items()
            },
            tuple(hosts),
            dict(knowledge.events),
        )

    def of(self, prepared: Prepared) -> tuple[SeriesHit, ...]:
        """The series an entry names, in order, found once."""
        kept = vars(prepared)
        if "series" not in kept:
            kept["series"] = tuple(self._find(prepared))
        found: tuple[SeriesHit, ...] = kept["series"]
        return found

    def _find(self, prepared: Prepared) -> Iterator[SeriesHit]:
        words, starts = prepared.words, prepared.word_starts
        past = 0
        for index, (word, year) in _BEGUN.within(prepared):
            if index < past:
                continue
            for name, id, capitals in self.by_word[word]:
                last = index + len(name)
                if name[1:] != tuple(words[index + 1 : last]):
                    continue
                start, end = starts[index], prepared.word_end(last - 1)
                if capitals and not prepared.text[start : start + len(word)].isupper():
                    continue
                address = _ADDRESS.match(prepared.folded, end)
                if address or (start and prepared.folded[start - 1] in "./"):
                    continue
                if len(name) > 1 and prepared.code == "en" and prepared.text[start:end].islower():
                    continue  # "your open source experience": English names have capitals
                past = last
                yield SeriesHit(start, end, id, year)
                break

    def begins(self, word: str) -> tuple[str, int | None] | None:
        """A word that a series' name begins with, and the year glued to it."""
        if word in self.by_word:
            return word, None
        glued = _split(word) if word[-1].isdigit() else None
        return glued if glued and glued[0] in self.by_word else None

    def own(self, prepared: Prepared) -> str | None:
        """The series whose own site the entry comes from."""
        kept = vars(prepared)
        if "own_series" not in kept:
            kept["own_series"] = self._own(prepared.entry)
        found: str | None = kept["own_series"]
        return found

    def _own(self, entry: Entry) -> str | None:
        for address in (entry.url, entry.publisher.home):
            if address:
                bare = _bare(address)
                for host, id in self.hosts:
                    if bare.startswith(host) and bare[len(host) : len(host) + 1] in ("", "/", "?"):
                        series = self.series[id]
                        if entry.publisher.role == "event" or host not in _shared(series):
                            return id
        return None


_BEGUN: Interest[tuple[str, int | None]] = Interest(
    lambda knowledge, _: knowledge.made(SeriesIndex.build).begins
)


def _shared(series: EventSeries) -> set[str]:
    """Sites of organisers: they speak of other things too."""
    return {host for organiser in series.organisers for host in organiser.hosts}


@lru_cache(maxsize=512)
def _bare(address: str) -> str:
    return _SCHEME.sub("", address.lower())


def _split(word: str) -> tuple[str, int] | None:
    glued = _GLUED.match(word)
    if glued is None:
        return None
    year = int(glued["year"])
    return glued["base"], year if year > 100 else 2000 + year
