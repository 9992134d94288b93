"""How a command runs: on an event loop of its own, to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.commands.command import Answer


class _Hurried(ThreadPoolExecutor):
    """Threads that nobody waits for: a hanging name look-up must not hold up the end (O1)."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - the executor's own door
        """Take no more work; what runs is left alone."""
        super().shutdown(wait=False, cancel_futures=cancel_futures)


def to_its_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a command and give its answer; threads that hang are left behind."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_default_executor(_Hurried())
        return runner.run(work)
