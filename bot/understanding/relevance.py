"""The rule that says what is worth announcing. Its values are ``[relevance]`` of bot.toml.

Relevant is, in this order:

1. an award or label obtained that has a file in config/awards, if its scope is "everywhere", or
   if a laureate is local (within ``award_km`` of ``centre``, or the source itself speaks there);
2. an award without a file, if its laureate is local and its sentence speaks of free software;
3. an event, a call or a release, where its matcher found it near, a flagship, or from a local
   public body or an organiser of AlpOSS.

A kind that is not in ``kinds`` is never relevant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.understanding import cues
from bot.understanding.fact import AwardFact, Kind, Reason
from bot.understanding.language import Prepared, fold
from bot.understanding.places import Places

#: Cues of sentences that tell of a prize.
_TELLING = frozenset({"receive", "honour", "give", "goto", "laureate"})

if TYPE_CHECKING:
    from bot.understanding.matcher import Finding


def kind_of(entry: Prepared, finding: Finding) -> Kind:
    """What an entry is, if this finding weighs most in it."""
    if finding.kind:
        return finding.kind
    awards = [fact for fact in finding.facts if isinstance(fact, AwardFact)]
    if not awards:
        return "other"
    latest = max(awards, key=lambda fact: fact.date or "")  # the first of those of one day
    return "label" if latest.label and _as_label(entry, latest) else "award"


def _as_label(entry: Prepared, fact: AwardFact) -> bool:
    """A grade that is given to a project, once, is told as a prize where nobody says "label"."""
    known = entry.knowledge.awards.get(fact.award_id or "")
    return not (known and known.projects) or "label" in entry.folded


def judge(entry: Prepared, finding: Finding) -> tuple[bool, Reason | None]:
    """Whether one finding is worth announcing, and the rule that says so."""
    settings = entry.knowledge.relevance
    kind = kind_of(entry, finding)
    if kind == "other" and finding.relevant is not True:
        return False, None
    if kind != "other" and kind not in settings.kinds:
        return False, Reason("relevance.kind", {"kind": kind})
    if finding.relevant is not None:
        return finding.relevant, None
    awards = [fact for fact in finding.facts if isinstance(fact, AwardFact)]
    for fact in awards:
        reason = _award(entry, fact)
        if reason:
            return True, reason
    if awards:
        return False, _not_ours(entry, awards)
    return False, None


def _award(entry: Prepared, fact: AwardFact) -> Reason | None:
    settings = entry.knowledge.relevance
    name = ", ".join(fact.laureates)
    known = entry.knowledge.awards.get(fact.award_id or "")
    if known:
        if known.scope == "everywhere" and settings.awards_anywhere:
            return Reason("relevance.everywhere", {"award": fact.award})
        if any(is_local(entry, one) for one in fact.laureates):
            return Reason("relevance.local", {"laureate": name})
        return None
    if (
        settings.unknown_awards
        and any(is_local(entry, one) for one in fact.laureates)
        and _is_free(entry, fact)
    ):
        return Reason("relevance.unknown", {"laureate": name, "award": fact.award})
    return None


def _not_ours(entry: Prepared, awards: Sequence[AwardFact]) -> Reason:
    fact = awards[0]
    known = fact.award_id in entry.knowledge.awards
    places = entry.knowledge.made(Places.build)
    far = any(places.is_far(name) for fact in awards for name in fact.laureates)
    return Reason(
        ("relevance.far" if far else "relevance.unplaced") if known else "relevance.other-domain",
        {"laureate": ", ".join(fact.laureates), "award": fact.award},
    )


#: Before the town that somebody is from: "basées à Montbonnot", "développé à Grenoble".
_FROM = re.compile(
    r"\b(?:bas|install|implant|develop|con|ne|edit|fond|cre|sis|heberg)\w*s? (?:a|en|dans|au|aux|pres de) (?:la |le |l')?$"
    r"|\b(?:societe|entreprise|pme|start-up|startup|editeur|editrice|cooperative|association|agence|laboratoire|equipe|syndicat)s? (?:de|d')\s?$"
    r"|\b(?:based|developed|made|founded|hosted) (?:in|near|at) $"
)


def is_local(entry: Prepared, laureate: str) -> bool:
    """Within reach: by the gazetteer, by a local adjective beside its name, or by the source."""
    settings = entry.knowledge.relevance
    places = entry.knowledge.made(Places.build)
    if places.named(laureate):
        return places.is_local(laureate, settings.award_km, settings.centre)
    inside = places.find(laureate)
    if inside:
        return any(
            places.is_local(hit.spot.name, settings.award_km, settings.centre) for hit in inside
        )
    publisher = entry.entry.publisher
    if fold(laureate) in fold(publisher.name):
        town = places.of_publisher(publisher.name, publisher.place)
        if town:
            return places.is_local(town, settings.award_km, settings.centre)
    wanted = fold(laureate)
    for sentence in entry.sentences:
        head = sentence.where == "title" or sentence.index <= 1
        if wanted in sentence.folded or head:
            near = [hit for hit in places.of(entry) if sentence.start <= hit.start < sentence.end]
            if any(
                places.is_local(hit.spot.name, settings.award_km, settings.centre)
                for hit in near
                if hit.how == "adjective"
                or (hit.spot.kind == "department" and wanted in sentence.folded)
                or _FROM.search(entry.folded, max(0, hit.start - 40), hit.start)
            ):
                return True
    return False


def _is_free(entry: Prepared, fact: AwardFact) -> bool:
    """Whether the award itself, or the sentence that gives it, speaks of free software."""
    words = [*entry.knowledge.relevance.words]
    if any(fold(word) in entry.folded for word in words):
        return True
    about = fold(fact.award)
    if any(fold(word) in about for word in _free_words(entry)):
        return True
    said = {item.words for item in fact.evidence if item.field == "laureates"}
    found = cues.of(entry)
    for sentence in entry.sentences:
        here = [cue for cue in found if sentence.start <= cue.start < sentence.end]
        names = {cue.name for cue in here}
        told = any(words in sentence.text for words in said)
        told |= sentence.where == "title" or (
            sentence.where == "summary" and not names.isdisjoint(_TELLING)
        )
        if told and "free" in names:
            return True
    return False


def _free_words(entry: Prepared) -> tuple[str, ...]:
    """The phrases of free software of the entry's language, without their signs."""
    language = entry.language
    table = language.table("cues") if language else {}
    return tuple(phrase.lstrip("=") for phrase in table.get("free", ()))


_ALPOSS = re.compile(r"(?<![a-z0-9])alposs(?=(?:\d{2,4})?(?![a-z0-9]))")


def names_alposs(entry: Prepared) -> bool:
    """Whether the word AlpOSS stands in the entry ("totalPossible" does not hold it)."""
    return bool(_ALPOSS.search(entry.folded))
