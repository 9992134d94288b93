"""Mastodon, GoToSocial, Pleroma and whatever else speaks Mastodon's client API.

A status is posted under the delivery's key (``Idempotency-Key``: Mastodon keeps it for an hour
per account). Where an answer was lost, the account's own statuses are read back and compared by
their words. Servers that keep no keys are served by that search alone.
API: docs.joinmastodon.org/methods/statuses.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from weakref import WeakKeyDictionary, WeakSet

from pydantic import Field

from bot.channels import mastodon_boost as boosting
from bot.channels import mastodon_media as media
from bot.channels.account import Account
from bot.channels.channel import Channel, Found, Limits, Receipt
from bot.channels.heard import Listener
from bot.channels.mastodon_client import Client
from bot.channels.mastodon_instance import Instance, read_instance, verify
from bot.channels.mastodon_listen import MastodonListener
from bot.channels.mastodon_stream import stream_address
from bot.channels.mastodon_text import same
from bot.config.wiring import ChannelSettings
from bot.errors import NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

log = logging.getLogger(__name__)

#: how wrong a clock may have been when a message was sent: a day either way (R15). The price is
#: that the very same words, posted within a day, count as the same message.
SKEW = timedelta(hours=26)
#: statuses a page (the API's most), and pages that one search reads
PAGE, PAGES = 40, 20


class MastodonOptions(ChannelSettings):
    """A Fediverse account that posts."""

    kind: str = Field("mastodon", description="mastodon")
    account: str = Field(description="Id of the Mastodon account it speaks through.")
    visibility: Literal["public", "unlisted", "private", "direct"] = Field(
        "public", description="Who sees its posts, unless a message says otherwise."
    )
    spoiler: str = Field(
        "",
        max_length=100,
        description="Content warning above each post; empty: none. Its length counts.",
    )
    replies: bool = Field(
        False,
        description="true: answer followers whose post begins with the account’s name and is a "
        "clear question. The account’s file has to name its user.",
    )
    replies_per_day: int = Field(
        3, ge=1, le=50, description="Answers that one person gets a day on the Fediverse."
    )
    images: bool = Field(
        False,
        description="true: show the article’s own image with the first post, where the source "
        "gives it a text for those who do not see it.",
    )


@dataclass
class _Login:
    """One account's client, shared by its channels: one rate budget. It ends with the last."""

    client: Client
    token: str
    user: str  # account id over there
    users: WeakSet[Channel] = field(default_factory=WeakSet)


_logins: WeakKeyDictionary[Account, _Login] = WeakKeyDictionary()
_listeners: WeakKeyDictionary[Account, MastodonListener] = WeakKeyDictionary()


class Mastodon(Channel):
    """One account's posts in one visibility."""

    kind = "mastodon"
    Options = MastodonOptions
    abilities = frozenset({"edit", "withdraw", "find", "reply", "idempotent", "boost", "picture"})
    usual = Limits(characters=500, per_url=23)

    def __init__(self, id: str, options: MastodonOptions, account: Account) -> None:
        super().__init__(id, options, account)
        self.instance: Instance | None = None
        self.window = None  # until the server has said what it is

    async def start(self) -> None:
        """Check the token, and learn what the server is. Raises ChannelError."""
        await self._ready()

    async def stop(self) -> None:
        """Close the account's connections, unless another channel of it still speaks."""
        login = _logins.get(self.account)
        if login is None:
            return
        login.users.discard(self)
        if not login.users:
            _logins.pop(self.account, None)
            login.client.close()

    def listener(self) -> Listener | None:
        """The account's ears, where it is asked to reply and knows its own name."""
        if not self.options.replies or not self.account.settings.user:
            return None
        if self.account not in _listeners:
            _listeners[self.account] = MastodonListener(
                self.account, self._voice, self.options.replies_per_day, self._stream
            )
        return _listeners[self.account]

    @property
    def images(self) -> bool:
        """As its settings say."""
        return bool(self.options.images)

    async def renewal(self, *, boost: bool) -> str | None:
        """The server's page of authorisation, with the bot's own registration."""
        from bot.channels import mastodon_renew

        replies = bool(self.options.replies)
        return await mastodon_renew.link(self.account, replies=replies, boost=boost)

    async def renew(self, code: str) -> str:
        """Exchange the code that the page has shown."""
        from bot.channels import mastodon_renew

        return await mastodon_renew.renew(self.account, code)

    async def is_open(self) -> bool:
        """Asked with the token as it is kept now."""
        from bot.channels import mastodon_renew

        return await mastodon_renew.access(self.account) == "open"

    def concerns(self) -> Mapping[str, Mapping[str, str]]:
        """A token that may post, but not hear."""
        listener = _listeners.get(self.account)
        return {} if listener is None else listener.concerns()

    async def _voice(self) -> tuple[Client, str, Limits]:
        login = await self._ready()
        assert self.instance is not None
        return login.client, login.user, self.instance.limits

    async def _stream(self) -> tuple[str, str]:
        """Where notifications stream, as servers of Mastodon itself do, and the token for it."""
        login = await self._ready()
        assert self.instance is not None
        server = self.account.settings.server
        there = self.instance.software == "mastodon"
        return stream_address(self.instance.streaming, server) if there else "", login.token

    async def limits(self) -> Limits:
        """What ``configuration.statuses`` says. Raises ChannelError."""
        login = await self._login()
        self._meet(await read_instance(login.client))
        assert self.instance is not None
        return self.instance.limits

    async def deliver(self, delivery: Delivery) -> Receipt:
        """POST /api/v1/statuses under ``delivery.key``, or …/reblog."""
        client = (await self._ready()).client
        if delivery.message.boosts:
            seen_by = self._visibility(delivery)
            boosted = await boosting.boost(client, delivery.message.boosts, seen_by)
            if boosted is not None:
                return boosted
        picture = (delivery.picture or {}).get("id")
        try:
            return await self._post(client, delivery, delivery.reply_to, picture)
        except NotNow as error:
            if delivery.reply_to is None or error.fields.get("status") != 404:
                raise
            # The answered status is gone over there, so nothing was made: the words stand alone.
            return await self._post(client, delivery, None, picture)
        except Rejected:
            if picture is None:
                raise
            # Nothing was made, perhaps for the picture's sake: it is no longer there, it was not
            # taken. The words matter more.
            bare = await self._post(client, delivery, delivery.reply_to, None)
            return replace(bare, picture=False)

    async def bring(self, picture: bytes, type: str, alt: str) -> str:
        """POST /api/v2/media, through a client of its own: one that hangs holds no post up."""
        login = await self._ready()
        assert self.instance is not None
        client = Client(self.id, login.client.server, login.token)
        try:
            return await media.bring(client, self.instance, picture, type, alt)
        finally:
            client.close()

    async def _post(
        self, client: Client, delivery: Delivery, reply_to: str | None, picture: str | None
    ) -> Receipt:
        message = delivery.message
        receipt = await self._changed(
            client,
            lambda api: api.status_post(
                message.text,
                in_reply_to_id=reply_to,
                media_ids=[picture] if picture else None,
                visibility=self._visibility(delivery),
                spoiler_text=message.spoiler or None,
                language=message.language[:2] or None,
                idempotency_key=delivery.key,
            ),
        )
        return receipt if picture else replace(receipt, picture=True)  # there was none to show

    async def edit(self, remote: str, delivery: Delivery) -> Receipt:
        """PUT /api/v1/statuses/:id. The language stays: an absent one is kept; pictures that are not
        named again would go. A boosted post is its author's to correct."""
        client = (await self._ready()).client
        message = delivery.message
        if message.boosts and await boosting.boost_there(client, remote):
            return Receipt(remote)
        try:
            shown = await media.shown(client, remote)
            return await self._changed(
                client,
                lambda api: api.status_update(
                    remote, message.text, spoiler_text=message.spoiler, media_ids=shown
                ),
            )
        except NotNow as error:
            if error.fields.get("status") in (404, 405):  # gone there (D5), or no edits at all
                raise Rejected(None, **error.fields) from error
            raise

    async def withdraw(self, remote: str, delivery: Delivery) -> None:
        """DELETE /api/v1/statuses/:id, or …/unreblog. 404 and 410: it is gone already."""
        client = (await self._ready()).client
        if delivery.message.boosts and (number := await boosting.boost_there(client, remote)):
            await boosting.unboost(client, number)
            return
        try:
            await client.call(lambda api: api.status_delete(remote), changes=True)
        except (NotNow, Rejected) as error:
            if error.fields.get("status") not in (404, 410):
                raise

    async def find(self, delivery: Delivery, since: datetime) -> Found:
        """Look through the account's own statuses, newest first, back past ``since``."""
        login = await self._ready()
        if delivery.action != "post":
            return await self._find_change(login.client, delivery)
        below: str | None = None
        for _ in range(PAGES):
            address = delivery.message.boosts
            page = await login.client.call(_page_of(login.user, below, boosts=bool(address)))
            if not page:
                return Found(None, complete=True)
            oldest = reach(since, login.client.server_now or datetime.now(UTC), datetime.now(UTC))
            for status in page:
                made = _moment(status)
                if made is not None and oldest is not None and made < oldest:
                    return Found(None, complete=True)
                if boosting.is_boost_of(status, address):
                    return Found(Receipt(str(status["id"]), address), complete=True)
                if _is(status, delivery):
                    return Found(Receipt(str(status["id"]), status.get("url")), complete=True)
            below = str(page[-1]["id"])
        return Found(None, complete=False)

    async def _find_change(self, client: Client, delivery: Delivery) -> Found:
        """Was an edit or a withdrawal done?"""
        remote = delivery.remote or ""
        status: Any = None
        try:
            status = await client.call(lambda api: api.status(remote))
        except (NotNow, Rejected) as error:
            if error.fields.get("status") not in (404, 410):
                raise
        if delivery.action == "withdraw":
            done = status is None
        else:
            done = status is not None and _is(status, delivery)
        return Found(Receipt(remote) if done else None, complete=True)

    async def _changed(self, client: Client, work: Any) -> Receipt:
        """A call that makes or changes a status. A 200 without an id proves nothing."""
        status = await client.call(work, changes=True)
        id = status.get("id") if isinstance(status, dict) else None
        if not id:
            cause = {"fr": "réponse sans identifiant", "en": "an answer without an id"}
            raise Unclear(channel=self.id, cause=cause)
        # a server may pass over an image that it no longer has, and take the words
        shown = "media_attachments" not in status or bool(status["media_attachments"])
        return Receipt(str(id), status.get("url"), picture=shown)

    def _visibility(self, delivery: Delivery) -> str:
        """A message that is not for everybody stays so; else the channel's setting counts."""
        asked = delivery.message.visibility
        return str(self.options.visibility) if asked == "public" else asked

    async def _ready(self) -> _Login:
        """The login, with the server's nature known: it decides ``window``."""
        login = await self._login()
        if self.instance is None:
            self._meet(await read_instance(login.client))
        return login

    async def _login(self) -> _Login:
        """The account's client; a new or renewed token is checked once. Raises ChannelError."""
        token = self.account.secret()
        login = _logins.get(self.account)
        if login is None or login.token != token or login.client.stuck:
            client = Client(self.id, self.account.settings.server, token)
            me = await verify(client)
            if not self.account.settings.user:
                from bot.channels import mastodon_renew

                mastodon_renew.remember(self.account, me)
            users = login.users if login is not None else WeakSet()
            login = _logins[self.account] = _Login(client, token, str(me["id"]), users)
        login.users.add(self)
        return login

    def _meet(self, instance: Instance) -> None:
        self.instance = instance
        self.window = instance.window


def reach(since: datetime, server_now: datetime, our_now: datetime) -> datetime | None:
    """How far back to look, by the server's clock, for what was sent at ``since`` by ours.

    A clock of ours that runs ahead makes ``since`` too late, so the look goes as much further
    back. None: ``since`` has not come yet over there; our clock has jumped meanwhile, nothing is
    known of the time, and everything is looked through (R15).
    """
    margin = SKEW + max(our_now - server_now, timedelta(0))
    return None if since > server_now + margin else since - margin


def _page_of(user: str, below: str | None, *, boosts: bool) -> Any:
    return lambda api: api.account_statuses(
        user, exclude_reblogs=not boosts, max_id=below, limit=PAGE
    )


def _moment(status: Any) -> datetime | None:
    """When a status was made; None where the server does not say."""
    made = status.get("created_at")
    if isinstance(made, str):
        try:
            made = datetime.fromisoformat(made)
        except ValueError:
            return None
    if not isinstance(made, datetime):
        return None
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def _is(status: Any, delivery: Delivery) -> bool:
    """Is it the same words, under the same warning?"""
    message = delivery.message
    return (
        not status.get("reblog")
        and same(str(status.get("content") or ""), message.text)
        and (status.get("spoiler_text") or "").strip() == message.spoiler.strip()
    )
