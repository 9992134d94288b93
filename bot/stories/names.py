"""Names of people, towns, projects and events: are these two the same?

Everything here is for comparing, never for showing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.understanding.knowledge import Knowledge
from bot.understanding.language import fold
from bot.understanding.places import Places

_HYPHENS = re.compile(r"[-\u2010-\u2015\u2212]+")
_WORD = re.compile(r"[^\W_]+(?:[-.+][^\W_]+)*[+]*", re.UNICODE)
_PART = re.compile(r"[^\W_]+", re.UNICODE)
#: Words that an acronym passes over.
_SMALL_WORDS = frozenset(
    [
        "la",
        "le",
        "les",
        "l",
        "de",
        "d",
        "du",
        "des",
        "et",
        "a",
        "au",
        "aux",
        "en",
        "the",
        "of",
        "and",
    ]
)
#: Words that say nothing of which one is meant.
_EMPTY = _SMALL_WORDS | frozenset(
    [
        "un",
        "une",
        "ou",
        "an",
        "in",
        "for",
        "to",
        "sur",
        "pour",
        "par",
        "avec",
        "ville",
        "commune",
        "mairie",
        "municipalite",
        "city",
        "town",
        "council",
        "projet",
        "project",
        "societe",
        "scop",
        "association",
    ]
)
#: "Le Grésivaudan, communauté de communes"; "Voiron (Isère)"
_APPOSED = re.compile(r"\s*[,(].*$")
#: What a body is: "Grenoble" is not "Grenoble-Alpes Métropole", nor "Voiron" the "Pays voironnais".
_BODIES = {
    "metropole": "metropole",
    "metropolis": "metropole",
    "metro": "metropole",
    "departement": "departement",
    "department": "departement",
    "region": "region",
    "pays": "pays",
    "communaute": "communaute",
    "agglomeration": "communaute",
    "agglo": "communaute",
    "syndicat": "syndicat",
    "universite": "universite",
    "university": "universite",
    "parc": "parc",
    "park": "parc",
}
#: Words that many projects share.
_COMMON_PROJECT = frozenset(
    [
        "application",
        "bureau",
        "desktop",
        "android",
        "client",
        "serveur",
        "server",
        "logiciel",
        "libre",
        "portail",
        "outil",
        "plugin",
        "module",
        "core",
        "tools",
        "web",
    ]
)
#: Words of event names too common to tell two events of one day apart.
_COMMON_EVENT = frozenset(
    [
        "nuit",
        "cafe",
        "rencontre",
        "rencontres",
        "soiree",
        "journee",
        "journees",
        "edition",
        "evenement",
        "atelier",
        "ateliers",
        "conference",
        "linux",
        "libre",
        "libres",
        "logiciel",
        "logiciels",
        "numerique",
        "open",
        "source",
        "free",
        "software",
        "day",
        "night",
        "event",
        "2023",
        "2024",
        "2025",
        "2026",
        "2027",
        "2028",
        "2029",
        "2030",
    ]
)


#: Kinds of gatherings, each in one word whatever the language.
_KINDS = {
    "workshop": "atelier",
    "workshops": "atelier",
    "ateliers": "atelier",
    "evening": "soiree",
    "soirees": "soiree",
    "night": "nuit",
    "nights": "nuit",
    "nuits": "nuit",
    "meetup": "rencontre",
    "meeting": "rencontre",
    "gathering": "rencontre",
    "rencontres": "rencontre",
    "day": "journee",
    "days": "journee",
    "journees": "journee",
    "afternoon": "apres-midi",
    "mapping": "cartopartie",
    "cartoparty": "cartopartie",
    "mapathon": "cartopartie",
    "cafes": "cafe",
    "coffee": "cafe",
    "talk": "conference",
    "talks": "conference",
    "conferences": "conference",
    "lecture": "conference",
    "fair": "salon",
    "festivals": "festival",
    "libres": "libre",
    "logiciels": "logiciel",
}


@lru_cache(maxsize=4096)
def words(name: str) -> frozenset[str]:
    """The telling words of a name; a hyphenated word stays one ("pont-de-claix")."""
    folded = _HYPHENS.sub("-", fold(name)).replace("'", " ")
    return frozenset(word for word in _WORD.findall(folded) if word not in _EMPTY)


@lru_cache(maxsize=4096)
def parts(name: str) -> frozenset[str]:
    """The telling words of a name, hyphens cut."""
    return frozenset(word for word in _PART.findall(fold(name)) if word not in _EMPTY)


def _body(name: str) -> frozenset[str]:
    return frozenset(_BODIES[word] for word in parts(name) if word in _BODIES)


@lru_cache(maxsize=8192)
def same_name(a: str, b: str) -> bool:
    """Do two spellings name the same laureate? "Claix" is not "Pont-de-Claix"."""
    first, second = words(a), words(b)
    if not first or not second:
        return fold(a).strip() == fold(b).strip()
    if first == second or parts(a) == parts(b):
        return True
    if _is_short_for(a, b) or _is_short_for(b, a):
        return True
    kinds = _body(a)
    if kinds != _body(b):
        return False
    if kinds:  # "Métropole de Grenoble" and "Grenoble-Alpes Métropole"
        one, other = parts(a) - _BODIES.keys(), parts(b) - _BODIES.keys()
        return not one or not other or bool(one & other)
    return first < second or second < first


def _is_short_for(short: str, whole: str) -> bool:
    """Are these the first letters of a name's words? "UGA" is "Université Grenoble Alpes"."""
    bare = short.strip().removeprefix("l’").removeprefix("l'")
    if not (2 < len(bare) < 8 and bare.isupper() and bare.isalpha()):
        return False
    found = _PART.findall(fold(whole))
    every = "".join(word[0] for word in found)
    telling = "".join(word[0] for word in found if word not in _SMALL_WORDS)
    return fold(bare) in (every, telling)


def akin_words(a: str, b: str) -> bool:
    """Do two short texts share a word, or the beginning of one ("communauté", "community")?"""
    return any(
        one == other or (min(len(one), len(other)) >= 5 and one[:5] == other[:5])
        for one in parts(a)
        for other in parts(b)
    )


def is_named(name: str, text: str, speaker: str = "") -> bool:
    """Does a text, or who speaks, bear all telling words of a name?"""
    telling = words(name)
    return bool(telling) and telling <= words(text) | words(speaker)


def begins_in(project: str, text: str) -> bool:
    """Does a text hold the first telling word of a project's name?"""
    first = next((word for word in _PART.findall(fold(project)) if word not in _EMPTY), "")
    return len(first) > 3 and first not in _COMMON_PROJECT and first in words(text)


def same_project(a: str, b: str) -> bool:
    """“kiosque” and "bibliotheque-kiosque" with one version are one project."""
    first, second = parts(a), parts(b)
    return bool(first and second) and (first <= second or second <= first)


def version(text: str) -> str:
    """“v2.4”, "2.4.0" and "2.4" are one version; "2.4.0-rc1" is not."""
    bare = re.sub(r"^(?:version|v)[\s.]*(?=\d)", "", text.strip().casefold())
    return re.sub(r"(?:\.0)+$", "", bare)


def akin_projects(a: str, b: str) -> bool:
    """Do two names share a telling word? With one version and one day that is enough."""
    return any(len(word) > 3 and word not in _COMMON_PROJECT for word in parts(a) & parts(b))


def same_place(a: str | None, b: str | None) -> bool:
    """Do two places share a telling word? Unknown ones do not."""
    return bool(a and b and parts(a) & parts(b))


#: What is done at a gathering, in whatever words: "Remplacer Windows 10 par Linux" is an install
#: party.
_DONE = {
    "installparty": re.compile(
        r"install(?:ation)?[ -]?(?:part|fest)|(?:remplacer|quitter|adieu a|dire adieu a|sortir de|fin de|apres) windows|(?:passe[rz]?|passage|passons|migrer)"
        r" (?:a|sous|vers) (?:gnu/?)?linux|(?:re)?install\w* (?:son |votre |un |gnu/?)?linux|switch(?:ing)? to linux|linux install"
    ),
    "cartopartie": re.compile(r"\bcarto|mapathon|openstreetmap|\bosm\b|mapping"),
    "editathon": re.compile(r"editathon|edit-a-thon|wikipedi|wikithon"),
}


@lru_cache(maxsize=4096)
def _event_words(name: str) -> frozenset[str]:
    """The telling words of an event's name, kinds of gatherings in one language, without s."""
    folded = fold(name)
    done = {word for word, said in _DONE.items() if said.search(folded)}
    return frozenset(_KINDS.get(word, word) for word in parts(name)) | done


def alike_events(a: str, b: str) -> bool:
    """Do two event names share a telling word, or the beginning of one ("carto")?

    Kinds of gatherings are compared across languages: "Linux workshop" is "Atelier Linux".
    """
    mine, theirs = _event_words(a), _event_words(b)
    if mine and mine == theirs:
        return True
    first = {word for word in mine if len(word) > 2 and word not in _COMMON_EVENT}
    second = {word for word in theirs if len(word) > 2 and word not in _COMMON_EVENT}
    if not first or not second:  # all words are common: nearly all must be shared
        shared, every = mine & theirs, mine | theirs
        return len(shared) >= 0.6 * len(every)
    return any(
        one == other or (min(len(one), len(other)) >= 5 and one[:5] == other[:5])
        for one in first
        for other in second
    )


def shared_event_words(name: str, text: str) -> frozenset[str]:
    """The uncommon words of an event's name that a text holds too, or begins alike."""
    own = {word for word in _event_words(name) if len(word) > 3 and word not in _COMMON_EVENT}
    said = {word[:5] for word in _event_words(text)}
    return frozenset(word for word in own if word[:5] in said)


def one_spelling(name: str, knowledge: Knowledge | None) -> tuple[str, bool]:
    """The gazetteer's spelling of a name, and whether that place is here."""
    if knowledge is None:
        return name, False
    places = knowledge.made(Places.build)
    spot = places.named(name) or places.named(_APPOSED.sub("", name))
    if spot is None or spot.kind == "venue":
        return name, False
    return spot.name, places.is_local(spot.name)


def shown(name: str, knowledge: Knowledge) -> str:
    """The gazetteer's spelling of a commune or a body; “Département de l’Isère” stays."""
    places = knowledge.made(Places.build)
    spot = places.named(name) or places.named(_APPOSED.sub("", name))
    return spot.name if spot and spot.kind in ("commune", "body") else name
