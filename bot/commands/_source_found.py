"""Whether a feed that was found is the one asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.errors import Refused, SourceError

if TYPE_CHECKING:
    from bot.sources.discover import Found
    from bot.sources.fetch import Fetcher


async def offered(fetcher: Fetcher, url: str, feeds: Sequence[Found]) -> tuple[bool, int | None]:
    """Whether ``url`` is the first of ``feeds`` or a page that links it, not a place guessed
    beside it; and the HTTP status where the server refused ``url``. Raises SourceError.
    """
    from bot.sources.discover import links

    address = url if "://" in url else f"https://{url}"
    if feeds and feeds[0].url == address:
        return True, None
    try:
        page = await fetcher.get(address, {"Accept": "text/html, */*;q=0.8"})
    except Refused as refused:
        status = refused.fields.get("status")
        return False, status if isinstance(status, int) else None
    if not feeds:
        return False, None
    linked = links(page.body, page.url)
    if feeds[0].url in (page.url, *linked):
        return True, None
    for link in linked:  # one that leads on to the feed
        try:
            if (await fetcher.get(link)).url == feeds[0].url:
                return True, None
        except SourceError:
            continue
    return False, None
