"""What a channel worries about, told to the admins once: an account that is closed to us, a room
that moved, a device that clients distrust. What is over is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.channels.channel import Channel
from bot.house import House

TEXTS: Mapping[str, Mapping[str, str]] = {
    "none": {"fr": "aucun message n’attend", "en": "no message waits"},
    "one": {"fr": "1 message attend", "en": "1 message waits"},
    "several": {"fr": "{count} messages attendent", "en": "{count} messages wait"},
}


async def waiting(house: House, channel: str) -> str:
    """“3 messages attendent”: what a channel still has to send, as notices say it."""
    count = len(await house.store.read(lambda tx: tx.deliveries.waiting(channel)))
    pair = TEXTS[("one" if count else "none") if count < 2 else "several"]
    return (pair.get(house.config.bot.language) or pair["en"]).format(count=count)


async def locked_out(house: House, channel: Channel, said: str, now: datetime) -> None:
    """Tell the admins that an account or a room is closed to us, and how much waits for it."""
    count = await waiting(house, channel.id)
    text = f"{said.rstrip('.')}. {count[0].upper()}{count[1:]}."
    await house.notice(f"locked:{channel.id}", text, now)


async def heed(house: House, channel: Channel, now: datetime) -> None:
    """Tell the admins once what a channel is concerned about; forget what is over."""
    concerns = channel.concerns()
    place = channel.options.account or channel.id  # channels of one account say the same
    known = house.concerns.get(place)
    now_known = frozenset(concerns)
    if known == now_known:
        return
    house.concerns[place] = now_known
    for key, words in concerns.items():
        said = words.get(house.config.bot.language) or words["en"]
        if key == "locked":
            await locked_out(house, channel, said, now)
        else:
            await house.notice(f"concern:{place}:{key}", said, now)
    if "locked" in (known or ()) and "locked" not in concerns:
        await house.settled(f"locked:{channel.id}")
    for notice in await house.store.read(lambda tx: tx.notices.all()):
        before, mine, key = notice.key.partition(f"concern:{place}:")
        if mine and not before and key not in concerns:
            await house.settled(notice.key)
