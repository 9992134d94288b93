"""Finds the feeds that a web page offers.

First what the page itself says (HTML, ``link rel=alternate``: RSS Advisory Board's and WHATWG's
autodiscovery), then links that look like feeds, then the places where known software keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot import kinds
from bot.errors import Refused, SourceError, Unreachable, Unreadable
from bot.sources import apart, document, feedtext, ical, jsonfeed, software
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.source import Item, Reading

_TYPES = {
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/feed+json": "jsonfeed",
    "text/calendar": "ical",
}
#: WordPress, Drupal, many; Jekyll and Hugo; SPIP; Joomla; PeerTube; Agenda du Libre; JSON Feed
_KNOWN_PLACES = (
    "/feed/",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/rss",
    "/feed.atom",
    "/spip.php?page=backend",
    "/?format=feed&type=rss",
    "/feeds/videos.xml",
    "/events.rss",
    "/feed.json",
)
_LOOKS_LIKE = re.compile(
    r"(?:/(?:feed|rss|atom)/?|\.(?:rss|atom|ics)|/(?:rss|atom|feed|index|backend)\.xml|"
    r"[?&](?:page=backend|format=feed|type=(?:rss|atom))\b.*|/feed/(?:atom|rss2?)/?)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|commentaire", re.IGNORECASE)
#: feeds of one page that are tried; a page may list one for each of its tags
_MOST = 8
_PAGE = 2 * 1024 * 1024  # bytes of a page that are read
#: requests of one look around
MOST_REQUESTS = 24
_ENOUGH = {"fr": "assez demandé à ce site", "en": "asked enough of that site"}


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answers and can be read."""

    url: str
    kind: str  # of source
    title: str  # plain as the feed gives it; "" where it has none
    home: str  # the page it was found on
    language: str | None
    items: tuple[Item, ...]
    settings: Mapping[str, str] = field(default_factory=dict)  # further ones that its kind needs


class Visit:
    """A polite look around: what was asked once is not asked again, and it ends. Stands where a
    Fetcher stands."""

    def __init__(self, fetcher: Fetcher, most: int = MOST_REQUESTS) -> None:
        self._fetcher = fetcher
        self._left = most
        self._known: dict[str, Fetched | SourceError] = {}

    async def get(
        self, url: str, headers: Mapping[str, str] | None = None, *, max_bytes: int | None = None
    ) -> Fetched:
        """As :meth:`Fetcher.get`; Unreachable where enough was asked."""
        if url not in self._known:
            if self._left <= 0:
                raise Unreachable(cause=_ENOUGH)
            self._left -= 1
            try:
                self._known[url] = await self._fetcher.get(url, headers, max_bytes=max_bytes)
            except SourceError as error:
                self._known[url] = error
        answer = self._known[url]
        if isinstance(answer, SourceError):
            raise answer
        return answer


async def discover(
    fetcher: Fetcher | Visit, url: str, now: datetime | None = None
) -> tuple[Found, ...]:
    """What ``url`` is or offers, the best first; () where there is nothing.

    :param now: from which calendars are read; the present where None.

    Raises SourceError where ``url`` itself cannot be reached.
    """
    visit = fetcher if isinstance(fetcher, Visit) else Visit(fetcher)
    now = now or datetime.now(UTC)
    if "://" not in url:
        url = f"https://{url}"
    page: Fetched | None = None
    offered: list[str] = []
    try:
        page = await visit.get(url, {"Accept": "text/html, */*;q=0.8"}, max_bytes=_PAGE)
    except Refused:  # the server is there: what it keeps elsewhere may be open
        known = software.recognise(url, b"")
    else:
        found = await _read(page, page.url, now)
        if found:
            return (found,)
        offered = links(page.body, page.url)
        known = software.recognise(page.url, page.body)
    home = page.url if page else url
    asked = software.places(home, known)
    special = [place for place in asked if place.kind or "/schedule/" in place.url]
    by_kind = [found for place in special if (found := await _by_kind(visit, place, home, now))]
    feeds = await _all(visit, offered[:_MOST], home, now, enough=_MOST)
    told = {one.url: one for one in (*by_kind, *feeds)}
    if told:
        return tuple(told.values())
    guesses = [*(place.url for place in asked if not place.kind), *_places(home)]
    return await _all(visit, dict.fromkeys(guesses), home, now, enough=1)


async def _by_kind(visit: Visit, place: software.Place, home: str, now: datetime) -> Found | None:
    """What a place of a known kind shows; None where it does not answer as such."""
    if not place.kind:
        return next(iter(await _all(visit, [place.url], home, now, enough=1)), None)
    kind = kinds.load("source", place.kind)
    assert kind is not None, place.kind
    host = urlsplit(place.url).hostname or place.url
    try:
        options = kind.Options(kind=place.kind, name=host, url=place.url, **place.settings)
        reading: Reading = await kind("discover", options, visit).read({}, now)
    except (SourceError, ValueError):
        return None
    title, language = reading.title or "", reading.language
    return Found(place.url, place.kind, title, home, language, reading.items, place.settings)


def links(body: bytes, url: str) -> list[str]:
    """The addresses of feeds in a page's HTML: announced ones first, of comments last."""
    tree = LexborHTMLParser(body)
    base = url
    if (element := tree.css_first("base[href]")) is not None:
        base = _joined(url, element.attributes.get("href") or "") or url
    announced: list[str] = []
    comments: list[str] = []
    for link in tree.css("link[rel][href]"):
        kind = (link.attributes.get("type") or "").partition(";")[0].strip().lower()
        rels = (link.attributes.get("rel") or "").lower().split()
        address = _joined(base, link.attributes.get("href") or "")
        if address and kind in _TYPES and "alternate" in rels:
            title = f"{link.attributes.get('title') or ''} {address}"
            (comments if _COMMENTS.search(title) else announced).append(address)
    linked = [
        address
        for link in tree.css("a[href]")
        if (address := _joined(base, link.attributes.get("href") or ""))
        and _LOOKS_LIKE.search(address)
        and not _COMMENTS.search(address)
    ]
    return list(dict.fromkeys([*announced, *linked, *comments]))


def _joined(base: str, link: str) -> str | None:
    try:
        address = urljoin(base, link.strip()).partition("#")[0]
    except ValueError:
        return None
    address = re.sub(r"^webcals?://", "https://", address)
    return address if address.startswith(("http://", "https://")) else None


def _places(home: str) -> list[str]:
    """Where the software of this site, whichever it is, would keep its feed."""
    parts = urlsplit(home)
    root = f"{parts.scheme}://{parts.netloc}"
    path = parts.path.rstrip("/")
    special = []
    if re.fullmatch(r"/@[^/]+", path):  # Mastodon, Pixelfed; Mobilizon groups
        special = [f"{root}{path}.rss", f"{root}{path}/feed/atom"]
    elif re.fullmatch(r"/tags/[^/]+", path):  # Mastodon
        special = [f"{root}{path}.rss"]
    elif re.fullmatch(r"/[^/]+/[^/]+", path):  # GitHub; GitLab; Forgejo
        special = [
            f"{root}{path}/releases.atom",
            f"{root}{path}/-/releases.atom",
            f"{root}{path}/releases.rss",
        ]
    elif re.fullmatch(r"/c/[^/]+(/videos)?", path):  # PeerTube
        name = path.split("/")[2]
        special = [f"{root}/feeds/videos.xml?videoChannelName={name}"]
    elif path:  # a blog in a folder
        special = [f"{root}{path}{place}" for place in _KNOWN_PLACES[:4]]
    return [*special, *(root + place for place in _KNOWN_PLACES)]


async def _all(
    visit: Visit, addresses: Iterable[str], home: str, now: datetime, *, enough: int
) -> tuple[Found, ...]:
    found: dict[str, Found] = {}
    for address in addresses:
        try:
            one = await _read(await visit.get(address), home, now)
        except SourceError:
            continue
        if one is not None:
            found.setdefault(one.url, one)
        if len(found) >= enough:
            break
    return tuple(found.values())


async def _read(fetched: Fetched, home: str, now: datetime) -> Found | None:
    """The feed or calendar in an answer; None where it holds none."""
    body = fetched.body
    site = home if home != fetched.url else "{0.scheme}://{0.netloc}".format(urlsplit(home))
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].upper() == b"BEGIN:VCALENDAR":
        return await _calendar(fetched, site, now)
    kind = "jsonfeed" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "feed"
    try:
        if kind == "jsonfeed":
            read = await document.read(jsonfeed.parse, body, fetched.url)
        else:
            said = fetched.headers.get("Content-Type", "")
            read = await document.read(feedtext.parse, body, said, fetched.url)
    except Unreadable:
        return None
    return Found(fetched.url, kind, read.title or "", site, read.language, read.items)


async def _calendar(fetched: Fetched, site: str, now: datetime) -> Found | None:
    zone, days = "Europe/Paris", "90"
    try:
        found = await apart.run(
            ical.parse, fetched.body, fetched.url, now.isoformat(), zone, "fr", days, aside=True
        )
        read = document.from_json(found)
    except Unreadable:
        return None
    return Found(fetched.url, "ical", read.title or "", site, read.language, read.items)
