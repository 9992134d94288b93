"""Which edition a gathering is, and who holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.config.knowledge import EventSeries
from bot.understanding.language import Prepared, fold

_EDITION = re.compile(
    r"\b(?:(?P<digits>\d{1,2})\s?(?:e|eme|ere|er|st|nd|rd|th)|(?P<word>premiere|deuxieme|seconde|troisieme|quatrieme|cinquieme|sixieme|septieme"
    r"|huitieme|neuvieme|dixieme|onzieme|douzieme|treizieme|quatorzieme|quinzieme|vingtieme|first|second|third|fourth|fifth|sixth|seventh"
    r"|eighth|ninth|tenth|eleventh|twelfth))\s+(?:edition|rendez-vous|annual|alposs|(?P<of>rencontre|journee))"
)
_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "premiere first",
            "deuxieme seconde second",
            "troisieme third",
            "quatrieme fourth",
            "cinquieme fifth",
            "sixieme sixth",
            "septieme seventh",
            "huitieme eighth",
            "neuvieme ninth",
            "dixieme tenth",
            "onzieme eleventh",
            "douzieme twelfth",
            "treizieme",
            "quatorzieme",
            "quinzieme",
        ),
        1,
    )
    for word in words.split()
} | {"vingtieme": 20}
_BY = re.compile(
    r"\b(?:organisee?s? par|proposee?s? par|organised by|organized by|hosted by|co-?organisee?s? par|animee?s? par|portee?s? par)\s+"
    r"(?:l'association |l'|la |le |les |the )?(?P<who>[^\n.;:!?()]{2,90})"
)
#: "le CNLL, ces rencontres…": another clause begins.
_OTHER_CLAUSE = re.compile(
    r",\s+(?:ces?|cette|cet|il|elle|ils|elles|on|nous|this|these|it|they|we)\s"
)
_PROPOSES = re.compile(
    r"(?:^|\n)\s*(?P<who>(?:la |le |l'|les )?[^\n.;:!?()]{2,40}?)\s+(?:vous propose|propose|organise|vous invite|organises|invites|hosts)\b"
)


def edition(
    entry: Prepared, spans: Sequence[tuple[int, int]], series: EventSeries | None = None
) -> int | None:
    """The ordinal of the edition, only where the text gives one: "8e rencontre" is of a series
    that is called so."""
    called = fold(f"{series.name.fr} {series.name.en} {' '.join(series.names)}") if series else ""
    for start, end in spans:
        for hit in _EDITION.finditer(entry.folded, start, end):
            if series and hit["of"] and hit["of"] not in called:
                continue
            return int(hit["digits"]) if hit["digits"] else _ORDINALS.get(hit["word"])
    return None


def organiser(
    entry: Prepared, spans: Sequence[tuple[int, int]], series: EventSeries | None
) -> str | None:
    """Who holds it, in the words of the entry."""
    for start, end in spans:
        hit = _BY.search(entry.folded, start, end)
        if hit:
            words = entry.slice(hit.start("who"), hit.end("who"))
            words = re.split(r"\s+(?:le|à|du|pour|avec|on|at|in|qui|dans)\s", words)[0]
            return _OTHER_CLAUSE.split(words)[0].strip(" ,;–—-")[:90]
    for start, end in spans:
        hit = _PROPOSES.search(entry.folded, start, end)
        if hit and entry.text[hit.start("who") : hit.end("who")].strip()[:1].isupper():
            return entry.slice(hit.start("who"), hit.end("who"))
    if series:
        named = [
            one.name
            for one in series.organisers
            if any(
                spelling in entry.text
                and re.search(rf"(?<!\w){re.escape(spelling)}(?!\w)", entry.text)
                for spelling in (one.name, *(name for name in one.names if len(name) > 6))
            )
        ]
        if len(named) > 1:
            return ", ".join(named)
    return None
