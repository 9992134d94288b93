"""Hubs that tell us of news at once (WebSub, W3C Recommendation), where the bot has a public address.

A feed that offers a hub is subscribed to; the hub proves that it means us, and its lease is renewed
in time. What it sends is read as if it had been polled, so that push and poll never tell twice; the
poll goes on all the same, and finds what a push lost.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from bot.errors import SourceError
from bot.house import House
from bot.sources.websub import signed
from bot.steps.read import take_pushed
from bot.store.database import Tx
from bot.store.hubs import HubSubscription

log = logging.getLogger(__name__)

#: asked for; the hub decides
LEASE = timedelta(days=10)
#: what is believed of a hub's lease
SHORTEST_LEASE, LONGEST_LEASE = timedelta(minutes=15), timedelta(days=30)
#: of a lease, after which it is renewed
RENEW = 3 / 4
#: a hub that does not confirm is asked again after this, doubling up to a day
RETRY = timedelta(hours=1)
LONGEST_RETRY = timedelta(hours=24)
#: one push: bytes, and seconds in which it must have come
LARGEST, SECONDS = 2 * 1024 * 1024, 10.0
#: pushes that wait to be read; a hub sends again what is refused
WAITING = 8

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


class WebSub:
    """The subscriber.

    :param public_url: where the web face can be reached from outside.
    """

    def __init__(self, house: House, public_url: str) -> None:
        self._house = house
        self._public = public_url.rstrip("/")
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def host(self) -> str:
        """The name under which hubs ask (Host check, S12)."""
        return urlsplit(self._public).hostname or ""

    def add_routes(self, app: web.Application) -> None:
        """Where hubs find us."""
        app.router.add_get("/websub/{token}", self._verify)
        app.router.add_post("/websub/{token}", self._push)

    # -- asking hubs ------------------------------------------------------------------------

    async def tick(self, now: datetime) -> None:
        """Begin to ask the hubs that are to be asked; forget what is offered no more."""
        house = self._house
        known = {one.source: one for one in await house.store.read(lambda tx: tx.hubs.all())}
        offers, rows = {}, await house.ledger.all()
        for id in house.sources:
            row = rows.get(id)
            if row is not None and not row.disabled and row.state.get("hub"):
                offers[id] = row.state["hub"]
        for id, offer in offers.items():
            one = known.get(id)
            if one is None or (one.hub, one.topic) != (offer["hub"], offer["topic"]):
                one = HubSubscription(
                    source=id,
                    hub=offer["hub"],
                    topic=offer["topic"],
                    token=secrets.token_urlsafe(24),
                    secret=secrets.token_urlsafe(48),
                    next_ask=now,
                )
            if one.next_ask <= now:
                house.begin(f"websub {id}", self._ask(one, now))
        for id in known.keys() - offers.keys():
            await house.store.write(partial(_drop, source=id))

    async def _ask(self, one: HubSubscription, now: datetime) -> None:
        """One request to a hub; it confirms later, by asking us."""
        wait = min(RETRY * 2 ** min(one.tries, 10), LONGEST_RETRY)
        asked = replace(one, next_ask=now + wait, tries=one.tries + 1, error="")
        # before the hub can ask back
        await self._house.store.write(lambda tx: tx.hubs.put(asked))
        form = {
            "hub.callback": f"{self._public}/websub/{one.token}",
            "hub.mode": "subscribe",
            "hub.topic": one.topic,
            "hub.lease_seconds": str(int(LEASE.total_seconds())),
            "hub.secret": one.secret,
        }
        try:
            await self._house.fetcher.post(one.hub, form)
        except SourceError as error:
            log.info("hub not ready source=%s: %s", one.source, error)
            said = error.say(self._house.config.bot.language)
            await self._house.store.write(lambda tx: _note_error(tx, one.token, said))

    # -- hubs asking us ---------------------------------------------------------------------

    async def _of(self, request: web.Request) -> HubSubscription:
        token = request.match_info["token"]
        one = None
        if _TOKEN.fullmatch(token):
            one = await self._house.store.read(lambda tx: tx.hubs.by_token(token))
        if one is None:
            raise web.HTTPGone(text="no such subscription\n")  # a hub then stops (section 5.3)
        return one

    async def _verify(self, request: web.Request) -> web.Response:
        """A hub asks whether it was really us who subscribed (section 5.3)."""
        one = await self._of(request)
        asked = request.query
        if asked.get("hub.topic") != one.topic:
            raise web.HTTPNotFound(text="another topic\n")
        if asked.get("hub.mode") == "denied":
            await self._denied(one, asked.get("hub.reason", ""))
            return web.Response(text="ok\n")
        challenge = asked.get("hub.challenge", "")
        if asked.get("hub.mode") != "subscribe" or not 0 < len(challenge) <= 1000:
            raise web.HTTPNotFound(text="not asked for\n")
        if not (one.tries or one.active):
            raise web.HTTPNotFound(text="not asked for\n")
        now, lease = self._house.now(), _lease(asked.get("hub.lease_seconds", ""))
        confirmed = replace(
            one,
            active=True,
            tries=0,
            error="",
            lease_until=now + lease,
            next_ask=now + lease * RENEW,
        )
        await self._house.store.write(lambda tx: tx.hubs.put(confirmed))
        log.info("hub confirmed source=%s lease=%s", one.source, lease)
        return web.Response(text=challenge)

    async def _denied(self, one: HubSubscription, reason: str) -> None:
        later = self._house.now() + LONGEST_RETRY
        denied = replace(one, active=False, next_ask=later, error=f"denied {reason}"[:200].strip())
        await self._house.store.write(lambda tx: tx.hubs.put(denied))

    async def _push(self, request: web.Request) -> web.Response:
        """News from a hub (section 7): believed only with its signature."""
        one = await self._of(request)
        if not one.active:
            raise web.HTTPNotFound(text="not confirmed\n")
        if self._waiting >= WAITING:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "60"})
        self._waiting += 1
        try:
            body = await _body(request)
        except BaseException:
            self._waiting -= 1
            raise
        if not signed(request.headers.get("X-Hub-Signature", ""), body, one.secret):
            self._waiting -= 1
            log.info("push without the right signature source=%s", one.source)
            raise web.HTTPForbidden(text="wrong signature\n")
        kind = request.headers.get("Content-Type", "")
        task = asyncio.create_task(self._take(one.source, body, kind), name=f"push {one.source}")
        self._tasks.add(task)
        task.add_done_callback(self._taken)
        return web.Response(status=202, text="thank you\n")

    async def _take(self, source: str, body: bytes, content_type: str) -> None:
        """Read it once the source is not being polled."""
        house, name = self._house, f"source {source}"
        while (polling := house.working.get(name)) is not None:
            await asyncio.wait([polling])
        house.begin(name, take_pushed(house, source, body, content_type, house.now()))
        if (work := house.working.get(name)) is not None:
            await asyncio.wait([work])

    def _taken(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._waiting -= 1


async def _body(request: web.Request) -> bytes:
    """What a hub sends, bounded in size and time."""
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.content.iter_chunked(64 * 1024):
                size += len(chunk)
                if size > LARGEST:
                    raise web.HTTPRequestEntityTooLarge(LARGEST, size)
                parts.append(chunk)
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="too slow\n") from None
    return b"".join(parts)


def _lease(said: str) -> timedelta:
    """What a hub granted, in seconds; a day where it says nothing sensible."""
    seconds = int(said) if re.fullmatch(r"[0-9]{1,9}", said, re.ASCII) else 86_400
    return min(max(timedelta(seconds=seconds), SHORTEST_LEASE), LONGEST_LEASE)


def _drop(tx: Tx, source: str) -> None:
    tx.hubs.drop(source)


def _note_error(tx: Tx, token: str, error: str) -> None:
    one = tx.hubs.by_token(token)
    if one is not None:  # else it was renewed or dropped meanwhile
        tx.hubs.put(replace(one, error=error))
