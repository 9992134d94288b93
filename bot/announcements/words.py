"""Words from feeds made harmless, French-correct, counted and cut.

Text from a feed is data: it can mention nobody, tag nothing and hide nothing (criteria S3, S4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import grapheme

#: WORD JOINER: invisible, takes no room, and no mention or hashtag pattern passes it.
JOINER = "\u2060"
_SIGNS = re.compile(r"([@＠﹫#＃﹟])(?=\S)")
#: Controls, bidirectional overrides, zero-width and tag characters (UAX #9, Unicode chapter 23.9).
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2069\u206a-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_URL = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
#: What a Mastodon server takes for a mention or a hashtag right inside an address.
_IN_URL = re.compile(r"(?<![=/\w])[@＠]")
_TAG_IN_URL = re.compile(r"(?<![=/)\w])#")


def plain(text: str) -> str:
    """Text of a feed on one line, without hidden characters."""
    return " ".join(_HIDDEN.sub("", text.replace("\n", " ").replace("\t", " ")).split(" ")).strip()


def harmless(text: str) -> str:
    r"""A text in which no ``@`` mentions and no ``#`` tags.

    >>> harmless("@admin #promo") == "@\u2060admin #\u2060promo"
    True
    """
    return _SIGNS.sub(lambda hit: hit[1] + JOINER, text.replace(JOINER, ""))


def mentioning_nobody(text: str) -> str:
    r"""The same for a text with addresses in it, which go on leading where they lead.

    >>> mentioning_nobody("@admin: https://a.example/@ville") == "@\u2060admin: https://a.example/@ville"
    True
    """
    kept = [hit[0] for hit in _URL.finditer(text)]
    parts = [harmless(part) for part in _URL.split(text)]
    links = [safe_link(url) or harmless(url) for url in kept]
    return "".join(part for pair in zip(parts, [*links, ""], strict=True) for part in pair)


@lru_cache(maxsize=256)  # one message asks three times
def safe_link(url: str | None) -> str | None:
    """An address that may be announced: http(s), no spaces, no user, nothing that mentions or
    tags; None for any other."""
    if not url or " " in url or not url.isprintable():  # no other space is printable
        return None
    try:
        address = urlsplit(url)
        if address.scheme.lower() not in ("http", "https") or not address.hostname:
            return None
        if address.username is not None or address.password is not None:
            return None
    except ValueError:
        return None
    if hit := _TAG_IN_URL.search(url):
        url = url[: hit.start()]
    for char, code in (
        ("<", "%3C"),
        (">", "%3E"),
        ('"', "%22"),
        ("＠", "%EF%BC%A0"),
        ("＃", "%EF%BC%83"),
    ):
        url = url.replace(char, code)
    return _IN_URL.sub("%40", url)


def count(text: str, per_url: int | None) -> int:
    """Length as Mastodon counts: grapheme clusters, an address as ``per_url`` (None: in full).

    ``@user@host`` counts as ``@user`` there; no such thing is left in our texts.
    """
    if per_url is None:
        return int(grapheme.length(text))
    links = _URL.findall(text)
    # An address found in a title may end earlier for the server than for us: never count less.
    return int(grapheme.length(_URL.sub("", text))) + sum(
        max(per_url, 0 if link == link.rstrip(".,;:!?)’'") else int(grapheme.length(link)))
        for link in links
    )


def within(text: str, room: int, per_url: int | None) -> bool:
    """Is it no longer than ``room``? Most texts are far from it: then clusters need no counting."""
    links = 0 if per_url is None else text.count("://")
    return len(text) + links * (per_url or 0) <= room or count(text, per_url) <= room


def cut(text: str, room: int, per_url: int | None) -> str:
    """``text`` in at most ``room`` characters: whole sentences, else whole words and “…”."""
    if within(text, room, per_url):
        return text
    if room < 1:
        return ""
    sentences = re.split(r"(?<=[.!?…])\s+", text)
    kept = ""
    for sentence in sentences:
        longer = f"{kept} {sentence}".strip()
        if count(longer, per_url) > room:
            break
        kept = longer
    if kept:
        return kept
    kept = ""
    for word in sentences[0].split(" "):
        longer = f"{kept} {word}".strip()
        if count(longer, per_url) + 1 > room:
            break
        kept = longer
    if kept:
        return kept.rstrip(" ,;:\u00a0\u202f") + "…"
    clusters = list(grapheme.graphemes(sentences[0]))  # one endless word
    if _URL.search(sentences[0]):
        return "…"
    return "".join(clusters[: room - 1]) + "…"


def hashtags(tags: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """At most ``most`` tags as configured, each once, with their ``#``."""
    found: dict[str, str] = {}
    for tag in tags:
        bare = re.sub(r"[^\w]", "", tag)
        if bare and not bare.isdigit():
            found.setdefault(bare.casefold(), f"#{bare}")
    return tuple(found.values())[:most]
