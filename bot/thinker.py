"""The thread that parses, cleans and understands, and what becomes of it where a thought never ends.

More threads would bring nothing forward (one has the interpreter at a time), and the event loop
waits for all of them whenever it has asked the system for something: with six for 50 to 130 ms of
work, with two for 30 to 70, with one for 25.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")

#: seconds that one thought may take; the longest take one
LONGEST = 60.0
#: so many times another thread takes the place of one that hangs: each keeps a part of a core busy
REPLACED = 3


class Endless(Exception):
    """A thought did not end. Its thread is left alone, another one goes on with the others."""


class _Thought:
    """One piece of work, and who waits for it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.loop = asyncio.get_running_loop()
        self.told: asyncio.Future[Any] = self.loop.create_future()

    def tell(self, found: Any, error: BaseException | None) -> None:
        """On the loop: what came of it."""
        if self.told.done():
            return
        if error is not None:
            self.told.set_exception(error)
        else:
            self.told.set_result(found)


class Thinker:
    """A thread, made when it is first needed; it holds up no end of the process."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[_Thought | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        #: what it thinks now, and since when (monotonic seconds)
        self._now: tuple[_Thought, float] | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None  # on which it is watched
        self.replaced = 0
        self._said: _Thought | None = None  # of which it was said that nothing goes on any more

    async def think(self, work: Callable[..., T], given: tuple[Any, ...]) -> T:
        """``work(*given)``. Raises Endless, and what it raises."""
        thought = _Thought(lambda: work(*given))
        self._waiting.put(thought)
        if self._thread is None:
            self._begin()
        if self._watch is None or self._loop is not thought.loop:
            self._loop = thought.loop
            self._watch = thought.loop.call_later(LONGEST, self._look)
        found: T = await thought.told
        return found

    def rest(self) -> None:
        """What waits is not thought any more."""
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        while not self._waiting.empty():
            if (thought := self._waiting.get()) is not None:
                with contextlib.suppress(RuntimeError):  # its loop is closed
                    thought.loop.call_soon_threadsafe(thought.told.cancel)
        self._waiting.put(None)

    def _begin(self) -> None:
        self._thread = threading.Thread(target=self._run, name="thinker", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        me = threading.current_thread()
        while (thought := self._waiting.get()) is not None:
            if thought.told.cancelled():
                continue
            self._now = mine = thought, time.monotonic()
            found, error = None, None
            try:
                found = thought.work()
            except BaseException as raised:  # noqa: BLE001 - for who waits
                error = raised
            if self._now is mine:
                self._now = None
            with contextlib.suppress(RuntimeError):  # its loop is closed: nobody waits
                thought.loop.call_soon_threadsafe(thought.tell, found, error)
            del thought, mine, found, error
            if self._thread is not me:
                return  # another one has gone on

    def _look(self) -> None:
        """On the loop, while somebody waits: does the thread hang?"""
        self._watch = None
        now, left = self._now, LONGEST
        if now is None and self._waiting.empty():
            return  # whoever thinks next looks again
        if now is not None:
            thought, since = now
            left = since + LONGEST - time.monotonic()
            if left <= 0 and self.replaced < REPLACED:
                self.replaced += 1
                self._now = None
                self._begin()
                thought.tell(None, Endless())
            elif left <= 0 and self._said is not thought:
                self._said = thought
                log.error(
                    "nothing is understood any more: %d thoughts have not ended. Restart the bot, "
                    "and report the sources named above",
                    self.replaced + 1,
                )
        assert self._loop is not None
        self._watch = self._loop.call_later(max(left, LONGEST / 4), self._look)
