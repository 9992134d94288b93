"""The first run: nothing goes out by itself, and up to three recent stories are offered.

Once, when every source has been read for the first time. What was there at first sight is no
news to the public (R8); here people may say that some of it is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.announcements import route
from bot.announcements.announcement import Announcement
from bot.channels.channel import Channel, Limits
from bot.house import House
from bot.steps.drafts import FIRST_PAUSE
from bot.steps.settle import queue
from bot.steps.worded import worded
from bot.store.database import Tx
from bot.stories.story import Story

log = logging.getLogger(__name__)

#: of ``meta``: when the offer was made
OFFERED = "first-run"
#: stories that are offered at most
MOST = 3
#: sources that have not been tried by then are waited for no longer
PATIENCE = timedelta(hours=2)

TEXTS: Mapping[str, Mapping[str, str]] = {
    "offer": {
        "fr": "Je suis installé et je n’ai rien publié. Sources lues\u00a0: {well} sur {all}. "
        "{recent} ci-dessous\u00a0: ✅ sous celles à publier. Sans réponse, rien ne part.",
        "en": "I am installed and have posted nothing. Sources read: {well} of {all}. {recent} "
        "below: ✅ under those to post. Without an answer nothing goes out.",
    },
    "none": {
        "fr": "Je suis installé et je n’ai rien publié. Sources lues\u00a0: {well} sur {all}. "
        "Aucune nouvelle récente à proposer\u202f: la prochaine sera montrée ici, et rien ne part "
        "sans ✅.",
        "en": "I am installed and have posted nothing. Sources read: {well} of {all}. No recent "
        "news to offer: the next will be shown here, and nothing goes out without ✅.",
    },
    "1": {"fr": "Une nouvelle récente", "en": "One recent story"},
    "2": {"fr": "Deux nouvelles récentes", "en": "Two recent stories"},
    "3": {"fr": "Trois nouvelles récentes", "en": "Three recent stories"},
}


async def first_run(house: House, now: datetime) -> None:
    """Make the offer, once, if its moment has come and the moderators can be reached."""
    asleep = house.ask_again is not None and now < house.ask_again
    if house.offered or asleep or not house.moderated:
        return
    if await house.store.read(lambda tx: tx.meta.get(OFFERED)):
        house.offered = True
        return
    channels = [one for one in house.channels.values() if one.options.public]
    ready, well, stories = await house.store.read(lambda tx: _look(tx, house, channels, now))
    if not ready:
        return
    if stories is not None:
        said = house.config.bot.language
        fields: dict[str, object] = {"well": well, "all": len(house.sources)}
        key = "offer" if stories else "none"
        if stories:
            recent = TEXTS[str(len(stories))]
            fields["recent"] = recent.get(said, recent["en"])
        text = TEXTS[key].get(said, TEXTS[key]["en"]).format(**fields)
        if await house.tell("first-run", text, moderators=True) is None:
            house.ask_again = now + FIRST_PAUSE
            return  # not yet: nobody would see what is offered
    limits = house.known_limits()
    offered = stories or ()
    await house.store.write(lambda tx: _offer(tx, house, channels, offered, limits, now))
    house.wake.set()
    log.info("first run offered=%d", len(offered))


def _look(
    tx: Tx, house: House, channels: Sequence[Channel], now: datetime
) -> tuple[bool, int, list[Story] | None]:
    """(Is it the moment?, sources that answered, what to offer; None: there is no first run)."""
    rows = [row for row in tx.sources.all() if row.id in house.sources]
    begun = [seen for one in channels if (seen := tx.channels.get(one.id).first_seen)]
    if not channels or len(begun) < len(channels) or not rows:
        return False, 0, None
    tried = sum(row.last_try is not None for row in rows)
    if tried < len(house.sources) and now - min(begun) < PATIENCE:
        return False, 0, None
    if any(tx.deliveries.begun(one.id) for one in channels):
        return True, 0, None  # it tells already
    oldest = now - timedelta(days=house.config.bot.news.max_age_days)
    recent = [
        story
        for story in tx.stories.recent(oldest)
        if any(_fits(house, one, story, now) for one in channels)
    ]
    recent.sort(key=lambda one: max(witness.published for witness in one.witnesses), reverse=True)
    return True, sum(row.last_ok is not None for row in rows), recent[:MOST]


def _fits(house: House, channel: Channel, story: Story, now: datetime) -> bool:
    """Would the channel tell it, were it news?"""
    return bool(_routed(house, [channel], story, now))


def _routed(
    house: House, channels: Sequence[Channel], story: Story, now: datetime
) -> tuple[tuple[Announcement, str], ...]:
    return route.route(
        None,
        replace(story, quiet=False),
        {one.id: one.options for one in channels},
        sources=house.config.sources,
        told=(),
        now=now,
        settings=house.config.bot,
        knowledge=house.knowledge,
    )


def _offer(
    tx: Tx,
    house: House,
    channels: Sequence[Channel],
    stories: Sequence[Story],
    limits: Mapping[str, Limits],
    now: datetime,
) -> None:
    if tx.meta.get(OFFERED):
        return
    tx.meta.put(OFFERED, now.isoformat())
    for story in stories:
        for announcement, id in _routed(house, channels, story, now):
            channel = house.channels[id]
            message = worded(house, channel, announcement, story, limits[id], now)
            queue(
                tx,
                house,
                now,
                channel,
                announcement,
                story,
                message,
                limits[id],
                reason={"key": "first-run"},
            )
