"""What the interpreter and the C library are told, so that the bot stalls little and keeps little.

All of it is a hint: where the C library is not glibc, nothing is asked of it.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

#: seconds that a thread may keep the interpreter while others wait. With Python's own 5 ms, some ten
#: threads that parse, clean and write held up the event loop for 50.
SWITCH = 0.001
#: heaps that the C library makes for threads: by default eight a core, each with its own gaps
ARENAS = 2
_M_ARENA_MAX = -8  # malloc.h


def begin() -> None:
    """At the start of a bot that runs for long."""
    sys.setswitchinterval(SWITCH)
    if (mallopt := _of_glibc("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return what a burst of work has left unused to the system. Takes some milliseconds, in which
    other threads go on."""
    if (trim := _of_glibc("malloc_trim")) is not None:
        trim(0)


def _of_glibc(name: str) -> Any:
    """One of its functions; None where the C library is another."""
    try:
        return getattr(ctypes.CDLL("libc.so.6"), name)
    except (OSError, AttributeError):
        return None
