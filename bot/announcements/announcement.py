"""The Announcement, and the Message it becomes for one channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Literal

Purpose = Literal["new", "update", "reminder", "cancellation", "digest"]
Visibility = Literal["public", "unlisted", "private", "direct"]


@dataclass(frozen=True, slots=True)
class Announcement:
    """(story, purpose, occasion): told once to each destination, whatever the words become.

    ``occasion`` tells two announcements of one purpose apart: ``""`` for the first telling,
    ``"moved 2026-03-01"`` for an update, ``"7d"`` for a reminder.
    """

    id: str  # a hash of the three: the same announcement always has the same id
    story: str  # Story.id; for a digest, the digest's own id
    purpose: Purpose
    occasion: str = ""
    reply_to: str | None = None  # the announcement that this one answers on the channel
    priority: int = 0  # an urgent cancellation is 10 and passes quiet hours
    expires: datetime | None = None  # not worth telling afterwards
    stories: tuple[str, ...] = ()  # of a digest: what it tells of, in order


def announcement_id(story: str, purpose: Purpose, occasion: str = "") -> str:
    """The id of an announcement: the same three always give the same."""
    return blake2b(f"{story}|{purpose}|{occasion}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be shown with a message, never without the words for it."""

    url: str  # where the source shows it
    alt: str  # for those who do not see it


@dataclass(frozen=True, slots=True)
class Message:
    """The exact words for one channel: this is stored, and is what a delivery sends (D4)."""

    text: str  # plain text, complete: a Mastodon status, or a Matrix body
    html: str | None = None  # Matrix formatted_body, only the allowed tags (S2)
    language: str = "fr"  # ISO 639-1
    visibility: Visibility = "public"  # Mastodon
    spoiler: str = ""  # content warning, Mastodon
    story: str | None = None  # for webhooks and for finding one's own message again
    links: tuple[str, ...] = ()
    past: bool = False  # preview only: the event is over
    boosts: str = ""  # address of somebody's post that is passed on in place of these words
    picture: Picture | None = None  # shown with the first post, where it can be had in time
    data: dict[str, object] = field(default_factory=dict)  # the facts, for the webhook's JSON
