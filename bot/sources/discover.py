"""Finds the feeds that a web page offers.

First what the page itself says (HTML, ``link rel=alternate``: RSS Advisory Board's and WHATWG's
autodiscovery), then links that look like feeds, then the places where known software keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from bot.errors import Refused, SourceError, Unreadable
from bot.sources import document, feed, jsonfeed
from bot.sources.fetch import Fetched, Fetcher
from bot.sources.source import Item

_TYPES = {
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/feed+json": "jsonfeed",
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
    r"(?:/(?:feed|rss|atom)/?|\.(?:rss|atom)|/(?:rss|atom|feed|index|backend)\.xml|"
    r"[?&](?:page=backend|format=feed|type=(?:rss|atom))\b.*|/feed/(?:atom|rss2?)/?)$",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|commentaire", re.IGNORECASE)
#: feeds of one page that are tried; a page may list one for each of its tags
_MOST = 8
_PAGE = 2 * 1024 * 1024  # bytes of a page that are read


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answers and can be read."""

    url: str
    kind: str  # feed | jsonfeed
    title: str  # plain as the feed gives it; "" where it has none
    home: str  # the page it was found on
    language: str | None
    items: tuple[Item, ...]


async def discover(fetcher: Fetcher, url: str) -> tuple[Found, ...]:
    """The feeds that ``url`` is or offers, the best first; () where there are none.

    Raises SourceError where ``url`` itself cannot be reached.
    """
    if "://" not in url:
        url = f"https://{url}"
    page: Fetched | None = None
    try:
        page = await fetcher.get(url, {"Accept": "text/html, */*;q=0.8"}, max_bytes=_PAGE)
    except Refused:  # the server is there: what it keeps elsewhere may be open
        offered: list[str] = []
    else:
        found = await _read(page, page.url)
        if found:
            return (found,)
        offered = links(page.body, page.url)
    home = page.url if page else url
    feeds = await _all(fetcher, offered[:_MOST], home, enough=_MOST)
    return feeds or await _all(fetcher, _places(home), home, enough=1)


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
    fetcher: Fetcher, addresses: Iterable[str], home: str, *, enough: int
) -> tuple[Found, ...]:
    found: dict[str, Found] = {}
    for address in addresses:
        try:
            one = await _read(await fetcher.get(address), home)
        except SourceError:
            continue
        if one is not None:
            found.setdefault(one.url, one)
        if len(found) >= enough:
            break
    return tuple(found.values())


async def _read(fetched: Fetched, home: str) -> Found | None:
    """The feed in an answer; None where it holds none."""
    body = fetched.body
    kind = "jsonfeed" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "feed"
    try:
        if kind == "jsonfeed":
            read = await document.read(jsonfeed.parse, body, fetched.url)
        else:
            said = fetched.headers.get("Content-Type", "")
            read = await document.read(feed.parse, body, said, fetched.url)
    except Unreadable:
        return None
    site = home if home != fetched.url else "{0.scheme}://{0.netloc}".format(urlsplit(home))
    return Found(fetched.url, kind, read.title or "", site, read.language, read.items)
