"""Understanding one entry: every matcher reads it, the weightiest finding says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot import kinds
from bot.entries.entry import Entry
from bot.understanding import eventchoice, gist, learned, mentions, relevance, second, weigh
from bot.understanding.fact import AnyFact, CallFact, EventFact, Kind, Reason, Understanding
from bot.understanding.hint import Hint
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, fold, prepare
from bot.understanding.matcher import Finding, Matcher
from bot.understanding.places import Places
from bot.understanding.series import SeriesIndex

#: Which finding wins where two weigh the same.
_ORDER: tuple[Kind, ...] = (
    "label",
    "award",
    "event_update",
    "event",
    "call_for_papers",
    "release",
    "other",
)
#: characters of a summary and of a content that are read for facts
SUMMARY, CONTENT = 4_000, 16_000
_VERSION = re.compile(r"(?<![\w.,])v?\d+\.\d+(?:\.\d+)*(?!\w|\.\d|\s?[%€])")
_POINT = re.compile(r"\.\d")  # a plain character first: most texts are told apart by that alone
_PRIZED = Hint(r"^(?:prix|prizes?|awards?|trophees?|laureate?s?|winners?)\b")
_YEAR = re.compile(r"(?<![\d/.-])20\d\d(?![\d/.-])")
ALPOSS = "alposs"  # stem of config/events/alposs.toml


def matchers(knowledge: Knowledge) -> tuple[Matcher, ...]:
    """Every kind of matcher, built from ``knowledge`` (kept in it: use ``knowledge.made``)."""
    return tuple(kind(knowledge) for _, kind in sorted(kinds.every("matcher").items()))


def opening(entry: Entry) -> Entry:
    """The entry, cut to what is read of it: an article says early what it is about."""
    if len(entry.summary) <= SUMMARY and len(entry.content) <= CONTENT:
        return entry
    return replace(entry, summary=entry.summary[:SUMMARY], content=entry.content[:CONTENT])


def understand(entry: Entry, knowledge: Knowledge) -> Understanding:
    """All facts of ``entry`` with their evidence, what it is, whether to announce it, and why."""
    prepared = prepare(entry, knowledge)
    findings = [matcher.match(prepared) for matcher in knowledge.made(matchers)]
    meant = _together(prepared, [finding for finding in findings if finding != Finding()])
    prepared.let_go()
    return meant


def _together(prepared: Prepared, findings: list[Finding]) -> Understanding:
    judged = [(finding, *relevance.judge(prepared, finding)) for finding in findings]
    judged.sort(
        key=lambda one: (
            -one[0].weight,
            not one[1],
            _ORDER.index(relevance.kind_of(prepared, one[0])),
        )
    )
    reasons: list[Reason] = []
    facts: list[AnyFact] = []
    for finding, _, rule in judged:
        facts += finding.facts
        reasons += finding.reasons
        if rule:
            reasons.append(rule)
    relevant = any(good for _, good, _ in judged)
    kind: Kind = relevance.kind_of(prepared, judged[0][0]) if judged else "other"
    sought = "places" in vars(prepared)  # by a rule: the vote looks at places of every entry
    keys = {reason.key for reason in reasons}
    usual = learned.usual(prepared.knowledge) and (relevant or weigh.DISTANT not in keys)
    against = not keys.isdisjoint(weigh.AGAINST)
    vote = learned.vote(prepared)
    verdict = weigh.decide(kind, relevant, vote, against, of_worth=usual)
    reasons += verdict.reasons
    if verdict.relevant and vote is not None:
        facts, chosen = second.read(prepared, facts, verdict.kind)
        reasons += chosen
        if verdict.kind in ("event", "event_update") and not _gathers(facts):
            gathering = eventchoice.read(prepared, verdict.kind)
            if gathering:
                facts = [gathering[0], *facts]
                reasons.append(gathering[1])
    if verdict.relevant and not relevant:  # never as sure as a rule
        sure = verdict.sure or 1.0
        facts = [replace(fact, confidence=min(fact.confidence, sure)) for fact in facts]
    if not reasons:
        reasons.append(Reason("nothing"))
    named = () if relevant and facts else tuple(_named(prepared, sought=sought))
    compared = verdict.relevant or facts or named  # anything else is no story
    return Understanding(
        kind=verdict.kind,
        relevant=verdict.relevant,
        facts=tuple(facts),
        reasons=tuple(reasons),
        confidence=max((fact.confidence for fact in facts), default=verdict.sure or 1.0),
        alposs=_is_alposs(facts),
        named=named,
        gist=gist.of(prepared, verdict.kind) if compared else (),
    )


def _gathers(facts: list[AnyFact]) -> bool:
    return any(isinstance(fact, EventFact) for fact in facts)


def _named(entry: Prepared, *, sought: bool) -> Iterator[str]:
    """What it speaks of, by which it may be known again: looked for already by the matchers."""
    knowledge = entry.knowledge
    awards = set(_awards(entry))
    series = {one.id for one in knowledge.made(SeriesIndex.build).of(entry)}
    yield from sorted(f"award/{id}" for id in awards)
    if _POINT.search(entry.folded, 0, 600) and _VERSION.search(entry.folded, 0, 600):
        yield "release/"
    yield from sorted(f"series/{id}" for id in series)
    places = knowledge.made(Places.build)
    if not awards and not series and not sought:
        return
    spoken = places.of_publisher(entry.entry.publisher.name, entry.entry.publisher.place)
    near = _near(entry) if awards else [(0, len(entry.text))]
    every = [(hit.town, hit.start) for hit in places.of(entry) if hit.town]
    towns = {town for town, at in every if any(start <= at < end for start, end in near)}
    towns |= {spoken} if spoken else set()
    aside = {town for town, _ in every} - towns
    yield from sorted(f"town/{fold(town)}" for town in towns if places.is_local(town))
    yield from sorted(f"aside/{fold(town)}" for town in aside if places.is_local(town))


def _near(entry: Prepared) -> list[tuple[int, int]]:
    """Where a text speaks of awards: the sentences that name one, those beside them, the title."""
    sentences, named = entry.sentences, [one.start for one in mentions.find(entry)]
    at = [
        index
        for index, one in enumerate(sentences)
        if any(one.start <= start < one.end for start in named)
    ]
    near = {index + away for index in at for away in (-1, 0, 1)}
    return [
        (one.start, one.end)
        for index, one in enumerate(sentences)
        if index in near or one.where == "title"
    ]


def _awards(entry: Prepared) -> Iterator[str]:
    """The awards that it names, each with the years beside its name, else in its sentence."""
    prized = bool(_PRIZED.sentences(entry))
    for one in mentions.find(entry):
        if one.what == "award" or (prized and one.what == "gathering"):
            around = next((s for s in entry.sentences if s.start <= one.start < s.end), None)
            said = _YEAR.findall(around.folded) if around else ()
            years = [str(one.year)] if one.year else said
            yield from (f"{one.award}/{year}" for year in years) if years else (one.award,)


def _is_alposs(facts: list[AnyFact]) -> bool:
    """AlpOSS is what the entry tells of: one of its facts is."""
    return any(isinstance(fact, EventFact | CallFact) and fact.series == ALPOSS for fact in facts)
