"""Polite, safe HTTP: the one door through which sources read the world.

It asks at most once at a time per host (P14), says who it is (P13), sends neither cookies nor
Referer (P12), follows few redirects (P10), connects to public addresses only (S1), and ends: by
time (R3), by size once decompressed (R2), always.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode, urljoin

import aiohttp
from aiohttp.http import HttpProcessingError
from yarl import URL

from bot import __version__
from bot.config.settings import FetchSettings
from bot.errors import (
    Gone,
    Paused,
    Refused,
    SourceError,
    TooLarge,
    Unreachable,
    Unreadable,
)
from bot.sources import due, unpack, wire
from bot.sources.address import Guard
from bot.sources.caching import fresh_for, retry_after
from bot.sources.connections import Connections
from bot.sources.hands import Hands
from bot.sources.turns import Turns

log = logging.getLogger(__name__)

#: P10; RFC 9110 section 15.4 leaves the number to the client
REDIRECTS = 5
#: how long a host that answered 429 without Retry-After is left alone, doubling (P8)
PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=24)
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
#: headers that go on to another origin
_ANYWHERE = ("accept", "if-", "user-agent")
_CHUNK = 64 * 1024
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}

_BAD_ADDRESS = {
    "fr": "une adresse http(s) complète, sans mot de passe, est nécessaire",
    "en": "a full http(s) address without a password is needed",
}
_TOO_SLOW = {"fr": "trop lent", "en": "too slow"}
_CUT_OFF = {"fr": "connexion coupée", "en": "connection cut off"}
_LOOP = {"fr": "redirection en boucle", "en": "redirects in a loop"}
_MANY = {"fr": "trop de redirections", "en": "too many redirects"}
_NO_HTTP = {"fr": "réponse HTTP mal formée", "en": "malformed HTTP answer"}
_TRUNCATED = {"fr": "réponse tronquée ou abîmée", "en": "truncated or damaged answer"}


@dataclass(slots=True)  # frozen, it would be made at five times the cost: once a poll
class Fetched:
    """One answer. ``headers`` is case-insensitive."""

    status: int  # 200–299 or 304
    url: str  # where the body came from, after redirects
    headers: Mapping[str, str]
    body: bytes  # decompressed
    moved: str | None = None  # where permanent redirects (301, 308) alone lead; not to http
    wait: timedelta | None = None  # the server asked not to be read again before (P6)


def user_agent(contact: str) -> str:
    """``alposs-bot/version (+url; contact)``, the contact where the admin gave one (P13)."""
    return f"alposs-bot/{__version__} ({'; '.join(filter(None, ('+https://alposs.fr', contact)))})"


class Fetcher:
    """One per bot. Its connections open with the first request.

    :param user_agent: ``name/version (+url; contact)``.
    :param clock: now, UTC and aware.
    """

    def __init__(
        self, settings: FetchSettings, user_agent: str, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._sent = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": "gzip, deflate",
        }
        self._clock = clock
        self._guard = Guard(settings.allow)
        self._connections: Connections | None = None
        self._turns = Turns()
        self._places = asyncio.Semaphore(settings.concurrency)
        #: who takes in what it is answered says so here
        self.hands = Hands(2 * settings.concurrency)
        self._paused: dict[str, datetime] = {}  # hosts that answered 429 (P8)
        self._refusals: dict[str, int] = {}  # how often in a row they did
        #: asks a host alone, of all workers, where there are several
        self.alone: Callable[[str], AbstractAsyncContextManager[None]] | None = None

    async def get(
        self, url: str, headers: Mapping[str, str] | None = None, *, max_bytes: int | None = None
    ) -> Fetched:
        """Read ``url``. ``headers`` are added; of them only ``Accept`` and ``If-…`` go on to
        another origin.

        :param max_bytes: the size cap in bytes where it is not the settings' own.

        Raises Unreachable, Refused, Gone, Forbidden, TooLarge, Unreadable.
        """
        place = _place(url)
        cap = max_bytes or self._settings.max_bytes
        sent = {**self._sent, **headers} if headers else self._sent
        left = self._settings.timeout  # seconds; waiting for one's turn does not count
        answer = await self._in_turn(place, sent, cap, left)
        if isinstance(answer, Fetched):
            return answer
        seen = {url}
        permanent = True
        moved = None
        for _ in range(REDIRECTS):
            left = max(left - answer.seconds, 0.01)
            target = _target(url, answer.location)
            place = _place(target)
            if target in seen:
                raise Unreachable(cause=_LOOP)
            permanent = permanent and answer.permanent and not _downgrade(url, target)
            moved = target if permanent else moved
            if _origin(url) != _origin(target):
                sent = {k: v for k, v in sent.items() if k.lower().startswith(_ANYWHERE)}
            seen.add(target)
            url = target
            answer = await self._in_turn(place, sent, cap, left)
            if isinstance(answer, Fetched):
                answer.moved = moved
                return answer
        raise Unreachable(cause=_MANY)

    async def post(self, url: str, form: Mapping[str, str]) -> None:
        """Send a form (WebSub asks a hub so). An answer 2xx is a yes; redirects are not followed.

        Raises what :meth:`get` raises.
        """
        sent, body = {**self._sent, **_FORM}, urlencode(form).encode()
        answer = await self._in_turn(_place(url), sent, _CHUNK, self._settings.timeout, body)
        if not isinstance(answer, Fetched):
            raise Refused(status=307)

    def paused(self) -> dict[str, str]:
        """The hosts that asked to be left alone, and until when (ISO 8601): to be stored."""
        now = self._clock()
        return {host: until.isoformat() for host, until in self._paused.items() if until > now}

    def resume(self, paused: Mapping[str, str]) -> None:
        """Go on leaving alone what :meth:`paused` named before a restart."""
        latest = self._clock() + due.LONGEST_RETRY_AFTER  # a clock was ahead (R15)
        for host, until in paused.items():
            self._paused[host] = min(datetime.fromisoformat(until), latest)

    async def close(self) -> None:
        """Close the connections. May be called twice."""
        if self._connections is not None:
            await self._connections.close()

    async def _in_turn(
        self,
        place: wire.Place,
        headers: Mapping[str, str],
        cap: int,
        seconds: float,
        form: bytes | None = None,
    ) -> Fetched | _Redirect:
        """One request in flight per host, ``concurrency`` in all; a paused host is not asked."""
        host, hands, full = place.host, self.hands, False
        hands.empty()
        if not self._turns.take(host):
            await self._turns.wait(host)
        try:
            if self._paused:
                self._check_pause(host)
            await hands.take()
            if self.alone is None:
                async with self._places:
                    began = time.monotonic()
                    answer = await self._ask(place, headers, cap, seconds, form)
            else:
                async with self.alone(host), self._places:
                    began = time.monotonic()
                    answer = await self._ask(place, headers, cap, seconds, form)
            if self._refusals:
                self._refusals.pop(host, None)
            if isinstance(answer, _Redirect):
                answer = replace(answer, seconds=time.monotonic() - began)
            else:
                full = bool(answer.body)
        except Refused as refusal:
            if refusal.fields.get("status") == 429 and not isinstance(refusal, Paused):
                times = self._refusals[host] = self._refusals.get(host, 0) + 1
                wait = min(PAUSE * 2 ** min(times - 1, 10), LONGEST_PAUSE)
                self._paused[host] = self._clock() + (refusal.retry_after or wait)
            raise
        else:
            return answer
        finally:
            self._turns.leave(host)
            if not full:
                hands.empty()

    def _check_pause(self, host: str) -> None:
        until = self._paused.get(host)
        if until is None:
            return
        left = until - self._clock()
        if left > timedelta():
            raise Paused(retry_after=min(left, due.LONGEST_RETRY_AFTER), status=429)
        del self._paused[host]

    async def _ask(
        self,
        place: wire.Place,
        headers: Mapping[str, str],
        cap: int,
        seconds: float,
        form: bytes | None = None,
    ) -> Fetched | _Redirect:
        """One exchange, from connecting to the last byte."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(place, headers, cap, form)
        except SourceError:
            raise
        except TimeoutError as error:
            raise Unreachable(cause=_TOO_SLOW) from error
        except (aiohttp.ClientPayloadError, unpack.Damaged) as error:
            raise Unreadable(cause=_TRUNCATED) from error
        except HttpProcessingError as error:
            raise Unreadable(cause=_NO_HTTP) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Unreachable(cause=_CUT_OFF) from error
        except (UnicodeError, ValueError) as error:  # a name that IDNA refuses, an odd header
            raise Unreachable(cause=_BAD_ADDRESS) from error

    async def _exchange(
        self,
        place: wire.Place,
        headers: Mapping[str, str],
        cap: int,
        form: bytes | None = None,
    ) -> Fetched | _Redirect:
        if self._connections is None:
            self._connections = Connections(self._guard, self._settings.concurrency)
        answer = await wire.exchange(self._connections, place, headers, form)
        try:
            read = await self._read(place.address, answer, cap)
        except BaseException:
            answer.protocol.close()  # what is left of the body must not be drained
            raise
        self._connections.keep(place.peer, answer.protocol)
        return read

    async def _read(self, url: str, answer: wire.Answer, cap: int) -> Fetched | _Redirect:
        status, headers, now = answer.status, answer.headers, self._clock()
        if status in (301, 302, 303, 307, 308) and "Location" in headers:
            return _Redirect(headers["Location"], status in (301, 308))
        if status == 410:
            raise Gone
        if status != 304 and not 200 <= status < 300:
            wait = retry_after(headers.get("Retry-After"), now)
            raise Refused(retry_after=wait if status in (429, 503) else None, status=status)
        wait = fresh_for(headers, now)
        if status == 304:
            return Fetched(status, url, headers, b"", None, wait)
        if int(headers.get("Content-Length", 0)) > cap:  # the parser lets digits pass only
            raise TooLarge(limit=cap)
        packed = headers.get("Content-Encoding", "")
        unpacker = unpack.Unpacker(packed) if unpack.needed(packed) else None
        parts: list[bytes] = []
        size = 0
        async for chunk in answer.content.iter_chunked(_CHUNK):
            for piece in unpacker.feed(chunk) if unpacker else (chunk,):
                size += len(piece)
                if size > cap:
                    raise TooLarge(limit=cap)
                parts.append(piece)
                if len(piece) == unpack.STEP:
                    await asyncio.sleep(0)
        if unpacker:
            unpacker.end()
        return Fetched(status, url, headers, b"".join(parts), None, wait)


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool
    seconds: float = 0.0  # that the exchange took


@functools.lru_cache(maxsize=2048)  # the same all day
def _place(url: str) -> wire.Place:
    try:
        address = URL(url)
    except (ValueError, TypeError) as error:
        raise Unreachable(cause=_BAD_ADDRESS) from error
    if address.scheme not in ("http", "https") or not address.host or address.user is not None:
        raise Unreachable(cause=_BAD_ADDRESS)
    if address.password is not None:
        raise Unreachable(cause=_BAD_ADDRESS)
    return wire.Place(url, address)


def _target(url: str, location: str) -> str:
    try:
        return urljoin(url, location.strip()).partition("#")[0]
    except ValueError as error:
        raise Unreachable(cause=_BAD_ADDRESS) from error


def _origin(url: str) -> tuple[bool, str, int]:
    """RFC 6454: scheme, host, port."""
    return _place(url).peer.key


def _downgrade(old: str, new: str) -> bool:
    return old.lower().startswith("https:") and not new.lower().startswith("https:")
