"""How many answers are taken in at the same time. While those that were read wait to be understood,
no more are asked for. A thousand feeds that are first seen at once took 310 MB, of which 90 stayed:
what is freed here and there cannot be given back to the system.
"""

from __future__ import annotations

import asyncio
from collections import deque

Task = asyncio.Task[object]


class Hands:
    """Of the tasks that have begun to take in: each asks with a free hand only, has it full while
    it takes in the answer, and empties it before it asks again, so that none waits for another.

    :param most: how many hands there are.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        #: who takes in, and whether it has a hand
        self._tasks: dict[Task | None, bool] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()

    def begin(self) -> None:
        """The running task takes in what it will be answered, and says when it has ended."""
        self._tasks[asyncio.current_task()] = False

    def end(self) -> None:
        """All is taken in."""
        self.empty()
        self._tasks.pop(asyncio.current_task(), None)

    async def take(self) -> None:
        """Wait for a hand. Who has not begun to take in needs none."""
        task = asyncio.current_task()
        if self._tasks.get(task, True):
            return
        if self._free:
            self._free -= 1
        else:
            mine = asyncio.get_running_loop().create_future()
            self._waiting.append(mine)
            try:
                await mine
            except BaseException:
                if mine.done() and not mine.cancelled():  # cancelled just when it was given
                    self._give()
                raise
        self._tasks[task] = True

    def empty(self) -> None:
        """The running task holds nothing (any more)."""
        task = asyncio.current_task()
        if self._tasks.get(task):
            self._tasks[task] = False
            self._give()

    def _give(self) -> None:
        while self._waiting:
            mine = self._waiting.popleft()
            if not mine.done():
                mine.set_result(None)
                return
        self._free += 1
