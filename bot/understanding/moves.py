"""Where a gathering that moves goes, and what it leaves: "quitte la MJC pour la médiathèque"."""

from __future__ import annotations

import re

from bot.understanding.cues import Cue
from bot.understanding.language import Prepared
from bot.understanding.signs import Signs

_FAR = 1500  # characters of an entry in which two places may stand against each other
#: These point at the place that is left; the new one stands after "to", "pour".
_AWAY = re.compile(r"et non|no longer|moves? from|quitte|leav|has left|swaps")
_FOR = re.compile(
    r"\b(?:to|for|pour|vers|rejoint|rejoindre|s'installe|se replie)\b(?! (?:cause|raison))"
)
_NO_MORE = re.compile(
    r"(?:et non plus|et non pas|et non|au lieu de|a la place de|plutot que|instead of|no longer at|rather than|not at"
    r"|initialement prevue?s?|prevue?s? d'abord|prevue?s? initialement|originally planned for|originally)\s+"
    r"(?:a |au |aux |dans |chez |at |in |en )?(?:la |le |l'|les |the )?(?P<place>[^,.;:!?()\n]+)"
)
#: "will move to the…", "déménage à…", "not at X but at Y": the new place is said after it.
_MOVES_TO = re.compile(
    r"\b(?:moves?|moved|moving|relocat\w+|transfer\w+|demenage\w*|deplace\w*|delocalise\w*|se replie\w*|accueilli\w*|rendez-vous|retrouv\w+)"
    r" (?:[a-z]+ ){0,2}?(?:to|into|a|au|aux|vers|dans|chez)\b(?! (?:l'occasion|partir|cause|\d|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|[a-z]+day))"
)
_NOT_THERE_BUT = re.compile(
    r"\b(?:not|n't|pas|plus)\b(?: [a-z]+){0,2}? (?:to|at|in|a|au|aux|dans|chez) (?P<place>[^.;:!?()\n]{3,50}?)(?:,|\.)? (?:[^.;:!?\n]{0,40}?,? )?(?:but|mais)\b(?: [a-z]+){0,2}? (?:at|in|to|a|au|aux|dans|chez)\b"
    r"|\b(?:not|n't) (?:going )?(?:to|at) (?:the |la |le |l')?(?P<left>[A-Za-z][^.;:!?,()\n]{2,40}?)(?: this (?:year|time))?[.,;!].{0,40}?\bbut (?:at|in)\b"
)


def is_away(words: str) -> bool:
    """Whether words of moving point at the place that is left: "quitte", "no longer"."""
    return bool(_AWAY.match(words.lower()))


def after(entry: Prepared, cue: Cue) -> int | None:
    """Where the new place is said after words that point at the old one."""
    to = _FOR.search(entry.folded, cue.end, cue.end + 80)
    return to.start() if to and entry.folded[cue.start : cue.start + 2] != "et" else None


def swapped(entry: Prepared, spans: list[tuple[int, int]]) -> tuple[str, str, int] | None:
    """(the place left, the words, where the new one is said) of "NOT at the school this year…
    but at the university"."""
    if not spans:
        return None
    first, final = min(spans)[0], max(spans)[1]
    hit = _NOT_THERE_BUT.search(entry.folded, first, min(final, first + _FAR))
    if hit is None:
        return None
    group = "place" if hit["place"] else "left"
    return entry.slice(*hit.span(group)), entry.slice(*hit.span()), hit.end()


def from_to(entry: Prepared, found: Signs, spans: list[tuple[int, int]]) -> Cue | None:
    """As in "on déménage : la fête quitte l’ENS pour la Maison pour tous": the words that say
    both places."""
    for cue in found.get("moved_sure", ()):
        if any(a <= cue.start < b for a, b in spans) and re.match(
            r"(?:quitte|leav)", entry.folded[cue.start : cue.end]
        ):
            end = entry.sentence_at(cue.start).end
            if _FOR.search(entry.folded, cue.end, min(end, cue.end + 80)):
                return cue
    return None


def moves_to(entry: Prepared, spans: list[tuple[int, int]]) -> int | None:
    """Where the new place of what moves is said: after "will move to", "rendez-vous à"."""
    for start, end in spans:
        if hit := _MOVES_TO.search(entry.folded, start, end):
            return hit.start()
    return None


def left_place(entry: Prepared, spans: list[tuple[int, int]]) -> str | None:
    """The place that is left: "et non plus à la mairie"."""
    for start, end in spans:
        hit = _NO_MORE.search(entry.folded, start, end)
        if hit:
            return entry.slice(hit.start("place"), hit.end("place"))[:60]
    return None
