"""The signs of gatherings, calls and releases in an entry: ``[happenings]`` of its language."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.understanding import cues
from bot.understanding.cues import Cue
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold

Signs = Mapping[str, tuple[Cue, ...]]
#: Publishers whose whole business free software may be; a town hall speaks of everything.
_FRIENDS = frozenset({"association", "community", "event", "agenda"})
#: "Savoie Libre", "#SavoieLibre": a name of that world; "Entrée Libre" is none.
_LIBRE = re.compile(r"\b(?P<of>[A-ZÀ-Ý][\w’'-]*?[\wà-ÿ])(?: |(?<=[a-zà-ÿ]))Libres?\b")
_NOT_LIBRE = frozenset(
    [
        "le",
        "la",
        "les",
        "un",
        "au",
        "acces",
        "entree",
        "temps",
        "air",
        "prix",
        "nage",
        "service",
        "participation",
        "place",
        "places",
        "tribune",
        "chute",
        "vers",
        "vente",
        "tarif",
        "plein",
        "electron",
        "marche",
    ]
)


def of(prepared: Prepared) -> Signs:
    """Every sign of an entry by its name, found once. Absent names have no sign."""
    kept = vars(prepared)
    if "signs" not in kept:
        found: dict[str, list[Cue]] = {}
        for cue in cues.of_table(prepared, "happenings"):
            found.setdefault(cue.name, []).append(cue)
        kept["signs"] = {name: tuple(hits) for name, hits in found.items()}
    signs: Signs = kept["signs"]
    return signs


def within(signs: Signs, name: str, start: int, end: int) -> Cue | None:
    """The first sign of that name between two offsets."""
    return next((cue for cue in signs.get(name, ()) if start <= cue.start < end), None)


def is_free(signs: Signs) -> bool:
    """Whether the entry has to do with free software ("prix libre" is not enough)."""
    return is_free_within(signs, 0, None)


def named_libre(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether a name of the free software world stands there: "Savoie Libre"."""
    last = len(text) if end is None else end
    if text.find("Libre", start, last) < 0:
        return False
    return any(fold(hit["of"]) not in _NOT_LIBRE for hit in _LIBRE.finditer(text, start, last))


def is_friend(prepared: Prepared) -> bool:
    """Whether the publisher is of the free software world itself: it holds a series of
    config/events, or is named after it ("Agenda du Libre")."""
    publisher = prepared.entry.publisher
    if publisher.role not in _FRIENDS:
        return False
    known: dict[str, bool] = prepared.knowledge.made(_friends)
    name = publisher.name
    if name not in known:
        if len(known) > 5000:
            known.clear()
        known[name] = _names_free(prepared.knowledge, name)
    return known[name]


def _friends(knowledge: Knowledge) -> dict[str, bool]:
    """Those who hold a series, by their names; others are added as they come by."""
    names: dict[str, bool] = {}
    for series in knowledge.events.values():
        for organiser in series.organisers:
            names.update((name, True) for name in (organiser.name, *organiser.names))
    return names


def _names_free(knowledge: Knowledge, name: str) -> bool:
    if named_libre(name):
        return True
    folded = fold(name)
    for language in knowledge.languages.values():
        for phrase in language.table("happenings").get("free", ()):
            plain = fold(phrase.lstrip("="))
            if re.search(rf"(?<![a-z]){re.escape(plain)}(?![a-z])", folded) or (
                len(plain) > 4 and " " not in plain and folded.startswith(plain)
            ):
                return True
    return False


def is_free_within(signs: Signs, start: int, end: int | None) -> bool:
    """The same of a part of it."""

    def inside(cue: Cue) -> bool:
        return cue.start >= start and (end is None or cue.start < end)

    if any(map(inside, signs.get("free_gathering", ()))):
        return True
    here = [cue for cue in signs.get("free", ()) if inside(cue)]
    if not here:
        return False
    misleading = {
        word for cue in signs.get("not_free", ()) for word in range(cue.first, cue.last + 1)
    }
    return any(cue.first not in misleading and cue.last not in misleading for cue in here)
