"""What an account of the Fediverse says, or what is said under a hashtag.

By the public RSS that Mastodon and its relatives offer, or by their public JSON API
(docs.joinmastodon.org/methods/accounts, …/timelines), which also tells content warnings,
languages and who wants no robots. Boosts and replies are left out, alt texts kept; a post has no
title. A post's guid is its address, the same by either way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import Field, field_validator

from bot.config.model import Wrong
from bot.config.syntax import Url
from bot.config.wiring import SourceSettings
from bot.errors import Closed, Refused, Unreadable
from bot.sources import conditional, document, rhythm
from bot.sources.feed import Feed
from bot.sources.source import Item, Reading, Source, State, as_html

_JSON = "application/json"
_MOST = 40  # posts that the API is asked for
_TEXT = 100_000  # characters of one post that are read
_PLACE = re.compile(r"/@(?P<account>[^/@]+)(?:@[^/]+)?/?|/tags?/(?P<tag>[^/]+)/?")
_HANDLE = re.compile(r"[@#]?(?P<name>[^@#/\s:]+)@(?P<host>[^@/\s:]+\.[^@/\s:]+)")
_AUTHOR = re.compile(r"/@([^/@]+)(?:@([^/]+))?/[^/]+/?")
_NO_ROBOTS = re.compile(r"#\s*(?:<[^>]*>\s*)*no_?bots?\b", re.IGNORECASE)

_NO_POSTS = {
    "fr": "ce n’est pas une liste de messages Mastodon",
    "en": "this is no list of Mastodon posts",
}
_NO_RSS = {
    "fr": "ce serveur n’offre pas de RSS à cette adresse\u202f; vérifiez le nom, ou essayez "
    "api = true dans le fichier de la source",
    "en": "this server offers no RSS at this address; check the name, or try api = true in the "
    "source’s file",
}
_NO_API = {
    "fr": "ce serveur ne montre pas ses messages sans connexion\u202f; vérifiez le nom, ou essayez "
    "api = false dans le fichier de la source",
    "en": "this server shows no posts without a login; check the name, or try api = false in the "
    "source’s file",
}
_NO_BOTS = {
    "fr": "ce compte demande à ne pas être lu par des robots (#nobot)\u202f; désactivez cette source",
    "en": "this account asks not to be read by robots (#nobot); disable this source",
}


class Fediverse(Source):
    """An account or a hashtag, seen from one server, asked politely."""

    kind = "fediverse"

    class Options(SourceSettings):
        """Settings of an account or a hashtag."""

        url: Url = Field(
            description="Page of the account or hashtag (https://server/@name, "
            "https://server/tags/name), or @name@server, or #name@server."
        )
        api: bool = Field(
            False,
            description="true: by the server's JSON API instead of RSS; knows content warnings "
            "and languages.",
        )
        boost: bool = Field(
            False,
            description="true: where one of its posts is the first to tell a story, Fediverse "
            "channels boost it in place of telling it in the bot’s words.",
        )

        @field_validator("url", mode="before")
        @classmethod
        def _handle(cls, url: Any) -> Any:
            """@name@server and #name@server are the names that people know."""
            found = _HANDLE.fullmatch(url.strip()) if isinstance(url, str) else None
            if found is None:
                return url
            folder = "tags/" if url.strip().startswith("#") else "@"
            return f"https://{found['host']}/{folder}{quote(found['name'])}"

        @field_validator("url")
        @classmethod
        def _page(cls, url: str) -> str:
            if not _PLACE.fullmatch(urlsplit(url).path):
                raise Wrong(
                    "la page d’un compte ou d’un mot-dièse, https://serveur/@nom ou "
                    "https://serveur/tags/nom",
                    "the page of an account or hashtag, https://server/@name or "
                    "https://server/tags/name",
                )
            return url

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask once (by the API, the first time twice). Raises SourceError."""
        return await (self._by_api(state, now) if self.options.api else self._by_rss(state, now))

    # -- RSS --------------------------------------------------------------------------------

    async def _by_rss(self, state: State, now: datetime) -> Reading:
        page = self.options.url.rstrip("/")
        shared = {name: getattr(self.options, name) for name in SourceSettings.model_fields}
        options = Feed.Options(**{**shared, "kind": "feed", "url": f"{page}.rss"})
        try:
            reading = await Feed(self.id, options, self.fetcher).read(state, now)
        except Refused as refusal:
            raise _closed(refusal, _NO_RSS) from refusal
        author = _PLACE.fullmatch(urlsplit(page).path)
        name = author["account"] if author else None
        # titles are made up by some servers: "New status by…"
        kept = [replace(item, title=None) for item in reading.items if _own(item, name)]
        return replace(reading, items=tuple(kept))

    # -- JSON -------------------------------------------------------------------------------

    async def _by_api(self, state: State, now: datetime) -> Reading:
        parts = urlsplit(self.options.url)
        found = _PLACE.fullmatch(parts.path)
        assert found is not None, "the settings were validated"
        root = f"{parts.scheme}://{parts.netloc}/api/v1"
        known = dict(state.get("account") or {})
        try:
            if found["tag"]:
                address = f"{root}/timelines/tag/{found['tag']}?limit={_MOST}"
            else:
                if known.get("for") != self.options.url:
                    known = await self._look_up(root, unquote(found["account"]))
                address = (
                    f"{root}/accounts/{known['id']}/statuses"
                    f"?exclude_reblogs=true&exclude_replies=true&limit={_MOST}"
                )
            answer = await conditional.ask(self.fetcher, address, state, now, _JSON)
        except Refused as refusal:
            raise _closed(refusal, _NO_API) from refusal
        after = {**answer.state, "account": known} if known else answer.state
        wait = rhythm.wait({}, now, self.interval, answer.wait)
        if answer.fetched is None:
            return Reading(False, state=after, wait=wait, notices=answer.notices)
        read = await document.read(parse, answer.fetched.body)
        if not read.items and state.get("items"):
            return Reading(False, state=state, notices=(*answer.notices, conditional.EMPTY))
        after["items"] = len(read.items)
        return Reading(True, read.items, after, wait=wait, notices=answer.notices)

    async def _look_up(self, root: str, name: str) -> dict[str, Any]:
        """The account's number, asked for once."""
        address = f"{root}/accounts/lookup?acct={quote(name)}"
        fetched = await self.fetcher.get(address, {"Accept": _JSON})
        try:
            account = json.loads(fetched.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable(cause=_NO_POSTS) from error
        id = account.get("id") if isinstance(account, dict) else None
        if not isinstance(id, str | int) or not re.fullmatch(r"[\w-]{1,64}", str(id)):
            raise Unreadable(cause=_NO_POSTS)
        if _NO_ROBOTS.search(str(account.get("note", ""))):
            raise Closed(status=fetched.status, why=_NO_BOTS)
        return {"for": self.options.url, "id": str(id)}


def _closed(refusal: Refused, why: Mapping[str, str]) -> Refused:
    """What is missing or locked is said in words; everything else stays as it is."""
    status = refusal.fields.get("status")
    return Closed(status=status, why=why) if status in (401, 403, 404, 422) else refusal


def _own(item: Item, name: str | None) -> bool:
    """Whether an account wrote this itself: what it boosts is at its author's address."""
    author = _AUTHOR.fullmatch(urlsplit(item.url or "").path)
    return not (name and author) or author[1].lower() == unquote(name).lower()


def parse(body: bytes) -> dict[str, Any]:
    """A list of Status (docs.joinmastodon.org/entities/Status) -> the JSON form of Document.

    Left out: boosts, replies to others, what is not public, and who asks for no robots.
    Raises Unreadable.
    """
    try:
        posts = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(cause=_NO_POSTS) from error
    if not isinstance(posts, list):
        raise Unreadable(cause=_NO_POSTS)
    told = [post for post in posts if isinstance(post, dict) and _wanted(post)]
    return {"items": [_item(post) for post in told]}


def _wanted(post: Mapping[str, Any]) -> bool:
    account = _table(post, "account")
    own_thread = post.get("in_reply_to_account_id") in (None, account.get("id"))
    open_to_all = post.get("visibility", "public") == "public"
    willing = not _NO_ROBOTS.search(str(account.get("note", "")))
    return not post.get("reblog") and own_thread and open_to_all and willing


def _item(post: Mapping[str, Any]) -> dict[str, Any]:
    account = _table(post, "account")
    warning = _string(post, "spoiler_text")
    tags = [tag.get("name") for tag in _list(post, "tags") if isinstance(tag, dict)]
    url = _string(post, "url") or _string(post, "uri")
    author = _string(account, "display_name") or _string(account, "acct")
    return {
        "guid": url,
        "url": url,
        "title": None,
        "summary": as_html(warning) if warning else None,
        "content": _string(post, "content"),
        "language": _string(post, "language"),
        "published": _string(post, "created_at"),
        "updated": _string(post, "edited_at"),
        "authors": [author] if author else [],
        "tags": [tag for tag in tags if isinstance(tag, str)],
        "media": [
            {
                "url": address,
                "type": {"image": "image/*", "video": "video/*"}.get(str(one.get("type")), ""),
                "alt": _string(one, "description") or "",
                "length": None,
            }
            for one in _list(post, "media_attachments")
            if isinstance(one, dict) and (address := _string(one, "url"))
        ],
        "base": url,
    }


def _string(of: Mapping[str, Any], name: str) -> str | None:
    value = of.get(name)
    return value[:_TEXT] if isinstance(value, str) and value else None


def _list(of: Mapping[str, Any], name: str) -> list[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []


def _table(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}
