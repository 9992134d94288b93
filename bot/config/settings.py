"""``bot.toml``: what concerns the bot as a whole. Every key has a default; the file may be empty."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from bot.config.model import Settings, Wrong
from bot.config.syntax import (
    Allowed,
    Database,
    Email,
    LanguageCode,
    MailServer,
    Person,
    Url,
    Variable,
    Zone,
    periods,
    quiet_hours,
    weekly,
)


class FetchSettings(Settings):
    """How sources are read."""

    allow: tuple[Allowed, ...] = Field(
        (),
        description="Networks that may be read although they are not public, a town’s intranet "
        "for example: 10.0.0.0/8, 192.168.1.5:8080.",
    )
    timeout: float = Field(
        30, gt=0, le=300, description="Seconds that one whole read may take, redirects included."
    )
    max_bytes: int = Field(
        10 * 1024 * 1024,
        ge=1024,
        le=100 * 1024 * 1024,
        description="Largest answer in bytes, once decompressed.",
    )
    concurrency: int = Field(
        20, ge=1, le=200, description="Reads at the same time; one host gets only one."
    )


class NewsSettings(Settings):
    """What is still news, and how much of it at once."""

    max_age_days: int = Field(
        14, ge=1, le=365, description="Older news is kept, but not announced."
    )
    flood_cap: int = Field(
        5,
        ge=0,
        le=100,
        description="Announcements that one read of a source may cause; the rest goes to a digest, "
        "or all are held until people have chosen ([approval] flood). 0: no cap.",
    )
    edit_limit: int = Field(
        3,
        ge=0,
        le=24,
        description="How often one post is edited; an edit notifies those who boosted it.",
    )
    reserve: str = Field(
        "",
        description="Election reserve: days like 2026-02-14..2026-03-22, several with commas. From "
        "the eve of the first to the last of them, people look at every message that tells an award "
        "of a local place before it is posted; empty: never.",
    )

    @field_validator("reserve")
    @classmethod
    def _reserve(cls, reserve: str) -> str:
        periods(reserve)
        return reserve


class StoreSettings(Settings):
    """Where the bot remembers."""

    url: Database = Field(
        "",
        description="Database address, postgresql://… for several workers; empty: SQLite in the "
        "data folder.",
    )


class WebSettings(Settings):
    """The small web face: health and metrics."""

    host: str = Field("127.0.0.1", description="Address to listen on; 127.0.0.1: this machine.")
    port: int = Field(8642, ge=0, le=65535, description="Port to listen on; 0: no web face.")
    public_url: Url | None = Field(
        None,
        description="Address under which the web face is reached from outside, behind a proxy: "
        "feeds that offer a hub then tell their news at once (WebSub).",
    )


class ChatSettings(Settings):
    """What people may ask in rooms."""

    enabled: bool = Field(
        True, description="Answer commands in the rooms of the Matrix accounts; false: only post."
    )
    alerts: int = Field(
        20, ge=0, le=200, description="Personal alerts and reminders that one person may have."
    )
    personal_per_day: int = Field(
        12, ge=0, description="Alerts that one person is sent a day at most; 0: no limit."
    )
    personal_quiet: str = Field(
        "21:00-08:00", description="When no alert is sent to a person, local time; empty: none."
    )

    @field_validator("personal_quiet")
    @classmethod
    def _quiet(cls, quiet: str) -> str:
        return quiet_hours(quiet)


class NoticeSettings(Settings):
    """What admins are told without asking, in their room."""

    failing_hours: int = Field(
        24, ge=1, le=720, description="They hear of a source that has failed for so many hours."
    )
    sign_of_life: str = Field(
        "monday 09:00",
        description="When they are told once a week how things stand, local; empty: never.",
    )

    @field_validator("sign_of_life")
    @classmethod
    def _weekly(cls, moment: str) -> str:
        weekly(moment)
        return moment


class SecondWay(Settings):
    """How admins hear of what their Matrix room cannot carry: once per trouble, by e-mail or by a
    private post on the Fediverse; where both are given, by the first that works."""

    email: Email | None = Field(None, description="Who gets a letter; leave it out: nobody.")
    smtp: MailServer | None = Field(
        None, description="The server that takes it: smtp.example.org, with its port if unusual."
    )
    security: Literal["tls", "starttls", "none"] = Field(
        "starttls", description="How the connection is secured; none: only for this very machine."
    )
    sender: Email | None = Field(None, description="From whom it comes; else from whom it goes to.")
    user: str = Field("", description="Login at that server; empty: none is needed.")
    password_file: str | None = Field(
        None, description="File (0600) with its password; a relative path is in the data folder."
    )
    password_env: Variable | None = Field(None, description="Environment variable that holds it.")
    mastodon: str = Field("", description="Id of the Fediverse account that writes to you.")
    person: Person | None = Field(
        None, description="Your Fediverse address, @you@instance: who gets the private post."
    )

    @model_validator(mode="after")
    def _whole(self) -> SecondWay:
        if (self.email is None) != (self.smtp is None):
            raise Wrong("email et smtp ensemble", "email and smtp together")
        if (self.person is None) != (not self.mastodon):
            raise Wrong("mastodon et person ensemble", "mastodon and person together")
        host = (self.smtp or "").partition(":")[0]
        if self.security == "none" and host and host not in ("localhost", "127.0.0.1"):
            raise Wrong(
                'security = "starttls" ou "tls"\u00a0; "none" seulement pour localhost',
                'security = "starttls" or "tls"; "none" for localhost only',
            )
        return self


class LogSettings(Settings):
    """What the bot writes to its log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least important event that is still written."
    )
    format: Literal["text", "json"] = Field(
        "text", description="One event per line: text for people, json for machines."
    )


class RelevanceSettings(Settings):
    """What is worth announcing. The rule is read aloud by ``understanding/relevance.py``."""

    kinds: tuple[
        Literal["award", "label", "event", "event_update", "call_for_papers", "release"], ...
    ] = Field(
        ("award", "label", "event", "event_update", "call_for_papers", "release"),
        description="Kinds of news that may be announced.",
    )
    centre: str = Field(
        "Grenoble", description="Place of config/places from which distances are measured."
    )
    event_km: float = Field(
        110, ge=0, le=20_000, description="An event is near within so many kilometres."
    )
    award_km: float = Field(
        70, ge=0, le=20_000, description="A laureate is local within so many kilometres."
    )
    flagships: bool = Field(
        True, description="Events marked flagship matter wherever they are held."
    )
    awards_anywhere: bool = Field(
        True,
        description="Awards of scope “everywhere” matter whoever receives them; false: only "
        "local laureates.",
    )
    unknown_awards: bool = Field(
        True,
        description="Awards without a file matter if they are about free software and their "
        "laureate is local.",
    )
    words: tuple[str, ...] = Field(
        (), description="Further words by which an award is known to be about free software."
    )
    learned: bool = Field(
        True,
        description="What labelled news taught has a say beside the rules; false: rules alone.",
    )


class BotSettings(Settings):
    """The file ``bot.toml``."""

    language: LanguageCode = Field(
        "fr",
        description="Language of notices to admins; the terminal follows --lang and the locale.",
    )
    timezone: Zone = Field("Europe/Paris", description="Dates and hours are said in this zone.")
    contact: str = Field(
        "",
        description="E-mail or page of whoever runs the bot; the sites it reads see it (P13).",
    )
    fetch: FetchSettings = Field(FetchSettings(), description="How sources are read.")
    news: NewsSettings = Field(NewsSettings(), description="What is still news.")
    relevance: RelevanceSettings = Field(
        RelevanceSettings(), description="What is worth announcing."
    )
    store: StoreSettings = Field(StoreSettings(), description="Where the bot remembers.")
    web: WebSettings = Field(WebSettings(), description="Health and metrics.")
    chat: ChatSettings = Field(ChatSettings(), description="What people may ask in rooms.")
    notices: NoticeSettings = Field(
        NoticeSettings(), description="What admins are told without asking."
    )
    second_way: SecondWay = Field(
        SecondWay(), description="Where to turn when the admins’ Matrix room is out of reach."
    )
    log: LogSettings = Field(LogSettings(), description="What is logged.")
