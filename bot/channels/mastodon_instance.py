"""What a Fediverse server says of itself, and of the account that a token opens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bot.channels.channel import Limits
from bot.channels.mastodon_client import Client
from bot.errors import Locked, NotNow, Rejected

#: Mastodon keeps keys for 3,600 s; the rest is margin for clocks and for a slow request
WINDOW = timedelta(minutes=50)


@dataclass
class Instance:
    """What a server says of itself (``/api/v2/instance``, else v1)."""

    software: Literal["mastodon", "gotosocial", "other"] = "other"
    title: str = ""
    version: str = ""
    rules: tuple[str, ...] = ()
    streaming: str = ""  # where it streams, as it says
    picture_bytes: int | None = None  # the largest image it takes
    picture_types: tuple[str, ...] = ()  # media types that it takes; empty: it does not say
    alt: int = 1500  # characters of an image's description
    limits: Limits = field(default_factory=lambda: Limits(characters=500, per_url=23))

    @property
    def window(self) -> timedelta | None:
        """How long keys are trusted: only Mastodon itself is known to keep them."""
        return WINDOW if self.software == "mastodon" else None


async def verify(client: Client) -> dict[str, Any]:
    """GET /api/v1/accounts/verify_credentials: the account of the token. Raises ChannelError,
    Locked where the token is no user's."""
    try:
        me = await client.call(lambda api: api.account_verify_credentials())
    except Rejected as error:  # 422: a token of an application, not of a user
        raise Locked(None, **error.fields) from error
    if not isinstance(me, dict) or not me.get("id"):
        cause = {"fr": "ce n’est pas un serveur Mastodon", "en": "this is no Mastodon server"}
        raise NotNow(channel=client.name, cause=cause)
    return me


async def read_instance(client: Client) -> Instance:
    """What the server says of itself. Raises ChannelError."""
    try:
        told = await client.call(lambda api: api.instance_v2())
    except (NotNow, Rejected) as error:
        if error.fields.get("status") not in (400, 404, 410):
            raise
        told = await client.call(lambda api: api.instance_v1())
    return understand(told if isinstance(told, dict) else {})


def understand(told: dict[str, Any]) -> Instance:
    """Make sense of an instance's answer, whatever of it is there."""
    version = str(told.get("version") or "")
    source = str(told.get("source_url") or "").lower()
    software: Literal["mastodon", "gotosocial", "other"] = "other"
    if "gotosocial" in source or "gotosocial" in version.lower() or version.startswith("0."):
        software = "gotosocial"
    elif re.match(r"[1-9]\d*\.\d+", version) and "compatible" not in version.lower():
        software = "mastodon"
    configuration = told.get("configuration")
    statuses = configuration.get("statuses") if isinstance(configuration, dict) else None
    statuses = statuses if isinstance(statuses, dict) else {}
    most = statuses.get("max_characters") or told.get("max_toot_chars") or 500
    per_url = statuses.get("characters_reserved_per_url") or 23
    media = configuration.get("media_attachments") if isinstance(configuration, dict) else None
    media = media if isinstance(media, dict) else {}
    types = media.get("supported_mime_types")
    rules = told.get("rules")
    urls = configuration.get("urls") if isinstance(configuration, dict) else told.get("urls")
    urls = urls if isinstance(urls, dict) else {}
    return Instance(
        software=software,
        title=str(told.get("title") or ""),
        version=version,
        streaming=str(urls.get("streaming") or urls.get("streaming_api") or ""),
        rules=tuple(
            str(rule.get("text") or "")
            for rule in (rules if isinstance(rules, list) else ())
            if isinstance(rule, dict)
        ),
        picture_bytes=_number(media.get("image_size_limit")),
        picture_types=tuple(map(str, types)) if isinstance(types, list) else (),
        alt=_number(media.get("description_limit")) or 1500,
        limits=Limits(
            characters=int(most) if str(most).isdecimal() else 500,
            # the others count a link in full, whatever they say
            per_url=int(per_url) if software == "mastodon" and str(per_url).isdecimal() else None,
        ),
    )


def _number(told: Any) -> int | None:
    """A count above nothing; None for what is none."""
    return int(told) if str(told).isdecimal() and int(told) else None
