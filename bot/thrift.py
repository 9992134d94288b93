"""What the interpreter and the C library are told, so that the bot stalls little and keeps little.

All of it is a hint: where the C library is not glibc, nothing is asked of it.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from bot.thinker import Thinker

T = TypeVar("T")

thinker = Thinker()
#: seconds that a thread may keep the interpreter while others wait. With Python's own 5 ms, some ten
#: threads that parse, clean and write held up the event loop for 50.
SWITCH = 0.001
#: new objects after which those that refer to each other in circles are looked for; Python's own
#: number is 700
OBJECTS = 5_000
#: heaps that the C library makes for threads: by default eight a core, each with its own gaps
ARENAS = 2
_M_ARENA_MAX = -8  # malloc.h


def begin() -> None:
    """At the start of a bot that runs for long, once everything is open.

    What is there by then stays for good: looking through it again and again for what nobody needs
    any more held up everything for a tenth of a second.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS)
    sys.setswitchinterval(SWITCH)
    if (mallopt := _of_glibc("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, ARENAS)


async def aside(work: Callable[..., T], *given: Any) -> T:
    """``work(*given)``, which only thinks, in a thread; what waits for others has threads of its
    own (:func:`asyncio.to_thread`). Raises Endless."""
    return await thinker.think(work, given)


def rest() -> None:
    """At the end: nobody waits for a thought any more (O1)."""
    global thinker  # noqa: PLW0603 - the next one who thinks finds another
    thinker.rest()
    thinker = Thinker()


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
