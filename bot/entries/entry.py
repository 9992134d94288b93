"""The Entry: an item in clean words, with one identity for life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.sources.source import Media


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who speaks. Taken from the source's settings, for understanding and for attribution."""

    source: str  # the source's id: its file stem
    name: str  # as readers know it: "Le Travailleur alpin"
    role: str = "press"  # press | municipal | association | agenda | event | vendor | forge | …
    home: str | None = None  # its site, https://…
    place: str | None = None  # the commune a municipal source speaks for: "Échirolles"


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news in plain text.

    ``id`` is ``SOURCE/HASH`` of its identity (guid, else canonical link, else content), scoped
    to its source (R6), and never changes. ``fingerprint`` changes when the words do (R10).
    """

    id: str
    publisher: Publisher
    url: str | None  # canonical, http(s) only
    title: str | None  # exact plain text, one line
    summary: str  # plain text, paragraphs separated by a newline
    content: str  # the same; "" when the source gives none or repeats the summary
    language: str  # ISO 639-1: "fr", "en", …
    published: datetime  # UTC; the first sight where the source gives none or a false one
    fingerprint: str
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()  # canonical http(s) links found in the text, in order
    media: tuple[Media, ...] = ()
    alternates: tuple[str, ...] = ()  # other names, by which it is known if its guid changes (R7)

    @property
    def text(self) -> str:
        """Title, summary and content, each on lines of its own."""
        return "\n".join(part for part in (self.title, self.summary, self.content) if part)
