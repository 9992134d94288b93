"""Proper names in a text: towns, bodies, projects, people. And the source's own."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from bot.config.knowledge import Spot
from bot.entries.entry import Publisher
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, Sentence, fold

_CAP = r"(?:[A-ZÀ-ÖØ-ÞŒ][\w’'‑-]*(?:[.&/+][\w’'-]+)*|[a-z]+[A-Z]\w*)"
_LINK = (
    r"(?:\s(?:de la |de l[’']|des |du |de |d[’']|la |le |les |en |sur |sous |lès |of the |of |the "
    r"|et de |& |van |von |di |da )|\s)"
)
_HEAD = (
    r"(?:[Pp]arc|[Uu]niversité|[Mm]étropole|[Cc]ommunauté|[Pp]ays|[Rr]égion|[Dd]épartement"
    r"|[Mm]inistère|[Cc]entre|[Aa]gence|[Oo]ffice|[Ss]yndicat|[Aa]ssociation|[Bb]ibliothèque)"
)
_NAME = re.compile(
    rf"{_HEAD}(?:\s[a-zà-ÿ]{{5,}}){{0,3}}{_LINK}{_CAP}(?:{_LINK}{_CAP})*"
    rf"|[Pp]ays\s[a-zà-ÿ]{{5,}}"
    rf"|{_CAP}(?:{_LINK}{_CAP}){{0,5}}"
)
_ELISION = re.compile(r"^(?:[LlDd]|[Qq]u|[Jj]usqu|[Ss])[’'](?=\w)")
_TITLES = re.compile(
    r"^(?:la |le |les |l[’'])?(?:ville|commune|mairie|municipalité|town|city|association|société"
    r"|entreprise|éditeur|coopérative) (?:de la |de l[’']|des |du |de |d[’']|of )?(?=[A-ZÀ-Ý])",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?:\b(?:a|au|aux|in|at|near|from|lors (?:de|du|des)|pendant|durant|pres de|dans|during|depuis|via)"
    r"(?: la| le| les| l'| the| l)?\s?(?:salon|palais|show|forum|ceremonie)?\s?|\b(?:a|dans|de|depuis) l')$"
)
#: Capitalised at the start of a sentence, or always, and no name.
_COMMON = frozenset(
    "le la les l un une des du de d en au aux ce cet cette ces c notre nos nous votre vos son sa ses leur leurs "
    "il elle ils elles on qui que quoi dont ou et mais or donc ni car si pour par avec sans sous sur dans des depuis apres "
    "avant pendant lors selon chez vers entre parmi comme quand voici voila ca tout toute tous toutes plus moins tres "
    "premier premiere deuxieme troisieme quatrieme cinquieme sixieme deux trois quatre cinq six sept huit neuf dix "
    "lundi mardi mercredi jeudi vendredi samedi dimanche hier demain janvier fevrier mars avril mai juin juillet aout "
    "septembre octobre novembre decembre label prix trophee palmares laureat laureate laureats laureates badge niveau "
    "mention mentions numerique libre logiciel logiciels ville commune mairie municipalite metropole collectivite syndicat "
    "jury maire adjoint adjointe monsieur madame m mme bravo felicitations champagne merci record nouveau nouvelle "
    "the a an this that these those our we it he she they its his her their in on at of by with from and but for as "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december first second third award awards prize prizes winner winners yes no one two three "
    "internet informatique inclusion territoire territoires bronze argent label labels distinction recompense remise "
    "titulaire spectaculaire primee prime distinguee distingue recompensee recompense laureats sacree sacre concours "
    "ici la-bas aujourd ainsi enfin alors encore aussi deja dernier derniere cote seul seule seuls seules "
    "categorie category communique presse municipalites communes villes tribune retro direct video photo photos".split()
)


class Name(NamedTuple):
    """A proper name at ``text[start:end]``."""

    start: int
    end: int
    text: str
    place: Spot | None = None
    located: bool = False  # after "à", "in": where something happens
    inside: bool = False  # within parentheses


class Places(NamedTuple):
    """The gazetteer, compiled."""

    pattern: re.Pattern[str] | None
    by_name: dict[str, Spot]


def places(knowledge: Knowledge) -> Places:
    """Every spot of config/places by its folded names."""
    found: dict[str, Spot] = {}
    for gazetteer in knowledge.places.values():
        for spot in gazetteer.spots:
            for name in (spot.name, *spot.names):
                found.setdefault(_key(name), spot)
    pattern = "|".join(
        re.escape(name).replace(r"\-", r"[-\s]").replace(r"\ ", r"[-\s]")
        for name in sorted(found, key=len, reverse=True)
    )
    return Places(
        re.compile(rf"(?<![\w-])(?:{pattern})(?![\w]|-(?:en|sur|le|la|les|de|d)\b)")
        if found
        else None,
        found,
    )


def _key(name: str) -> str:
    return re.sub(r"[-\s]+", "-", fold(name)).strip("-")


def spot_of(name: str, knowledge: Knowledge) -> Spot | None:
    """The spot a name stands for: "la Ville d’Échirolles" is Échirolles."""
    known = knowledge.made(places).by_name
    plain = short(name)
    found = known.get(_key(plain)) or known.get(_key(name))
    if found is None and (cut := re.match(r"(?:le|la|les|l')[\s-]?(.+)$", fold(plain))):
        found = known.get(_key(cut[1]))
    return found


def short(name: str) -> str:
    """Without "la Ville de" and elisions: as a fact shows it."""
    name = _ELISION.sub("", name.strip(" ,;:.«»“”\"'’()–—-!?…"))
    return _TITLES.sub("", name).strip()


def own_name(publisher: Publisher) -> str:
    """Who “we” are: the commune a source speaks for, else the source's name without its role."""
    if publisher.place:
        return publisher.place
    name = re.sub(
        r"^.*\b(?:[Vv]ille|[Mm]airie|[Cc]ommune|[Mm]unicipalité) (?:de la |de l[’']|des |du |de |d[’'])",
        "",
        publisher.name,
    )
    return name.strip()


def find(prepared: Prepared, sentence: Sentence) -> list[Name]:
    """The names of one sentence, in order."""
    text, folded = prepared.text, prepared.folded
    start, end = sentence.start, sentence.end
    found: list[Name] = []
    spots = prepared.knowledge.made(places)
    capitals = _shouting(sentence.text)
    taken: list[tuple[int, int]] = []
    if spots.pattern:
        for hit in spots.pattern.finditer(folded, start, end):
            spot = spots.by_name[_key(hit.group())]
            if spot.common_word and not _stands_as_place(prepared, hit.start(), start, capitals):
                continue
            if not text[hit.start()].isupper() and text[hit.start()].isalpha():
                continue
            found.append(
                Name(
                    hit.start(),
                    hit.end(),
                    spot.name if capitals else text[hit.start() : hit.end()],
                    spot,
                )
            )
            taken.append(hit.span())
    if not capitals:
        for hit in _NAME.finditer(text, start, end):
            found += _proper(prepared, sentence, hit, taken)
    found.sort()
    return [
        one._replace(
            located=bool(_AT.search(folded, max(start, one.start - 26), one.start)),
            inside=text.count("(", start, one.start) > text.count(")", start, one.start),
        )
        for one in found
    ]


def _proper(
    prepared: Prepared, sentence: Sentence, hit: re.Match[str], taken: list[tuple[int, int]]
) -> list[Name]:
    raw = hit.group()
    start, end = hit.span()
    cut = _ELISION.match(raw)
    if cut:
        start += cut.end()
    words = prepared.text[start:end]
    # leading words that only a sentence's start made capital, or that are no names at all
    while words:
        head = re.match(r"[\w’'-]+", words)
        if head is None:
            break
        first = fold(head.group())
        follows = words[head.end() :]
        if first in _COMMON and not (
            first in ("le", "la", "les", "the") and start != sentence.start and follows
        ):
            step = re.match(rf"[\w’'-]+(?:{_LINK})?", words)
            assert step is not None
            start += step.end()
            words = prepared.text[start:end]
            continue
        break
    else:
        return []
    words = words.rstrip(" .’'-")
    end = start + len(words)
    if not words or any(first < end and start < last for first, last in taken):
        over = [span for span in taken if span[0] < end and start < span[1]]
        if (
            over
            and words
            and (start, end) != over[0]
            and start < over[0][0]
            and re.match(
                r"(?:[Uu]niversité|[Mm]étropole|[Aa]lpes|[Cc]ommunauté|[Aa]gence|[Ss]yndicat|[Aa]ssociation)",
                words,
            )
        ):
            return [Name(start, end, words)]
        return []
    if len(words) < 2 and not words.isupper():
        return []
    return [Name(start, end, words)]


def _shouting(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 8 and sum(char.isupper() for char in letters) > 0.8 * len(letters)


def _stands_as_place(prepared: Prepared, at: int, sentence_start: int, capitals: bool) -> bool:
    """Vif and Fontaine are towns where they bear a capital that no sentence start gives."""
    text = prepared.text
    if not text[at].isupper():
        return False
    before = prepared.folded[max(0, at - 12) : at]
    if re.search(r"(?:^|[\s(])(?:la|une|cette|les|des|tres|plus|a) $", before) and not re.search(
        r"\ba $", before
    ):
        return False
    if at == sentence_start or capitals:
        word = re.match(r"[\w-]+", prepared.folded[at:])
        assert word is not None
        rest = prepared.folded[at + word.end() : at + word.end() + 3]
        return (
            rest[:1] in (".", ":", ",", "(", "") or rest[:2] in (" :", " (") or at == sentence_start
        )
    return True


def near(names: list[Name], offset: int) -> int:
    """Index of the first name at or after ``offset``."""
    return bisect_left([name.start for name in names], offset)
