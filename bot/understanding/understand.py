"""Understanding one entry: every matcher reads it, the weightiest finding says what it is."""

from __future__ import annotations

from dataclasses import replace

from bot import kinds
from bot.entries.entry import Entry
from bot.understanding import relevance
from bot.understanding.fact import AnyFact, CallFact, EventFact, Kind, Reason, Understanding
from bot.understanding.knowledge import Knowledge
from bot.understanding.language import Prepared, prepare
from bot.understanding.matcher import Finding, Matcher

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
    return _together(prepared, [finding for finding in findings if finding != Finding()])


def _together(prepared: Prepared, findings: list[Finding]) -> Understanding:
    judged = [(finding, *relevance.judge(prepared, finding)) for finding in findings]
    judged.sort(
        key=lambda one: (
            -one[0].weight,
            not one[1],
            _ORDER.index(relevance.kind_of(one[0])),
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
    kind: Kind = relevance.kind_of(judged[0][0]) if judged else "other"
    alposs = _is_alposs(facts)
    if not reasons:
        reasons.append(Reason("nothing"))
    return Understanding(
        kind=kind,
        relevant=relevant,
        facts=tuple(facts),
        reasons=tuple(reasons),
        confidence=max((fact.confidence for fact in facts), default=1.0),
        alposs=alposs,
    )


def _is_alposs(facts: list[AnyFact]) -> bool:
    """AlpOSS is what the entry tells of: one of its facts is."""
    return any(isinstance(fact, EventFact | CallFact) and fact.series == ALPOSS for fact in facts)
