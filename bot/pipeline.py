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
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels.channel import Channel, Receipt
from bot.entries.changes import changes
from bot.entries.clean import clean, once
from bot.entries.entry import Entry, Publisher
from bot.errors import ChannelError, DataError, Gone, Locked, SourceError, Unclear
from bot.house import TEXTS, House
from bot.occasions import occasions
from bot.outbox import decide, pace
from bot.outbox.delivery import Delivery
from bot.outbox.retry import next_try
from bot.settle import Settling, settle
from bot.sources import due
from bot.sources.source import Reading, Source
from bot.store.database import Tx
from bot.store.sources import SourceRow
from bot.understanding.fact import Understanding
from bot.understanding.understand import understand

log = logging.getLogger(__name__)

#: seconds that one try may take; well under the lease, so that nobody else believes it is theirs
LONGEST_TRY = 120.0
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
    """Read one source, understand what is new, and save it with the messages it causes."""
    try:
        reading = await source.read(row.state, now)
    except SourceError as error:
        await _note_failure(house, source, row, error, now)
        return
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
    # thousands of entries take seconds: not on the loop (R1)
    entries = await asyncio.to_thread(_entries, source, reading, now)
    known = await house.store.read(lambda tx: tx.entries.known(source.id, entries))
    fresh = changes(entries, known)
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
    if await house.store.write(lambda tx: settle(tx, house, settling)):
        house.wake.set()
    house.ledger.written(read_row)
    house.read_well(source, len(entries), len(fresh.new))
    for said in reading.notices:
        text = f"{source.options.name} : {said[house.language]}"
        await house.notice(f"source:{source.id}:{said['en']}", text, now)
    if fresh.renamed:
        text = TEXTS["renamed"][house.language].format(name=source.options.name)
        await house.notice(f"renamed:{source.id}:{now.date()}", text, now)


def _only_asked(row: SourceRow, reading: Reading) -> bool:
    """The source has nothing new to be remembered, to be said or to be forgiven."""
    same = reading.state == row.state and not reading.items and not reading.notices
    return same and not row.failures and row.first_seen is not None


def _entries(source: Source, reading: Reading, now: datetime) -> list[Entry]:
    options = source.options
    publisher = Publisher(source.id, options.name, options.role, options.home, options.place)
    language = reading.language or options.language
    cleaned = (
        clean(item, publisher, now=now, language=language, base=options.home)
        for item in reading.items
    )
    return list(once(cleaned))


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
        house.begin(f"channel {channel.id}", _deliver_all(house, channel, now))


async def _deliver_all(house: House, channel: Channel, now: datetime) -> None:
    """Send one channel's messages, in order, until none may go out now."""
    if channel.id not in house.started and not await _start(house, channel, now):
        return
    while not house.stopping and await _deliver_next(house, channel, house.now()):
        pass


async def _deliver_next(house: House, channel: Channel, now: datetime) -> bool:
    """Send the next message of a channel, and record what came of it; False: none may go."""
    if await house.store.read(lambda tx: tx.deliveries.head(channel.id, now)) is None:
        return False
    delivery = await house.store.write(lambda tx: _claim(tx, house, channel, now))
    if delivery is None:
        return False
    outcome = await _attempt(house, channel, delivery, now)
    ended = house.now()
    if await house.store.write(lambda tx: tx.deliveries.settle(delivery, outcome, ended)):
        await _tell(house, channel, delivery, outcome, ended)
    return True


async def _start(house: House, channel: Channel, now: datetime) -> bool:
    """Open a channel; one that cannot be opened rests, and its messages wait."""
    row = await house.store.read(lambda tx: tx.channels.get(channel.id))
    if row.paused_until is not None and row.paused_until > now:
        return False
    try:
        await channel.start()
    except ChannelError as error:
        house.failed_starts[channel.id] += 1
        locked, reason = isinstance(error, Locked), error.reason
        attempts = house.failed_starts[channel.id]
        until = now + decide.LOCKED_PAUSE if locked else next_try(attempts, now, house.chance())
        await house.store.write(lambda tx: tx.channels.pause(channel.id, until, reason))
        if locked:
            await house.notice(f"locked:{channel.id}", error, now)
        else:
            log.info("channel not open yet channel=%s: %s", channel.id, error)
        return False
    house.started.add(channel.id)
    house.failed_starts.pop(channel.id, None)
    await house.store.write(lambda tx: tx.channels.meet(channel.id, now))
    return True


def _claim(tx: Tx, house: House, channel: Channel, now: datetime) -> Delivery | None:
    """The next message that the channel's pace lets out: urgent ones and edits always may."""
    options = channel.options
    free = pace.earliest(
        tx.deliveries.sent_times(channel.id, now - timedelta(days=1)),
        now,
        per_hour=options.per_hour,
        per_day=options.per_day,
        quiet=options.quiet,
        timezone=house.config.bot.timezone,
    )
    wanted: list[dict[str, Any]] = [{}]
    if free > now:
        wanted = [{"least": pace.URGENT}, {"posts": False}]
    for which in wanted:
        claimed = tx.deliveries.claim(channel.id, now, lease=decide.LEASE, **which)
        if claimed:
            return claimed[0]
    return None


async def _attempt(
    house: House, channel: Channel, delivery: Delivery, now: datetime
) -> decide.Settlement:
    """Look for it where it may already be there, else send it; what that came to."""
    said = house.language
    abilities, window = channel.abilities, channel.window
    step = decide.next_step(delivery, now, abilities=abilities, window=window)
    try:
        async with asyncio.timeout(LONGEST_TRY):
            if step == "look":
                try:
                    found = await channel.find(delivery, delivery.first_attempt or now)
                except ChannelError as error:
                    return decide.failed_look(delivery, error, now, house.chance(), said)
                if found.receipt is not None:
                    return decide.done(found.receipt.remote, found.receipt.url)
                step = decide.after_look(  # type: ignore[assignment]  # "adopt" was just done
                    delivery,
                    now,
                    found=False,
                    complete=found.complete,
                    abilities=abilities,
                    window=window,
                )
            if step == "expire":
                return decide.expired()
            if step == "hold":
                return decide.held(delivery)
            receipt = await _send(channel, delivery)
            return decide.done(receipt.remote, receipt.url)
    except ChannelError as error:
        return decide.failed(delivery, error, now, house.chance(), said)
    except TimeoutError:
        late = Unclear(channel=channel.options.name or channel.id, cause="timeout")
        return decide.failed(delivery, late, now, house.chance(), said)


async def _send(channel: Channel, delivery: Delivery) -> Receipt:
    if delivery.action == "post":
        return await channel.deliver(delivery)
    assert delivery.remote is not None, "an edit is claimed only once its post is there"
    if delivery.action == "edit":
        return await channel.edit(delivery.remote, delivery)
    await channel.withdraw(delivery.remote, delivery)
    return Receipt(delivery.remote)


async def _tell(
    house: House, channel: Channel, delivery: Delivery, outcome: decide.Settlement, now: datetime
) -> None:
    """Tell the admins what needs them, once; and take it back when it is over."""
    if outcome.state == "sent":
        house.counts["sent"] += 1
        await house.store.write(lambda tx: tx.notices.clear(f"locked:{channel.id}"))
    elif outcome.tell == "locked":
        await house.notice(f"locked:{channel.id}", outcome.error, now)
    elif outcome.tell:
        await house.notice(f"{outcome.tell}:{delivery.id}", outcome.error, now)


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
