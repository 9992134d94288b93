"""Near-duplicate text by MinHash over hashed word shingles (Broder 1997), in a few lines.

The signature of a text is 32 numbers; the share of equal numbers estimates the share of
shingles that two texts have in common. No number depends on the process (no ``hash()``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b

from bot.understanding.language import fold

SIZE = 32
_ROWS = 2
_SHINGLE = 3
_PRIME = (1 << 61) - 1
_WORD = re.compile(r"[^\W_]+")
#: a·x + b mod p, with fixed a and b made from their index
_HASHES = tuple(
    (
        int.from_bytes(blake2b(b"a%d" % index, digest_size=7).digest()) | 1,
        int.from_bytes(blake2b(b"b%d" % index, digest_size=7).digest()),
    )
    for index in range(SIZE)
)
#: Enough of a text to know it again.
_LENGTH = 2000


@lru_cache(maxsize=256)  # asked for its keys, for choosing and for its witness
def signature(text: str) -> tuple[int, ...]:
    """32 numbers under 2**32; () for a text with too few words to be compared."""
    found = _WORD.findall(fold(text[:_LENGTH]))
    if len(found) < _SHINGLE + 1:
        return ()
    hashed = {
        int.from_bytes(
            blake2b(" ".join(found[at : at + _SHINGLE]).encode(), digest_size=7).digest()
        )
        for at in range(len(found) - _SHINGLE + 1)
    }
    return tuple(min((a * x + b) % _PRIME for x in hashed) & 0xFFFFFFFF for a, b in _HASHES)


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """0 to 1; 0 where either has no signature."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def bands(of: tuple[int, ...]) -> tuple[str, ...]:
    """Blocking keys: texts that are half alike share one of these with near certainty."""
    return tuple(
        f"text|{at}|{'-'.join(format(part, 'x') for part in of[at : at + _ROWS])}"
        for at in range(0, len(of), _ROWS)
    )
