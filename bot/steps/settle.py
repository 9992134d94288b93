"""The one transaction of collect(): entries, stories, announcements, deliveries, validators.

Either all of it is remembered or nothing is: after a crash the source is simply read again. It
runs inside ``store.write`` and only decides with the pure rooms; the order of the steps is the
order in which news flows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.announcements import digest as digests
from bot.announcements import route
from bot.announcements.announcement import Announcement, Message, announcement_id
from bot.announcements.digest import compose_digest, flood
from bot.channels.channel import Channel, Limits
from bot.entries.changes import Changes
from bot.entries.entry import Entry
from bot.house import House
from bot.outbox.approval import Reason
from bot.outbox.delivery import Delivery, boosted
from bot.steps import hold, people
from bot.steps.worded import linked, pictured, worded
from bot.store.database import Tx
from bot.store.sources import SourceRow
from bot.stories import match, merge
from bot.stories.story import Happening, Story
from bot.understanding import sift
from bot.understanding.fact import Understanding
from bot.understanding.knowledge import Knowledge

#: a story may be continued for so long; told again later, it is another story
WINDOW = timedelta(days=400)
#: one message in a room is edited once in this time (R10)
EDIT_EVERY = timedelta(hours=1)
#: on first sight a channel for admins (the preview) is shown the latest few of each source
FEW = 3


@dataclass
class Settling:
    """What one read of a source brought, on its way into the store."""

    row: SourceRow | None  # None: a part of a first read, whose row comes with the last part
    changes: Changes
    understood: Sequence[tuple[Entry, Understanding]]  # the new and the edited ones
    limits: Mapping[str, Limits]  # of every channel
    now: datetime
    first: bool  # first sight of the source: nothing of it is news to the public (R8)
    routed: dict[tuple[str, str], Announcement] = field(default_factory=dict)  # by id, channel
    stories: dict[str, Story] = field(default_factory=dict)  # as they stand now
    begun: dict[str, datetime] | None = None  # since when each channel is there, once asked
    queued: int = 0
    mute: dict[str, str] = field(default_factory=dict)  # sources whose images have no words: names


def settle(tx: Tx, house: House, read: Settling) -> int:
    """Save everything that one read brought; how many deliveries it queued."""
    tx.entries.seen((entry.id for entry in read.changes.known), read.now)
    read.limits = {**house.known_limits(), **read.limits}  # a reload may have brought channels
    oldest_first = sorted(read.understood, key=lambda one: (one[0].published, one[0].id))
    relevant = [entry.id for entry, meant in oldest_first if meant.relevant]
    few = set(relevant[-FEW:])
    for entry, meant in oldest_first:
        silent = read.first and entry.id not in few
        source = house.config.sources.get(entry.publisher.source)
        stop = sift.stopped(entry, meant, source.filters) if source else None
        tells = match.happenings if meant.relevant else match.overheard
        trust = house.trust(entry.publisher.source)
        happenings = tells(entry, meant, house.knowledge, trust=trust)
        told_before = tx.stories.of_entry(entry.id)
        stories: list[Story] = []
        for happening in () if stop else happenings:
            own = tx.stories.of_entry(entry.id) if stories else told_before
            stories.append(_one_story(tx, house, read, happening, own, silent=silent))
        _leave_others(tx, house, entry, told_before, stories, read.now)
        decision = stop or _decision(house, read, entry, meant, stories)
        tx.entries.save(entry, meant, decision, now=read.now)
    _queue_without_flood(tx, house, read)
    if read.row is not None:
        tx.sources.put(read.row)
    return read.queued


def _one_story(
    tx: Tx,
    house: House,
    read: Settling,
    happening: Happening,
    of_entry: Sequence[Story],
    *,
    silent: bool,
) -> Story:
    """Put a happening where it belongs, and note who hears of it.

    :param of_entry: the stories that its entry tells already.
    """
    knowledge, now = house.knowledge, read.now
    candidates = tx.stories.candidates(match.sought(happening), since=now - WINDOW)
    known = {story.id for story in candidates}
    own = [story for story in of_entry if story.id not in known]
    before = match.choose(happening, [*own, *candidates])
    if before is None:
        after = merge.begin(happening, knowledge, now)
    else:
        after = merge.join(before, happening, knowledge, now)
    after = _with_remembered(tx, after, candidates, knowledge, now)
    if not after.relevant:  # nobody is told of it, yet
        tx.stories.save(after)
        return after
    if before is not None and not before.relevant:  # nobody was told of it: it begins now
        before, after = None, replace(after, created=now)
    # What was there at first sight stays no news until another witness tells it (R8).
    alone = before is not None and len(after.witnesses) == len(before.witnesses)
    quiet = read.first if before is None else before.quiet and (read.first or alone)
    if quiet != after.quiet:
        after = replace(after, quiet=quiet)
    tx.stories.save(after)
    read.stories[after.id] = after
    if not read.first:
        read.queued += people.tell(tx, house, before, after, now)
    if silent:
        return after
    names = (after.id, *tx.stories.aliases(after.id))
    told = told_of(tx, names)
    begun = _begun(tx, house, read)
    routed = route.route(
        before,
        after,
        {id: channel.options for id, channel in house.channels.items()},
        sources=house.config.sources,
        told=told,
        now=now,
        settings=house.config.bot,
        first_sight=read.first,
        knowledge=knowledge,
        aliases=names[1:],
        begun=begun,
    )
    read.routed |= {
        (one.id, channel): one
        for one, channel in routed
        if not (one.reply_to and tx.deliveries.held_back(one.reply_to, channel))
    }
    if before is not None:
        _correct(tx, house, read, before, after)
    return after


def _with_remembered(
    tx: Tx, story: Story, candidates: Sequence[Story], knowledge: Knowledge, now: datetime
) -> Story:
    """The story with the witnesses of those that tell the same and that nobody was told of."""
    for other in match.same(story, candidates):
        tx.stories.save(story)
        tx.stories.alias(other.id, story.id)
        story = merge.merge(story, other, knowledge, now)
    return story


def _begun(tx: Tx, house: House, read: Settling) -> dict[str, datetime]:
    """Since when each channel is there, asked once a read; none for one that is there since a
    later moment: the clock was ahead (R15)."""
    if read.begun is None:
        met = {id: tx.channels.meet(id, read.now).first_seen or read.now for id in house.channels}
        read.begun = {id: at for id, at in met.items() if at <= read.now}
    return read.begun


def _leave_others(
    tx: Tx,
    house: House,
    entry: Entry,
    told_before: Sequence[Story],
    stories: Sequence[Story],
    now: datetime,
) -> None:
    """An edited entry that no longer tells of a story is no witness of it, if others are."""
    still = {story.id for story in stories}
    for story in told_before:
        if story.id not in still:
            without = merge.leave(story, entry.id, house.knowledge, now)
            if without is not None:
                tx.stories.save(without)


def told_of(tx: Tx, names: Sequence[str]) -> set[tuple[str, str]]:
    """(announcement id, channel id) of all that a story (by all its names) was told as. A flood's
    digest has told its stories too: a later witness is no reason to tell them anew."""
    return tx.announcements.told(*names) | {
        (announcement_id(name, "new"), channel)
        for digest in tx.announcements.digests_of(*names)
        if digest.occasion.startswith("flood")
        for _, channel in tx.announcements.told(digest.story)
        for name in names
    }


def _correct(tx: Tx, house: House, read: Settling, before: Story, after: Story) -> None:
    """Queue an edit of every message that no longer says the story as it stands."""
    for announcement in tx.announcements.of_story(after.id, *tx.stories.aliases(after.id)):
        if announcement.purpose != "new":
            continue  # a reply about a change stays what it was
        for id, channel in house.channels.items():
            rows = tx.deliveries.of_announcement(announcement.id, id)
            if not rows or "edit" not in channel.abilities or any(map(boosted, rows)):
                continue  # a boosted post is its author's to correct
            last = rows[-1]
            held = last.state == "draft"
            if not held and tx.deliveries.held_back(announcement.id, id):
                continue
            message = worded(house, channel, announcement, after, read.limits[id], read.now)
            if message == last.message or last.action == "withdraw":
                continue
            made = sum(
                row.action == "edit" and row.state not in ("superseded", "rejected") for row in rows
            )
            waiting = last.state == "queued" and last.attempts == 0 and last.draft is None
            waiting = waiting or (held and not last.pinned)
            wanted = route.edits(
                before,
                after,
                form=read.limits[id].form,
                made=made,
                also=made,
                settings=house.config.bot,
            )
            reason = (
                {"key": "edited"}
                if held
                else hold.why(tx, house, channel, announcement, after, read.now, edits=True)
            )
            if not (waiting or wanted) or (
                # Nobody is asked again for the sake of one more witness.
                reason and not waiting and not route.changed(before, after)
            ):
                continue
            revision = last.revision + 1
            edit = Delivery(
                id=0,
                channel=id,
                announcement=announcement.id,
                story=after.id,
                revision=revision,
                action="edit",
                key=f"{announcement.id}-{id}-{revision}",
                message=message,
                created=read.now,
                due=max(last.due, read.now) if waiting else _edit_due(rows, read, id),
                priority=last.priority,
                expires=last.expires,
            )
            read.queued += hold.put(tx, channel, edit, reason, read.limits[id], read.now)


def _edit_due(rows: Sequence[Delivery], read: Settling, channel: str) -> datetime:
    """At once; in a room, where others see each edit, not within an hour of the last one (R10)."""
    if read.limits[channel].form != "room":
        return read.now
    edits = [row for row in rows if row.action == "edit" and row.state != "superseded"]
    return max([read.now, *((row.sent_at or row.due) + EDIT_EVERY for row in edits)])


def _queue_without_flood(tx: Tx, house: House, read: Settling) -> None:
    """Queue what was routed; what is over the cap of a channel goes into its digest (R8)."""
    routed = [(one, channel) for (_, channel), one in read.routed.items()]
    # First sight reaches the preview alone, and shows it a few of each source anyway.
    cap = 0 if read.first else house.config.bot.news.flood_cap
    held = _held_flood(tx, house, read, routed, cap)
    alone, whole_ones = flood([one for one in routed if one[1] not in held], cap)
    for announcement, id in (*[one for one in routed if one[1] in held], *alone):
        channel = house.channels[id]
        story = read.stories[announcement.story]
        message = worded(house, channel, announcement, story, read.limits[id], read.now)
        gather = timedelta(minutes=channel.options.gather if announcement.purpose == "new" else 0)
        read.queued += queue(
            tx,
            house,
            read.now,
            channel,
            announcement,
            story,
            message,
            read.limits[id],
            wait=gather,
            flood=held.get(id) if announcement.purpose == "new" else None,
        )
        read.mute |= _mute(channel, announcement, message, story)
    for whole, id in whole_ones:
        channel = house.channels[id]
        parts = compose_digest(
            whole,
            read.stories,
            channel.options,
            read.limits[id],
            house.tongue(channel),
            house.knowledge,
            now=read.now,
        )
        for announcement, message in parts:
            read.queued += queue(
                tx, house, read.now, channel, announcement, None, message, read.limits[id]
            )


def _mute(
    channel: Channel, announcement: Announcement, message: Message, story: Story
) -> dict[str, str]:
    """The source whose image would be shown, had it words: id -> name."""
    shown = pictured(channel, story)
    if announcement.purpose != "new" or message.boosts or shown is None or shown.alt:
        return {}
    told = linked(channel, story)
    return {told.source: told.name}


def _held_flood(
    tx: Tx, house: House, read: Settling, routed: Sequence[tuple[Announcement, str]], cap: int
) -> dict[str, int]:
    """Channel -> the draft that holds its flood until people have chosen (R8)."""
    held = {
        id: read.limits[id]
        for id in digests.flooded(routed, cap)
        if house.moderated
        and (options := house.channels[id].options).public
        and options.approval.flood
        and options.approval.when != "never"
    }
    if not held:
        return {}
    stories = {one.story for one, id in routed if id in held and one.purpose == "new"}
    source = read.understood[0][0].publisher.name
    number = hold.flood(tx, house, held, source, len(stories), read.now)
    return dict.fromkeys(held, number)


def queue(
    tx: Tx,
    house: House,
    now: datetime,
    channel: Channel,
    announcement: Announcement,
    story: Story | None,
    message: Message,
    limits: Limits,
    *,
    wait: timedelta = timedelta(0),
    reason: Reason | None = None,
    flood: int | None = None,
) -> int:
    """Queue one announcement on one channel, in its first words; 0 where it was told already, or
    where people look at it first.

    :param story: what it tells of; None for a digest.
    :param wait: time in which other witnesses of a new story may still come.
    :param reason: why people should look at it, whatever the channel's settings.
    :param flood: the draft that holds a whole flood.
    """
    tx.announcements.save(announcement, now)
    delivery = Delivery(
        id=0,
        channel=channel.id,
        announcement=announcement.id,
        story=story.id if story else None,
        revision=0,
        action="post",
        key=f"{announcement.id}-{channel.id}-0",
        message=message,
        created=now,
        due=now + wait,
        priority=announcement.priority,
        # The preview shows what is over too, and says so.
        expires=announcement.expires if channel.options.public else None,
    )
    if flood is None:
        reason = reason or hold.why(tx, house, channel, announcement, story, now)
    return hold.put(tx, channel, delivery, reason, limits, now, flood=flood)


def _decision(
    house: House, read: Settling, entry: Entry, meant: Understanding, stories: Sequence[Story]
) -> dict[str, str]:
    """Why an entry was told or not, as `why` will say it."""
    if not meant.relevant:
        told = any(story.relevant for story in stories)
        return {"key": "known" if told else "irrelevant"}
    routed = {one.story for one in read.routed.values()}
    if any(story.id in routed for story in stories):
        return {"key": "told"}
    if read.first:
        return {"key": "first"}
    if entry.published < read.now - timedelta(days=house.config.bot.news.max_age_days):
        return {"key": "old"}
    if any(len(story.witnesses) > 1 for story in stories):
        return {"key": "known"}
    return {"key": "untold"}
