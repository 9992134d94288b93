"""The picture of a post: brought over before it, and never in its way.

A picture that cannot be had, or that the other side does not take, is left out; the post goes
without it, at once, and `why` says so. Only where the other side cannot be reached at all, or is
closed to us, does the post itself wait, as it would without a picture.

The id of a picture that is over there is kept with the delivery before the post is made: after a
crash in between it is shown, not brought again (C10). It is used for as long as a server keeps
what no post shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.channel import Channel
from bot.errors import (
    BotError,
    ChannelError,
    Forbidden,
    Locked,
    NotNow,
    SourceError,
    TooLarge,
    Unreachable,
    Unreadable,
)
from bot.house import House
from bot.outbox.delivery import Delivery
from bot.sources.picture import fetch

log = logging.getLogger(__name__)

#: seconds for all of it: well under what one try of a post may take, which then has its turn
PATIENCE = 60.0
_TOO_SLOW = {"fr": "trop lent", "en": "too slow"}
#: how long a picture that no post shows yet is taken to be there: Mastodon sweeps after a day
KEPT = timedelta(hours=12)

TEXTS: Mapping[str, Mapping[str, str]] = {
    "mute": {
        "fr": "{name}\u00a0: ses images viennent sans texte de remplacement\u202f; je publie donc "
        "sans image, car qui ne la voit pas n’en saurait rien. À faire\u00a0: demander à {name} "
        "de décrire ses images (texte alternatif). Rien d’autre ne change, et je n’en reparle "
        "plus.",
        "en": "{name}: its images come without alternative text, so I post without them: those "
        "who do not see them would learn nothing. To do: ask {name} to describe its images (alt "
        "text). Nothing else changes, and I will not mention it again.",
    },
    "refused": {"fr": "le serveur ne l’a pas voulue", "en": "the server did not want it"},
    "no-take": {
        "fr": "le serveur ne la prend pas ({cause})",
        "en": "the server does not take it ({cause})",
    },
    "large": {"fr": "elle pèse plus de 8\u00a0Mo", "en": "it is larger than 8 MB"},
    "inside": {"fr": "son adresse n’est pas publique", "en": "its address is not public"},
    "odd": {"fr": "{cause}", "en": "{cause}"},
    "away": {
        "fr": "son site ne la donne pas ({cause})",
        "en": "its site does not give it ({cause})",
    },
}


def mute(name: str, language: str) -> str:
    """What admins are told of a source whose images have no words."""
    return TEXTS["mute"].get(language, TEXTS["mute"]["en"]).format(name=name)


async def with_picture(
    house: House, channel: Channel, delivery: Delivery, now: datetime
) -> Delivery:
    """The delivery with what became of its picture. Raises ChannelError where the post itself
    could not be made either."""
    wanted = delivery.message.picture
    if wanted is None or delivery.action != "post" or "picture" not in channel.abilities:
        return delivery
    if _there(delivery, now):
        return delivery
    try:
        async with asyncio.timeout(PATIENCE):
            body, type = await fetch(house.fetcher, wanted.url)
            id = await channel.bring(body, type, wanted.alt)
    except TimeoutError:
        return _without(house, delivery, Unreachable(cause=_TOO_SLOW))
    except SourceError as error:
        return _without(house, delivery, error)
    except ChannelError as error:
        if _stops_all(error):
            raise
        return _without(house, delivery, error)
    kept = {"id": id, "at": now.isoformat()}
    if not await house.store.write(lambda tx: tx.deliveries.note_picture(delivery, kept)):
        raise NotNow(channel=channel.id, cause=_TOO_SLOW)
    return replace(delivery, picture=kept)


def came_without(house: House, delivery: Delivery) -> Delivery:
    """The other side took the words and not the picture."""
    said = TEXTS["refused"].get(house.config.bot.language, TEXTS["refused"]["en"])
    return replace(delivery, picture={"left": said})


def _there(delivery: Delivery, now: datetime) -> bool:
    """Is it over there since an earlier try, and still kept?"""
    known = delivery.picture or {}
    if "id" not in known:
        return False
    return timedelta(0) <= now - datetime.fromisoformat(known["at"]) < KEPT


def _stops_all(error: ChannelError) -> bool:
    """Would the post fare no better? Nobody is there, or our access is refused as a whole."""
    status = error.fields.get("status")
    return (isinstance(error, NotNow) and status is None) or (
        isinstance(error, Locked) and status != 403  # 403: it may not bring pictures
    )


def _without(house: House, delivery: Delivery, error: BotError) -> Delivery:
    log.info("picture left out delivery=%d: %s", delivery.id, error)
    return replace(delivery, picture={"left": _why(error, house.config.bot.language)})


def _why(error: BotError, said: str) -> str:
    """Why a picture is left out, as a half-sentence."""
    told = error.fields.get("cause") or f"HTTP {error.fields.get('status', 410)}"
    cause = str((told.get(said) or told["en"]) if isinstance(told, Mapping) else told)
    match error:
        case ChannelError():
            key = "no-take"
        case TooLarge():
            key = "large"
        case Forbidden():
            key = "inside"
        case Unreadable():
            key = "odd"
        case _:
            key = "away"
    return TEXTS[key].get(said, TEXTS[key]["en"]).format(cause=cause)
