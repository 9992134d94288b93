"""``deadlines``: the open calls for talks, the soonest first."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements.words import safe_link
from bot.commands import _told
from bot.commands.command import Answer, Command, Context
from bot.understanding.fact import CallFact

if TYPE_CHECKING:
    from bot.announcements.voice import Voice
    from bot.store.database import Tx
    from bot.stories.story import Story


class Deadlines(Command):
    """Which calls are open."""

    kind = "deadlines"
    names = {"fr": ("delais", "delai", "appels"), "en": ("deadlines", "calls", "cfp")}
    help = {
        "fr": "Liste les appels à conférences encore ouverts, avec leur date limite.",
        "en": "List the calls for talks that are still open, with their deadlines.",
    }
    role = "member"
    faces = frozenset({"terminal", "chat"})
    example = {"fr": "!delais", "en": "!deadlines"}
    rank = 4
    questions = {
        "fr": (r"\bappels? a (?:conferences?|communications?|contributions?|propositions?)\b",),
        "en": (r"\bcalls? for (?:papers|talks|proposals|speakers)\b", r"\bcfp\b"),
    }
    texts = {
        "open-one": {
            "fr": "Un appel ouvert que je connaisse\u00a0:",
            "en": "One open call that I know of:",
        },
        "open-many": {
            "fr": "{n} appels ouverts que je connaisse\u00a0:",
            "en": "{n} open calls that I know of:",
        },
        "line": {"fr": "{event}\u00a0: jusqu’au {day}{url}", "en": "{event}: until {day}{url}"},
        "more": {"fr": "Et {n} de plus, plus tard.", "en": "And {n} more, later."},
        "none": {
            "fr": "Aucun appel ouvert que je connaisse.",
            "en": "No open call that I know of.",
        },
        "last": {
            "fr": "Le dernier, {event}, a fermé le {day}.",
            "en": "The last one, {event}, closed on {day}.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the stories whose deadline has not passed."""
        voice = await _told.voice_of(context)
        today = _told.local_day(context.now(), voice).isoformat()
        store, said = await context.store(), context.language
        stories, last = await store.read(partial(_open, today=today))
        calls = [(fact, story) for story in stories if (fact := _call(story)) is not None]
        lines = _told.once(self._line(fact, story, voice, said) for fact, story in calls)
        data = [{"event": fact.event, "deadline": fact.deadline} for fact, _ in calls]
        if lines:
            key = "open-one" if len(lines) == 1 else "open-many"
            heading = self.tell(key, said, n=len(lines))
            return Answer(_told.listed(heading, lines, self.texts["more"][said]), data=data)
        parts = [self.tell("none", said)]
        closed = _call(last) if last else None
        if closed is not None and closed.deadline:
            day, event = voice.day(closed.deadline, weekday=False), voice.set(closed.event)
            parts.append(self.tell("last", said, event=event, day=day))
        return Answer(" ".join(parts), data=[])

    def _line(self, fact: CallFact, story: Story, voice: Voice, said: str) -> str:
        url = safe_link(fact.url) or _told.link(story)
        day = voice.day(fact.deadline or "")
        if fact.deadline_time:
            day = voice.say("days.day_time", day=day, time=voice.time(fact.deadline_time))
        event = voice.set(fact.event)
        return self.tell("line", said, event=event, day=day, url=f" {url}" if url else "")


def _open(tx: Tx, *, today: str) -> tuple[list[Story], Story | None]:
    stories = [story for story in tx.index.calls(today) if story.relevant]
    return stories, None if stories else tx.index.last_call(today)


def _call(story: Story) -> CallFact | None:
    found = (fact for fact in story.facts if isinstance(fact, CallFact) and fact.deadline)
    return max(found, key=lambda fact: fact.deadline or "", default=None)
