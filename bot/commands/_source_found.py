"""Whether a feed that was found is the one asked for, and what the bot would make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.commands import _source_file
from bot.commands.command import Context
from bot.commands.understand import knowledge_of
from bot.commands.why import Why
from bot.entries.clean import clean
from bot.entries.entry import Publisher
from bot.errors import Refused, SourceError
from bot.understanding.understand import understand

if TYPE_CHECKING:
    from bot.sources.discover import Found, Visit

_MEANING = {
    "told": {"fr": "serait annoncée\u00a0: {kind}", "en": "would be told: {kind}"},
    "not": {"fr": "ne serait pas annoncée", "en": "would not be told"},
}


@dataclass(frozen=True, slots=True)
class Latest:
    """One of the latest entries of a feed, as the bot understands it."""

    headline: str
    kind: str
    relevant: bool
    meaning: str  # in words


def latest(context: Context, feed: Found, most: int) -> list[Latest]:
    """The first entries of a feed and whether they would be told, were they news. Takes a moment:
    not for the event loop."""
    knowledge, said = knowledge_of(context), context.language
    who = Publisher("discover", feed.title or feed.url, "press", feed.home)
    found = []
    for item in feed.items:
        entry = clean(item, who, now=context.now(), language=feed.language or "fr", base=feed.home)
        headline = _source_file.headline(item.title, item.summary or item.content)
        if entry is None or not headline:
            continue
        meant = understand(entry, knowledge)
        kind = Why().tell(f"kind-{meant.kind}", said)
        words = _MEANING["told" if meant.relevant else "not"]
        meaning = (words.get(said) or words["en"]).format(kind=kind)
        found.append(Latest(headline, meant.kind, meant.relevant, meaning))
        if len(found) == most:
            break
    return found


async def offered(visit: Visit, url: str, feeds: Sequence[Found]) -> tuple[bool, int | None]:
    """Whether ``url`` is the first of ``feeds`` or a page that offers it, not a place guessed
    beside it; and the HTTP status where the server refused ``url``. Raises SourceError.
    """
    from bot.sources import software
    from bot.sources.discover import links

    address = url if "://" in url else f"https://{url}"
    if feeds and feeds[0].url == address:
        return True, None
    try:
        page = await visit.get(address, {"Accept": "text/html, */*;q=0.8"})
    except Refused as refused:
        status = refused.fields.get("status")
        return False, status if isinstance(status, int) else None
    if not feeds:
        return False, None
    linked = links(page.body, page.url)
    known = software.recognise(page.url, page.body)
    kept = [place.url for place in software.places(page.url, known)]
    if feeds[0].url in (page.url, *linked, *kept):
        return True, None
    for link in linked:  # one that leads on to the feed
        try:
            if (await visit.get(link)).url == feeds[0].url:
                return True, None
        except SourceError:
            continue
    return False, None
