"""When: APScheduler ticks collect, deliver, remind and housekeeping, and nothing else.

What is due is decided by the store (each source's ``next_due``, each delivery's ``due``), so that
a restart, a missed tick or a jumping clock changes nothing but the moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import DataError

log = logging.getLogger(__name__)

#: seconds between two looks at what is due
COLLECT_EVERY = 5.0
DELIVER_EVERY = 2.0
REMIND_EVERY = 300.0
HOUSEKEEPING_EVERY = 3600.0
#: a tick this late means that the scheduler stands still (liveness, watchdog)
STALLED = timedelta(seconds=60)

Work = Callable[[datetime], Awaitable[None]]


class Scheduler:
    """Ticks four kinds of work until told to stop.

    :param collect: reads the sources that are due; returns when their reading has begun.
    :param deliver: sends what may go out now.
    :param remind: queues the reminders and digests that the calendar calls for.
    :param housekeeping: forgets what is old.
    :param now: the one clock (UTC, aware).
    :param wake: set by anybody who has queued something worth delivering at once.
    """

    def __init__(
        self,
        *,
        collect: Work,
        deliver: Work,
        remind: Work,
        housekeeping: Work,
        now: Callable[[], datetime],
        wake: asyncio.Event,
    ) -> None:
        self._works = {
            "collect": (collect, COLLECT_EVERY),
            "deliver": (deliver, DELIVER_EVERY),
            "remind": (remind, REMIND_EVERY),
            "housekeeping": (housekeeping, HOUSEKEEPING_EVERY),
        }
        self._now = now
        self._wake = wake
        self._delivering = asyncio.Lock()
        self.last_tick: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until ``stop`` is set; what is under way is then finished by its owners."""
        ticker = AsyncIOScheduler(
            executors={"default": AsyncIOExecutor()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        for name, (_, seconds) in self._works.items():
            ticker.add_job(self._tick, "interval", args=[name], seconds=seconds, id=name)
        ticker.start()
        _notify("READY=1")
        begun = [
            asyncio.create_task(self._deliver_when_woken()),
            asyncio.create_task(self._begin()),
        ]
        try:
            await stop.wait()
        finally:
            _notify("STOPPING=1")
            ticker.shutdown(wait=False)
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

    async def _begin(self) -> None:
        """The first of each, without waiting for its interval: channels open, sources are read."""
        for name in ("deliver", "collect", "remind"):
            await self._tick(name)

    async def _deliver_when_woken(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._tick("deliver")

    async def _tick(self, name: str) -> None:
        work, _ = self._works[name]
        now = self._now()
        try:
            if name == "deliver":
                async with self._delivering:
                    await work(now)
            else:
                await work(now)
        except DataError as error:
            log.warning("the next %s tick tries again: %s", name, error)
        except Exception:
            # One bad tick must not end the bot: the next one tries again from the store.
            log.exception(
                "a %s tick failed; the next one tries again. If this line comes back, "
                "report it with the details below",
                name,
            )
        self.last_tick = self._now()
        _notify("WATCHDOG=1")

    def alive(self) -> bool:
        """True while the ticks come (O2: liveness is the loop and the scheduler)."""
        return self.last_tick is not None and self._now() - self.last_tick < STALLED


def _notify(message: str) -> None:
    """Tell systemd, where it listens: sd_notify(3), datagrams to $NOTIFY_SOCKET."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(message.encode(), address)
