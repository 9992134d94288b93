"""Taking in what a source showed: clean and compare it, understand what is new, and hand all of it
to the one transaction of ``settle``.

What is new is mostly one short entry, which nobody has seen before. It is taken for news at once,
and compared where it is written: one transaction and two turns of threads less. Where that proves
wrong nothing was written, and the reading is taken in step by step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import thrift
from bot.entries.changes import Changes, changes
from bot.entries.clean import clean, once
from bot.entries.entry import Entry, Publisher
from bot.house import TEXTS, House
from bot.sources import cut, due, lately, often
from bot.sources.source import Reading, Source
from bot.steps import pictures, withdrawn
from bot.steps.meaning import understand_all
from bot.steps.settle import Settling, settle
from bot.steps.withdrawn import TakenBack
from bot.store.database import Tx
from bot.store.entries import NOTE_SEEN
from bot.store.sources import SourceRow
from bot.understanding.fact import Understanding

#: so many entries are cleaned by the thread that then looks for them in the store
FEW = 4
#: so many characters are cleaned on the event loop, in half a millisecond
SHORT = 8_000
#: the work that writes what polls without news leave
CHECKED = "checked"
#: of a source's state: when it was noted last that its known entries still stand there
NOTED = "noted"
#: entries of a first read that are saved in one transaction: others wait for it
AT_ONCE = 100


async def take_in(
    house: House,
    source: Source,
    row: SourceRow,
    reading: Reading,
    now: datetime,
    *,
    pushed: bool = False,
) -> None:
    """Understand what is new in a reading, and save it with the messages it causes.

    :param row: what was remembered of the source when it was asked.
    :param pushed: a hub sent it: of the row only what was told changes, polling goes on as it was.
    """
    if _moved(house, source):
        return
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
    intake = _Intake(house, source, row, now, next_due, pushed)
    if not reading.items and row.first_seen is not None:
        await intake.nothing_new(reading)
        return
    with house.store.coming():
        if not (intake.likely_news(reading) and await intake.as_news(reading)):
            await intake.step_by_step(reading)


@dataclass(frozen=True)
class Read:
    """The clean entries of one read, and what is known of them."""

    entries: tuple[Entry, ...]
    marks: Mapping[str, str]  # of the raw ones: {Item.mark: Entry.id, "" where nothing is in it}
    known: Mapping[str, str]  # see changes()
    unparsed: Collection[str]  # ids


@dataclass(frozen=True)
class _Intake:
    """One reading of one source on its way in."""

    house: House
    source: Source
    row: SourceRow
    now: datetime
    next_due: datetime
    pushed: bool

    async def nothing_new(self, reading: Reading) -> None:
        """Nothing to understand: what is said to be there still is noted, and the row."""
        after = self._row(reading, dict(reading.state))

        def save(tx: Tx) -> tuple[TakenBack, ...]:
            tx.entries.seen(reading.known, self.now)
            tx.sources.put(after)
            return withdrawn.find(tx, after.id, reading.vanished, reading.known)

        gone = await self.house.store.write(save)
        await self._report(reading, after, 0)
        await withdrawn.report(self.house, self.source, gone, self.now)

    def likely_news(self, reading: Reading) -> bool:
        """Are there a few short entries beside others that are known? If what stood there was no
        news the last time, it is looked up first."""
        items = reading.items
        return (
            reading.whole is not None
            and len(items) <= FEW
            and self.row.first_seen is not None
            and bool(reading.known)
            and self.source.id not in self.house.stale
            and sum(len(one.content or "") + len(one.summary or "") for one in items) < SHORT
        )

    async def as_news(self, reading: Reading) -> bool:
        """Take all of it for news, and compare it where it is written. False: the whole must be
        looked into, and nothing was written."""
        entries, marks = entries_of(self.source, reading, self.now)
        understood = await understand_all(self.house, entries)
        if _moved(self.house, self.source):
            return True

        def save(tx: Tx) -> tuple[Settling, int, tuple[TakenBack, ...]] | None:
            known = tx.entries.known(self.source.id, entries)
            read = Read(entries, marks, known, frozenset(reading.known))
            if doubtful(read):
                return None
            after, fresh, first = self._compared(reading, read)
            news = {entry.id for entry in (*fresh.new, *fresh.edited)}
            mine = [one for one in understood if one[0].id in news]
            if len(mine) < len(news):
                return None  # one of them is known by another id
            settling = Settling(after, fresh, mine, self.house.known_limits(), self.now, first)
            return settling, *self._save(tx, reading, settling)

        saved = await self.house.store.write(save, together=True)
        if saved is None:
            return False
        if not saved[0].understood:
            self.house.stale.add(self.source.id)
        await self._saved(reading, *saved)
        return True

    async def step_by_step(self, reading: Reading) -> None:
        """Compare, understand what is new, save."""
        house, now = self.house, self.now
        read = await self._read(reading)
        if reading.whole and doubtful(read):
            reading = await reading.whole()
            read = await self._read(reading)
        if _moved(self.house, self.source):
            return
        after, fresh, first = self._compared(reading, read)
        if fresh.new or fresh.edited:
            house.stale.discard(self.source.id)
        understood = await understand_all(house, (*fresh.new, *fresh.edited))
        while first and len(understood) > AT_ONCE:  # deliveries take their turn in between
            part, understood = understood[:AT_ONCE], understood[AT_ONCE:]
            await _save_part(house, part, now)
        settling = Settling(after, fresh, understood, house.known_limits(), now, first)
        queued, gone = await house.store.write(
            lambda tx: self._save(tx, reading, settling), together=True
        )
        await self._saved(reading, settling, queued, gone)

    async def _read(self, reading: Reading) -> Read:
        if not reading.items:
            return Read((), {}, {}, reading.known)
        source, now = self.source, self.now

        def compared(tx: Tx) -> Read:
            entries, marks = cleaned or entries_of(source, reading, now)
            known = tx.entries.known(source.id, entries)
            return Read(entries, marks, known, frozenset(reading.known))

        cleaned = None
        if len(reading.items) > FEW:  # thousands take seconds: not on the loop or in a reader (R1)
            cleaned = await thrift.aside(entries_of, source, reading, now)
        return await self.house.store.read(compared)

    def _compared(self, reading: Reading, read: Read) -> tuple[SourceRow, Changes, bool]:
        """The row as it is to be, what is new, and whether nothing of it is news (R8)."""
        row, now = self.row, self.now
        fresh = changes(read.entries, read.known)
        now_known = {entry.id for entry in (*fresh.new, *fresh.edited, *fresh.known)}
        marks = {mark: id for mark, id in read.marks.items() if id in now_known or not id}
        state = dict(reading.state)
        if reading.known and not _lately(state.get(NOTED), now):
            state[NOTED] = now.isoformat()
        if marks:
            state = cut.remember(state, marks)
        first = row.first_seen is None or _another(row, reading, fresh)
        more: dict[str, Any] = {}
        if fresh.new or fresh.edited:
            more["changed_at"] = now
            more["recent"] = lately.answered(row.recent, len(fresh.new) + len(fresh.edited))
        if fresh.new:
            since = None if first else row.last_ok
            more["news"] = often.remember(row.news, _moments(fresh, since, now), now)
        return self._row(reading, state, **more), fresh, first

    def _row(self, reading: Reading, state: dict[str, Any], **more: Any) -> SourceRow:
        if self.pushed:
            return replace(self.row, state=state, **more)
        values = {"recent": lately.answered(self.row.recent, 0), **more}
        return replace(
            self.row,
            state=state,
            title=reading.title or self.row.title,
            next_due=self.next_due,
            first_seen=self.row.first_seen or self.now,
            last_try=self.now,
            last_ok=self.now,
            failures=0,
            error="",
            reason="",
            **values,
        )

    def _save(
        self, tx: Tx, reading: Reading, settling: Settling
    ) -> tuple[int, tuple[TakenBack, ...]]:
        fresh = settling.changes
        assert settling.row is not None, "only a part of a first read has none"
        if settling.row.state.get(NOTED) != self.row.state.get(NOTED):
            tx.entries.seen(reading.known, self.now)
        queued = settle(tx, self.house, settling)
        shown = {*reading.known, *(one.id for one in (*fresh.new, *fresh.edited, *fresh.known))}
        vanished = None if fresh.renamed else reading.vanished
        return queued, withdrawn.find(tx, self.source.id, vanished, shown)

    async def _saved(
        self, reading: Reading, settling: Settling, queued: int, gone: Collection[TakenBack]
    ) -> None:
        """It is written: say so to whom it concerns."""
        house, source, now = self.house, self.source, self.now
        fresh, said = settling.changes, house.config.bot.language
        assert settling.row is not None, "only a part of a first read has none"
        if queued:
            house.wake.set()
        await self._report(reading, settling.row, len(fresh.new))
        await withdrawn.report(house, source, gone, now)
        if fresh.renamed:
            text = TEXTS["renamed"][said].format(name=source.options.name)
            await house.notice(f"renamed:{source.id}:{now.date()}", text, now)
        for id, name in settling.mute.items():
            await house.notice(f"mute:{id}", pictures.mute(name, said), now)

    async def _report(self, reading: Reading, row: SourceRow, new: int) -> None:
        """The row is written: say what the read brought."""
        house, source = self.house, self.source
        house.ledger.written(row)
        house.read_well(source, len(reading.items) + len(reading.known), new)
        for said in reading.notices:
            text = f"{source.options.name} : {said[house.config.bot.language]}"
            at = row.last_ok or house.now()
            # once a month: what lasts is called to mind, what comes back is told again
            await house.notice(f"source:{source.id}:{said['en']}:{at:%Y-%m}", text, at)


def _moved(house: House, source: Source) -> bool:
    """Did a reload give it another address meanwhile? Then this reading is of another feed."""
    now = house.sources.get(source.id, source).options
    return getattr(now, "url", None) != getattr(source.options, "url", None)


def _lately(noted: str | None, now: datetime) -> bool:
    """Was it noted within a day that what is known still stands there? Each entry was noted when it
    came, or came back; looking at all of them at every piece of news costs more than the news."""
    return noted is not None and timedelta(0) <= now - datetime.fromisoformat(noted) < NOTE_SEEN


def _only_asked(row: SourceRow, reading: Reading) -> bool:
    """The source has nothing new to be taken in, to be said or to be forgiven."""
    silent = not (reading.items or reading.known or reading.notices or reading.vanished)
    return silent and not row.failures and row.first_seen is not None


def doubtful(read: Read) -> bool:
    """Something here may be one of the entries that were not parsed: then all must be seen."""
    return any(
        entry.id in read.unparsed
        or (entry.id not in read.known and any(name in read.known for name in entry.alternates))
        for entry in read.entries
    )


def entries_of(
    source: Source, reading: Reading, now: datetime
) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """What was read in clean words, each once; and the marks of what may be cut out from now on."""
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
