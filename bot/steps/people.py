"""Letters to people who asked for them: alerts when news is stored, reminders when it is time.

Both run inside the transaction that stores the news or asks the calendar: a letter is a Delivery
in the outbox, to the person's own room, under a key of its own (never lost, never twice).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from hashlib import blake2b

from bot.announcements import personal
from bot.announcements.announcement import Message
from bot.announcements.personal import Subscription
from bot.announcements.voice import Voice
from bot.channels.channel import Channel
from bot.house import House
from bot.outbox.delivery import Delivery
from bot.outbox.pace import URGENT
from bot.store.database import Tx
from bot.stories.story import Story

#: an alert that could not be delivered for so long is no news any more
ALERT_KEPT = timedelta(days=7)
#: so many rooms of people who wait for nothing stay open
OPEN = 50
#: so shortly before an event its cancellation passes quiet hours
SOON = timedelta(days=2)


def letter(
    to: str,
    what: str,
    message: Message,
    now: datetime,
    *,
    due: datetime | None = None,
    expires: datetime | None = None,
    urgent: bool = False,
) -> Delivery:
    """One message to one person. ``what`` is the id of what is told: told once to each."""
    key = blake2b(f"{to}|{what}".encode(), digest_size=12).hexdigest()
    return Delivery(
        id=0,
        channel=to,
        announcement=what,
        story=None,  # whoever asks about a story is not shown who else hears of it
        revision=0,
        action="post",
        key=key,
        message=message,
        created=now,
        due=due or now,
        priority=URGENT if urgent else 0,
        expires=expires,
    )


def tell(tx: Tx, house: House, before: Story | None, after: Story, now: datetime) -> int:
    """Queue what a new or changed story means to people; how many letters that made."""
    return _alert(tx, house, before, after, now) + _change(tx, house, before, after, now)


def _alert(tx: Tx, house: House, before: Story | None, after: Story, now: datetime) -> int:
    wanted = tx.people.alerts()
    oldest = now - timedelta(days=house.config.bot.news.max_age_days)
    news = any(witness.published >= oldest for witness in after.witnesses)
    if not wanted or not news or after.quiet:
        return 0
    told = personal.Told(after)
    knew = personal.Told(before) if before is not None and not before.quiet else None
    mine: dict[str, list[Subscription]] = {}
    for one in wanted:
        if told.holds(one.words) and not (knew is not None and knew.holds(one.words)):
            mine.setdefault(one.to, []).append(one)
    names = (after.id, *tx.stories.aliases(after.id))
    letters = []
    for to, alerts in mine.items():
        if any(tx.deliveries.of_announcement(personal.occasion_id("alert", n), to) for n in names):
            continue  # told under another of its names
        voice = _voice(house, alerts[0].language)
        message = personal.alert(after, alerts, voice, _today(voice, now))
        what = personal.occasion_id("alert", after.id)
        letters.append(letter(to, what, message, now, expires=now + ALERT_KEPT))
    return len(tx.deliveries.add(letters))


def _change(tx: Tx, house: House, before: Story | None, after: Story, now: datetime) -> int:
    what = personal.changed(before, after) if before is not None else None
    fact = personal.event(after)
    if what is None or fact is None:
        return 0
    letters = []
    for one in tx.people.reminders(after.id, *tx.stories.aliases(after.id)):
        voice = _voice(house, one.language)
        over = personal.over_at(fact, voice)
        if over <= now:
            continue
        message = personal.change(what, after, one, voice, now)
        id = personal.occasion_id(
            what, after.id, fact.start or "", fact.place or "", fact.time or ""
        )
        soon = what == "cancelled" and over - now < SOON
        letters.append(letter(one.to, id, message, now, expires=over, urgent=soon))
        # A reminder that already waits would say the old day.
        _withdraw_reminders(tx, one, (after.id, *tx.stories.aliases(after.id)))
        if what == "moved" and personal.remind_at(fact, voice) <= now:
            tx.people.stop(one.account, one.person, one.number)
    return len(tx.deliveries.add(letters))


def _withdraw_reminders(tx: Tx, mine: Subscription, names: tuple[str, ...]) -> None:
    for waiting in tx.deliveries.waiting(mine.to):
        if waiting.message.story in names and waiting.message.data.get("reminder"):
            tx.deliveries.drop(waiting.id)


def remind(tx: Tx, house: House, now: datetime) -> int:
    """Queue the reminders of events that are tomorrow; how many letters that made."""
    letters = []
    for one in tx.people.reminders():
        story = tx.stories.get(one.story or "")
        fact = personal.event(story) if story is not None else None
        voice = _voice(house, one.language)
        if story is None or fact is None or personal.over_at(fact, voice) <= now:
            if fact is not None or story is None:
                tx.people.stop(one.account, one.person, one.number)  # it is over
            continue
        if fact.status == "cancelled" or personal.remind_at(fact, voice) > now:
            continue
        what = personal.occasion_id("reminder", story.id, fact.start or "")
        message = personal.reminder(story, one, voice, _today(voice, now))
        over = personal.over_at(fact, voice)
        letters.append(letter(one.to, what, message, now, expires=over, urgent=True))
    return len(tx.deliveries.add(letters))


async def channels(house: House) -> list[Channel]:
    """The channels to the people for whom letters wait, opened at their first letter."""
    found: list[Channel] = []
    for one in await house.store.read(lambda tx: tx.people.with_mail()):
        known = house.people.pop(one.to, None)
        if known is not None:
            house.people[one.to] = known  # the latest last
        through = next(
            (
                channel
                for channel in house.channels.values()
                if (channel.account.id if channel.account else channel.id) == one.account
            ),
            None,
        )
        if through is None:
            continue
        if known is not None and (known.place, known.account) == (one.room, through.account):
            found.append(known)
            continue
        chat = house.config.bot.chat
        made = through.to_person(
            one.to, one.person, one.room, per_day=chat.personal_per_day, quiet=chat.personal_quiet
        )
        if made is None:
            continue
        if known is not None:
            house.started.discard(one.to)
            await known.stop()
        house.people[one.to] = made
        found.append(made)
    await _close_idle(house, {channel.id for channel in found})
    return found


async def _close_idle(house: House, busy: Collection[str]) -> None:
    """Of the people who wait for nothing only the latest few stay open; the others' rooms are opened
    again at their next letter."""
    idle = [to for to in house.people if to not in busy and f"channel {to}" not in house.working]
    for to in idle[: max(len(idle) - OPEN, 0)]:
        gone = house.people.pop(to)
        house.started.discard(to)
        house.limits.pop(to, None)
        house.failed_starts.pop(to, None)
        await gone.stop()


def _voice(house: House, language: str) -> Voice:
    return Voice(house.languages.get(language) or house.languages["fr"], house.knowledge)


def _today(voice: Voice, now: datetime) -> date:
    return now.astimezone(voice.knowledge.timezone).date()
