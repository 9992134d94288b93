"""Who hears a story: which announcements it calls for, and in which channels.

Nothing here looks at words. A story that nobody should hear any more (too old, already over), a
source that may not speak in a channel, a fact that is not certain enough: all of that is decided
here, with values only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.announcements.announcement import Announcement, Purpose, announcement_id
from bot.config.settings import BotSettings
from bot.config.wiring import ChannelSettings, SourceSettings
from bot.stories.story import Story
from bot.understanding.fact import AnyFact, CallFact, EventFact
from bot.understanding.knowledge import Knowledge

#: A cancellation of what is still to come passes quiet hours.
URGENT = 10
#: Back to one day and place an event is told to move so often at most: sources also waver.
_MOVES_BACK = 3
#: “Aussi : …” is added by edit so often at most, and only in rooms (VOICE.md).
_ALSO_EDITS = 2
#: Edits of one message in a room at most (criterion R10).
_ROOM_EDITS = 24


def announcement(
    story: str,
    purpose: Purpose,
    occasion: str = "",
    *,
    reply_to: str | None = None,
    priority: int = 0,
    expires: datetime | None = None,
) -> Announcement:
    """An announcement with the id that its story, purpose and occasion give it."""
    id = announcement_id(story, purpose, occasion)
    return Announcement(id, story, purpose, occasion, reply_to, priority, expires)


def route(
    before: Story | None,
    after: Story,
    channels: Mapping[str, ChannelSettings],
    *,
    sources: Mapping[str, SourceSettings],
    told: Collection[tuple[str, str]],
    now: datetime,
    settings: BotSettings,
    first_sight: bool = False,
    knowledge: Knowledge | None = None,
    aliases: Collection[str] = (),
    begun: Mapping[str, datetime] | None = None,
) -> tuple[tuple[Announcement, str], ...]:
    """The announcements that a changed story calls for, each with a channel id.

    :param before: the story as it was, None for a new one.
    :param told: (announcement id, channel id) of all that was announced or is queued.
    :param first_sight: its source is read for the first time: nothing goes to the public (R8).
    :param knowledge: lets small monthly meetings wait for the digest, and days be local.
    :param begun: since when each channel is there: older stories are no news in it.
    :param aliases: ids of stories that were merged into this one: what was told of them was
        told of it.
    """
    if not after.relevant or not after.witnesses:
        return ()
    today = now.astimezone(knowledge.timezone).date() if knowledge else now.date()
    first = announcement(after.id, "new", expires=_expiry(after, knowledge))
    names = [announcement_id(story, "new") for story in (after.id, *aliases)]
    found: list[tuple[Announcement, str]] = []
    for id, channel in channels.items():
        if not channel.enabled or not hears(id, channel, after, sources):
            continue
        if told_as := next((name for name in names if (name, id) in told), None):
            change = _change(before, after, channel, told_as, today)
            if change and (new := _unheard(change, before, {one for one, to in told if to == id})):
                found.append((new, id))
        elif _news(before, after) and not (
            channel.public
            and (
                first_sight
                or after.quiet
                or after.created < (begun or {}).get(id, after.created)
                or _stale(after, now, today, settings, knowledge)
            )
        ):
            off = _event(after.facts)
            urgent = off is not None and off.status == "cancelled" and not _over(off, today)
            found.append((replace(first, priority=URGENT if urgent else 0), id))
    return tuple(found)


def hears(
    id: str, channel: ChannelSettings, story: Story, sources: Mapping[str, SourceSettings]
) -> bool:
    """Does the channel want this kind, from one of these sources, as certain as it is?"""
    kinds = {story.kind, *(witness.kind for witness in story.witnesses)}
    if channel.kinds and kinds.isdisjoint(channel.kinds):
        return False
    speaking = [
        source
        for witness in story.witnesses
        if (source := sources.get(witness.source)) is not None and _may_speak(source, id)
    ]
    if not speaking:
        return False
    certain = any(fact.confidence >= channel.confidence for fact in story.facts)
    return certain or any(source.plain for source in speaking)


def _may_speak(source: SourceSettings, channel: str) -> bool:
    """A demonstration source speaks only where it is sent by name."""
    return channel in source.channels if source.sample or source.channels else True


def _news(before: Story | None, after: Story) -> bool:
    """Is there a new witness or a new fact, so that telling it now makes sense?"""
    return before is None or len(after.witnesses) > len(before.witnesses) or changed(before, after)


def _stale(
    story: Story, now: datetime, today: date, settings: BotSettings, knowledge: Knowledge | None
) -> bool:
    """Too old by its latest publication, over already, or a small meeting for the digest."""
    oldest = now - timedelta(days=settings.news.max_age_days)
    if max(witness.published for witness in story.witnesses) < oldest:
        return True
    for fact in story.facts:
        if isinstance(fact, EventFact):
            series = knowledge.events.get(fact.series or "") if knowledge else None
            if series and series.recurring:
                return True
            if fact.status != "past" and _over(fact, today):
                return True
        if isinstance(fact, CallFact) and fact.deadline and _before(fact.deadline, today):
            return True
    return False


def _before(day: str, today: date) -> bool:
    """Is a day, a month or a year over?"""
    return day < today.isoformat()[: len(day)]


def _over(fact: EventFact, today: date) -> bool:
    last = fact.end or fact.start
    return bool(last and _before(last, today))


def _event(facts: tuple[AnyFact, ...]) -> EventFact | None:
    return next((fact for fact in facts if isinstance(fact, EventFact)), None)


def _call(facts: tuple[AnyFact, ...]) -> CallFact | None:
    return next((fact for fact in facts if isinstance(fact, CallFact)), None)


def _expiry(story: Story, knowledge: Knowledge | None) -> datetime | None:
    """The end of the event's last day, or of the deadline's: later the news is none."""
    if knowledge is None:
        return None
    for fact in story.facts:
        last = None
        if isinstance(fact, EventFact) and fact.status != "past":
            last = fact.end or fact.start
        elif isinstance(fact, CallFact):
            last = fact.deadline
        if last and len(last) == 10:
            day = date.fromisoformat(last)
            return datetime.combine(day, time(23, 59), tzinfo=knowledge.timezone)
    return None


def _change(
    before: Story | None, after: Story, channel: ChannelSettings, first: str, today: date
) -> Announcement | None:
    """What is said in answer to the first telling: moved, off, or with more time."""
    was, now = _event(before.facts) if before else None, _event(after.facts)
    if now and now.confidence >= channel.confidence and not _over(now, today):
        if now.status == "cancelled" and not (was and was.status == "cancelled"):
            occasion = f"cancelled {now.start or ''}".strip()
            return announcement(after.id, "cancellation", occasion, reply_to=first, priority=URGENT)
        if now.status == "moved" and was and _spot(was) != _spot(now):
            return announcement(after.id, "update", _move(now), reply_to=first)
    asked, asks = _call(before.facts) if before else None, _call(after.facts)
    if asked and asks and asks.deadline and asks.confidence >= channel.confidence:
        longer = asked.deadline is not None and asks.deadline > asked.deadline
        if longer and asks.extended and not _before(asks.deadline, today):
            occasion = f"deadline {asks.deadline}"
            return announcement(after.id, "update", occasion, reply_to=first)
    return None


def _unheard(
    change: Announcement, before: Story | None, told: Collection[str]
) -> Announcement | None:
    """The change, unless its channel has heard it. An event that was moved elsewhere meanwhile, and
    that was told, moves back: then it is told again, a few times at most.

    :param told: ids of what the channel was told.
    """
    if change.id not in told:
        return change
    was = _event(before.facts) if before else None
    away = was is not None and announcement_id(change.story, "update", _move(was)) in told
    if not away or not change.occasion.startswith("moved"):
        return None
    for count in range(2, _MOVES_BACK + 2):
        occasion = f"{change.occasion} #{count}"
        again = announcement(change.story, "update", occasion, reply_to=change.reply_to)
        if again.id not in told:
            return again
    return None


def _move(fact: EventFact) -> str:
    """The occasion of a move: where to."""
    return f"moved {fact.start or ''} {fact.place or ''}".strip()


def _spot(fact: EventFact) -> tuple[str | None, ...]:
    return fact.start, fact.previous_start, fact.place if fact.status == "moved" else None


def changed(before: Story, after: Story) -> bool:
    """Did a fact change that is told? How sure it is, or by which words, is not."""

    def bare(story: Story) -> tuple[AnyFact, ...]:
        return tuple(replace(fact, confidence=1.0, evidence=()) for fact in story.facts)

    if not before.facts and not after.facts:
        return before.title != after.title
    return bare(before) != bare(after)


def edits(
    before: Story, after: Story, *, form: str, made: int, also: int, settings: BotSettings
) -> bool:
    """Should a post that was sent be edited to say the story as it now stands?

    :param form: the form of the channel's limits; only a room is edited for a new witness.
    :param made: edits of that post so far.
    :param also: those of them that only named another witness.
    """
    if form == "room":
        if made >= _ROOM_EDITS:
            return False
        more = len(after.witnesses) > len(before.witnesses)
        return changed(before, after) or (more and also < _ALSO_EDITS)
    return changed(before, after) and made < settings.news.edit_limit
