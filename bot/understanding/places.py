"""Places in a text, and how far they are from where the news matters.

A place is found by its words, longest first, so that "Pont-de-Claix" is never "Claix". A name
that is also a common word (Vif, Fontaine) needs its capital and a sign that a place is meant.
Inhabitants' adjectives ("échirollois") stand for their town.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import Literal, NamedTuple

from bot.config.knowledge import Spot
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold
from bot.understanding.sweep import Interest

#: Where "near" is measured from when the configuration names nothing else.
CENTRE = "Grenoble"
#: The wider region, in kilometres: Chambéry, Valence, Lyon and Annecy are in it.
NEAR = 110.0
_EARTH = 6371.0

_WORDS = re.compile(r"[^\W_]+")
_BEFORE = 26
#: Words of a street or a body that bears a town's name: not that town.
_STREET = re.compile(
    r"(?:\b(?:rue|avenue|av\.?|cours|route|boulevard|bd|place|chemin|quai|impasse|allee|pont|porte"
    r"|gare|traite|accords?|edit|street|road|avenue)\s+(?:de\s+la\s+|de\s+l'|du\s+|des\s+|de\s+|d'|of\s+)?)$"
)
#: What says that a common word is a place here.
_PLACE_BEFORE = re.compile(
    r"(?:^|[\s(,;:\"])(?:a|vers|pres de|autour de|commune de|ville de|mairie de|village de"
    r"|municipalite de|maire de|habitants de|centre de|in|near|at|from|around|town of|city of"
    r"|#|@|,|–|—|-|:|\()\s*$"
)
#: "Chambéry-le-Haut", "Grenoble-Sud": a part of the town.
_QUARTER = re.compile(r"-(?:le-haut|le-bas|nord|sud|est|ouest|centre|ville|gare)(?![\w-])")
#: "Orange Gardens": a word that is a town too begins a longer name.
_LONGER = re.compile(
    r" (?!(?:Lun|Mar|Mercre|Jeu|Vendre|Same)di|Dimanche|[A-Z][a-z]+day)[A-ZÀ-Ý][a-zà-ÿ]{3,}"
)
_LIST_BEFORE = re.compile(r"(?:,|\bet|\band|/|\()\s*$")
_LIST_AFTER = re.compile(r"\s*(?:,|\bet\b|\band\b|\)|\(|/|:)")
_POST_CODE = re.compile(r"\b(?P<department>\d\d)\d{3}\s*$")
_POST_CODES = {"01", "07", "26", "38", "42", "69", "73", "74"}
_ENDINGS = ("", "e", "s", "es")


class PlaceHit(NamedTuple):
    """A place named in a text: ``text[start:end]``."""

    start: int
    end: int
    spot: Spot
    how: Literal["name", "adjective", "tag"] = "name"

    @property
    def town(self) -> str | None:
        """The commune it stands for: itself, or the one its venue or body is in."""
        if self.spot.kind == "commune":
            return self.spot.name
        if self.spot.kind in ("venue", "body"):
            return next((one for one in self.spot.member_of if one != "SITPI"), None)
        return None


@dataclass(frozen=True)
class _Name:
    words: tuple[str, ...]
    spot: Spot
    adjective: bool = False
    capitals: bool = False  # an acronym: "SMH", "ULB"


class _Begun(NamedTuple):
    """The names that begin with one word, longest first: by the word after it, or without one."""

    followed: Mapping[str, tuple[_Name, ...]]
    alone: tuple[_Name, ...]


@dataclass(frozen=True)
class Places:
    """The gazetteer, indexed. ``Knowledge.made(Places.build)`` gives it."""

    by_word: dict[str, _Begun]
    spots: dict[str, Spot]  # by folded name
    lists: dict[str, str] = field(default_factory=dict)  # spot -> the department of its file
    _near: dict[tuple[str, str], float | None] = field(default_factory=dict, compare=False)
    _speaks: dict[str, str | None] = field(default_factory=dict, compare=False)

    @classmethod
    def build(cls, knowledge: Knowledge) -> Places:
        """Index every spot of every file of config/places/; an earlier file wins a name."""
        names: dict[str, list[_Name]] = {}
        spots: dict[str, Spot] = {}
        lists: dict[str, str] = {}
        for gazetteer in knowledge.places.values():
            departments = [spot.name for spot in gazetteer.spots if spot.kind == "department"]
            for spot in gazetteer.spots:
                key = _key(spot.name)
                if spots.setdefault(key, spot) is not spot:
                    continue
                if len(departments) == 1:
                    lists[spot.name] = departments[0]
                for one in _names_of(spot):
                    names.setdefault(one.words[0], []).append(one)
                    if not one.adjective:
                        spots.setdefault(" ".join(one.words), spot)
        return cls(
            {word: _begun(found) for word, found in names.items()},
            spots,
            lists,
        )

    def find(self, text: str, folded: str | None = None) -> tuple[PlaceHit, ...]:
        """Every place of ``text`` in order; ``folded`` saves folding it again."""
        folded = fold(text) if folded is None else folded
        hits = list(_WORDS.finditer(folded))
        words = [hit.group() for hit in hits]
        begun = [
            (index, self.by_word[word]) for index, word in enumerate(words) if word in self.by_word
        ]
        return tuple(self._found(text, folded, words, [hit.start() for hit in hits], begun))

    def of(self, prepared: Prepared) -> tuple[PlaceHit, ...]:
        """The places of an entry, found once."""
        kept = vars(prepared)
        if "places" not in kept:
            kept["places"] = tuple(
                self._found(
                    prepared.text,
                    prepared.folded,
                    prepared.words,
                    prepared.word_starts,
                    _BEGUN.within(prepared),
                )
            )
        found: tuple[PlaceHit, ...] = kept["places"]
        return found

    def _found(
        self,
        text: str,
        folded: str,
        words: list[str],
        starts: list[int],
        begun: list[tuple[int, _Begun]],
    ) -> Iterator[PlaceHit]:
        past, count = 0, len(words)
        for index, (followed, alone) in begun:
            if index < past:
                continue
            after = words[index + 1] if index + 1 < count else ""
            for name in followed.get(after, alone):
                last = index + len(name.words)
                if len(name.words) > 1 and tuple(words[index:last]) != name.words:
                    continue
                start, end = starts[index], starts[last - 1] + len(words[last - 1])
                if not _together(folded, words, starts, index, last):
                    continue
                how = _accepted(text, folded, start, end, name)
                if how:
                    past = last
                    yield PlaceHit(start, end, name.spot, how)
                    break

    def named(self, name: str | None) -> Spot | None:
        """The spot of a name as a source or a fact spells it; None where unknown."""
        if not name:
            return None
        key = _key(name)
        for prefix in ("", "ville de ", "ville d ", "commune de ", "mairie de ", "mairie d "):
            if key.startswith(prefix) and (spot := self.spots.get(key[len(prefix) :])):
                return spot
        return None

    def distance(self, name: str | None, centre: str = CENTRE) -> float | None:
        """Kilometres between two places as the crow flies; None where one is unknown."""
        if name is None:
            return None
        pair = (name, centre)
        if pair not in self._near:
            one, other = self.named(name), self.named(centre)
            self._near[pair] = None if one is None or other is None else _between(one, other)
        return self._near[pair]

    def within(self, name: str, area: str) -> bool:
        """Is a place in a department? By the file that lists it with that one department, else by
        the department that is nearest; in any other area, by its very name alone."""
        spot, whole = self.named(name), self.named(area)
        if spot is None or whole is None:
            return False
        if spot is whole or whole.kind != "department" or spot.kind == "region":
            return spot is whole
        if listed := self.lists.get(spot.name):
            return listed == whole.name
        departments = {one.name: one for one in self.spots.values() if one.kind == "department"}
        far = {one: self.distance(spot.name, one) for one in departments}
        known = {one: km for one, km in far.items() if km is not None}
        return bool(known) and min(known, key=lambda one: known[one]) == whole.name

    def is_local(self, name: str | None, km: float = NEAR, centre: str = CENTRE) -> bool:
        """Whether a place is in the wider region. An unknown place is not known to be."""
        far = self.distance(name, centre)
        return far is not None and far <= km

    def is_far(self, name: str | None, km: float = NEAR, centre: str = CENTRE) -> bool:
        """Whether a place is known to be outside the wider region."""
        far = self.distance(name, centre)
        return far is not None and far > km

    def of_publisher(self, name: str, place: str | None) -> str | None:
        """The commune a publisher speaks for: as configured, else by its name."""
        if place:
            spot = self.named(place)
            return spot.name if spot else place
        if name not in self._speaks:
            hits = (hit.town for hit in self.find(name) if hit.how == "name")
            self._speaks[name] = next((town for town in hits if town), None)
        return self._speaks[name]


_BEGUN: Interest[_Begun] = Interest(lambda knowledge, _: knowledge.made(Places.build).by_word.get)


def spelled(hit: PlaceHit, text: str) -> str:
    """The town of a hit, in the words of the text where these are a name of it ("Brussels")."""
    town = hit.town or hit.spot.name
    if hit.how != "name" or hit.spot.kind != "commune":
        return town
    words = text[hit.start : hit.end]
    if _key(words) == _key(town) or words.isupper() or len(words) < 4:
        return town
    return words if words[:1].isupper() and _key(words) not in _key(town) else town


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    words = _WORDS.findall(fold(name))
    return " ".join(
        "saint" if word == "st" else "sainte" if word == "ste" else word for word in words
    )


def _begun(names: list[_Name]) -> _Begun:
    names = sorted(names, key=lambda one: -len(one.words))
    return _Begun(
        {
            second: tuple(one for one in names if one.words[1:2] in ((), (second,)))
            for second in {one.words[1] for one in names if len(one.words) > 1}
        },
        tuple(one for one in names if len(one.words) == 1),
    )


def _names_of(spot: Spot) -> Iterable[_Name]:
    for spelling in (spot.name, *spot.names):
        words = tuple(_WORDS.findall(fold(spelling.partition(" (")[0])))
        adjective = (
            spelling[:1].islower() and " " not in spelling and not re.search(r"[\d]|sig-", spelling)
        )
        if adjective:
            for ending in _ENDINGS:
                yield _Name((*words[:-1], words[-1] + ending), spot, adjective=True)
            if words[-1].endswith(("ien", "een")):
                yield _Name((*words[:-1], words[-1] + "ne"), spot, adjective=True)
                yield _Name((*words[:-1], words[-1] + "nes"), spot, adjective=True)
            continue
        capitals = spelling.isupper() and len(words) == 1
        yield _Name(words, spot, capitals=capitals)
        if words[0] in ("saint", "sainte"):
            yield _Name(("st" if words[0] == "saint" else "ste", *words[1:]), spot)
        if len(words) > 1:
            yield _Name(("".join(words),), spot)  # a hashtag: #SaintMartindHères


def _together(folded: str, words: list[str], starts: list[int], first: int, last: int) -> bool:
    """Whether words follow each other with no more than a hyphen, space or apostrophe."""
    return all(
        len(gap := folded[starts[k] + len(words[k]) : starts[k + 1]]) <= 3
        and not gap.strip(" '-–.\n")
        for k in range(first, last - 1)
    )


def _accepted(
    text: str, folded: str, start: int, end: int, name: _Name
) -> Literal["name", "adjective", "tag"] | None:
    words = text[start:end]
    if start and text[start - 1] in "#@":
        return "tag"
    if name.adjective:
        return "adjective" if words[0].islower() or not name.spot.common_word else None
    if not words[0].isupper() and not words[0].isdigit():
        return (
            "tag"
            if re.search(r"[\d]", words)
            and words.isalnum()
            and words == folded[start:end]
            and not words.isdigit()
            else None
        )
    if name.capitals and not words.isupper() and not (len(words) > 4 and words[0].isupper()):
        return None  # "Sitpi" is as good as "SITPI"; "Smh" is not
    before = folded[max(0, start - _BEFORE) : start]
    # part of a longer compound that the gazetteer does not know: "Bourg-de-Claix"
    longer = re.search(r"[a-z]-$", before) or re.match(r"-[a-z]{2}", folded[end : end + 3])
    if longer and not _QUARTER.match(folded, end):
        return None
    if name.spot.kind != "venue" and _STREET.search(before):
        return None
    if name.spot.common_word and _is_dateline(text, start, end):
        return "name"
    if len(name.words) == 1 and words.isupper() and len(words) > 3 and not name.capitals:
        return None if name.spot.common_word else "name"
    if name.spot.common_word and _LONGER.match(text, end):
        return None
    if name.spot.common_word and not _is_place(text, folded, start, end, before):
        return None
    return "name"


def _is_dateline(text: str, start: int, end: int) -> bool:
    """As in "Fontaine. L’or au bout du clavier": a local newspaper's headline."""
    return (start == 0 or text[start - 1] == "\n") and bool(
        re.match(r"\.\s[A-ZÀ-Ý«“\"]", text[end : end + 3])
    )


def _is_place(text: str, folded: str, start: int, end: int, before: str) -> bool:
    if re.search(r"\b(?:la|le|les|de la|jean de la|une?|the|an)\s+$", before):
        return False
    if _PLACE_BEFORE.search(before) or _POST_CODE.search(before):
        return True
    after = folded[end : end + 20]
    if re.match(r"\s*(?:\((?:isere|drome|rhone|ain|savoie|\d\d)|:|,? en isere)", after):
        return True
    if _LIST_BEFORE.search(before) and _LIST_AFTER.match(after):
        return True
    # a capital in the middle of a sentence
    left = text[max(0, start - 3) : start].rstrip(' «"“(')
    return bool(left) and left[-1] not in ".!?:\n…•" and start > 0


def near_by_post_code(folded: str, start: int) -> bool | None:
    """Whether the post code just before a town is one of the region's; None: no post code."""
    code = _POST_CODE.search(folded[max(0, start - 10) : start])
    return None if code is None else code["department"] in _POST_CODES


def _between(one: Spot, other: Spot) -> float | None:
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    a, b = radians(one.lat), radians(other.lat)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))
