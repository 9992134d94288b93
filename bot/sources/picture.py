"""Fetches an image for a post: through the same door as everything else (S1, P12 to P14), bounded."""

from __future__ import annotations

import asyncio

from bot.errors import Unreachable, Unreadable
from bot.sources.fetch import Fetcher

#: bytes of the largest image that is taken over
LARGEST = 8 * 1024 * 1024
#: seconds in all, waiting for one's turn at the host included: a post waits no longer for it
LONGEST = 25.0
ACCEPT = {"Accept": "image/jpeg, image/png, image/webp, image/gif"}

_TOO_SLOW = {"fr": "trop lent", "en": "too slow"}
_NO_PICTURE = {"fr": "ce n’est pas une image", "en": "this is no image"}


async def fetch(fetcher: Fetcher, url: str) -> tuple[bytes, str]:
    """The image at ``url`` and its media type, by its first bytes. Raises SourceError."""
    try:
        async with asyncio.timeout(LONGEST):
            found = await fetcher.get(url, ACCEPT, max_bytes=LARGEST)
    except TimeoutError as error:
        raise Unreachable(cause=_TOO_SLOW) from error
    type = kind(found.body)
    if type is None:
        raise Unreadable(cause=_NO_PICTURE)
    return found.body, type


def kind(body: bytes) -> str | None:
    """The media type of an image by its signature; None where it is none of those that are taken."""
    if body.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if body.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if body.startswith(b"RIFF") and body[8:12] == b"WEBP":
        return "image/webp"
    return None
