"""Proper names in a text: towns, bodies, projects, people. And the source's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.config.knowledge import Spot
from bot.entries.entry import Publisher
from bot.understanding import cues
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, Sentence, fold
from bot.understanding.namewords import COMMON
from bot.understanding.places import PlaceHit, Places

_CAP = r"(?:[A-ZÀ-ÖØ-ÞŒ][\w’'‑-]*(?:(?:[.&/+]|::)[\w’'-]+)*|[a-z]+[A-Z]\w*)"
_LINK = (
    r"(?:\s(?:de la |de l[’']|des |du |de |d[’']|la |le |les |en |sur |sous |lès |of the |of |the "
    r"|et de |& |van |von |di |da )|\s)"
)
_HEAD = (
    r"(?:[Pp]arc|[Uu]niversité|[Mm]étropole|[Cc]ommunauté|[Pp]ays|[Rr]égion|[Dd]épartement"
    r"|[Mm]inistère|[Cc]entre|[Aa]gence|[Oo]ffice|[Ss]yndicat|[Aa]ssociation|[Bb]ibliothèque)"
)
_HEADS = frozenset(
    [
        "parc",
        "universite",
        "metropole",
        "communaute",
        "pays",
        "region",
        "departement",
        "ministere",
        "centre",
        "agence",
        "office",
        "syndicat",
        "association",
        "bibliotheque",
    ]
)
#: A body whose name holds a town's, and which is not that town.
_BODY = re.compile(
    rf"{_HEAD}|[Aa]lpes\b|[Ll]ycée|[Cc]ollège|[Éé]cole|CHU|[Mm]aison|[Mm]usée|[Ii]nstitut|[Cc]hambre"
)
_NAME = re.compile(
    rf"(?:L[ea]s? |L[’'])?{_HEAD}(?:\s[a-zà-ÿ]{{5,}}){{0,3}}{_LINK}{_CAP}(?:{_LINK}{_CAP})*"
    rf"|[Pp]ays\s[a-zà-ÿ]{{5,}}"
    rf"|{_CAP}(?:{_LINK}{_CAP}){{0,5}}"
)
_WORD = re.compile(r"[\w’'-]+")
_STEP = re.compile(rf"[\w’'-]+(?:{_LINK})?")
_OWNER = re.compile(r".*[’']s(?:\s+|$)")
_ELISION = re.compile(r"^(?:[LlDdCcJjNnMmTt]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Ss])[’'](?=\w)")
_HANDLE = re.compile(r"^@?(?:Ville|Mairie|Commune)_?(?:[Dd]e?)?_?(?=[A-ZÀ-Ý])")
_TITLES = re.compile(
    r"^(?:la |le |les |l[’'])?(?:ville|commune|mairie|municipalité|town|city|association|société"
    r"|entreprise|éditeur|coopérative) (?:de la |de l[’']|des |du |de |d[’']|of )?(?=[A-ZÀ-Ý])",
    re.IGNORECASE,
)
_AT = re.compile(
    r"(?:\b(?:a|au|aux|en|in|at|near|from|(?:repart|revien|rentr|retour)\w*(?: \w+){0,3} (?:de|du)|(?:forum|salon|congres|assises)[^,.;:]{0,30} (?:de|d')|lors (?:de|du|des)|pendant|durant|pres de|aux portes de|au (?:nord|sud) de|a cote de|(?:north|south|east|west) of|outside|next to|dans|during|depuis|via)"
    r"(?: la| le| les| l'| the| l)?\s?(?:(?:salon|palais|show|forum|ceremonie|congres|hotel|maison|porte)(?: de| du| des| d')?)?\s?|\b(?:a|dans|depuis) l')$"
)


#: From a small word after an elision to the name that follows it.
_LATER = re.compile(r"[a-zà-ÿ-]+\s(?:(?:de la|de|du|des)\s|d[’'])?(?=[A-ZÀ-Ý])")


class Name(NamedTuple):
    """A proper name at ``text[start:end]``."""

    start: int
    end: int
    text: str
    place: Spot | None = None
    located: bool = False  # after "à", "in": where something happens
    inside: bool = False  # within parentheses
    origin: bool = False  # "développé à": where something is from


def spot_of(name: str, knowledge: Knowledge) -> Spot | None:
    """The spot a name stands for: "la Ville d’Échirolles" is Échirolles."""
    known = knowledge.made(Places.build)
    return known.named(short(name)) or known.named(name)


def is_shouted(name: Name) -> bool:
    """A town in capitals, as in a headline; an acronym ("CAPI") is a name as it stands."""
    return name.text.isupper() and name.place is not None and name.place.kind == "commune"


def short(name: str) -> str:
    """Without "la Ville de" and elisions: as a fact shows it."""
    name = _ELISION.sub("", name.strip(" ,;:.«»“”\"'’()–—-!?…"))
    name = _HANDLE.sub("", name)  # "@VilledeClaix"
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
    return _ROLE.sub("", name).strip()


#: "Ville de Vif (compte officiel)".
_ROLE = re.compile(r"\s*\([^)]*\)\s*$")


class Names(dict[int, list[Name]]):
    """The names of each sentence, in order, by the sentence's index; found when first asked for.

    :param blocked: spans that are no names: those of awards, levels and categories.
    """

    def __init__(self, prepared: Prepared, blocked: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self._prepared = prepared
        self._blocked = blocked
        places = prepared.knowledge.made(Places.build)
        hits = places.of(prepared)
        self._hits = [hit for hit in hits if hit.how != "adjective"]
        #: "deux Grenoblois" are no name
        self._peoples = {(hit.start, hit.end) for hit in hits if hit.how == "adjective"}

    def __missing__(self, index: int) -> list[Name]:
        found = _in_sentence(self._prepared, self._prepared.sentences[index], self._hits)
        self[index] = kept = [
            one
            for one in found
            if not any(first < one.end and one.start < last for first, last in self._blocked)
            and (one.start, one.end) not in self._peoples
        ]
        return kept


def _in_sentence(prepared: Prepared, sentence: Sentence, hits: list[PlaceHit]) -> list[Name]:
    text, folded = prepared.text, prepared.folded
    start, end = sentence.start, sentence.end
    capitals = _shouting(sentence.text)
    found = [
        Name(
            hit.start,
            hit.end,
            hit.spot.name
            if hit.how == "tag"
            or (text[hit.start : hit.end].isupper() and hit.spot.kind == "commune")
            else text[hit.start : hit.end],
            hit.spot,
        )
        for hit in hits
        if start <= hit.start < end
    ]
    if sentence.where == "title" and (small := _SMALL.match(text, start, end)):
        found.append(Name(*small.span("name"), small["name"]))
    found = [_body_of(prepared, one) for one in found]
    dateline = _DATELINE.match(text, start, end)
    if dateline and not any(one.start == dateline.start("town") for one in found):
        spot = spot_of(dateline["town"], prepared.knowledge)
        if spot:
            found.append(Name(*dateline.span("town"), spot.name, spot))
    if not capitals:
        taken = [(one.start, one.end) for one in found]
        for hit in _capitals(prepared, sentence):
            found += _proper(prepared, sentence, hit, taken)
    found.sort()
    found = [
        one
        for one in found
        if not any(
            o.place is None and o is not one and o.start <= one.start and one.end <= o.end
            for o in found
        )
    ]
    if prepared.code == "en":
        found = [one for one in found if not (one.place and _is_adjective(folded, one))]
    return [
        one._replace(
            located=bool(_AT.search(folded, max(start, one.start - 44), one.start)),
            inside=text.count("(", start, one.start) > text.count(")", start, one.start),
            origin=bool(_MADE_AT.search(folded, max(start, one.start - 34), one.start)),
        )
        for one in found
    ]


def _capitals(prepared: Prepared, sentence: Sentence) -> Iterator[re.Match[str]]:
    """Strings of capitalised words, tried only at words that may begin one."""
    text, words = prepared.text, prepared.words
    starts, past = prepared.word_starts, 0
    for at in sentence.words:
        first = starts[at]
        if first < past or (
            text[first : first + len(words[at])].islower() and words[at] not in _HEADS
        ):
            continue
        hit = _NAME.match(text, first, sentence.end)
        if hit:
            past = hit.end()
            yield hit


def _is_adjective(folded: str, town: Name) -> bool:
    """As in "a Grenoble-based firm", "the Isère town": only where somebody is from."""
    if _NOUN_AFTER.match(folded, town.end):
        return True
    far = town.place is not None and town.place.kind in ("department", "region")
    return far and bool(re.match(r"\s(?:town|city|village|commune|council)\b", folded[town.end :]))


def _body_of(prepared: Prepared, town: Name) -> Name:
    """As in "la métropole de Grenoble" is not Grenoble."""
    before = prepared.folded[max(0, town.start - 34) : town.start]
    hit = _BODY_BEFORE.search(before)
    if hit is None:
        return town
    start = town.start - len(before) + hit.start()
    words = prepared.text[start : town.end]
    words = words[0].upper() + words[1:]
    return Name(start, town.end, words, spot_of(words, prepared.knowledge) or town.place)


def _proper(
    prepared: Prepared, sentence: Sentence, hit: re.Match[str], taken: list[tuple[int, int]]
) -> list[Name]:
    raw = hit.group()
    start, end = hit.span()
    cut = _ELISION.match(raw)
    if cut:
        start += cut.end()
        if prepared.text[start].islower() and not _BODY.match(prepared.text, start):
            later = _LATER.match(prepared.text, start, end)
            if later is None:
                return []  # "C’est"
            start = later.end()  # "L’équipe de Kiwix"
    words = prepared.text[start:end]
    if prepared.code == "en":
        owner = _OWNER.match(words)  # "Grenoble’s Vates", "France’s label"
        if owner:
            start += owner.end()
            words = words[owner.end() :]
    # leading words that only a sentence's start made capital, or that are no names at all
    while words:
        head = _WORD.match(words)
        if head is None:
            break
        first = fold(head.group())
        follows = words[head.end() :]
        if (first in COMMON or (first in _NATIONS and follows.strip())) and not (
            (first in ("le", "la", "les", "the") and start != sentence.start and follows)
            or (first in ("france", "europe") and re.match(r"\s[A-ZÀ-Ý]", follows))
        ):
            step = _STEP.match(words)
            assert step is not None
            start += step.end()
            words = prepared.text[start:end]
            continue
        break
    else:
        return []
    words = words.rstrip(" .’'-")
    end = start + len(words)
    if (
        " " not in words
        and _opens(prepared, sentence, start)
        and not _is_name(prepared, words, end)
    ):
        return []
    if not words or any(first < end and start < last for first, last in taken):
        over = [span for span in taken if span[0] < end and start < span[1]]
        if (
            over
            and start == over[0][0]
            and re.match(r"\s[A-ZÀ-Ý]", prepared.text[over[0][1] : end])
        ):
            return [Name(start, end, words)]  # "Valence Romans Agglo", "Rennes Métropole"
        if over and words and start < over[0][0] and _BODY.match(words):
            return [Name(start, end, words)]
        return []
    if (len(words) < 2 and not words.isupper()) or fold(words) in _NATIONS:
        return []
    if _HEAD_ALONE.fullmatch(fold(words)):
        return []  # "La Métropole lauréate": whichever was spoken of
    return [Name(start, end, words)]


def _shouting(text: str) -> bool:
    """A headline in capitals: there a capital says nothing."""
    return len(text) > 8 and text.isupper()


def _opens(prepared: Prepared, sentence: Sentence, start: int) -> bool:
    """Whether only a sentence's start, or a quotation's, gives the word its capital."""
    before = prepared.text[sentence.start : start]
    return not re.search(r"\w", before) or bool(re.search(r"[«“\"(:–—]\s?\Z", before))


def _is_name(prepared: Prepared, word: str, end: int) -> bool:
    """A capital at the start of a sentence says nothing: what else makes the word a name?"""
    if re.search(r".[A-ZÀ-Ý0-9]", word) or "." in word or word.count("-") > 1:
        return True
    if re.search(r"(?:é|ée|és|ées)$", word) and len(word) > 4:
        return False  # "Développé à Grenoble, il…"
    if any(_GOES_BEFORE.search(prepared.text, max(0, at - 3), at) for at in _whole(prepared, word)):
        return True
    follows = _AFTER_NAME.match(prepared.folded, end)
    start = end - len(word)
    if follows is None or any(cue.start == start for cue in cues.of(prepared)):
        return False
    if follows.group().strip() == "," and fold(word).endswith(("er", "ir", "ant", "ment")):
        return False
    if follows.group().strip() == ":" and prepared.where(start) != "title":
        return False  # "Indice : il est en bronze"
    return follows.group().strip() != "a" or prepared.code == "fr"


#: Before a word that is no sentence's first.
_GOES_BEFORE = re.compile(r"[\w,’'(] ?\Z")


def _whole(prepared: Prepared, word: str) -> Iterator[int]:
    """Where ``word`` stands by itself, not within a longer one."""
    text, at = prepared.text, prepared.text.find(word)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(word) : at + len(word) + 1]
        if not any(char.isalnum() or char in "_-" for char in around):
            yield at
        at = text.find(word, at + 1)


#: What follows a subject: a verb that takes one, or a parenthesis.
_AFTER_NAME = re.compile(
    r"\s?(?:\(|(?:a|est|ont|sont|is|has|was|wins|won|takes|took|gets|receives|received|earns|remporte|recoit|obtient"
    r"|decroche|rafle|conserve|repart|s'est|se voit|fait|figure|devient|vient|atteint|garde|maintient|laureat\w*|prime\w*"
    r"|recompense\w*|distingue\w*|labellise\w*|prix|trophee|label|award|sacre\w*|couronne\w*|s'offre|gagne|honou?red|awarded|named|entre|joins"
    r"|rejoint|reconduit\w*|confirme|passe|empoche|et|,|:)(?![a-z]))"
)
#: "Grenoble co-op": in English a town before a noun only says where that is from.
#: "The French company behind XWiki".
_NATIONS = frozenset(
    [
        *("french", "european", "german", "italian", "spanish", "belgian", "swiss", "dutch"),
        *("galician", "catalan", "basque", "finnish", "norwegian", "danish", "swedish", "polish"),
        *("czech", "irish", "scottish", "welsh", "greek", "walloon", "flemish", "estonian"),
        *("latvian", "croatian", "slovenian", "hungarian", "romanian", "icelandic", "canadian"),
        *("norvegienne", "norvegien", "finlandaise", "finlandais", "danoise", "danois", "suedoise"),
        *("suedois", "allemande", "allemand", "italienne", "italien", "espagnole", "espagnol"),
        *("portugaise", "portugais", "neerlandaise", "neerlandais", "polonaise", "polonais"),
        *("belge", "suissesse", "autrichienne", "autrichien", "britannique", "irlandaise"),
        *("irlandais", "americaine", "americain", "canadienne", "canadien", "grecque", "tcheque"),
        *("british", "american", "portuguese", "austrian", "breton", "alpine"),
    ]
)
_NOUN_AFTER = re.compile(
    r"(?:-based)?\s(?:based )?(?:town|city|village|co-op|company|firm|startup|publisher|label|developer|association|team|university|nonprofit"
    r"|start-up|[a-z]+(?:er|ist|ian)|software|cooperative|lab|editor|entrepreneur|researcher|engineer|school|project|network|area|region)s?\b"
    r"|-based\b|-area\b|'s\s(?!(?:[a-z]+ ){0,2}(?:council|municipality|authority|town hall|city hall)\b)(?=\w)"
)
#: "développé à Grenoble" says where something is from, not where it was given.
_MADE_AT = re.compile(
    r"\b(?:developpe|concu|cree|base|installe|implante|fonde|heberge|ne|nee|fabrique|developed|built|based|made|founded"
    r"|born|hosted|habit\w+|travaill\w+|responsable|professeur\w*|enseignant\w*|etudi\w+|tourne|depuis|maire|teach\w*|works?|lives?|stud\w+)e?s? "
    r"(?:a|au|en|dans|in|at|near|by)\s?(?:la |le |l'|the )?$"
)
#: "la Métropole", "le Département": a kind of body, nobody's name.
_HEAD_ALONE = re.compile(
    r"(?:l[ea]s? |l')?(?:metropole|departement|region|communaute|syndicat|agglo|agglomeration|universite|intercommunalite|scop|scic|cooperative|ville|commune|mairie|conseil|etat)s?"
)
_BODY_BEFORE = re.compile(
    r"\b(?:metropole|eurometropole|agglomeration|agglo|communaute de communes|communaute d'agglomeration"
    r"|departement|universite|intercommunalite)\s(?:de la |de l'|de |d'|du )$"
)
#: A project in small letters that opens a title: "node-oidc-provider, deuxième…".
_SMALL = re.compile(r"(?P<name>[a-z][a-z0-9]+(?:[-_.][a-z0-9]+)+)(?=[,:]|\s[:–—(])")
_DATELINE = re.compile(r"\s*(?P<town>[A-ZÀ-Ý][A-ZÀ-Ý’' -]+)\.\s")
