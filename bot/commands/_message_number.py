"""The number of a message, as ``status`` shows it and as ``retry`` and ``drop`` take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.outbox.delivery import Delivery
    from bot.store.database import Tx

#: no message bears it
NONE = 0
#: digits of the largest number that every database takes
_DIGITS = 18


def number(text: object) -> int:
    """What was typed as a number; ``NONE`` where it is none."""
    typed = str(text).strip()
    return int(typed) if typed.isdecimal() and len(typed) <= _DIGITS else NONE


def where(config: Config, delivery: Delivery) -> str:
    """The name of the message's channel, which may no longer be configured."""
    options = config.channels.get(delivery.channel)
    return (options.name if options else "") or delivery.channel


def words(delivery: Delivery) -> str:
    """The message's first line, to know it by."""
    return delivery.message.text.split("\n", 1)[0]


def no_more_trouble(tx: Tx, id: int) -> None:
    """What admins were told of it is over: should it be set aside again, they hear of it again."""
    for key in ("aside", "held"):
        tx.notices.clear(f"{key}:{id}")
