"""When a message is tried again: exponential back-off with full jitter, for as long as it takes.

Nothing is ever given up for having failed often: an outage of a month ends too. The jitter is an
argument, so that the same chance always gives the same moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

#: the longest wait after a first failure; it doubles with each further one
FIRST = timedelta(seconds=30)
#: no wait is longer, but one that the other side asks for
LONGEST = timedelta(hours=1)
#: no wait is shorter: a server that fails at once must not be tried in a loop
SHORTEST = timedelta(seconds=5)
#: what another server may ask for at most
ASKED_LONGEST = timedelta(days=7)


def next_try(
    attempts: int, now: datetime, chance: float, after: timedelta | None = None
) -> datetime:
    """When to try again after ``attempts`` failed tries (1 or more).

    :param chance: 0 to 1, drawn by the caller: the share of the longest wait that is waited
        ("full jitter", so that many bots do not come back in one moment).
    :param after: what the other side asked for (Retry-After, rate limit reset): never earlier
        than that; a few seconds of jitter come on top.
    """
    doublings = min(max(attempts, 1) - 1, 20)
    ceiling = min(FIRST * (1 << doublings), LONGEST)
    wait = max(SHORTEST, ceiling * min(max(chance, 0.0), 1.0))
    if after is not None:
        asked = min(max(after, timedelta(0)), ASKED_LONGEST)
        wait = max(wait, asked + SHORTEST * min(max(chance, 0.0), 1.0))
    return now + wait
