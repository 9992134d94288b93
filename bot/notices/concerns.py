"""What a channel worries about, told to the admins once: an account that is closed to us, a room
that moved, a device that clients distrust. What is over is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.channels.channel import Channel
from bot.house import CODE_LINK, House
from bot.store.database import Tx

#: a server that gave no link is asked again after that (a refused account is tried once an hour)
ASK_AGAIN = timedelta(minutes=55)

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
        if told.key == key:
            late = await _late_link(house, channel, told.text, now)
            if late is not None:
                await house.store.write(partial(_reword, key=key, text=late))
            await house.pass_on(key, late or told.text, now)
            return
    house.links_asked[channel.id] = now
    text = await _with_link(house, channel)
    if text is None:
        count = await waiting(house, channel.id)
        text = f"{said.rstrip('.')}. {count[0].upper()}{count[1:]}."
    await house.notice(key, text, now)


def _reword(tx: Tx, *, key: str, text: str) -> None:
    tx.notices.reword(key, text)


async def _late_link(house: House, channel: Channel, told: str, now: datetime) -> str | None:
    """The notice with a link, where none could be had before. The server is asked once an hour, and
    not for a second one."""
    last = house.links_asked.get(channel.id)
    if CODE_LINK in told or (last is not None and last <= now < last + ASK_AGAIN):
        return None
    house.links_asked[channel.id] = now
    return await _with_link(house, channel)


async def _with_link(house: House, channel: Channel) -> str | None:
    """The notice that a code opens the account again; None: no link is to be had."""
    link = await _renewal(house, channel)
    if link is None:
        return None
    pair = TEXTS["renew"]
    return (pair.get(house.config.bot.language) or pair["en"]).format(
        server=channel.account.settings.server.partition("://")[2],
        waiting=await waiting(house, channel.id),
        link=link,
    )


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
