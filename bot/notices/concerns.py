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
    "renew": {
        "fr": "{server} refuse mon accès. Rien n’est perdu\u00a0: {waiting}. Ouvrez ce lien, acceptez, "
        "recopiez le code ici, dans le salon des admins\u00a0: {link}",
        "en": "{server} refuses my access. Nothing is lost: {waiting}. Open this link, agree, copy the "
        "code here, in the admins’ room: {link}",
    },
}


async def waiting(house: House, channel: str) -> str:
    """“3 messages attendent”: what a channel still has to send, as notices say it."""
    count = len(await house.store.read(lambda tx: tx.deliveries.waiting(channel)))
    pair = TEXTS[("one" if count else "none") if count < 2 else "several"]
    return (pair.get(house.config.bot.language) or pair["en"]).format(count=count)


async def locked_out(house: House, channel: Channel, said: str, now: datetime) -> None:
    """Tell the admins that an account or a room is closed to us, and how much waits for it; with a
    way back in under one link, where there is one."""
    key = f"locked:{channel.id}"
    for told in await house.store.read(lambda tx: tx.notices.all()):
        if told.key == key:  # the server is not asked for a link every hour
            await house.pass_on(key, told.text, now)
            return
    count = await waiting(house, channel.id)
    link = await _renewal(house, channel)
    if link is None:
        text = f"{said.rstrip('.')}. {count[0].upper()}{count[1:]}."
    else:
        pair = TEXTS["renew"]
        server = channel.account.settings.server.partition("://")[2]
        text = (pair.get(house.config.bot.language) or pair["en"]).format(
            server=server, waiting=count, link=link
        )
    await house.notice(key, text, now)


async def _renewal(house: House, channel: Channel) -> str | None:
    """The link, where a code can be told to the bot: in an admins' room."""
    rooms = (
        one.account is not None and one.account.settings.admin_room
        for one in house.channels.values()
    )
    if not house.config.bot.chat.enabled or not any(rooms):
        return None
    boost = any(getattr(one, "boost", False) for one in house.config.sources.values())
    return await channel.renewal(boost=boost)


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
