"""What the store knows of one news item, and when a channel sends next: for `why` and `status`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.entries.links import canonical
from bot.outbox import pace
from bot.outbox.delivery import boosted

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.config.wiring import ChannelSettings
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx
    from bot.store.drafts import Draft
    from bot.store.entries import EntryRow
    from bot.store.sources import SourceRow
    from bot.stories.story import Story


#: an announcement's number
_NUMBER = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True)
class GivenUp:
    """Who gave a message up, and when. ``who`` is "" where it is not to be told, or forgotten."""

    who: str
    at: datetime


@dataclass(frozen=True)
class Trace:
    """One entry and all that became of it."""

    row: EntryRow
    source: SourceRow
    stories: tuple[Story, ...]
    deliveries: tuple[Delivery, ...]
    next: Mapping[str, datetime | None]  # when each channel sends next
    held: Mapping[str, datetime | None]  # until when one in hand holds it up, at the latest
    drafts: Mapping[int, Draft]  # that people look at now, by number
    given_up: Mapping[int, GivenUp]  # by number of the message, where the audit log knows it
    floods: Mapping[str, int]  # digests made of a flood: how many stories each gathers

    def asked_because(self, one: Delivery, said: str) -> str:
        """Why people look at it first, as the draft says it; "" where they do not."""
        from bot.steps.drafts import cause, say

        draft = self.drafts.get(one.draft or 0)
        if draft is None or draft.kind != "announcement":
            return ""
        return say("why", said, cause=cause(draft, said))


def next_out(
    tx: Tx, id: str, options: ChannelSettings, now: datetime, timezone: str
) -> datetime | None:
    """When a channel will send its next message: due, pause, pace and quiet hours counted, and what
    is in hand (:func:`held_up`)."""
    due = tx.deliveries.due_next(id)
    if due is None:
        return None
    paused = tx.channels.get(id).paused_until
    head = tx.deliveries.head(id, now)
    held = held_up(tx, id, now)
    out = pace.earliest(
        tx.deliveries.sent_times(id, now - timedelta(days=1)),
        max(due, now, paused or now),
        per_hour=options.per_hour,
        per_day=options.per_day,
        quiet=options.quiet,
        timezone=timezone,
        priority=head.priority if head else 0,
    )
    return max(out, held or out)


def held_up(tx: Tx, id: str, now: datetime) -> datetime | None:
    """Until when a channel's messages wait behind one that is being sent, should no answer to it
    come: its worker may be dead. None where they need not wait."""
    if tx.deliveries.head(id, now) is not None:
        return None
    return tx.deliveries.held_until(id, now)


def find(tx: Tx, *, what: str, config: Config, now: datetime, named: bool = True) -> list[Trace]:
    """Every entry that ``what`` may mean: by its address, a post's, its id, a
    story's, an announcement's number or its id over there.

    :param named: tell who gave up a message.
    """
    rows: list[EntryRow] = []
    url = canonical(what)
    if url is not None:
        for spelling in _spellings(url):
            rows += tx.entries.by_url(spelling)
        if not rows:
            ids = {one.story for one in tx.deliveries.by_url(what) if one.story}
            rows = [row for id in sorted(ids) for row in _entries_of(tx, id)]
    else:
        entry = tx.entries.get(what)
        rows = [entry] if entry else _entries_of(tx, what)
        if not rows:
            told = tx.deliveries.by_remote(what)
            one = tx.deliveries.get(int(what)) if _NUMBER.fullmatch(what) else None
            ids = {each.story for each in (*told, *([one] if one else [])) if each.story}
            rows = [row for id in sorted(ids) for row in _entries_of(tx, id)]
    return [_trace(tx, row, config, now, named) for row in rows]


def _spellings(url: str) -> tuple[str, ...]:
    """How people and sites spell one address: with and without a last slash, http and https."""
    bare = url.rstrip("/")
    other = bare.replace("https://", "http://", 1)
    if other == bare:
        other = bare.replace("http://", "https://", 1)
    return tuple(dict.fromkeys((url, bare, f"{bare}/", other, f"{other}/")))


def _entries_of(tx: Tx, story: str) -> list[EntryRow]:
    found = tx.stories.get(story)
    witnesses = found.witnesses if found else ()
    return [row for one in witnesses if (row := tx.entries.get(one.entry)) is not None]


def _given_up(tx: Tx, one: Delivery, named: bool) -> GivenUp | None:
    """By `drop`, or with its announcement by `retract`."""
    from bot.commands._stories import ANNOUNCEMENT
    from bot.store.audit import FORGOTTEN

    found = tx.audit.last_of("drop", f"delivery {one.id}")
    found = found or tx.audit.last_of("retract", f"{ANNOUNCEMENT}{one.announcement}")
    if found is None:
        return None
    shown = named and not found.sender.startswith(FORGOTTEN)
    return GivenUp(found.sender if shown else "", found.at)


def _trace(tx: Tx, row: EntryRow, config: Config, now: datetime, named: bool) -> Trace:
    stories = tuple(tx.stories.of_entry(row.entry.id))
    ids = [name for story in stories for name in (story.id, *tx.stories.aliases(story.id))]
    deliveries = tx.deliveries.of_story(*ids) if ids else []
    digests = tx.announcements.digests_of(*ids) if ids else []
    for digest in digests:
        deliveries += tx.deliveries.of_announcement(digest.id)
    waiting = {one.channel for one in deliveries if one.state in ("queued", "unclear")}
    return Trace(
        row=row,
        source=tx.sources.get(row.entry.publisher.source),
        stories=stories,
        deliveries=tuple(deliveries),
        drafts={
            draft.id: draft
            for one in deliveries
            if one.state == "draft" and one.draft and (draft := tx.drafts.get(one.draft))
        },
        next={
            id: next_out(tx, id, config.channels[id], now, config.bot.timezone)
            for id in waiting
            if id in config.channels
        },
        given_up={
            one.id: by
            for one in deliveries
            if one.state == "withdrawn" and (by := _given_up(tx, one, named))
        },
        floods={one.id: len(one.stories) for one in digests if one.occasion.startswith("flood")},
        held={id: held_up(tx, id, now) for id in waiting},
    )


def data(known: Trace) -> dict[str, Any]:
    """The same for machines."""
    row = known.row
    understood = row.understanding
    return {
        "entry": row.entry.id,
        "source": row.entry.publisher.source,
        "url": row.entry.url,
        "title": row.entry.title,
        "first_seen": row.first_seen.isoformat(),
        "kind": understood.kind if understood else None,
        "relevant": understood.relevant if understood else None,
        "confidence": understood.confidence if understood else None,
        "reasons": [
            {"key": one.key, **one.fields} for one in (understood.reasons if understood else ())
        ],
        "decision": dict(row.decision),
        "stories": [story.id for story in known.stories],
        "deliveries": [
            {
                "id": one.id,
                "channel": one.channel,
                "action": one.action,
                "state": one.state,
                "sent_at": one.sent_at.isoformat() if one.sent_at else None,
                "url": one.remote_url,
                "boosted": boosted(one),
                "error": one.error,
            }
            for one in known.deliveries
        ],
    }
