"""Accounts, sources and channels: what is connected to what.

A kind extends these with its own ``Options`` in its own file (``bot/sources/feed.py``…).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from bot.config.filters import Filters
from bot.config.model import Settings
from bot.config.syntax import LanguageCode, Server, Url, Variable, quiet_hours, weekly


class SourceSettings(Settings):
    """What every source has. Its id is its file's stem."""

    kind: str = Field("feed", description="Kind of source: feed, ical, fediverse, page…")
    name: str = Field(description="The publisher's name, as readers know it.")
    role: Literal[
        "press",
        "municipal",
        "association",
        "agenda",
        "event",
        "vendor",
        "forge",
        "fediverse",
        "community",
        "institution",
    ] = Field("press", description="Who speaks here; understanding and trust depend on it.")
    home: Url | None = Field(None, description="The publisher's site.")
    place: str | None = Field(
        None, description="The commune it speaks for: the laureate of “our town receives…”."
    )
    language: LanguageCode = Field("fr", description="Language assumed where the source says none.")
    enabled: bool = Field(True, description="false: kept but never read.")
    note: str = Field("", description="Free text for admins.")
    interval: int | None = Field(
        None,
        ge=15,
        le=1440,
        description="Minutes between two reads. Absent: by how often the source publishes, between "
        "15 minutes and a day; 60 until that is known.",
    )
    channels: tuple[str, ...] = Field(
        (), description="Ids of the channels it may reach; empty: all of them."
    )
    plain: bool = Field(
        False, description="Announce what is relevant but yields no fact, in a plain form."
    )
    trust: int = Field(0, ge=-10, le=10, description="Preferred where witnesses disagree.")
    sample: bool = Field(
        False, description="true: a demonstration source, shown in the preview only."
    )
    filters: Filters = Field(Filters(), description="What of it is considered at all.")


class AccountSettings(Settings):
    """One login: one client, one sync loop, one rate budget. Its id is its file's stem."""

    kind: Literal["mastodon", "matrix"] = Field(description="Which network.")
    server: Server = Field(description="https address of the instance or homeserver.")
    user: str | None = Field(None, description="@user:server (Matrix), user (Mastodon).")
    device: str | None = Field(None, description="Matrix device id, kept for life.")
    token_file: str | None = Field(None, description="File (0600) that holds the access token.")
    token_env: Variable | None = Field(None, description="Environment variable that holds it.")
    pickle_key_file: str | None = Field(
        None, description="File (0600) with the key of the Matrix key store."
    )
    admins: tuple[str, ...] = Field((), description="Who is told, and who may command.")
    admin_room: str | None = Field(None, description="Matrix room for notices to admins.")
    moderators_room: str | None = Field(
        None, description="Matrix room for drafts to approve; the admin_room where it is empty."
    )
    trust: Literal["everyone", "signed"] = Field(
        "everyone",
        description="Matrix: whose devices can read in encrypted rooms. everyone: each device of "
        "each member; signed: only devices that their owner has verified.",
    )
    invites: tuple[str, ...] = Field(
        (),
        description="Matrix: who besides the admins may invite the bot, to ask it in private: "
        "@user:server, or a server’s name for all of its users.",
    )


class ApprovalSettings(Settings):
    """What people look at before it is posted. It needs a Matrix account with an ``admin_room`` (or
    a ``moderators_room``) and ``[chat] enabled``; without one everything goes out unasked."""

    when: Literal["always", "doubt", "never"] = Field(
        "doubt",
        description="always: everything; doubt: everything in the first days, then what is "
        "doubtful; never: nothing.",
    )
    first_days: int = Field(
        14, ge=0, le=365, description="In the first so many days of the channel everything."
    )
    below: float = Field(
        0.75, ge=0, le=1, description="Then facts that are less certain than this."
    )
    new_source: bool = Field(True, description="Then the first post of a new source.")
    flood: bool = Field(
        True,
        description="More new stories of one source at once than [news] flood_cap: all of them are "
        "held, and people choose all, a summary or none.",
    )
    cancellation: bool = Field(
        True, description="Then a cancellation that does not come from the organiser."
    )
    days: float = Field(
        3,
        gt=0,
        le=30,
        description="So long an answer is awaited, never past the event; then it is kept, not "
        "posted.",
    )
    by: Literal["reaction", "message"] = Field(
        "reaction",
        description="How it is answered: by a tap (✅) or in words; message: in words only, in an "
        "encrypted room, so that no server could have made the answer up.",
    )


class ChannelSettings(Settings):
    """What every channel has. Its id is its file's stem."""

    kind: str = Field(description="Kind of channel: mastodon, matrix, webhook, console, memory.")
    name: str = Field("", description="How people call it; the id where empty.")
    account: str | None = Field(None, description="Id of the account it speaks through.")
    language: LanguageCode = Field("fr", description="Language of its announcements.")
    enabled: bool = Field(True, description="false: kept but silent.")
    public: bool = Field(True, description="false: only for admins; first sight may show there.")
    kinds: tuple[
        Literal["award", "label", "event", "event_update", "call_for_papers", "release", "other"],
        ...,
    ] = Field((), description="Only these kinds of news (award, label, event…); empty: all.")
    confidence: float = Field(
        0.6, ge=0, le=1, description="Below it a fact takes the plain form, or is not told."
    )
    per_hour: int = Field(1, ge=0, description="At most so many an hour; 0: no limit.")
    per_day: int = Field(3, ge=0, description="At most so many a day; 0: no limit.")
    quiet: str = Field("20:00-08:00", description="Silence, local time; empty: none.")
    gather: int = Field(
        10, ge=0, description="Minutes to wait for other witnesses before the first post."
    )
    digest: str = Field(
        "monday 08:30", description="When the digest of the week is told, local; empty: never."
    )
    hashtags: tuple[str, ...] = Field((), description="Tags it may use, CamelCase, at most 3 kept.")
    approval: ApprovalSettings = Field(
        ApprovalSettings(), description="What people look at before it is posted."
    )

    @field_validator("quiet")  # a validator, not a type: it holds where a kind sets its own default
    @classmethod
    def _quiet(cls, quiet: str) -> str:
        return quiet_hours(quiet)

    @field_validator("digest")
    @classmethod
    def _digest(cls, digest: str) -> str:
        weekly(digest)
        return digest
