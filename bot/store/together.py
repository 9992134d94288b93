"""Writes that wait a moment for each other: of reads that are taken in at the same time.

A commit costs as much processor time as a fifth of what it holds, and waking the writer and those
who wait for it as much again; so reads that end together share one. One that is alone waits for
nobody, and nobody hears of success sooner: what is held here is not written yet.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from bot.store.writer import Job

#: seconds for which the first one waits, and how many wait, at most
LONGEST, MOST = 0.02, 16


class Together:
    """Holds writes back while others are on their way.

    :param submit: gives them to the writer.
    """

    def __init__(self, submit: Callable[..., None]) -> None:
        self._submit = submit
        self._coming = 0
        self._held: list[Job] = []
        self._timer: asyncio.TimerHandle | None = None

    @contextlib.contextmanager
    def coming(self) -> Iterator[None]:
        """Inside of it a write is on its way, most likely."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
            self._look()

    async def wait(self, job: Job) -> None:
        """Hold ``job`` back as long as others are coming; until it has ended, its own is not."""
        self._held.append(job)
        self._coming -= 1
        try:
            self._look()
            if self._held and self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(LONGEST, self.flush)
            await job[1]
        finally:
            self._coming += 1

    def flush(self) -> None:
        """Hold nothing back any longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        held, self._held = self._held, []
        if held:
            self._submit(*held)

    def _look(self) -> None:
        if self._held and (self._coming <= 0 or len(self._held) >= MOST):
            self.flush()
