"""The page to read first: news comes in by collect(), and goes out by deliver().

::

    collect:  Source ──Item──> clean ──Entry──> changes ──> understand ──Facts──> Story
              ──Announcement──> compose ──Message──> Delivery, all saved in ONE transaction
    deliver:  claim a Delivery (lease) ──> channel ──> record what the other side said

Nothing is "seen" before it is safely queued; nothing is "sent" before the other side said so.
Both verbs only begin the work (one task a source, one a channel), so that a slow server delays
nobody else; ``finished`` waits for it, ``drain`` ends it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.entries.changes import changes
from bot.entries.clean import clean, once
from bot.entries.entry import Entry, Publisher
from bot.errors import DataError, Gone, SourceError, Unreadable
from bot.house import TEXTS, House
from bot.occasions import occasions
from bot.send import send_all
from bot.settle import Settling, settle
from bot.sources import cut, due
from bot.sources.source import Reading, Source
from bot.store.database import Tx
from bot.store.sources import SourceRow
from bot.understanding.fact import Understanding
from bot.understanding.understand import understand

log = logging.getLogger(__name__)

#: entries that have vanished are remembered for so long: one that returns is not told again (R6)
REMEMBERED = timedelta(days=180)
#: answered questions are remembered for so long: older ones are not heard again anyway (S6)
ANSWERED = timedelta(days=1)


async def collect(house: House, now: datetime) -> None:
    """Begin to read every source that is due. ``now`` is UTC, aware."""
    for row in await house.ledger.due(house.sources, now):
        work = _collect_one(house, house.sources[row.id], row, now)
        house.begin(f"source {row.id}", work)


async def _collect_one(house: House, source: Source, row: SourceRow, now: datetime) -> None:
    """Read one source and take in what it shows; a failure is noted and tried again later."""
    try:
        reading = await source.read(row.state, now)
        read = await _entries_of(house, source, reading, now)
        if reading.whole and _doubtful(read):
            reading = await reading.whole()
            read = await _entries_of(house, source, reading, now)
        await _take_in(house, source, row, reading, read, now)
    except SourceError as error:
        await _note_failure(house, source, row, error, now)
    except DataError:
        raise  # the store's trouble, not the source's: the next tick tries again
    except Exception as error:
        # A bug met in one source must neither hammer it nor stop the others.
        log.exception(
            "source %s: something unforeseen; it is read again later. Report this", row.id
        )
        await _note_failure(house, source, row, Unreadable(cause=type(error).__name__), now)


async def _take_in(
    house: House, source: Source, row: SourceRow, reading: Reading, read: _Read, now: datetime
) -> None:
    """Understand what is new in a reading, and save it with the messages it causes."""
    interval = timedelta(minutes=source.options.interval)
    next_due = due.after_success(now, interval, reading.wait, house.chance())
    if not reading.changed and _only_asked(row, reading):
        # most reads by far: nothing to understand, and no transaction of their own
        house.ledger.checked(replace(row, next_due=next_due, last_try=now, last_ok=now))
        house.begin("checked", house.ledger.save())
        house.read_well(source, 0, 0)
        return
    read_row = replace(
        row,
        state=dict(reading.state),
        title=reading.title or row.title,
        next_due=next_due,
        first_seen=row.first_seen or now,
        last_try=now,
        last_ok=now,
        failures=0,
        error="",
    )
    if not reading.items and row.first_seen is not None:
        await house.store.write(lambda tx: _save_known(tx, reading, read_row, now))
        await _report(house, source, read_row, reading, 0)
        return
    fresh = changes(read.entries, read.known)
    now_known = {entry.id for entry in (*fresh.new, *fresh.edited, *fresh.known)}
    marks = {mark: id for mark, id in read.marks.items() if id in now_known or not id}
    if marks:
        read_row = replace(read_row, state=cut.remember(read_row.state, marks))
    if fresh.new or fresh.edited:
        read_row = replace(read_row, changed_at=now)
    limits = {id: await house.told_limits(one, now) for id, one in house.channels.items()}
    settling = Settling(
        row=read_row,
        changes=fresh,
        understood=await _understand_all(house, (*fresh.new, *fresh.edited)),
        limits=limits,
        now=now,
        first=row.first_seen is None,
    )

    def save(tx: Tx) -> int:
        tx.entries.seen(reading.known, now)
        return settle(tx, house, settling)

    if await house.store.write(save):
        house.wake.set()
    await _report(house, source, read_row, reading, len(fresh.new))
    if fresh.renamed:
        text = TEXTS["renamed"][house.language].format(name=source.options.name)
        await house.notice(f"renamed:{source.id}:{now.date()}", text, now)


async def _report(house: House, source: Source, row: SourceRow, reading: Reading, new: int) -> None:
    """The row is written: say what the read brought."""
    house.ledger.written(row)
    house.read_well(source, len(reading.items) + len(reading.known), new)
    for said in reading.notices:
        text = f"{source.options.name} : {said[house.language]}"
        await house.notice(f"source:{source.id}:{said['en']}", text, row.last_ok or house.now())


def _save_known(tx: Tx, reading: Reading, row: SourceRow, now: datetime) -> None:
    """Nothing new to understand: what is said to be there still is noted, and the row."""
    tx.entries.seen(reading.known, now)
    tx.sources.put(row)


def _only_asked(row: SourceRow, reading: Reading) -> bool:
    """The source has nothing new to be remembered, to be said or to be forgiven."""
    same = reading.state == row.state and not reading.known and not reading.notices
    return same and not row.failures and row.first_seen is not None


@dataclass(frozen=True)
class _Read:
    """The clean entries of one read, and what is known of them."""

    entries: tuple[Entry, ...]
    marks: Mapping[str, str]  # of the raw ones: {Item.mark: Entry.id, "" where nothing is in it}
    known: Mapping[str, str]  # see changes()
    unparsed: Collection[str]  # ids


async def _entries_of(house: House, source: Source, reading: Reading, now: datetime) -> _Read:
    if not reading.items:
        return _Read((), {}, {}, reading.known)
    # thousands of entries take seconds: not on the loop (R1)
    entries, marks = await asyncio.to_thread(_entries, source, reading, now)
    known = await house.store.read(lambda tx: tx.entries.known(source.id, entries))
    return _Read(entries, marks, known, frozenset(reading.known))


def _doubtful(read: _Read) -> bool:
    """Something here may be one of the entries that were not parsed: then all must be seen."""
    return any(
        entry.id in read.unparsed
        or (entry.id not in read.known and any(name in read.known for name in entry.alternates))
        for entry in read.entries
    )


def _entries(
    source: Source, reading: Reading, now: datetime
) -> tuple[tuple[Entry, ...], dict[str, str]]:
    options = source.options
    publisher = Publisher(source.id, options.name, options.role, options.home, options.place)
    language = reading.language or options.language
    cleaned = [
        clean(item, publisher, now=now, language=language, base=options.home)
        for item in reading.items
    ]
    entries = once(cleaned)
    marks = {
        item.mark: entry.id if entry else ""
        for item, entry in zip(reading.items, cleaned, strict=True)
        if item.mark
    }
    if len(entries) < sum(entry is not None for entry in cleaned):
        marks = {}  # which of two that are one is told depends on both: neither is ever cut out
    return entries, marks


async def _understand_all(
    house: House, entries: tuple[Entry, ...]
) -> list[tuple[Entry, Understanding]]:
    understood = []
    for entry in entries:
        understood.append((entry, understand(entry, house.knowledge)))
        await asyncio.sleep(0)  # a long first read must not hold up deliveries
    return understood


async def _note_failure(
    house: House, source: Source, row: SourceRow, error: SourceError, now: datetime
) -> None:
    """Keep what was known (P4), and come back later, ever more rarely (P8, P9, P11)."""
    failures = row.failures + 1
    interval = timedelta(minutes=source.options.interval)
    later = due.after_failure(now, interval, failures, error.retry_after, house.chance())
    row = replace(
        row,
        next_due=later,
        last_try=now,
        failures=failures,
        error=error.say(house.language),
        disabled=row.disabled or isinstance(error, Gone),
    )
    await house.store.write(lambda tx: tx.sources.put(row))
    house.ledger.written(row)
    house.read_badly(source, error)
    if isinstance(error, Gone):
        await house.notice(f"source-gone {source.id}", error, now)


async def deliver(house: House, now: datetime) -> None:
    """Begin to send, on every channel, what may go out at ``now``."""
    for channel in house.channels.values():
        house.begin(f"channel {channel.id}", send_all(house, channel, now))


async def remind(house: House, now: datetime) -> None:
    """Queue the reminders and the digests that the calendar calls for."""
    limits = {id: await house.told_limits(one, now) for id, one in house.channels.items()}
    if await house.store.write(lambda tx: occasions(tx, house, limits, now)):
        house.wake.set()


async def housekeeping(house: House, now: datetime) -> None:
    """Forget entries that their sources have not shown for long and that no story needs."""
    gone = await house.store.write(lambda tx: tx.entries.forget(now - REMEMBERED))
    await house.store.write(lambda tx: tx.heard.forget(now - ANSWERED))
    log.info("housekeeping forgotten=%d", gone)


async def finished(house: House) -> None:
    """Wait until everything that was begun has ended."""
    while house.working:
        await asyncio.wait(list(house.working.values()))


async def drain(house: House, seconds: float) -> None:
    """Begin nothing more; let what is under way end, then cut it off (its lease runs out)."""
    house.stopping = True
    if not house.working:
        return
    _, late = await asyncio.wait(list(house.working.values()), timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


async def ready(house: House) -> bool:
    """The database takes writes, and every channel has been opened (O2)."""
    try:
        await house.store.write(lambda tx: tx.meta.put("ready", house.now().isoformat()))
    except DataError:
        return False
    return set(house.channels) <= house.started
