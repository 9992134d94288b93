"""What the last reads of a source came to, one character each: it is stored, and shown as a line.

``0`` to ``7``: answered, with none, 1, 2–3, 4–7… new or changed entries; ``x``: no good answer.
"""

from __future__ import annotations

#: reads that are remembered
KEPT = 24
FAILED = "x"
_BARS = "▁▂▃▄▅▆▇█"


def answered(lately: str, entries: int) -> str:
    """One more read that was answered, with so many new or changed entries."""
    return f"{lately}{min(entries.bit_length(), 7)}"[-KEPT:]


def failed(lately: str) -> str:
    """One more read that was not."""
    return f"{lately}{FAILED}"[-KEPT:]


def line(lately: str) -> str:
    """For people: a bar per read, oldest first, ``×`` where there was no good answer."""
    return "".join(
        _BARS[int(char)] if char in "01234567" else "×" for char in lately if char in "01234567x"
    )
