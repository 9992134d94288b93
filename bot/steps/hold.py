"""Puts a message where it belongs: into its channel's queue, or before people first.

It runs inside the transaction that made the message. Whether people should look is decided by
``outbox/approval.py``; here is only gathered what that has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta

from bot.announcements.announcement import Announcement
from bot.announcements.compose import sure
from bot.channels.channel import Channel, Limits
from bot.house import House
from bot.outbox import approval
from bot.outbox.approval import Circumstances, Reason
from bot.outbox.delivery import Delivery
from bot.store.database import Tx
from bot.store.drafts import Draft
from bot.stories.names import one_spelling
from bot.stories.story import Story
from bot.understanding.fact import AwardFact, EventFact

#: how old a channel may be that has not been met yet
NEW = timedelta(0)


def why(
    tx: Tx,
    house: House,
    channel: Channel,
    announcement: Announcement,
    story: Story | None,
    now: datetime,
    *,
    edits: bool = False,
) -> Reason | None:
    """Why people should look at a message first; None: it may go out.

    :param story: what it tells of; None for a digest.
    :param edits: it corrects a post of the announcement.
    """
    if not house.moderated or not channel.options.public:
        return None
    begun = tx.channels.meet(channel.id, now).first_seen
    return approval.reason(
        channel.options.approval,
        Circumstances(
            purpose=announcement.purpose,
            confidence=_confidence(story, channel),
            official=_official(story),
            new_source=_new_source(tx, story) if announcement.purpose == "new" else "",
            age=now - begun if begun else NEW,
            reserved=_reserved(tx, house, announcement, story, now),
            edits=edits,
            approved=edits and _approved(tx, announcement.id, channel.id),
        ),
    )


def _confidence(story: Story | None, channel: Channel) -> float:
    facts = sure(story, channel.options) if story else ()
    return min((fact.confidence for fact in facts), default=1.0)


def _reserved(
    tx: Tx, house: House, announcement: Announcement, story: Story | None, now: datetime
) -> str:
    """The last day of the election reserve, where it tells an award of a local place in one."""
    news = house.config.bot.news
    until = approval.reserve(news.reserve, now, house.config.bot.timezone)
    if not until:
        return ""
    told = [story] if story else [tx.stories.get(id) for id in announcement.stories]
    here = any(
        one_spelling(name, house.knowledge)[1]
        for one in told
        if one is not None
        for fact in one.facts
        if isinstance(fact, AwardFact)
        for name in fact.laureates
    )
    return until if here else ""


def _official(story: Story | None) -> bool:
    """Does the organiser itself say what is said of the event now?"""
    if story is None:
        return True
    off = [
        witness
        for witness in story.witnesses
        if any(isinstance(fact, EventFact) and fact.status == "cancelled" for fact in witness.facts)
    ]
    return any(witness.official for witness in off)


def _new_source(tx: Tx, story: Story | None) -> str:
    """The name of the story's source, where nothing of any of its sources was posted yet."""
    witnesses = story.witnesses if story else ()
    if not witnesses or not all(tx.deliveries.unheard(one) for one in _sources(story)):
        return ""
    return witnesses[0].name


def _sources(story: Story | None) -> Iterable[str]:
    return dict.fromkeys(one.source for one in story.witnesses) if story else ()


def _approved(tx: Tx, announcement: str, channel: str) -> bool:
    """Has a person approved or written the words that stand there, or will?"""
    rows = tx.deliveries.of_announcement(announcement, channel)
    live = [row for row in rows if row.state not in ("superseded", "rejected", "draft")]
    return bool(live) and (live[-1].draft is not None or live[-1].pinned)


def flood(
    tx: Tx, house: House, held: Mapping[str, Limits], source: str, count: int, now: datetime
) -> int:
    """Begin a draft for a flood; its number.

    :param held: the channels that hold it, and what they take.
    :param source: the publisher's name.
    """
    words = any(house.channels[id].options.approval.by == "message" for id in held)
    return tx.drafts.begin(
        Draft(
            id=0,
            kind="flood",
            reason={"key": "flood", "count": count, "source": source},
            by="message" if words else "reaction",
            created=now,
            show_at=now,
            limits={id: asdict(limits) for id, limits in held.items()},
        )
    )


def put(
    tx: Tx,
    channel: Channel,
    delivery: Delivery,
    reason: Reason | None,
    limits: Limits,
    now: datetime,
    *,
    flood: int | None = None,
) -> int:
    """Queue a delivery, or put it into a draft; how many that queued (1 or 0).

    :param flood: the number of the draft that holds a whole flood.
    """
    if flood is not None:
        tx.deliveries.add([replace(delivery, state="draft", draft=flood)])
        return 0
    if reason is None:
        return len(tx.deliveries.add([delivery]))
    known = tx.drafts.of(delivery.announcement)
    settings = channel.options.approval
    draft = Draft(
        id=0,
        kind="announcement",
        reason=reason,
        by=settings.by,
        created=now,
        show_at=delivery.due,
        limits={channel.id: asdict(limits)},
        expires=approval.expiry(settings.days, now, delivery.expires),
    )
    id = known.id if known else tx.drafts.begin(draft)
    added = tx.deliveries.add([replace(delivery, state="draft", draft=id)])
    if not added or added[0].state != "draft":
        if known is None:
            tx.drafts.reject(id, "void", "", now)  # it was told already: there is nothing to ask
        return 0
    if known is not None and known.kind == "announcement":
        tx.drafts.join(id, draft, now)
    return 0
