"""The page to read first: news comes in by collect(), and goes out by deliver().

::

    collect:  Source ──Item──> clean ──Entry──> changes ──> understand ──Facts──> Story
              ──Announcement──> compose ──Message──> Delivery, all saved in ONE transaction
    deliver:  claim a Delivery (lease) ──> channel ──> record what the other side said
              drafts are shown to people first; what they answer comes in by chat

Nothing is "seen" before it is safely queued; nothing is "sent" before the other side said so.
Both verbs only begin the work (one task a source, one a channel), so that a slow server delays
nobody else; ``finished`` waits for it, ``drain`` ends it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot import thrift
from bot.channels.channel import Channel
from bot.errors import DataError, Unreachable
from bot.house import House
from bot.notices.watch import watch
from bot.sources import due
from bot.steps import people
from bot.steps.drafts import show_drafts
from bot.steps.first_run import first_run
from bot.steps.intake import CHECKED
from bot.steps.occasions import occasions
from bot.steps.read import note_failure, read_one
from bot.steps.send import send_all
from bot.steps.share import TAKING, take
from bot.store.backup import expire
from bot.store.shared import SharedLedger
from bot.store.sources import SourceRow

log = logging.getLogger(__name__)

#: entries that have vanished are remembered for so long: one that returns is not told again (R6)
REMEMBERED = timedelta(days=180)
#: a story that nobody was told of waits so long for a better account
OVERHEARD = timedelta(days=60)
#: answered questions are remembered for so long: older ones are not heard again anyway (S6)
ANSWERED = timedelta(days=1)
#: what people told the admins (“erreur”) is kept for so long
SAID = timedelta(days=30)
#: what was asked in a room is remembered for so long, or so long after its answer: a late tap is
#: told why
ASKED = timedelta(days=90)
#: drafts that nobody has answered are kept for so long
DRAFTED = timedelta(days=30)
TOO_SLOW = {"fr": "trop lent", "en": "too slow"}


async def collect(house: House, now: datetime) -> None:
    """Begin to read every source that is due. ``now`` is UTC, aware."""
    if isinstance(house.ledger, SharedLedger):
        house.begin(TAKING, take(house, house.ledger, now))
        return
    sources = house.sources  # a reload may bring others while the ledger is asked
    for row in await house.ledger.due(sources, now):
        work = read_one(house, sources[row.id], row, now)
        house.begin(f"source {row.id}", work)


async def spread(house: House, now: datetime) -> None:
    """A start with many sources spreads their reading over their intervals (P14)."""
    intervals = {id: one.interval for id, one in house.sources.items()}
    if isinstance(house.ledger, SharedLedger):
        await house.ledger.spread(house.sources, intervals, now)
        return
    await house.ledger.due(house.sources, now)
    house.ledger.spread(intervals, now)


async def deliver(house: House, now: datetime) -> None:
    """Begin to send, on every channel, what may go out at ``now``."""
    waiting = await _waiting(house, now)
    letters = await people.channels(house) if house.leads else []
    for channel in (*_mine(house), *letters):
        if waiting is None or channel.id in waiting or channel.id not in house.started:
            house.begin(f"channel {channel.id}", send_all(house, channel, now))
    if house.leads:
        house.begin("drafts", show_drafts(house, now))
        house.begin("first run", first_run(house, now))


def _mine(house: House) -> list[Channel]:
    """The channels that this process may open: of several workers one alone has the devices."""
    return [one for one in house.channels.values() if house.leads or not one.leader_only]


async def _waiting(house: House, now: datetime) -> set[str] | None:
    """Of several workers each asks once for all channels what waits; None: not known."""
    if not house.store.shared:
        return None
    return await house.store.read(lambda tx: tx.deliveries.due_on(now))


async def remind(house: House, now: datetime) -> None:
    """Queue the reminders and the digests that the calendar calls for; tell admins what they
    should hear."""
    if not house.leads:
        return
    if await house.store.write(lambda tx: occasions(tx, house, house.known_limits(), now)):
        house.wake.set()
    await watch(house, now)


async def housekeeping(house: House, now: datetime) -> None:
    """Forget entries that their sources have not shown for long and that no story needs."""
    for channel in _mine(house):
        house.begin(f"limits {channel.id}", house.learn_limits(channel, now))
    await asyncio.to_thread(thrift.give_back)
    if not house.leads:
        return
    # first: an entry that no story needs any more is forgotten in its turn
    await house.store.write(lambda tx: tx.stories.forget(now - OVERHEARD, now))
    gone = await house.store.write(lambda tx: tx.entries.forget(now - REMEMBERED))
    await house.store.write(lambda tx: tx.heard.forget(now - ANSWERED))
    await house.store.write(lambda tx: tx.notices.forget_said(now - SAID))
    await house.store.write(lambda tx: tx.people.expire(now))
    await house.store.write(lambda tx: tx.asked.forget(now - ASKED))
    await house.store.write(lambda tx: tx.drafts.forget(now - DRAFTED, now))
    await asyncio.to_thread(expire, house.store.data_dir, now)
    await pass_notices(house, now)
    log.info("housekeeping forgotten=%d", gone)


async def pass_notices(house: House, now: datetime) -> None:
    """Tell the admins' room what it could not hear yet."""
    for notice in await house.store.read(lambda tx: tx.notices.unheard()):
        await house.pass_on(notice.key, notice.text, now)


async def finished(house: House, seconds: float | None = None) -> None:
    """Wait until everything that was begun has ended, or ``seconds`` are over."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while house.working:
                await _all_ended(house)


async def _all_ended(house: House) -> None:
    """What is under way now. Polls without news are gathered until all others have ended."""
    others = [task for name, task in house.working.items() if name != CHECKED]
    if not others:
        house.ledger.hurry()
    await asyncio.wait(others or list(house.working.values()))


async def give_up(house: House, now: datetime) -> None:
    """Cut off the reads that are still under way. A source that has not answered failed; one whose
    answer was being taken in did nothing wrong, and is read again (no sooner than P5 lets it)."""
    if (taking := house.working.get(TAKING)) is not None:
        taking.cancel()
    for name, task in list(house.working.items()):
        kind, _, id = name.partition(" ")
        if kind != "source":
            continue
        row = await _row_of(house, id)
        answered = id in house.answered
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        if answered:
            await _read_again(house, replace(row, next_due=now + due.FLOOR))
            continue
        await note_failure(house, house.sources[id], row, Unreachable(cause=TOO_SLOW), now)


async def _read_again(house: House, row: SourceRow) -> None:
    await house.store.write(lambda tx: tx.sources.put(row))


async def _row_of(house: House, id: str) -> SourceRow:
    if isinstance(house.ledger, SharedLedger) and (row := house.ledger.row(id)) is not None:
        return row
    return await house.store.read(lambda tx: tx.sources.get(id))


async def drain(house: House, seconds: float) -> None:
    """Begin nothing more; let what is under way end, then cut it off (its lease runs out)."""
    house.stopping = True
    await finished(house, seconds)
    late = list(house.working.values())
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    if not late:  # else the database does not answer, and nobody is to wait for it again
        house.ledger.hurry()
        with contextlib.suppress(DataError):
            await house.ledger.save()


async def ready(house: House) -> bool:
    """The database takes writes, and every channel has been opened (O2)."""
    try:
        await house.store.write(lambda tx: tx.meta.put("ready", house.now().isoformat()))
    except DataError:
        return False
    return {channel.id for channel in _mine(house)} <= house.started
