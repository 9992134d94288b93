"""One source's reading: ask it, and take in what it shows (``intake``). A failure is noted, and
tried again ever more rarely.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from datetime import datetime

from bot.errors import DataError, Gone, Paused, Refused, SourceError, Unreadable
from bot.house import PAUSED, House, address
from bot.sources import due, lately
from bot.sources.source import Source
from bot.steps import intake
from bot.store.database import Tx
from bot.store.sources import LeaseLost, SourceRow
from bot.thinker import Endless

log = logging.getLogger(__name__)

_ENDLESS = {
    "fr": "ce qu’elle montre se lit sans fin\u202f; les autres sources continuent. Signalez-le aux "
    "auteurs du bot",
    "en": "what it shows is read without end; other sources go on. Report it to the bot's authors",
}


async def read_one(house: House, source: Source, row: SourceRow, now: datetime) -> None:
    """Read one source and take in what it shows; a failure is noted and tried again later."""
    which = f"{row.id} {getattr(source.options, 'url', '')}"
    if which in house.endless:  # each try would cost another thread: until a restart
        await note_failure(house, source, row, Unreadable(cause=_ENDLESS), now)
        return
    source.interval = source.often.interval(source.options.interval, row.news, now)
    house.fetcher.hands.begin()
    try:
        reading = await source.read(row.state, now)
        house.answered.add(source.id)
        await intake.take_in(house, source, row, reading, now)
    except SourceError as error:
        await note_failure(house, source, row, error, now)
    except Endless:
        house.endless.add(which)
        log.warning(
            "source %s: what it shows cannot be read to an end. It is left alone until the bot is "
            "restarted; the others go on. Report it",
            row.id,
        )
        await note_failure(house, source, row, Unreadable(cause=_ENDLESS), now)
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
        house.fetcher.hands.end()


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
        await intake.take_in(house, source, row, reading, now, pushed=True)


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
