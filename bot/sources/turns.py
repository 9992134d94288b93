"""Who may ask a host: one at a time (P14), in the order in which they came."""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """A lock for each host, which costs next to nothing where nobody else wants it: as in most
    polls."""

    def __init__(self) -> None:
        #: the hosts that are being asked, and who waits for each
        self._hosts: dict[str, deque[asyncio.Future[None]] | None] = {}

    def take(self, host: str) -> bool:
        """Take one's turn; False where another one has it: then :meth:`wait`."""
        if host in self._hosts:
            return False
        self._hosts[host] = None
        return True

    async def wait(self, host: str) -> None:
        """Wait for one's turn, and have it."""
        queue = self._hosts[host]
        if queue is None:
            queue = self._hosts[host] = deque()
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except BaseException:
            if mine.done() and not mine.cancelled():  # cancelled just when it was given
                self.leave(host)
            raise

    def leave(self, host: str) -> None:
        """Give it to the next one."""
        queue = self._hosts[host]
        while queue:
            mine = queue.popleft()
            if not mine.done():
                mine.set_result(None)
                return
        del self._hosts[host]

    def __len__(self) -> int:
        """How many hosts are being asked."""
        return len(self._hosts)
