"""One worker among others on a PostgreSQL database: it says that it is there, and leads if it can.

::

    every 2 s:  session lost? ──> lead no more ──> connect again
                nobody leads? ──> take the lock ──> hear the rooms, open the Matrix devices

Exactly one leads, as long as it lives: it holds an advisory lock of PostgreSQL on a connection of
its own (``store/session``). It alone hears people, opens the Matrix devices, and does what may be
done once: reminders, digests, housekeeping. All others read sources and post elsewhere, as it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import platform
from collections.abc import AsyncIterator, Awaitable, Callable

from bot import __version__, pipeline
from bot.announcements.personal import personal
from bot.errors import DataError
from bot.house import House
from bot.outbox import decide
from bot.store.database import Tx, leader_lock
from bot.store.lock import DataLocked
from bot.store.workers import Worker

log = logging.getLogger(__name__)

#: seconds between two looks at who leads: a dead leader's place is taken within a few of them
BEAT = 2.0
#: of so many looks one tells the others that this worker lives
TELL = 5
#: and at one of so many the leader does its small chores
CHORES = 30
#: seconds in which the Matrix devices must be closed by one that leads no more
CLOSING = 10.0
#: and those that saying goodbye may take
GOODBYE = 1.0


class Seat:
    """What a process needs of its own beside the others: its session, and the leader's locks.

    Give it back with :meth:`close`, once the Matrix devices are closed.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._session = house.store.session()
        self._device = contextlib.ExitStack()  # the data folder's own lock

    async def open(self) -> None:
        """Connect. Raises DataError."""
        await self._session.open()
        self._house.fetcher.alone = self._session.host

    async def lead(self) -> bool:
        """Lead, if nobody does. Raises DataError."""
        await self._session.open()
        if not await self._session.lead():
            return False
        try:
            # One that led here a moment ago may still be closing a Matrix device.
            self._device.enter_context(leader_lock(self._house.store.data_dir))
        except DataLocked:
            await self._session.resign()
            return False
        return True

    async def leads(self) -> bool:
        """Is the place still held? PostgreSQL is asked."""
        return self._session.leads and await self._session.check()

    async def close(self) -> None:
        """Another one may have it. Never raises."""
        self._device.close()
        await self._session.close()


@contextlib.asynccontextmanager
async def seated(house: House) -> AsyncIterator[Seat | None]:
    """A seat while the house is open; None where one process has the database to itself."""
    if not house.store.shared:
        yield None
        return
    seat = Seat(house)
    try:
        await seat.open()
        yield seat
    finally:
        await seat.close()


def told(house: House) -> dict[str, object]:
    """What the health page says besides: which of several workers it is, and whether it leads."""
    return {"worker": house.worker, "leads": house.leads} if house.store.shared else {}


async def take_over(house: House, mine: Callable[[str], bool]) -> None:
    """What a dead process had in hand for these channels need not wait for its lease's end. It is
    in doubt: looked for, or sent again under its own key."""
    until = house.now() + decide.IN_FLIGHT
    if taken := await house.store.write(lambda tx: tx.deliveries.take_over(mine, until)):
        log.info("worker %s takes over what was in hand: %d", house.worker, taken)


class Crew:
    """A worker in its place among the others.

    :param seat: None for a process that is alone: it leads.
    :param begin: called when it begins to lead, :param end: and when it does so no more.
    """

    def __init__(
        self,
        house: House,
        seat: Seat | None,
        *,
        begin: Callable[[], None],
        end: Callable[[], Awaitable[None]],
    ) -> None:
        self._house = house
        self._seat = seat
        self._begin = begin
        self._end = end
        self._started = house.now()
        self._beats = 0
        self._troubled = False
        self._working: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take part, until :meth:`stop`."""
        if self._seat is None:
            self._begin()
        else:
            self._working = asyncio.create_task(self._run(self._seat), name="crew")

    async def stop(self) -> None:
        """Hear nobody any more. What is under way may end; the seat is still held."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)
            id = self._house.worker
            with contextlib.suppress(DataError, TimeoutError):
                async with asyncio.timeout(GOODBYE):
                    await self._house.store.write(lambda tx: tx.workers.leave(id), beside=True)
        await self._end()

    async def _run(self, seat: Seat) -> None:
        while True:
            await self._beat(seat)
            await asyncio.sleep(BEAT)

    async def _beat(self, seat: Seat) -> None:
        """One look. A database that does not answer is asked again at the next one."""
        try:
            await self._look(seat)
            if self._beats % TELL == 0:
                await self._tell()
            self._beats += 1
            self._troubled = False
        except DataError as error:
            if not self._troubled:
                log.warning("worker %s: %s", self._house.worker, error)
            self._troubled = True
        except Exception:
            log.exception("worker %s: something unforeseen; I look again", self._house.worker)

    async def _look(self, seat: Seat) -> None:
        house = self._house
        if house.leads:
            if not await seat.leads():
                log.warning("worker %s leads no more: it has lost its session", house.worker)
                await self._lose(seat)
        elif await seat.lead():
            log.info("worker %s leads now", house.worker)
            house.leads = True
            self._begin()
            self._beats = 0
            await self._take_over()
            house.wake.set()

    async def _take_over(self) -> None:
        """What the one that led before had in hand need not wait for its lease's end: it is gone."""
        alone = {channel.id for channel in self._house.channels.values() if channel.leader_only}
        await take_over(self._house, lambda to: to in alone or personal(to))

    async def _lose(self, seat: Seat) -> None:
        """Whatever may run only once ends, at once."""
        house = self._house
        house.leads = False
        every = (*house.channels.values(), *house.people.values())
        alone = [channel for channel in every if channel.leader_only]
        # A message that is cut off here is looked for before it is sent again (C18).
        tasks = [t for c in alone if (t := house.working.get(f"channel {c.id}")) is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._end()
        house.started -= {channel.id for channel in alone}
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await asyncio.gather(*(one.stop() for one in alone), return_exceptions=True)
        await seat.close()

    async def _tell(self) -> None:
        house = self._house
        now, me = house.now(), self._me()

        def chores(tx: Tx) -> None:
            tx.workers.forget(now)
            tx.leases.set_back(now)

        await house.store.write(lambda tx: tx.workers.beat(me), beside=True)
        if house.leads and self._beats % CHORES == 0:
            await house.store.write(chores)
            await pipeline.pass_notices(house, now)

    def _me(self) -> Worker:
        house = self._house
        return Worker(
            id=house.worker,
            host=platform.node(),
            pid=os.getpid(),
            version=__version__,
            started=self._started,
            seen=house.now(),
            leads=house.leads,
            read=house.counts["read"],
            sent=house.counts["sent"],
        )
