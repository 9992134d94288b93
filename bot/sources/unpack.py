"""A body as it was before its server packed it: gzip and deflate (RFC 9110 section 8.4.1).

aiohttp would unpack it too, but takes a gzip body that ends too early for a whole one: a page or a
robots.txt cut off half-way would be read as if that were all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

#: bytes that one step brings at most: others want to go on in between (R1), and what would be too
#: large is not made (R2)
STEP = 256 * 1024
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's window bits: RFC 1952, 1950, 1951
_MEMBER = b"\x1f\x8b"  # how a gzip member begins


class Damaged(Exception):
    """It is not packed as its server says, or it ends too early."""


def needed(encoding: str) -> bool:
    """Is a body with this ``Content-Encoding`` packed?"""
    return encoding.strip().lower() not in ("", "identity")


class Unpacker:
    """Of one body. Raises Damaged.

    :param encoding: of ``Content-Encoding``.
    """

    def __init__(self, encoding: str) -> None:
        name = encoding.strip().lower()
        if name not in ("gzip", "x-gzip", "deflate"):  # we ask for no other (P13)
            raise Damaged
        self._gzip = name != "deflate"
        self._tool: zlib._Decompress | None = None  # of the member that has begun
        self._members = 0  # that have ended
        self._rest = b""  # the first byte of what may be another one

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What the next bytes hold, at most STEP at once."""
        full = False  # more may be to come of what was taken in already
        packed, self._rest = self._rest + packed, b""
        while packed or full:
            if self._tool is None:
                if self._members and packed == _MEMBER[:1]:
                    self._rest = packed  # how the next member begins, or filling
                    return
                if self._members and not (self._gzip and packed.startswith(_MEMBER)):
                    return  # some servers fill up what they send; everybody passes it over
                self._tool = zlib.decompressobj(self._window(packed))
            try:
                piece = self._tool.decompress(packed, STEP)
            except zlib.error as error:
                raise Damaged from error
            packed, full = self._tool.unconsumed_tail, len(piece) == STEP
            if self._tool.eof:
                packed, full = self._tool.unused_data, False
                self._tool = None
                self._members += 1
            if piece:
                yield piece

    def end(self) -> None:
        """Nothing more comes."""
        if self._tool is not None:
            raise Damaged

    def _window(self, packed: bytes) -> int:
        if self._gzip:
            return _GZIP
        return (
            _ZLIB if packed[0] & 15 == 8 else _RAW
        )  # many send it without the frame it should have
