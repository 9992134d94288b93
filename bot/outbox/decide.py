"""What to do with a claimed delivery, and what its outcome makes of it. Never lost, never twice.

The rule, as it is applied:

1. A message that was certainly never sent is **sent**, under its own key.
2. A message that *may* have been sent (the answer was lost, the worker died) is **looked for**
   first, where the channel can find its own messages. Found: it is adopted, not sent.
3. Not found, and the other side still keeps the key (``window`` since the first try): it is sent
   again with the same key and the same words; the key protects even if the look was wrong.
4. Not found by a complete search, and the key is no longer kept, or never was: sent again.
5. Not found by an incomplete search without a key that protects: **held**; an admin is told,
   since both sending and not sending could be wrong.
6. Edits and withdrawals may be done twice: done again, they change nothing.

And afterwards:

- *done*: sent, for ever; one that a moderator deletes over there is never sent again (D5);
- *not now* (certainly not done): queued again, later, after what the other side asks for;
- *unclear*: queued in doubt; the next try begins at rule 2;
- *rejected*: set aside, an admin is told; it holds up nobody (D7);
- *locked* (the account is closed to us): the message stays queued and its channel pauses for an
  hour at a time, so that one knock an hour is all the server sees, and nothing is lost;
- *too late* (``expires`` is over and it was certainly never sent): expired.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.errors import ChannelError, Locked, NotNow, Rejected
from bot.outbox.delivery import Delivery, State
from bot.outbox.retry import next_try

#: how long a worker may hold a message. Everything it does with it must end well before (C18):
#: two workers that both believe they hold it is the one thing that no rule here can mend.
LEASE = timedelta(minutes=5)
#: a worker that has had a message in hand for so long asks whether it still has it, before it sends:
#: its machine may have stood still meanwhile, and another one may have taken the message over
FRESH = timedelta(seconds=10)
#: what a dead bot (or leader) had in hand is free after so long: by then the other side has carried out what
#: was still on its way, and shows it to who looks for it
IN_FLIGHT = 2 * FRESH
#: pause of a channel whose account or room is closed to us
LOCKED_PAUSE = timedelta(hours=1)
#: after so many tries a message that fails no longer holds up the younger ones of its channel
PATIENCE = 10

Step = Literal["send", "look", "expire", "hold"]


@dataclass(frozen=True, slots=True)
class Settlement:
    """The new state of a delivery. The store writes it, if the lease still holds."""

    state: State
    due: datetime | None = None  # None: unchanged
    doubt: bool = False
    error: str = ""
    remote: str | None = None
    remote_url: str | None = None
    picture: Mapping[str, str] | None = None  # what became of it; None: unchanged
    pause: datetime | None = None  # the channel rests until then
    tell: Literal["", "aside", "held", "locked"] = ""  # an admin must hear of it


def next_step(
    delivery: Delivery,
    now: datetime,
    *,
    abilities: Collection[str],
    window: timedelta | None,
) -> Step:
    """What to do with a delivery that was just claimed.

    :param abilities: what the channel's kind declares ("find", "idempotent"…).
    :param window: how long the other side keeps a key, less a margin; None: it keeps none.
    """
    if not delivery.doubt:
        late = delivery.expires is not None and delivery.expires <= now
        return "expire" if late else "send"
    if delivery.action != "post":
        return "send"
    if "find" in abilities:
        return "look"
    return "send" if _protected(delivery, now, abilities, window) else "hold"


def after_look(
    delivery: Delivery,
    now: datetime,
    *,
    found: bool,
    complete: bool,
    abilities: Collection[str],
    window: timedelta | None,
) -> Literal["adopt", "send", "expire", "hold"]:
    """What to do once the channel has looked for a message in doubt."""
    if found:
        return "adopt"
    if complete and delivery.expires is not None and delivery.expires <= now:
        return "expire"
    if complete or _protected(delivery, now, abilities, window):
        return "send"
    return "hold"


def _protected(
    delivery: Delivery, now: datetime, abilities: Collection[str], window: timedelta | None
) -> bool:
    """Would the other side know the key of the first try, and so not act twice?"""
    if "idempotent" not in abilities or window is None or delivery.first_attempt is None:
        return False
    # A clock that was set back proves nothing: then the key is not trusted (R15).
    return timedelta(0) <= now - delivery.first_attempt < window


def done(
    remote: str, remote_url: str | None = None, picture: Mapping[str, str] | None = None
) -> Settlement:
    """The other side said that it has it, or it was found there."""
    return Settlement("sent", remote=remote, remote_url=remote_url, picture=picture)


def expired() -> Settlement:
    """Not worth telling any more, and certainly never told."""
    return Settlement("expired")


def held(delivery: Delivery) -> Settlement:
    """It may be there, and nothing can tell: an admin must look."""
    return Settlement("aside", doubt=True, error=delivery.error, tell="held")


def failed(
    delivery: Delivery, error: ChannelError, now: datetime, chance: float, language: str = "fr"
) -> Settlement:
    """What a failure makes of a delivery, ``error`` being what sending it raised.

    :param chance: 0 to 1, drawn by the caller, spreads the tries.
    """
    said = error.say(language)
    if isinstance(error, Rejected):
        return Settlement("aside", doubt=delivery.doubt, error=said, tell="aside")
    if isinstance(error, Locked):
        later = now + LOCKED_PAUSE
        state: State = "unclear" if delivery.doubt else "queued"
        return Settlement(state, later, delivery.doubt, said, pause=later, tell="locked")
    later = next_try(delivery.attempts, now, chance, error.after)
    if isinstance(error, NotNow):
        # "Not now" speaks of this try alone: a doubt about an earlier one stays.
        state = "unclear" if delivery.doubt else "queued"
        return Settlement(state, later, delivery.doubt, said)
    return Settlement("unclear", later, doubt=True, error=said)


def failed_look(
    delivery: Delivery, error: ChannelError, now: datetime, chance: float, language: str = "fr"
) -> Settlement:
    """The look itself failed: the doubt stays, whatever the failure was."""
    said = error.say(language)
    if isinstance(error, Locked):
        later = now + LOCKED_PAUSE
        return Settlement("unclear", later, True, said, pause=later, tell="locked")
    later = next_try(delivery.attempts, now, chance, error.after)
    return Settlement("unclear", later, doubt=True, error=said)
