"""``ics``: the gatherings as a calendar file, sent into the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.channels.heard import File
from bot.commands import _told, agenda
from bot.commands._calendar import MIME, calendar
from bot.commands.command import Answer, Argument, Command, Context

if TYPE_CHECKING:
    from bot.announcements.voice import Voice
    from bot.store.database import Tx
    from bot.stories.story import Story
    from bot.understanding.fact import EventFact

#: gatherings of one file
MOST = 300


class Ics(Command):
    """A file for one's own calendar."""

    kind = "ics"
    names = {"fr": ("ics", "calendrier"), "en": ("ics", "calendar")}
    help = {
        "fr": "Envoie dans le salon un fichier d’agenda (.ics) des rendez-vous à venir\u00a0: tous, ou "
        "ceux d’un lieu, d’un sujet\u202f; en réponse à une annonce, le sien.",
        "en": "Send a calendar file (.ics) of what is coming into the room: all of it, or what is "
        "at a place, on a topic; in reply to an announcement, its own.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "semaine, mois\u202f; un lieu\u202f; un rayon en km\u202f; un sujet",
                "en": "week, month; a place; a radius in km; a topic",
            },
            many=True,
            said={"fr": "lieu, rayon ou sujet", "en": "place, radius or topic"},
        ),
    )
    role = "member"
    faces = frozenset({"chat"})
    answers_replies = True
    example = {"fr": "!ics", "en": "!ics"}
    rank = 9
    questions = {
        "fr": (
            r"\b(?:fichier|agenda|calendrier|version)\b.*\b(?:ics|ical|icalendar)\b",
            r"^(?:il y a|y a[- ]t[- ]il|as[- ]tu|tu as|avez[- ]vous)\b.*\b(?:ics|calendrier)\b",
        ),
        "en": (
            r"^(?:is|are) there\b.*\b(?:ics|ical|calendar)\b",
            r"^do you have\b.*\b(?:ics|ical|calendar)\b",
        ),
    }
    texts = {
        "some": {
            "fr": "Voici {n} rendez-vous {what}, à ouvrir avec votre agenda.",
            "en": "Here are {n} gatherings {what}, to open with your calendar.",
        },
        "some-one": {
            "fr": "Voici un rendez-vous {what}, à ouvrir avec votre agenda.",
            "en": "Here is one gathering {what}, to open with your calendar.",
        },
        "one": {
            "fr": "Voici ce rendez-vous, à ouvrir avec votre agenda.",
            "en": "Here is this gathering, to open with your calendar.",
        },
        "around": {"fr": "à moins de {km} km {of}", "en": "within {km} km of {of}"},
        "on": {"fr": "avec «\u00a0{topic}\u00a0»", "en": "with “{topic}”"},
        "none": {
            "fr": "Je ne connais aucun rendez-vous à venir {what}.",
            "en": "I know of nothing that is coming {what}.",
        },
        "no-event": {
            "fr": "Cette annonce n’est pas celle d’un rendez-vous à une date sûre.",
            "en": "This announcement is not of a gathering on a certain day.",
        },
        "title": {"fr": "Rendez-vous du logiciel libre", "en": "Free-software gatherings"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the same stories as the agenda."""
        voice, said = await _told.voice_of(context), context.language
        words = tuple(arguments.get("what") or ())
        question, store = context.question, await context.store()
        if question and question.reply_to and not words:
            stories = await store.read(partial(_told.announced, remote=question.reply_to))
            found = _dated(stories)
            if not found:
                return Answer(self.tell("no-event", said), ok=False)
            return self._answer(found, voice, said, self.tell("one", said))
        return await self._coming(words, context, voice, said)

    async def _coming(
        self, words: Sequence[str], context: Context, voice: Voice, said: str
    ) -> Answer:
        relevance = voice.knowledge.relevance
        asked = agenda.read(words, span="year")
        known = agenda.spot(asked.place, voice) is not None
        topic = "" if known else asked.place
        place = asked.place if known and asked.place else relevance.centre
        km = asked.km or (agenda.RADIUS if known and asked.place else round(relevance.event_km))
        first, last = agenda.days(asked.span, _told.local_day(context.now(), voice))
        store = await context.store()
        stories = await store.read(
            partial(_between, first=first.isoformat(), last=last.isoformat(), topic=topic)
        )
        if topic and not asked.km:
            found = _dated(stories)
            what = self.tell("on", said, topic=voice.set(topic))
        else:
            found = agenda.near(stories, voice, km, place, cancelled=True)
            of = voice.of(place) if said == "fr" else place
            what = self.tell("around", said, km=km, of=of)
            what = f"{what} {self.tell('on', said, topic=voice.set(topic))}" if topic else what
        if not found:
            return Answer(self.tell("none", said, what=what), ok=False)
        key = "some-one" if len(found) == 1 else "some"
        return self._answer(found, voice, said, self.tell(key, said, n=len(found), what=what))

    def _answer(
        self, found: Sequence[tuple[EventFact, Story]], voice: Voice, said: str, text: str
    ) -> Answer:
        data = calendar(found[:MOST], voice, self.tell("title", said))
        name = "rendez-vous.ics" if said == "fr" else "events.ics"
        return Answer(text, file=File(name, MIME, data))


def _between(tx: Tx, *, first: str, last: str, topic: str) -> list[Story]:
    found = [story for story in tx.index.between(first, last) if story.relevant]
    holding = {story.id for story in tx.index.find(topic, n=MOST)} if topic else set()
    return [story for story in found if not topic or story.id in holding]


def _dated(stories: Sequence[Story]) -> list[tuple[EventFact, Story]]:
    """Those that are held on a certain day; a cancelled one too: its file takes it out."""
    told = [(fact, story) for story in stories if (fact := _told.event_of(story)) is not None]
    sure = [(fact, story) for fact, story in told if len(fact.start or "") == 10]
    return sorted(sure, key=lambda one: (one[0].start or "", one[1].id))
