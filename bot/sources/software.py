"""What software a web page was made by, and where such software keeps what the bot can read. Pure.

Recognised by the page's own words (``meta generator`` and the like) or by its host; a page that is
not recognised is looked at as any other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

#: bytes of a page in which its software names itself
_HEAD = 200_000
_GENERATOR = rb"""<meta[^>]{0,80}(?:generator|og:platform|og:site_name|author)[^>]{0,80}["' ]"""
_SIGNS = {
    name: re.compile(sign, re.IGNORECASE)
    for name, sign in (
        ("mobilizon", _GENERATOR + rb"""[^>]{0,20}mobilizon|<link[^>]{0,200}mobilizon"""),
        ("mastodon", _GENERATOR + rb"""[^>]{0,20}mastodon|id=["']mastodon["']"""),
        ("peertube", _GENERATOR + rb"""[^>]{0,20}peertube"""),
        ("gitlab", _GENERATOR + rb"""[^>]{0,20}gitlab"""),
        ("forgejo", _GENERATOR + rb"""[^>]{0,20}(?:forgejo|gitea)"""),
        ("pretalx", rb"""<[^>]{0,200}\bpretalx\b"""),
        ("wordpress", _GENERATOR + rb"""[^>]{0,20}wordpress|/wp-(?:content|json)/"""),
        ("spip", _GENERATOR + rb"""[^>]{0,20}spip\b"""),
        ("drupal", _GENERATOR + rb"""[^>]{0,20}drupal|data-drupal-"""),
        ("typo3", _GENERATOR + rb"""[^>]{0,20}typo3|/typo3temp/"""),
        ("joomla", _GENERATOR + rb"""[^>]{0,20}joomla"""),
    )
}
_HOSTS = (
    (re.compile(r"(?:^|\.)github\.com$"), "github"),
    (re.compile(r"^gitlab\.|(?:^|\.)framagit\.org$"), "gitlab"),
    (re.compile(r"(?:^|\.)codeberg\.org$|^(?:gitea|forgejo)\."), "forgejo"),
    (re.compile(r"(?:^|\.)agendadulibre\.org$"), "agendadulibre"),
    (re.compile(r"(?:^|\.)pretalx\.com$"), "pretalx"),
)
#: where the well-known web software keeps its feed, from the root of the site
_FEEDS = {
    "wordpress": ("/feed/",),
    "spip": ("/spip.php?page=backend",),
    "drupal": ("/rss.xml",),
    "typo3": ("/rss.xml", "/feed.xml", "/?type=9818", "/?type=100"),
    "joomla": ("/?format=feed&type=rss",),
    "peertube": ("/feeds/videos.xml",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Something worth asking: by its kind where that is known, else whatever it turns out to be."""

    url: str
    kind: str = ""  # of source; "": a feed or calendar at this very address
    settings: Mapping[str, str] = field(default_factory=dict)  # further ones of that kind


def recognise(url: str, body: bytes) -> str:
    """The name of the software, "" where it is not known."""
    host = (urlsplit(url).hostname or "").lower()
    by_host = next((name for sign, name in _HOSTS if sign.search(host)), "")
    head = body[:_HEAD]
    return by_host or next((name for name, sign in _SIGNS.items() if sign.search(head)), "")


def places(url: str, software: str) -> tuple[Place, ...]:
    """What a page of this software offers, the best first."""
    parts = urlsplit(url)
    root, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    page = f"{root}{path}"
    if software == "mastodon" and re.fullmatch(r"/(?:@[^/@]+|tags/[^/]+)", path):
        return (Place(page, "fediverse"),)
    if software == "mobilizon" and re.fullmatch(r"(?:/@[^/]+)?", path):
        return (Place(page, "mobilizon"),)
    if software in ("github", "gitlab", "forgejo") and path.count("/") >= 1:
        whole = path.partition("/-/")[0]
        project = whole if software == "gitlab" else "/".join(whole.split("/")[:3])
        return (Place(f"{root}{project}", "releases", {"forge": software}),)
    if software == "agendadulibre":
        return (Place(f"{root}/events.json", "agendadulibre"),)
    if software == "pretalx" and path:
        event = f"{root}/{path.split('/')[1]}"
        return (
            Place(f"{event}/schedule/export/schedule.ics"),
            Place(f"{event}/schedule/feed.xml"),
        )
    if software == "peertube" and (channel := re.match(r"/(c/|a/|@)([^/]+)", path)):
        which = "accountName" if channel[1] == "a/" else "videoChannelName"
        return (Place(f"{root}/feeds/videos.xml?{which}={channel[2]}"),)
    return tuple(Place(root + place) for place in _FEEDS.get(software, ()))
