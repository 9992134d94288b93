"""One channel's sending: claim a message, look for it where it may be there already, send it,
record what the other side said. What each outcome means is decided in ``outbox/decide.py``.

A transaction costs more than most of what it holds. So where nothing limits a channel's pace and the
other side keeps keys, a few messages are claimed together, sent one after the other, and recorded
together. A bot that dies in between finds all of them in doubt, as it would find one: it looks for
each, or sends it under its own key again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.announcements.personal import personal
from bot.announcements.words import cut
from bot.channels.channel import Channel, Receipt
from bot.errors import ChannelError, Locked, NotNow, Unclear
from bot.house import TEXTS, House
from bot.notices.concerns import heed, locked_out
from bot.outbox import decide, pace
from bot.outbox.delivery import Delivery
from bot.outbox.retry import next_try
from bot.steps import pictures
from bot.store.database import Tx

log = logging.getLogger(__name__)

#: seconds that one try may take; well under the lease, so that nobody else believes it is theirs
LONGEST_TRY = 120.0
#: so many messages are claimed at once, as long as all of them go out within so many seconds:
#: what is claimed can neither be taken back nor overtaken by what is urgent
MOST, QUICK = 8, 0.5
#: of ``meta``: the secret that every channel's ``mark`` is
MARK = "mark"
TAKEN = {"fr": "un autre l’a repris", "en": "another worker has taken it over"}


async def send_all(house: House, channel: Channel, now: datetime) -> None:
    """Send one channel's messages, in order, until none may go out now."""
    if channel.id in house.closing:
        return  # a reload put it in the place of another, which still ends
    if channel.id not in house.started and not await _start(house, channel, now):
        return
    if channel.id in house.channels:  # not the private room of a person
        await heed(house, channel, now)
    now = house.now()
    if not await house.store.read(lambda tx: _may_go(tx, house, channel, now)):
        return  # as at most ticks: nothing is written
    claimed, most = await _next(house, channel, now, 1), 1
    while claimed:
        claimed, most = await _send_some(house, channel, claimed, most)


def _may_send(house: House, channel: Channel) -> bool:
    """The bot is not stopping, and a reload has not put another in the channel's place."""
    return not house.stopping and house.speaks(channel)


async def _send_some(
    house: House, channel: Channel, claimed: Sequence[Delivery], most: int
) -> tuple[list[Delivery], int]:
    """Send claimed messages in their order until one does not go through; record what came of them
    and claim the next ones: in one transaction where all went well. Those not tried are given back.
    None are claimed where none may go, or the bot is stopping.

    :param most: how many may be claimed together; that comes back for the next time.
    """
    clock = asyncio.get_running_loop().time
    began, ended = clock(), list[tuple[Delivery, decide.Settlement]]()
    for delivery in claimed:
        late = ended and (ended[-1][1].state != "sent" or clock() - began > QUICK)
        if late or not _may_send(house, channel):
            break
        ended.append((delivery, await _attempt(house, channel, delivery, house.now())))
    untried, now = claimed[len(ended) :], house.now()
    quick = not untried and clock() - began <= QUICK
    most = min(2 * most, MOST) if quick and _several(house, channel, now) else 1
    # Where several workers send, the next one is claimed beside them, not with the record.
    together = all(outcome.state == "sent" for _, outcome in ended) and not house.store.shared

    def record(tx: Tx) -> tuple[list[bool], list[Delivery]]:
        kept = tx.deliveries.settle_all(ended, now)
        tx.deliveries.release(untried)
        if any(mine and one[1].state == "sent" for mine, one in zip(kept, ended, strict=True)):
            tx.notices.clear(f"locked:{channel.id}")
        if not together or not _may_send(house, channel):
            return kept, []
        return kept, _claim(tx, house, channel, now, most)

    kept, following = await house.store.write(record, beside=not ended)
    for mine, (delivery, outcome) in zip(kept, ended, strict=True):
        if mine:
            await _tell(house, channel, delivery, outcome, now)
    if not together:
        following = await _next(house, channel, house.now(), most)
    return following, most


def _several(house: House, channel: Channel, now: datetime) -> bool:
    """May several of its messages be in doubt at once? Each must be safe under its key, and no pace
    may count them."""
    limited = channel.options.per_hour or channel.options.per_day
    keys = "idempotent" in channel.abilities and _window(channel, now) is not None
    return keys and not limited and not house.store.shared


async def _next(house: House, channel: Channel, now: datetime, most: int) -> list[Delivery]:
    """Claim the next messages; none where none may go, or the bot is stopping."""
    if not _may_send(house, channel):
        return []
    return await house.store.write(lambda tx: _claim(tx, house, channel, now, most), beside=True)


def _claim(tx: Tx, house: House, channel: Channel, now: datetime, most: int) -> list[Delivery]:
    """The next messages that may go, claimed."""
    for which in _paced(tx, house, channel, now):
        if claimed := tx.deliveries.claim(channel.id, now, lease=decide.LEASE, limit=most, **which):
            return claimed
    return []


async def _start(house: House, channel: Channel, now: datetime) -> bool:
    """Open a channel; one that cannot be opened rests, and its messages wait."""
    row = await house.store.read(lambda tx: tx.channels.get(channel.id))
    if row.paused_until is not None and row.paused_until > now:
        return False
    try:
        await channel.start()
    except ChannelError as error:
        house.failed_starts[channel.id] += 1
        locked, reason = isinstance(error, Locked), error.reason
        attempts = house.failed_starts[channel.id]
        until = now + decide.LOCKED_PAUSE if locked else next_try(attempts, now, house.chance())
        await house.store.write(lambda tx: tx.channels.pause(channel.id, until, reason))
        if locked and not personal(channel.id):
            await locked_out(house, channel, error.say(house.config.bot.language), now)
        else:
            log.info("channel not open yet channel=%s: %s", channel.id, error)
        return False
    await _know_device(house, channel, now)
    house.started.add(channel.id)
    await house.learn_limits(channel, now)
    house.failed_starts.pop(channel.id, None)
    await house.store.write(lambda tx: tx.channels.meet(channel.id, now))
    return True


async def _know_device(house: House, channel: Channel, now: datetime) -> None:
    """Another device than last time (a new login, a worker on another machine): keys that were
    tried before are not known to it, so that nothing in doubt is sent for their sake (D9). All
    devices share the secret by which they know each other's messages again."""
    device = channel.device
    if device is None:
        return
    key = f"device:{channel.account.id if channel.account else channel.id}"

    def note(tx: Tx) -> tuple[str | None, str]:
        known = tx.meta.get(key)
        if known is None or known["id"] != device:
            known = {"id": device, "since": now.isoformat() if known else None}
            tx.meta.put(key, known)
        mark = tx.meta.get(MARK)
        if mark is None:
            mark = secrets.token_hex(16)
            tx.meta.put(MARK, mark)
        return known["since"], mark

    since, channel.mark = await house.store.write(note)
    channel.keys_since = datetime.fromisoformat(since) if since else None


def _window(channel: Channel, now: datetime) -> timedelta | None:
    """How old a try may be whose key the other side still knows."""
    if channel.window is None or channel.keys_since is None:
        return channel.window
    return min(channel.window, now - channel.keys_since)


def _may_go(tx: Tx, house: House, channel: Channel, now: datetime) -> bool:
    """Does a message wait that the channel's pace lets out?"""
    return any(
        tx.deliveries.head(channel.id, now, **which) is not None
        for which in _paced(tx, house, channel, now)
    )


def _paced(tx: Tx, house: House, channel: Channel, now: datetime) -> list[dict[str, Any]]:
    """Which messages the channel's pace lets out, by turns: urgent ones and edits always."""
    options = channel.options
    if house.config.paused(channel.id, now):
        return []
    limited = options.per_hour or options.per_day
    free = pace.earliest(
        tx.deliveries.sent_times(channel.id, now - timedelta(days=1)) if limited else (),
        now,
        per_hour=options.per_hour,
        per_day=options.per_day,
        quiet=options.quiet,
        timezone=house.config.bot.timezone,
    )
    return [{"least": pace.URGENT}, {"posts": False}] if free > now else [{}]


async def _attempt(
    house: House, channel: Channel, delivery: Delivery, now: datetime
) -> decide.Settlement:
    """Look for it where it may already be there, else send it; what that came to."""
    said = house.config.bot.language
    abilities, window = channel.abilities, _window(channel, now)
    step = decide.next_step(delivery, now, abilities=abilities, window=window)
    try:
        async with asyncio.timeout(LONGEST_TRY):
            if step == "look":
                try:
                    found = await channel.find(delivery, delivery.first_attempt or now)
                except ChannelError as error:
                    return decide.failed_look(delivery, error, now, house.chance(), said)
                if found.receipt is not None:
                    return decide.done(found.receipt.remote, found.receipt.url)
                step = decide.after_look(  # type: ignore[assignment]  # "adopt" was just done
                    delivery,
                    now,
                    found=False,
                    complete=found.complete,
                    abilities=abilities,
                    window=window,
                )
            if step == "expire":
                return decide.expired()
            if step == "hold":
                return decide.held(delivery)
            if delivery.action == "post":
                delivery = await pictures.with_picture(house, channel, delivery, now)
            await _hold(house, channel, delivery)
            receipt = await _send(channel, delivery)
            if not receipt.picture:
                delivery = pictures.came_without(house, delivery)
            return decide.done(receipt.remote, receipt.url, delivery.picture)
    except ChannelError as error:
        return decide.failed(delivery, error, now, house.chance(), said)
    except Exception as error:
        # Whatever it was, the message may be there: look before sending again.
        if not isinstance(error, TimeoutError):
            log.exception("channel %s: something unforeseen; I look and try again", channel.id)
        late = Unclear(channel=channel.options.name or channel.id, cause=type(error).__name__)
        return decide.failed(delivery, late, now, house.chance(), said)


async def _hold(house: House, channel: Channel, delivery: Delivery) -> None:
    """Hold for longer what has been in hand for long. Raises NotNow where another worker has taken
    it over."""
    now = house.now()
    assert delivery.lease_until is not None, "it is claimed"
    if not house.store.shared or now < delivery.lease_until - decide.LEASE + decide.FRESH:
        return
    until = now + decide.LEASE
    if not await house.store.write(lambda tx: tx.deliveries.extend(delivery, until), beside=True):
        raise NotNow(channel=channel.options.name or channel.id, cause=TAKEN)


async def _send(channel: Channel, delivery: Delivery) -> Receipt:
    if delivery.action == "post":
        return await channel.deliver(delivery)
    assert delivery.remote is not None, "an edit is claimed only once its post is there"
    if delivery.action == "edit":
        return await channel.edit(delivery.remote, delivery)
    await channel.withdraw(delivery.remote, delivery)
    return Receipt(delivery.remote)


async def _tell(
    house: House, channel: Channel, delivery: Delivery, outcome: decide.Settlement, now: datetime
) -> None:
    """Tell the admins what needs them, once; and take it back when it is over."""
    if outcome.state == "sent":
        house.counts["sent"] += 1
    elif personal(channel.id):
        # What a person asked for is nobody else's business; the account's own channels tell.
        log.info("a personal message was not delivered: %s", outcome.state)
    elif outcome.tell == "locked":
        await locked_out(house, channel, outcome.error, now)
    elif outcome.tell:
        said = outcome.error
        if outcome.tell == "held":
            said = TEXTS["held"][house.config.bot.language].format(
                id=delivery.id,
                name=channel.options.name or channel.id,
                words=cut(delivery.message.text.partition("\n")[0], 80, None),
            )
        await house.notice(f"{outcome.tell}:{delivery.id}", said, now)
