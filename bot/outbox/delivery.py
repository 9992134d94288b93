"""The Delivery: one announcement on its way to one destination, in one revision.

::

    queued ──claim──> sending ──done──> sent ──(superseded by an edit: a row of its own)
      ▲                 │ ├──not now──> queued (later)
      │                 │ ├──unclear──> unclear ──found──> sent
      └── lease over ───┘ │                └──not there──> queued (same key, same message)
                          ├──rejected, locked──> aside (an admin is told)
    superseded: certainly not there, a newer revision took its place · expired: told too late
    withdrawn: taken back

    draft ──approved──> queued · draft ──not approved──> rejected

``doubt`` says that an earlier try may have arrived (its answer was lost, its worker died): then
it is looked for before it is sent again. ``decide.py`` holds the rules. A draft waits for people:
it was never tried, and nobody may claim it (``approval.py`` says which messages begin so).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.announcements.announcement import Message

State = Literal[
    "queued",
    "sending",
    "unclear",
    "sent",
    "aside",
    "superseded",
    "expired",
    "withdrawn",
    "draft",
    "rejected",
]
Action = Literal["post", "edit", "withdraw"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """UNIQUE (channel, announcement, revision). ``key`` and ``message`` never change (D4)."""

    id: int  # 0 until stored
    channel: str  # channel id: its file stem
    announcement: str
    story: str | None
    revision: int  # 0 the first telling; 1… edits
    action: Action
    key: str  # idempotency key, transaction id
    message: Message
    created: datetime
    due: datetime  # not before
    state: State = "queued"
    attempts: int = 0
    first_attempt: datetime | None = None
    lease_until: datetime | None = None
    sent_at: datetime | None = None
    remote: str | None = None  # status id, event id: what edits and replies need
    remote_url: str | None = None
    reply_to: str | None = None  # remote id of the message this one answers
    priority: int = 0
    expires: datetime | None = None
    error: str = ""  # the last one, for `status` and `why`
    doubt: bool = False  # an earlier try may have arrived: look before sending
    draft: int | None = None  # the number under which people looked at it, or will
    pinned: bool = False  # a person wrote these words
    #: what became of the message's picture: {"id", "at"}: it is over there; {"left": why}: the post
    #: goes without it; None: not tried yet
    picture: Mapping[str, str] | None = None
    lease: str = ""  # who holds it while sending: only they may settle it (C18)


def boosted(delivery: Delivery) -> bool:
    """Was somebody's post passed on, rather than told in our own words?"""
    return bool(delivery.message.boosts) and delivery.remote_url == delivery.message.boosts
