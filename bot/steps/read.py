"""One source's reading: ask it, clean and compare what it shows, understand what is new, and hand
all of it to the one transaction of ``settle``. A failure is noted, and tried again ever more rarely.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import thrift
from bot.entries.changes import Changes, changes
from bot.entries.clean import clean, once
from bot.entries.entry import Entry, Publisher
from bot.errors import DataError, Gone, Paused, Refused, SourceError, Unreadable
from bot.house import PAUSED, TEXTS, House, address
from bot.sources import cut, due, lately, often
from bot.sources.source import Reading, Source
from bot.steps import pictures, withdrawn
from bot.steps.settle import Settling, settle
from bot.steps.withdrawn import TakenBack
from bot.store.database import Tx
from bot.store.sources import LeaseLost, SourceRow
from bot.understanding.fact import Understanding
from bot.understanding.understand import opening, understand

log = logging.getLogger(__name__)

#: from so many characters on an entry is read beside the event loop (R1)
LONG = 4_000
#: so many entries are cleaned by the thread that then looks for them in the store
FEW = 4
#: the work that writes what polls without news leave
CHECKED = "checked"
#: entries of a first read that are saved in one transaction: others wait for it
AT_ONCE = 100


async def read_one(house: House, source: Source, row: SourceRow, now: datetime) -> None:
    """Read one source and take in what it shows; a failure is noted and tried again later."""
    source.interval = source.often.interval(source.options.interval, row.news, now)
    try:
        reading = await source.read(row.state, now)
        house.answered.add(source.id)
        read = await _entries_of(house, source, reading, now)
        if reading.whole and _doubtful(read):
            reading = await reading.whole()
            read = await _entries_of(house, source, reading, now)
        if _moved(house, source):
            return
        await _take_in(house, source, row, reading, read, now)
    except SourceError as error:
        await note_failure(house, source, row, error, now)
    except LeaseLost:
        log.info("source %s: another worker has it now; what was read is left to it", row.id)
    except DataError:
        # The store's trouble, not the source's; but the source must not be hammered for it (P5).
        house.ledger.written(replace(row, next_due=now + due.FLOOR))
        raise
    except Exception as error:
        # A bug met in one source must neither hammer it nor stop the others.
        log.exception(
            "source %s: something unforeseen; it is read again later. Report this", row.id
        )
        await note_failure(house, source, row, Unreadable(cause=type(error).__name__), now)
    finally:
        house.answered.discard(source.id)


def _moved(house: House, source: Source) -> bool:
    """Did a reload give it another address meanwhile? Then this reading is of another feed."""
    now = house.sources.get(source.id, source).options
    return getattr(now, "url", None) != getattr(source.options, "url", None)


async def take_pushed(house: House, id: str, body: bytes, content_type: str, now: datetime) -> None:
    """Take in what a hub sent of a source (P17), as if it had been read; its next poll comes as it
    would have come. What cannot be read changes nothing."""
    source = house.sources.get(id)
    row = await house.ledger.hold(id, now) if source is not None else None
    if source is None or row is None:
        return
    try:
        with contextlib.suppress(LeaseLost):
            await _pushed(house, source, row, body, content_type, now)
    finally:
        await house.ledger.let_go(row)


async def _pushed(
    house: House, source: Source, row: SourceRow, body: bytes, content_type: str, now: datetime
) -> None:
    if row.first_seen is None or row.disabled:
        return  # what is there at first sight is no news: the poll must see it first (R8)
    try:
        reading = await source.pushed(body, content_type, row.state)
    except SourceError as error:
        log.info("push not readable source=%s: %s", source.id, error)
        return
    if reading.items:
        read = await _entries_of(house, source, reading, now)
        await _take_in(house, source, row, reading, read, now, pushed=True)


async def _take_in(
    house: House,
    source: Source,
    row: SourceRow,
    reading: Reading,
    read: _Read,
    now: datetime,
    *,
    pushed: bool = False,
) -> None:
    """Understand what is new in a reading, and save it with the messages it causes."""
    next_due = due.after_success(now, source.interval, reading.wait, house.chance())
    if not reading.changed and _only_asked(row, reading):
        # most reads by far: nothing to understand, and no transaction of their own
        same = reading.state is row.state or reading.state == row.state
        state = row.state if same else dict(reading.state)
        recent = lately.answered(row.recent, 0)
        house.ledger.checked(row.asked(state, next_due, now, recent))
        if CHECKED not in house.working:
            house.begin(CHECKED, house.ledger.save())
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
        reason="",
        recent=lately.answered(row.recent, 0),
    )
    if not reading.items and row.first_seen is not None:
        gone = await house.store.write(lambda tx: _save_known(tx, reading, read_row, now))
        await _report(house, source, read_row, reading, 0)
        await withdrawn.report(house, source, gone, now)
        return
    if pushed:  # of the row only what was told changes: polling goes on as it was
        read_row = replace(row, state=dict(reading.state))
    fresh = changes(read.entries, read.known)
    now_known = {entry.id for entry in (*fresh.new, *fresh.edited, *fresh.known)}
    marks = {mark: id for mark, id in read.marks.items() if id in now_known or not id}
    if marks:
        read_row = replace(read_row, state=cut.remember(read_row.state, marks))
    first = row.first_seen is None or _another(row, reading, fresh)
    if fresh.new or fresh.edited:
        recent = lately.answered(row.recent, len(fresh.new) + len(fresh.edited))
        read_row = replace(read_row, changed_at=now, recent=recent)
    if fresh.new:
        since = None if first else row.last_ok
        read_row = replace(
            read_row, news=often.remember(row.news, _moments(fresh, since, now), now)
        )
    understood = await _understand_all(house, (*fresh.new, *fresh.edited))
    while first and len(understood) > AT_ONCE:  # deliveries take their turn in between
        part, understood = understood[:AT_ONCE], understood[AT_ONCE:]
        await _save_part(house, part, now)
    settling = Settling(read_row, fresh, understood, house.known_limits(), now, first)

    def save(tx: Tx) -> tuple[int, tuple[TakenBack, ...]]:
        tx.entries.seen(reading.known, now)
        queued = settle(tx, house, settling)
        vanished = None if fresh.renamed else reading.vanished
        return queued, withdrawn.find(tx, source.id, vanished, {*reading.known, *now_known})

    queued, gone = await house.store.write(save)
    if queued:
        house.wake.set()
    await _report(house, source, read_row, reading, len(fresh.new))
    await withdrawn.report(house, source, gone, now)
    if fresh.renamed:
        text = TEXTS["renamed"][house.config.bot.language].format(name=source.options.name)
        await house.notice(f"renamed:{source.id}:{now.date()}", text, now)
    for id, name in settling.mute.items():
        await house.notice(f"mute:{id}", pictures.mute(name, house.config.bot.language), now)


def _moments(fresh: Changes, since: datetime | None, now: datetime) -> list[datetime]:
    """When the new entries came: as they say themselves where that fits between two reads."""
    return [
        entry.published if since is None or since <= entry.published <= now else now
        for entry in fresh.new
    ]


def _another(row: SourceRow, reading: Reading, fresh: Changes) -> bool:
    """A new address that shows nothing known is another feed: what is there is no news (R8)."""
    before, after = row.state.get("for"), reading.state.get("for")
    return bool(before) and before != after and not (fresh.known or fresh.edited)


async def _save_part(house: House, part: list[tuple[Entry, Understanding]], now: datetime) -> None:
    """Save a part of a first read: should the rest be lost, all of it is first seen again."""
    some = Settling(None, Changes((), (), ()), part, house.known_limits(), now, first=True)
    await house.store.write(lambda tx: settle(tx, house, some))


async def _report(house: House, source: Source, row: SourceRow, reading: Reading, new: int) -> None:
    """The row is written: say what the read brought."""
    house.ledger.written(row)
    house.read_well(source, len(reading.items) + len(reading.known), new)
    for said in reading.notices:
        text = f"{source.options.name} : {said[house.config.bot.language]}"
        at = row.last_ok or house.now()
        # once a month: what lasts is called to mind, what comes back is told again
        await house.notice(f"source:{source.id}:{said['en']}:{at:%Y-%m}", text, at)


def _save_known(tx: Tx, reading: Reading, row: SourceRow, now: datetime) -> tuple[TakenBack, ...]:
    """Nothing new to understand: what is said to be there still is noted, and the row; what was
    taken back."""
    tx.entries.seen(reading.known, now)
    tx.sources.put(row)
    return withdrawn.find(tx, row.id, reading.vanished, reading.known)


def _only_asked(row: SourceRow, reading: Reading) -> bool:
    """The source has nothing new to be taken in, to be said or to be forgiven."""
    silent = not (reading.items or reading.known or reading.notices or reading.vanished)
    return silent and not row.failures and row.first_seen is not None


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

    def compared(tx: Tx) -> _Read:
        entries, marks = cleaned or _entries(source, reading, now)
        known = tx.entries.known(source.id, entries)
        return _Read(entries, marks, known, frozenset(reading.known))

    cleaned = None
    if len(reading.items) > FEW:  # thousands take seconds: neither on the loop nor in a reader (R1)
        cleaned = await thrift.aside(_entries, source, reading, now)
    return await house.store.read(compared)


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
    """What each entry says, oldest first."""
    understood = []
    for entry in sorted(entries, key=lambda one: (one.published, one.id)):
        knowledge = house.knowledge
        if len(entry.text) < LONG and house.warm is knowledge:
            # All sources together read one entry in a turn of the loop: others must not wait (R1).
            async with house.reading:
                understood.append((entry, understand(entry, knowledge)))
                await asyncio.sleep(0)
            continue
        meant = await thrift.aside(understand, opening(entry), knowledge)
        house.warm = knowledge
        understood.append((entry, meant))
    return understood


async def note_failure(
    house: House, source: Source, row: SourceRow, error: SourceError, now: datetime
) -> None:
    """Keep what was known (P4), and come back later, ever more rarely (P8, P9, P11)."""
    asked, gone = not isinstance(error, Paused), isinstance(error, Gone)
    failures = row.failures + asked
    if asked:
        later = due.after_failure(now, source.interval, failures, error.retry_after, house.chance())
    else:
        later = due.after_pause(
            now, source.interval, error.retry_after or due.FLOOR, house.chance()
        )
    row = replace(
        row,
        state={**row.state, "gone": address(source)} if gone else row.state,
        next_due=later,
        last_try=now if asked else row.last_try,
        failures=failures,
        error=error.say(house.config.bot.language),
        reason=f"{error.reason} {error.fields.get('status', '')}".rstrip(),
        recent=lately.failed(row.recent) if asked else row.recent,
        disabled=row.disabled or gone,
    )

    def save(tx: Tx) -> None:
        tx.sources.put(row)
        if isinstance(error, Refused) and error.fields.get("status") == 429:
            tx.meta.put(PAUSED, house.fetcher.paused())

    await house.store.write(save)
    house.ledger.written(row)
    house.read_badly(source, error)
    if isinstance(error, Gone):
        said = f"{source.options.name}\u00a0: {error.say(house.config.bot.language)}"
        await house.notice(f"source-gone {source.id}", said, now)
