"""Passing somebody's post on, where it tells the story already.

A post is known by its address, and boosted by its number on our own server. That number is looked
for among the latest posts of its author, which a token that posts may read anyway; where our server
has not got them, it is asked to fetch the post (``search`` with ``resolve``), which takes the scope
``read:search``. What cannot be boosted (not found, not for everybody, itself a boost, refused) is
for our own words to tell. Boosting what is boosted already answers with the boost that is there.
API: docs.joinmastodon.org/methods/statuses/#boost, …/methods/search.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from bot.channels.channel import Receipt
from bot.channels.mastodon_client import Client
from bot.errors import ChannelError, Locked, NotNow, Rejected, Unclear

#: posts of its author among which a post is looked for (the API's most)
LATEST = 40
_AUTHOR = re.compile(r"/(?:@|users/)(?P<name>[^/@]+)(?:@(?P<host>[^/@]+))?/")


async def boost(client: Client, address: str, visibility: str) -> Receipt | None:
    """Boost the post at ``address``; None: it cannot be, and nothing was done. Raises ChannelError
    where that is not sure, or may be otherwise later."""
    status = await _known(client, address) or await _fetched(client, address)
    if status is None or not boostable(status):
        return None
    try:
        made = await client.call(
            lambda api: api.status_reblog(status["id"], visibility=visibility), changes=True
        )
    except ChannelError as error:
        if not _refused(error):
            raise
        return None
    id = made.get("id") if isinstance(made, dict) else None
    if not id:
        cause = {"fr": "réponse sans identifiant", "en": "an answer without an id"}
        raise Unclear(channel=client.name, cause=cause)
    return Receipt(str(id), address)


async def boost_there(client: Client, remote: str) -> str | None:
    """The number of the post that our status ``remote`` passes on; None: it is words of our own, or
    gone. Raises ChannelError."""
    try:
        status = await client.call(lambda api: api.status(remote))
    except (NotNow, Rejected) as error:
        if error.fields.get("status") in (404, 410):
            return None
        raise
    inner = status.get("reblog")
    return str(inner["id"]) if inner else None


async def unboost(client: Client, number: str) -> None:
    """Take a boost back. Already gone is success. Raises ChannelError."""
    try:
        await client.call(lambda api: api.status_unreblog(number), changes=True)
    except (NotNow, Rejected) as error:
        if error.fields.get("status") not in (404, 410):
            raise


def boostable(status: Any) -> bool:
    """May everybody see it, and is it its author's own?"""
    return status.get("visibility") in ("public", "unlisted") and not status.get("reblog")


def is_boost_of(status: Any, address: str) -> bool:
    """Does a status of ours pass on the post at ``address``?"""
    inner = status.get("reblog")
    return bool(address) and bool(inner) and _is(inner, address)


def _is(status: Any, address: str) -> bool:
    return address.rstrip("/") in {str(status.get(at) or "").rstrip("/") for at in ("url", "uri")}


async def _known(client: Client, address: str) -> Any:
    """The post, among the latest of its author that our server has."""
    parts = urlsplit(address)
    author = _AUTHOR.match(parts.path)
    if author is None:
        return None
    host = author["host"] or parts.netloc
    own = host == urlsplit(client.server).netloc
    name = author["name"] if own else f"{author['name']}@{host}"
    try:
        account = await client.call(lambda api: api.account_lookup(name))
        latest = await client.call(
            lambda api: api.account_statuses(account["id"], exclude_reblogs=True, limit=LATEST)
        )
    except ChannelError as error:
        if not _refused(error):
            raise
        return None
    return next((one for one in latest if _is(one, address)), None)


async def _fetched(client: Client, address: str) -> Any:
    """The post, as our server fetches it where the token may have it do so."""
    try:
        found = await client.call(
            lambda api: api.search_v2(address, resolve=True, result_type="statuses")
        )
    except ChannelError as error:
        if not _refused(error):
            raise
        return None
    return next((one for one in found["statuses"] if _is(one, address)), None)


def _refused(error: ChannelError) -> bool:
    """Did the server say plainly that it will not? (403: this alone; the words will tell whether
    the whole account is closed to us.)"""
    status = error.fields.get("status")
    return isinstance(error, NotNow | Rejected | Locked) and status in (401, 403, 404, 410, 422)
