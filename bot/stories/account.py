"""What one entry says, as far as it is compared with another: what it names, and its facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from bot.stories import names
from bot.stories.story import Happening, Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, ReleaseFact
from bot.understanding.gist import RAREST, SHORTEST, Gist, beginning, rarity

#: Kinds that may be taken for one another; "other" may be any of them, told in other words.
GROUPS = {
    "award": "prize",
    "label": "prize",
    "event": "gathering",
    "event_update": "gathering",
    "call_for_papers": "call",
    "release": "release",
}
OTHER = "other"
#: Words said oftener are no name of somebody (see ``rarity``).
_COMMON = 5.0


@dataclass(frozen=True, slots=True)
class Named:
    """A gist, each sort of thing by itself."""

    kind: str
    awards: frozenset[str]
    series: frozenset[str]
    heads: frozenset[str]  # places of the region that it begins with, or speaks for
    here: frozenset[str]  # places of the region
    places: frozenset[str]  # these and all others
    speaks: frozenset[str]  # for which place
    days: frozenset[str]
    years: frozenset[str]  # of awards: "nec-dor 2025"
    versions: tuple[str, ...]
    numbers: frozenset[str]
    names: frozenset[str]  # beginnings of words with capitals
    words: frozenset[str]  # beginnings of all telling words, names too


@lru_cache(maxsize=2048)
def named(gist: Gist) -> Named:
    """A gist, sorted."""
    sorts: dict[str, list[str]] = {}
    for one in gist:
        what, _, rest = one.partition("/")
        sorts.setdefault(what, []).append(rest)

    def every(*whats: str) -> frozenset[str]:
        return frozenset(one for what in whats for one in sorts.get(what, ()))

    return Named(
        "".join(sorts.get("kind", ())),
        every("award"),
        every("series"),
        every("head", "from"),
        every("here"),
        every("here", "place"),
        every("from"),
        every("day"),
        every("year"),
        tuple(sorts.get("version", ())),
        every("number"),
        every("name"),
        every("name", "word"),
    )


@dataclass(frozen=True)
class Account:
    """What one entry says of one happening."""

    published: datetime
    publisher: str
    gist: Gist
    facts: tuple[AnyFact, ...] = ()
    focus: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()

    @classmethod
    def of(cls, one: Happening | Witness) -> Account:
        """What a happening or a witness says."""
        if isinstance(one, Happening):
            at, name = one.entry.published, one.entry.publisher.name
        else:
            at, name = one.published, one.name
        return cls(at, name, one.gist, one.facts, one.focus, one.towns)

    @cached_property
    def named(self) -> Named:
        """What it names."""
        return named(self.gist)

    @cached_property
    def group(self) -> str:
        """What sort of thing it tells of, as both readers of the entry found."""
        return GROUPS.get(self.named.kind, OTHER)

    @cached_property
    def prizes(self) -> tuple[AwardFact, ...]:
        """The awards and labels that were read."""
        return tuple(fact for fact in self.facts if isinstance(fact, AwardFact))

    @cached_property
    def gatherings(self) -> tuple[EventFact, ...]:
        """The events that were read."""
        return tuple(fact for fact in self.facts if isinstance(fact, EventFact))

    @cached_property
    def calls(self) -> tuple[CallFact, ...]:
        """The calls that were read."""
        return tuple(fact for fact in self.facts if isinstance(fact, CallFact))

    @cached_property
    def releases(self) -> tuple[ReleaseFact, ...]:
        """The releases that were read."""
        return tuple(fact for fact in self.facts if isinstance(fact, ReleaseFact))

    @cached_property
    def laureates(self) -> tuple[str, ...]:
        """Everybody who was read to be one, in one spelling and in the text's."""
        told = (name for fact in self.prizes for name in fact.laureates)
        return tuple(dict.fromkeys((*self.focus, *told))) if self.prizes else ()

    @cached_property
    def levels(self) -> frozenset[str]:
        """The levels that were read."""
        return frozenset(fact.level for fact in self.prizes if fact.level)

    @cached_property
    def years(self) -> frozenset[int]:
        """The editions that were read."""
        return frozenset(fact.year for fact in self.prizes if fact.year)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """The categories that were read."""
        return tuple(dict.fromkeys(fact.category for fact in self.prizes if fact.category))

    @cached_property
    def ahead(self) -> bool | None:
        """Whether it names a day to come; None where it names no day."""
        today = self.published.date().isoformat()
        found = self.named.days
        return any(day > today for day in found) if found else None

    @cached_property
    def _speaker(self) -> frozenset[str]:
        return frozenset(map(beginning, names.parts(self.publisher)))

    @cached_property
    def sure_laureates(self) -> tuple[str, ...]:
        """Those that are surely somebody: "Parc", "Carte" or "État" may be any."""
        return tuple(name for name in self.laureates if name in self.towns or not _common(name))

    def tells_of(self, name: str) -> bool:
        """Whether it names all words of a name, or a place of that name."""
        known = self.named
        own = {beginning(word) for word in names.parts(name) if len(word) >= SHORTEST}
        if own and own <= known.words | self._speaker:
            return True
        return any(names.same_name(name, place) for place in known.places | known.speaks)

    def tells_of_any(self, said: Iterable[str]) -> bool:
        """Whether it names one of these."""
        return any(map(self.tells_of, said))


def _common(name: str) -> bool:
    """Whether a name is one word, and any word."""
    own = names.parts(name)
    return len(own) == 1 and all(rarity().get(beginning(w), RAREST) < _COMMON for w in own)
