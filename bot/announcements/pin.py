"""A person's own words in the place of the bot's: within the channel's limits, mentioning nobody.

Words without an address keep the source and the link (and hashtags) of what they replace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape

from bot.announcements.announcement import Message
from bot.announcements.words import JOINER, count, plain

_MENTION = re.compile(r"([@＠﹫])(?=\S)")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
#: a link of a message in a room: “[Le Travailleur alpin] https://…”
_NAMED = re.compile(r"\[(?P<name>[^\]\n]+)\] (?P<url>https?://\S+)")


@dataclass(frozen=True, slots=True)
class TooLong:
    """So many characters, where the channel takes only so many."""

    characters: int
    most: int


def pin(
    old: Message, words: str, *, form: str, characters: int, per_url: int | None
) -> Message | TooLong:
    """``old`` with ``words`` in the place of its own.

    :param form: status, room, terminal or json: where the source stands.
    """
    lines = [plain(line) for line in words.strip().split("\n")]
    text = _MENTION.sub(rf"\1{JOINER}", "\n".join(lines).replace(JOINER, ""))
    html: str | None = escape(text).replace("\n", "<br>") if old.html is not None else None
    if not _URL.search(text):
        if form == "room":
            text, html = _named(old, text, html)
        else:
            text = "\n\n".join([text, *_tail(old)])
    length = count(text, per_url)
    if old.spoiler:
        characters -= count(old.spoiler, None)
    if length > characters:
        return TooLong(length, characters)
    return replace(old, text=text, html=html, boosts="")  # a person's words are said


def _tail(old: Message) -> list[str]:
    """The source's paragraph, the link, the hashtags."""
    paragraphs = old.text.split("\n\n")
    for at, paragraph in enumerate(paragraphs):
        if any(link in paragraph.split("\n") for link in old.links):
            return paragraphs[at:]
    return list(old.links[:1])


def _named(old: Message, text: str, html: str | None) -> tuple[str, str | None]:
    for hit in _NAMED.finditer(old.text):
        name, url = hit["name"], hit["url"]
        text = f"{text} [{name}] {url}"
        if html is not None:
            html = f'{html} <a href="{escape(url, quote=True)}">{escape(name)}</a>'
    return text, html
