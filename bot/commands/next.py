"""``next``: the next AlpOSS (or another gathering): when, where, its call for talks, its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.announcements import event as events
from bot.announcements.voice import Voice
from bot.announcements.words import safe_link
from bot.commands import _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError
from bot.understanding.fact import CallFact, EventFact
from bot.understanding.language import fold

if TYPE_CHECKING:
    from bot.config.knowledge import EventSeries
    from bot.store.database import Tx
    from bot.stories.story import Story

#: whose next date is asked for where nothing else is said
ALPOSS = "alposs"


class Next(Command):
    """When the next gathering is held."""

    kind = "next"
    names = {"fr": ("prochain", "prochaine"), "en": ("next",)}
    help = {
        "fr": "Dit quand et où a lieu le prochain AlpOSS, dans combien de jours, et si l’appel à "
        "conférences est ouvert.",
        "en": "Say when and where the next AlpOSS is held, in how many days, and whether the call "
        "for talks is open.",
    }
    arguments = (
        Argument(
            "event",
            {
                "fr": "une autre rencontre que le bot connaît, JDLL par exemple",
                "en": "another gathering that the bot knows, JDLL for example",
            },
            said={"fr": "rencontre", "en": "gathering"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    example = {"fr": "!prochain", "en": "!next"}
    rank = 1
    questions = {
        "fr": (
            r"\b(?:c.est )?quand\b.*\balposs\b",
            r"^(?:ou|a quelle date|quel jour)\b.*\balposs\b",
            r"^quand\b.*\bprochaine? (?:rencontre|edition)\b",
        ),
        "en": (r"^when\b.*\balposs\b", r"^where\b.*\balposs\b", r"^when\b.*\bnext one\b"),
    }
    texts = {
        "held": {
            "fr": "{name}\u00a0: {when}{where}{days}.",
            "en": "{name}: {when}{where}{days}.",
        },
        "in": {"fr": ", dans {n} jours", "en": ", in {n} days"},
        "tomorrow": {"fr": ", demain", "en": ", tomorrow"},
        "today": {"fr": ", c’est aujourd’hui", "en": ", that is today"},
        "running": {"fr": ", en ce moment", "en": ", under way now"},
        "cancelled": {
            "fr": "{name} est annulé (prévu {when}).",
            "en": "{name} is cancelled (it was planned for {when}).",
        },
        "call-open": {
            "fr": "Appel à conférences\u00a0: ouvert jusqu’au {day}.",
            "en": "Call for talks: open until {day}.",
        },
        "call-closed": {"fr": "Appel à conférences\u00a0: fermé.", "en": "Call for talks: closed."},
        "call-unknown": {
            "fr": "Appel à conférences\u00a0: je n’en connais pas.",
            "en": "Call for talks: none that I know of.",
        },
        "programme": {"fr": "Programme\u00a0: {url}", "en": "Programme: {url}"},
        "site": {"fr": "Le site\u00a0: {url}", "en": "The site: {url}"},
        "unknown": {
            "fr": "Je ne connais pas encore la date de la prochaine rencontre {name}.",
            "en": "I do not know yet when the next {name} is held.",
        },
        "last": {
            "fr": "La dernière que je connaisse\u00a0: {when}.",
            "en": "The last one that I know of: {when}.",
        },
        "no-series": {
            "fr": "Je ne connais pas de rencontre «\u00a0{name}\u00a0».",
            "en": "I know no gathering “{name}”.",
        },
        "try": {
            "fr": "Cherchez-la dans les nouvelles\u00a0: !cherche {name}",
            "en": "Look for it in the news: !search {name}",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the stories about the series, and from what its file says."""
        voice = await _told.voice_of(context)
        asked = str(arguments.get("event") or "").strip()
        id = _series(asked, voice) if asked else ALPOSS
        series = voice.knowledge.events.get(id or "")
        if id is None or series is None:
            raise CommandError(
                what=self.tell("no-series", context.language, name=asked or ALPOSS),
                next=self.tell("try", context.language, name=asked or ALPOSS),
            )
        store = await context.store()
        stories = await store.read(partial(_about, id=id))
        today = _told.local_day(context.now(), voice)
        return self._answer(id, series, stories, voice, today, context.language)

    def _answer(
        self,
        id: str,
        series: EventSeries,
        stories: Sequence[Story],
        voice: Voice,
        today: date,
        said: str,
    ) -> Answer:
        known = [
            (fact, story)
            for story in stories
            for fact in story.facts
            if isinstance(fact, EventFact) and fact.series == id and fact.start
        ]
        coming = [(fact, story) for fact, story in known if not _over(fact, today)]
        if not coming:
            return self._unknown(series, [fact for fact, _ in known], voice, said)
        fact = _fullest(coming)
        parts = [self._held(fact, series, voice, today, said)]
        if fact.status != "cancelled":
            parts.append(self._call(fact, stories, voice, today, said))
        articles = {witness.url for _, story in coming for witness in story.witnesses}
        programme = safe_link(fact.url) if fact.url not in articles else None
        url = programme or series.site
        if url:
            parts.append(self.tell("programme", said, url=url))
        data = {"series": id, "start": fact.start, "end": fact.end, "city": fact.city, "url": url}
        return Answer(" ".join(parts), data={**data, "place": fact.place, "status": fact.status})

    def _held(
        self, fact: EventFact, series: EventSeries, voice: Voice, today: date, said: str
    ) -> str:
        name = events.title(fact, series, voice)
        when = voice.span(fact.start or "", fact.end, fact.time, fact.end_time)
        if fact.start and len(fact.start) == 10 and fact.end in (None, fact.start):
            when = voice.day(fact.start)  # no “on” after a colon
            when = (
                voice.say("days.day_time", day=when, time=voice.time(fact.time))
                if fact.time
                else when
            )
        if fact.status == "cancelled":
            return self.tell("cancelled", said, name=name, when=when)
        place = "".join(f", {voice.set(part)}" for part in (fact.place, fact.city) if part)
        days = ""
        if fact.start and len(fact.start) == 10:
            ahead = (date.fromisoformat(fact.start) - today).days
            key = "in" if ahead > 1 else "tomorrow" if ahead == 1 else "today"
            days = self.tell("running" if ahead < 0 else key, said, n=ahead)
        return self.tell("held", said, name=name, when=when, where=place, days=days)

    def _call(
        self, fact: EventFact, stories: Sequence[Story], voice: Voice, today: date, said: str
    ) -> str:
        year = (fact.start or "")[:4]
        last = ""
        for story in stories:
            for one in story.facts:
                if not isinstance(one, CallFact) or not one.deadline:
                    continue
                ours = (one.event_start or "")[:4]
                if ours in ("", year) and one.deadline <= (fact.start or "9"):
                    near = ours or one.deadline >= f"{int(year) - 1}-03"
                    last = max(last, one.deadline) if near else last
        if not last:
            return self.tell("call-unknown", said)
        if last < today.isoformat()[: len(last)]:
            return self.tell("call-closed", said)
        return self.tell("call-open", said, day=voice.day(last))

    def _unknown(
        self, series: EventSeries, known: Sequence[EventFact], voice: Voice, said: str
    ) -> Answer:
        parts = [self.tell("unknown", said, name=voice.name(series.name) or "")]
        held = [fact for fact in known if fact.status != "cancelled"]
        if held:
            last = max(held, key=lambda fact: fact.start or "")
            parts.append(self.tell("last", said, when=voice.span(last.start or "", last.end)))
        if series.site:
            parts.append(self.tell("site", said, url=series.site))
        return Answer(" ".join(parts), data={"start": None, "site": series.site})


def _about(tx: Tx, *, id: str) -> list[Story]:
    return [story for story in tx.index.series(id) if story.relevant]


def _over(fact: EventFact, today: date) -> bool:
    last = fact.end or fact.start or ""
    return last < today.isoformat()[: len(last)] or fact.status == "past"


def _fullest(coming: Sequence[tuple[EventFact, Story]]) -> EventFact:
    """The next one as it was told last; what that telling leaves out, as others said it."""
    year = min((fact.start or "")[:4] for fact, _ in coming)
    same = [(fact, story) for fact, story in coming if (fact.start or "").startswith(year)]
    same.sort(key=lambda one: (len(one[0].start or ""), one[1].updated), reverse=True)
    first = same[0][0]
    others = [fact for fact, _ in same if fact.start == first.start and fact.end == first.end]
    place = next((fact.place for fact in others if fact.place), None)
    city = next((fact.city for fact in others if fact.city), None)
    url = next((fact.url for fact in others if fact.url), None)
    return replace(first, place=first.place or place, city=first.city or city, url=first.url or url)


def _series(name: str, voice: Voice) -> str | None:
    """The id of the series that people call so."""
    wanted = fold(name)
    for id, series in voice.knowledge.events.items():
        spellings = (id, series.name.fr, series.name.en, *series.names, *series.acronyms)
        if wanted in {fold(spelling) for spelling in spellings if spelling}:
            return id
    return None
