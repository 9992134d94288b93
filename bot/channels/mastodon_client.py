"""The door to Mastodon.py: every call in a thread, ended in time, its failures understood.

What this avoids (each seen by running it): Mastodon.py waits 300 seconds for an answer, sleeps
rate limits out and then repeats the call, asks for the server's version without bound, turns a
POST into a GET where a server redirects, and puts whole answers into its exceptions. So: a
session of our own that keeps time and size, follows no redirect and remembers the HTTP status;
``ratelimit_method="throw"``; a version taken for granted; and the *status* decides what a
failure means, never a text, since servers translate those.

::

    no connection made ─────────────────> NotNow
    429 ────────────────────────────────> NotNow    after what X-RateLimit-Reset says
    401, 403 ───────────────────────────> Locked
    400, 410, 413, 422 ─────────────────> Rejected
    404, other 4xx, 3xx ────────────────> NotNow    a wrong address, a proxy: not the message's fault
    time-out, broken answer, 5xx ───────> Unclear   for a call that posts (4.6 answers a repeated
                                                    key with 500); NotNow for one that reads
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import mastodon
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot import __version__
from bot.errors import ChannelError, Locked, NotNow, Rejected, Unclear

T = TypeVar("T")

#: seconds to connect, between two pieces of an answer, and in all
CONNECT, READ, TOTAL = 10.0, 20.0, 30.0
#: bytes of the largest answer that is read: forty long statuses with all they carry
LARGEST = 8 * 1024 * 1024
AGENT = f"alposs-bot/{__version__} (+https://alposs.fr)"
#: what Mastodon.py is told that it speaks to: every endpoint that is used here is older
VERSION = "4.5.0"
#: longest rate-limit pause that is believed: Mastodon's longest window is three hours
LONGEST_PAUSE = timedelta(hours=3)

_CAUSES: Mapping[str, Mapping[str, str]] = {
    "connect": {"fr": "connexion impossible", "en": "cannot connect"},
    "tls": {"fr": "certificat ou chiffrement refusé", "en": "certificate or encryption refused"},
    "slow": {"fr": "pas de réponse à temps", "en": "no answer in time"},
    "lost": {"fr": "connexion coupée", "en": "connection lost"},
    "odd": {"fr": "réponse incompréhensible", "en": "an answer that makes no sense"},
    "moved": {
        "fr": "le serveur renvoie à une autre adresse\u202f; corrigez server dans le compte",
        "en": "the server points to another address; mend server in the account",
    },
}


class Session(requests.Session):
    """One answer at a time: bounded, and its status remembered in ``last``."""

    def __init__(self) -> None:
        super().__init__()
        self.last: requests.Response | None = None

    def request(self, method: Any, url: Any, **options: Any) -> requests.Response:  # type: ignore[override]  # requests names each of them
        """As requests', within :data:`TOTAL` seconds and :data:`LARGEST` bytes."""
        self.last = None
        end = time.monotonic() + TOTAL
        options.update(timeout=(CONNECT, READ), stream=True, allow_redirects=False)
        answer = super().request(method, url, **options)
        try:
            body = bytearray()
            for chunk in answer.iter_content(64 * 1024):
                body += chunk
                if len(body) > LARGEST or time.monotonic() > end:
                    raise requests.exceptions.ReadTimeout
        finally:
            answer.close()
        answer._content = bytes(body)  # noqa: SLF001 - where requests itself keeps what it has read
        self.last = answer
        if 300 <= answer.status_code < 400:
            raise requests.exceptions.TooManyRedirects
        return answer


class Client:
    """One account at one server.

    :param name: what errors call it: the channel.
    :param server: ``https://…`` without a last slash.
    :param token: the access token; None for what needs none.
    """

    def __init__(self, name: str, server: str, token: str | None = None) -> None:
        self.name = name
        self.server = server
        self.server_now: datetime | None = None  # the server's clock at its last answer
        self.stuck = False  # a thread of its own did not come back: make a new client
        self._token = token
        self._busy = threading.Lock()  # Mastodon.py's client is not made for several threads
        self._session = Session()
        self.api: Any = mastodon.Mastodon(
            api_base_url=server,
            access_token=token,
            ratelimit_method="throw",
            mastodon_version=VERSION,
            version_check_mode="created",
            request_timeout=TOTAL,
            session=self._session,
            user_agent=AGENT,
        )

    def __repr__(self) -> str:
        return f"Client({self.name!r}, {self.server})"

    async def call(self, work: Callable[[Any], T], *, changes: bool = False) -> T:
        """Run ``work(api)`` in a thread of its own.

        :param changes: True where the server may have acted although its answer is lost.

        Raises ChannelError, with ``status`` among its fields where the server answered.
        """
        try:
            async with asyncio.timeout(TOTAL * 2):
                return await _in_thread(lambda: self._do(work, changes))
        except TimeoutError as error:
            self.stuck = True
            lost = Unclear if changes else NotNow
            raise lost(channel=self.name, cause=_CAUSES["slow"]) from error

    def close(self) -> None:
        """Close the connections that are open."""
        self._session.close()

    def _do(self, work: Callable[[Any], T], changes: bool) -> T:
        with self._busy:
            self._session.last = None
            try:
                return work(self.api)
            except ChannelError:
                raise
            except Exception as error:  # noqa: BLE001 - Mastodon.py raises of every sort; the answer decides
                # `from None`: the texts of these exceptions hold addresses and whole answers
                raise self._meaning(error, changes) from None
            finally:
                self.server_now = _date(self._session.last) or self.server_now

    def _meaning(self, error: BaseException, changes: bool) -> ChannelError:
        lost = Unclear if changes else NotNow
        answer = self._session.last
        if answer is None:
            why, reached = _connection(error)
            kind = lost if reached else NotNow
            return kind(channel=self.name, cause=_CAUSES[why])
        status = answer.status_code
        fields: dict[str, Any] = {"channel": self.name, "status": status}
        fields["cause"] = f"HTTP {status}{self._said(answer)}"
        if status < 300:
            return lost(**{**fields, "cause": _CAUSES["odd"]})
        if status < 400:
            return NotNow(**{**fields, "cause": _CAUSES["moved"]})
        if status == 429:
            return NotNow(after=self._pause(answer), **fields)
        if status in (401, 403):
            return Locked(**fields)
        if status in (400, 410, 413, 422):
            return Rejected(**fields)
        return (lost if status >= 500 or status == 408 else NotNow)(**fields)

    def _said(self, answer: requests.Response) -> str:
        """The server's own words, for an admin: short, printable, without our token."""
        try:
            told = answer.json()["error"]
        except (ValueError, KeyError, TypeError):
            return ""
        if not isinstance(told, str):
            return ""
        if self._token:
            told = told.replace(self._token, "…")
        return ", " + "".join(c if c.isprintable() else " " for c in told[:200])

    def _pause(self, answer: requests.Response) -> timedelta | None:
        """How long a 429 asks to wait: Mastodon.py has read the reset by the server's clock; a
        proxy before the server may say Retry-After (RFC 9110, section 10.2.3)."""
        waits = [0.0]
        if isinstance(self.api.ratelimit_reset, int | float):
            waits.append(self.api.ratelimit_reset - time.time())
        if (header := answer.headers.get("Retry-After", "").strip()).isdecimal():
            waits.append(float(header[:9]))
        longest = timedelta(seconds=max(waits))
        return min(longest, LONGEST_PAUSE) if longest else None


def session(api: Any) -> Session:
    """The bounded session of a client's ``api``, for Mastodon.py's static calls."""
    found = api.session
    assert isinstance(found, Session)
    return found


def elsewhere(api: Any, server: str) -> str | None:
    """Where the API of a server is that does not answer for itself: many names (`@me@town.fr`)
    only point to it, by a redirect or by NodeInfo (nodeinfo.diaspora.software/protocol)."""
    asking = session(api)
    for path in ("/.well-known/nodeinfo", "/api/v2/instance"):
        try:
            told = asking.get(f"{server}{path}", headers={"User-Agent": AGENT}).json()
            target = told["links"][0]["href"]
        except (requests.RequestException, ValueError, LookupError, TypeError):
            last = asking.last
            target = last.headers.get("Location", "") if last is not None else ""
        parts = urlsplit(str(target))
        if parts.scheme in ("http", "https") and parts.netloc:
            found = f"{parts.scheme}://{parts.netloc}"
            if found != server:
                return found
    return None


def _connection(error: BaseException) -> tuple[str, bool]:
    """Why no answer came, and whether the request may have reached the server."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, requests.exceptions.SSLError):
            return "tls", False
        if isinstance(seen, requests.exceptions.ConnectTimeout | NewConnectionError):
            return "connect", False
        if isinstance(seen, MaxRetryError) and isinstance(seen.reason, NewConnectionError):
            return "connect", False
        if isinstance(seen, requests.exceptions.Timeout):
            return "slow", True
        if isinstance(seen, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
            return "connect", False
        for inner in seen.args:  # requests puts urllib3's reason there
            if isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError):
                return "connect", False
        seen = seen.__cause__ or seen.__context__
    return "lost", True


def _date(answer: requests.Response | None) -> datetime | None:
    """The header Date (RFC 9110, section 6.6.1), UTC; None where there is none."""
    if answer is None or "Date" not in answer.headers:
        return None
    try:
        told = parsedate_to_datetime(answer.headers["Date"])
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


async def _in_thread(work: Callable[[], T]) -> T:
    """Run ``work`` in a daemon thread: one that a server holds up never holds up the end of the
    process, as the event loop's own threads would (O1)."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # work's own result

    def run() -> None:
        try:
            done: tuple[T | None, BaseException | None] = (work(), None)
        except BaseException as error:  # noqa: BLE001 - handed to whoever awaits
            done = (None, error)
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, *done)

    threading.Thread(target=run, name="mastodon", daemon=True).start()
    return await future
