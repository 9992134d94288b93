"""Two readers, one verdict: what the rules found, and what labelled news taught (``learned.py``).

Both may be wrong, in different ways: rules miss what is told in a form they do not know; a vote
knows how such news usually sounds, and no grammar. Each counts by how often it is right. For
the rules that was counted at the first look at 1,118 labelled items, each written or picked by
somebody who did not know the rules, before anything was learnt from them: the tables below (naive
Bayes: P(kind) x P(rules say so | kind)). A vote makes no fact; ``second.py`` may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Literal

from bot.understanding.fact import Kind, Reason
from bot.understanding.learned import KINDS, Vote

#: Of news of each kind, how often the rules said award, label, event, event_update,
#: call_for_papers, release, other.
_SAID: Mapping[Kind, tuple[int, ...]] = {
    "award": (208, 8, 3, 2, 0, 0, 18),
    "label": (5, 180, 4, 0, 0, 0, 23),
    "event": (1, 2, 146, 10, 3, 0, 27),
    "event_update": (1, 1, 20, 69, 2, 1, 22),
    "call_for_papers": (0, 0, 9, 0, 83, 0, 0),
    "release": (0, 0, 0, 1, 0, 68, 13),
    "other": (24, 27, 13, 1, 1, 3, 176),
}
#: Nothing is impossible because it was not met yet.
_UNSEEN = 0.3
#: What the rules say of worth: yes, no and by which words, or that they found no ground.
Ground = Literal["for", "against", "none"]
#: Of 675 items worth announcing and of 335 others, how many the rules spoke so of.
_SPOKE: Mapping[Ground, tuple[int, int]] = {
    "for": (563, 33),
    "against": (7, 100),
    "none": (105, 202),
}
_WORTH, _OTHERS = 675, 335
#: Reasons by which the rules speak against an entry, rather than know nothing of it.
AGAINST = frozenset(
    {
        "award.handed-out",
        "award.hoped",
        "award.refused",
        "relevance.far",
        "relevance.other-domain",
        "prerelease",
        "security-notice",
    }
)
#: A gathering or a call of a town that is known to be too far: no way of telling makes it near.
DISTANT = "relevance.distant"
#: How much more such words count than they were right: a wrong announcement costs more than one
#: that is missed.
_CAUTION = 1.0
#: How much the vote counts against the rules, and how sure both together must be to announce.
_KIND_VOTE = 3.0
_RELEVANCE_VOTE = 1.25
_SURE = 1.0  # natural log of the odds: 73 in 100
#: So sure must the vote be before it is let near log(0).
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an entry is, whether to announce it, and how sure that is where the vote decided."""

    kind: Kind
    relevant: bool
    sure: float | None = None  # None: the rules had decided the same
    reasons: tuple[Reason, ...] = ()


def decide(
    kind: Kind, relevant: bool, vote: Vote | None, against: bool = False, *, of_worth: bool = True
) -> Verdict:
    """``kind`` and ``relevant`` are what the rules say, ``against`` whether they found words that
    speak against it. Without a vote they stand; with ``of_worth`` false, ``relevant`` stands."""
    if vote is None:
        return Verdict(kind, relevant)
    ground: Ground = "for" if relevant else "against" if against else "none"
    odds = _RELEVANCE_VOTE * _log_odds(vote.relevant) + _weight(ground)
    worth = odds > _SURE if of_worth else relevant
    best = max(
        (one for one in KINDS if one != "other" or not worth),
        key=lambda one: _score(one, kind, vote),
    )
    if (best, worth) == (kind, relevant):
        return Verdict(kind, relevant)
    sure = 1.0 / (1.0 + exp(-abs(odds)))
    return Verdict(best, worth, sure, tuple(_reasons(kind, best, relevant, worth, vote)))


def _score(kind: Kind, said: Kind, vote: Vote) -> float:
    row = _SAID[kind]
    share = (row[KINDS.index(said)] + _UNSEEN) / (sum(row) + _UNSEEN * len(row))
    return _KIND_VOTE * log(max(vote.kinds[kind], _LEAST)) + log(share)


def _weight(ground: Ground) -> float:
    worth, others = _SPOKE[ground]
    said = log(worth / _WORTH) - log(others / _OTHERS)
    return said - _CAUTION if ground == "against" else said


def _log_odds(share: float) -> float:
    kept = min(max(share, _LEAST), 1 - _LEAST)
    return log(kept / (1 - kept))


def _reasons(before: Kind, after: Kind, was: bool, now: bool, vote: Vote) -> list[Reason]:
    words = " · ".join(vote.grounds(after))
    found: list[Reason] = []
    if after != before:
        found.append(Reason(f"learned.{after}", {"words": words}))
    if now and not was:
        found.append(Reason("learned.told", {"percent": str(round(vote.relevant * 100))}))
    if was and not now:
        found.append(Reason("learned.silent", {"percent": str(round(vote.relevant * 100))}))
    return found
