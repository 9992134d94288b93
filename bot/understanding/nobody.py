"""Words in a laureate's place that are nobody: a date, "the communes", the award itself."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.config.knowledge import Award
from bot.understanding.language import fold
from bot.understanding.mentions import award_names, squeezed

#: "12", "29 novembre", "Ligne 1", "10h40".
_NUMBER = re.compile(
    r"\d{1,4}(?:er)?(?:\s?h\s?\d{0,2})?(?: (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre"
    r"|novembre|decembre|january|february|march|april|may|june|july|august|september|october"
    r"|november|december))?(?: \d{4})?|(?:lignes?|line|salle|room|stand|page|article|etape|step) [a-z]?\d+"
)
#: Bodies of a kind, none of them named: "Régions", "Collectivités territoriales".
_KINDS = re.compile(
    r"(?:villes|villages|communes|metropoles|departements|regions|collectivites|administrations|intercommunalites"
    r"|etablissements|syndicats|associations|entreprises|territoires|agglomerations|cities|towns|municipalities"
    r"|councils|administrations|companies|associations)(?: (?!d[eu]s? |d'|of )[a-z].*)?"
)
#: Words that point or ask: "Ci-dessous", "Faites", "Author".
_POINTERS = frozenset(
    [
        "ci-dessous",
        "ci-dessus",
        "ci-contre",
        "ci-joint",
        "faites",
        "dites",
        "author",
        "auteur",
        "etiquettes",
        "tags",
        "source",
        "sources",
        "contact",
        "open source",
        "logiciel libre",
        "logiciels libres",
        "congres",
    ]
)
#: "we are maintaining…", "a series of…": the beginning of a sentence.
_CLAUSE = re.compile(
    r"(?:we|you|they|it|this|that|there|here|nous|vous|ils|elles|il|elle|on|ce|c'est|cela|a|an|un|une|des)\s"
)
#: "Community Award": what is given.
_NOUN = re.compile(r"^(?:prix|labels?|trophees?|concours) | (?:awards?|prizes?|labels?)$")
_PRIZE = re.compile(r"\b(?:awards?|prize|prix|trophees?|labels?)$")


def is_nobody(name: str, award: Award | None = None) -> bool:
    """Whether ``name`` can be no laureate; ``award`` is what it would have obtained."""
    folded = fold(name).strip()
    if not folded or folded in _POINTERS or _NUMBER.fullmatch(folded) or _KINDS.fullmatch(folded):
        return True
    if name[:1].islower() and _CLAUSE.match(folded):
        return True
    if award is None:
        return False
    if _PRIZE.search(folded):
        return True
    giver = award.organiser
    givers = (giver.name, *giver.names) if giver else ()
    return squeezed(folded) in _own((*award_names(award), *award.acronyms), givers)


@lru_cache(maxsize=256)
def _own(names: tuple[str, ...], givers: tuple[str, ...]) -> frozenset[str]:
    """The keys of an award's own names and of those who give it; "OSOR" of "OSOR Awards" too."""
    bare = (_NOUN.sub("", fold(one)) for one in names)
    return frozenset(squeezed(fold(one)) for one in (*names, *bare, *givers))
