"""Posts are made true again after a person changed a story, or wants an announcement taken back.

It runs inside one transaction, like ``settle``. Nothing is sent from here: an edit, a withdrawal
and a first telling are new revisions and announcements in the outbox, under its rules (D).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from bot.announcements import route
from bot.announcements.announcement import Announcement
from bot.channels.channel import Channel
from bot.house import House
from bot.outbox.delivery import Delivery, boosted
from bot.steps.hold import put, why
from bot.steps.settle import queue, told_of
from bot.steps.worded import worded
from bot.store.database import Tx
from bot.stories.story import Story

#: states in which an announcement is there, or may still come to be there
_THERE = ("queued", "sending", "unclear", "sent", "draft")


def retell(tx: Tx, house: House, story: Story, now: datetime) -> int:
    """Queue an edit of every post of the story that no longer says it; how many.

    A person wanted it: neither pace nor the limits of edits hold it back. Words that a moderator
    wrote stay; so does a boosted post, whose words are its author's.
    """
    queued = 0
    limits = house.known_limits()
    for announcement in tx.announcements.of_story(story.id, *tx.stories.aliases(story.id)):
        if announcement.purpose != "new":
            continue
        for id, channel in house.channels.items():
            rows = tx.deliveries.of_announcement(announcement.id, id)
            if not rows or "edit" not in channel.abilities or rows[-1].action == "withdraw":
                continue
            last = rows[-1]
            if last.state not in _THERE or last.pinned or any(map(boosted, rows)):
                continue
            message = worded(house, channel, announcement, story, limits[id], now)
            if message == last.message:
                continue
            edit = _next(last, "edit", now, message=message)
            reason = {"key": "edited"} if last.state == "draft" else None
            put(tx, channel, edit, reason, limits[id], now)
            queued += 1
    return queued


def retract(
    tx: Tx, house: House, announcement: str, now: datetime, *, only: str | None = None
) -> list[str]:
    """Take one announcement back on every channel, and what answered it; the channels' ids.

    :param only: on this channel alone.

    What was certainly not sent yet is simply never sent. It is never told again (D5).
    """
    found = tx.announcements.get(announcement)
    names = [announcement]
    if found is not None:
        of_it = tx.announcements.of_story(found.story)
        names += [one.id for one in of_it if one.reply_to == announcement]
    taken = {
        (id, name): _take_back(tx, channel, name, now)
        for id, channel in house.channels.items()
        for name in names
        if only in (None, id)
    }
    return list(dict.fromkeys(id for (id, _), done in taken.items() if done))


def unsent_gives_way(tx: Tx, house: House, gone: str, kept: str, now: datetime) -> None:
    """Story ``gone`` became ``kept``: where the one is told, or will be, the other's first telling
    is not sent any more if it certainly was not yet."""
    for mine in tx.announcements.of_story(gone):
        for id, channel in house.channels.items():
            rows = tx.deliveries.of_announcement(mine.id, id)
            waits = rows and rows[-1].state in ("queued", "draft") and not rows[-1].doubt
            sent = any(row.state in ("sent", "sending", "unclear") for row in rows)
            if waits and not sent and _is_told(tx, kept, id):
                _take_back(tx, channel, mine.id, now)


def tell(tx: Tx, house: House, story: Story, now: datetime) -> int:
    """Announce a story that a person made, where and as any new one would be."""
    limits = house.known_limits()
    names = (story.id, *tx.stories.aliases(story.id))
    routed = route.route(
        None,
        story,
        {id: channel.options for id, channel in house.channels.items()},
        sources=house.config.sources,
        told=told_of(tx, names),
        now=now,
        settings=house.config.bot,
        knowledge=house.knowledge,
        aliases=names[1:],
    )
    queued = 0
    for announcement, id in routed:
        channel = house.channels[id]
        message = worded(house, channel, announcement, story, limits[id], now)
        queued += queue(tx, house, now, channel, announcement, story, message, limits[id])
    return queued


def again(tx: Tx, house: House, story: Story, now: datetime, *, never: Collection[str]) -> None:
    """What a merge kept from being sent waits again, as it did before: for people to look at it,
    where they had not let it through.

    :param never: announcements that a person has withdrawn (D5).
    """
    limits = house.known_limits()
    for announcement in tx.announcements.of_story(story.id):
        if announcement.purpose != "new" or announcement.id in never:
            continue
        for id, channel in house.channels.items():
            rows = tx.deliveries.of_announcement(announcement.id, id)
            if not rows or rows[-1].action != "withdraw":
                continue
            if any(row.sent_at is not None or row.first_attempt is not None for row in rows):
                continue
            post = [row for row in rows if row.action == "post"][-1]
            wait = replace(
                _next(rows[-1], "post", now, message=post.message),
                due=max(post.due, now),
                expires=post.expires,
                pinned=post.pinned,
            )
            draft = tx.drafts.get(post.draft) if post.draft is not None else None
            if draft is None:
                reason = why(tx, house, channel, announcement, story, now)
            else:
                reason = None if draft.choice == "yes" else {"key": "edited"}
            put(tx, channel, wait, reason, limits[id], now)


def _is_told(tx: Tx, story: str, channel: str) -> bool:
    """Is the first telling of a story there, on its way, or waiting?"""
    first: list[Announcement] = tx.announcements.of_story(story, *tx.stories.aliases(story))
    return any(
        row.state in _THERE
        for one in first
        if one.purpose == "new"
        for row in tx.deliveries.of_announcement(one.id, channel)
    )


def _take_back(tx: Tx, channel: Channel, announcement: str, now: datetime) -> bool:
    """Queue a withdrawal; False where there is nothing to take back."""
    rows = tx.deliveries.of_announcement(announcement, channel.id)
    if not rows or rows[-1].action == "withdraw":
        return False
    if not any(row.state in (*_THERE, "aside") for row in rows):
        return False
    if "withdraw" not in channel.abilities and any(row.state == "sent" for row in rows):
        return False
    tx.deliveries.add([_next(rows[-1], "withdraw", now, message=rows[-1].message)])
    held = rows[-1].draft if rows[-1].state == "draft" else None
    if held is not None and not tx.drafts.letters(held):
        tx.drafts.reject(held, "void", "", now)  # there is nothing left to ask
    return True


def _next(last: Delivery, action: str, now: datetime, **more: object) -> Delivery:
    """The revision after ``last``."""
    revision = last.revision + 1
    made = Delivery(
        id=0,
        channel=last.channel,
        announcement=last.announcement,
        story=last.story,
        revision=revision,
        action=action,  # type: ignore[arg-type]  # the callers give its literals
        key=f"{last.announcement}-{last.channel}-{revision}",
        message=last.message,
        created=now,
        due=now,
        priority=last.priority,
        expires=last.expires if action == "edit" else None,
    )
    return replace(made, **more)  # type: ignore[arg-type]  # the callers give its fields
