"""The Source door: a kind of source gets its stored state and returns items and new state.

To add a kind: one file here with a subclass of :class:`Source`, its ``kind`` and its
``Options``. The contract suite (tests/contracts) runs over it by itself.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from bot.config.wiring import SourceSettings
from bot.errors import Unreadable
from bot.sources import often
from bot.sources.vanished import Vanished

if TYPE_CHECKING:
    from bot.sources.fetch import Fetcher

#: One sentence by language: {"fr": …, "en": …}.
Words = Mapping[str, str]
#: What a kind wants to remember between two reads (validators, digests): JSON values only.
State = Mapping[str, Any]

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Media:
    """An image, sound or video that comes with an item (RSS enclosure, Media RSS)."""

    url: str
    type: str = ""  # media type, RFC 6838
    alt: str = ""  # text for those who do not see it
    length: int | None = None  # bytes, as the source says


@dataclass(frozen=True, slots=True)
class Item:
    """One thing as a source shows it, nothing cleaned yet.

    ``title``, ``summary`` and ``content`` are HTML, or plain text in which no tag or entity
    would be misread; a kind whose source says "plain" passes it through :func:`as_html`.
    """

    guid: str | None = None
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    language: str | None = None  # BCP 47, when the source says
    published: datetime | None = None  # aware
    updated: datetime | None = None  # aware
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    mark: str | None = None  # of its raw bytes, by which it is known again unparsed
    base: str | None = None  # what relative links in its texts are relative to (xml:base)


@dataclass(slots=True)  # made for every poll: frozen, at five times the cost
class Reading:
    """What one read of a source gave."""

    changed: bool  # False: the source said "nothing new" (304, same bytes)
    items: tuple[Item, ...] = ()
    state: State = field(default_factory=dict)  # to be stored with what was made of the items
    title: str | None = None  # the source's own title
    language: str | None = None  # of the whole source, BCP 47
    wait: timedelta | None = None  # the server asked not to be read again before (P6, P7)
    known: tuple[str, ...] = ()  # Entry.id of what is there still and was not parsed again
    whole: Callable[[], Awaitable[Reading]] | None = None  # reads those too, where it matters
    notices: tuple[Words, ...] = ()  # for admins: a lasting redirect, an empty feed…
    vanished: Vanished | None = None  # what it shows no more although it could


def as_html(plain: str) -> str:
    """Plain text in the form that :class:`Item` wants: what looks like a tag stays text."""
    return html.escape(plain, quote=False) if "<" in plain or "&" in plain else plain


class Source(ABC):
    """One configured source. Raises only :class:`bot.errors.SourceError` from :meth:`read`."""

    kind: ClassVar[str]
    Options: ClassVar[type[SourceSettings]] = SourceSettings

    def __init__(self, id: str, options: Any, fetcher: Fetcher) -> None:
        self.id = id
        self.options = options
        self.fetcher = fetcher
        #: between two reads: the setting, or what :mod:`bot.sources.often` finds before each read
        self.often = often.Often()
        self.interval = often.interval(options.interval, (), _NEVER)

    @property
    def host(self) -> str:
        """The host that it asks (P14); a source that asks none stands for itself."""
        try:
            name = urlsplit(str(getattr(self.options, "url", ""))).hostname
        except ValueError:  # no address: reading it will say so
            name = None
        return name or f"source:{self.id}"

    @abstractmethod
    async def read(self, state: State, now: datetime) -> Reading:
        """Read once. ``state`` is what the last stored :class:`Reading` carried ({} at first)."""

    async def pushed(self, body: bytes, content_type: str, state: State) -> Reading:  # noqa: ARG002 - the door's
        """Read what a hub sent (WebSub); only kinds whose state names a ``hub`` are sent any.

        Raises SourceError.
        """
        raise Unreadable(cause=type(self).kind)
