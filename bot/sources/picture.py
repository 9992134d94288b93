"""Fetches an image for a post: through the same door as everything else (S1, P12 to P14), bounded."""

from __future__ import annotations

import asyncio

from bot.errors import Unreachable, Unreadable
from bot.sources.fetch import Fetcher

#: bytes of the largest image that is taken over
LARGEST = 8 * 1024 * 1024
#: seconds in all, waiting for one's turn at the host included: a post waits no longer for it
LONGEST = 25.0
#: bytes in which an image's end is looked for
_TAIL = 4096
ACCEPT = {"Accept": "image/jpeg, image/png, image/webp, image/gif"}

_TOO_SLOW = {"fr": "trop lent", "en": "too slow"}
_CUT_SHORT = {"fr": "l’image s’arrête en chemin", "en": "the image stops half-way"}
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
    if not whole(found.body, type):
        raise Unreadable(cause=_CUT_SHORT)
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


def whole(body: bytes, type: str) -> bool:
    """Whether an image ends as its format says (a broken connection may leave half of it): EOI of
    JPEG, IEND of PNG, the trailer of GIF, the length of RIFF. Some programs add bytes after it."""
    if type == "image/webp":
        return len(body) >= int.from_bytes(body[4:8], "little") + 8
    end = {"image/jpeg": b"\xff\xd9", "image/png": b"IEND", "image/gif": b"\x3b"}[type]
    return end in body[-_TAIL:]
