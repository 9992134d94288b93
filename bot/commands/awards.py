"""``awards``: the prizes and labels known of a town, of an award, of a year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.understanding.fact import AwardFact
from bot.understanding.language import fold
from bot.understanding.places import Places

if TYPE_CHECKING:
    from bot.announcements.voice import Voice
    from bot.config.knowledge import Spot
    from bot.store.database import Tx
    from bot.stories.story import Story

_YEAR = re.compile(r"^(?:19|20)\d\d$")
_SINCE = re.compile(r"\b(?:depuis|since)\s+((?:19|20)\d\d)\b", re.IGNORECASE)
_THIS_YEAR = re.compile(r"\b(?:cette annee|this year)\b")
_FRENCH = ("le", "la", "les", "l", "un", "une", "du", "de", "des", "d", "en", "a", "au", "dans")
_SMALL = frozenset(
    (*_FRENCH, "prix", "label", "labels", "the", "in", "of", "award", "awards", "prize", "prizes")
)
#: stories that are looked at
MOST = 300


class Awards(Command):
    """Which prizes and labels are known."""

    kind = "awards"
    names = {"fr": ("prix", "labels", "label"), "en": ("awards", "award", "prizes")}
    help = {
        "fr": "Liste les prix et labels connus d’une commune, d’un prix ou d’une année.",
        "en": "List the known prizes and labels of a town, of an award or of a year.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "une commune, un prix, une année\u202f; sans rien\u00a0: les derniers",
                "en": "a town, an award, a year; nothing: the latest",
            },
            many=True,
            said={"fr": "commune, prix ou année", "en": "town, award or year"},
        ),
    )
    role = "member"
    faces = frozenset({"terminal", "chat"})
    example = {"fr": "!prix Échirolles", "en": "!awards Échirolles"}
    rank = 3
    questions = {
        "fr": (
            (r"^quels? (?:prix|labels?) (?:a|ont) (?:recus?|obtenus?|eus?) (?P<what>[\w' -]+)$"),
            (
                r"^quels? (?:prix|labels?) (?P<what>[\w'-]+(?: [\w'-]+){0,3}?) "
                r"a[- ]t[- ](?:elle|il)\b[\w' -]*?(?P<more> depuis \d{4})?$"
            ),
            (
                r"^qui (?:a|ont) (?:eu|obtenu|recu|decroche|gagne|remporte) (?:le |la |les |l'|un )?"
                r"(?P<what>.+)$"
            ),
        ),
        "en": (
            (
                r"^(?:which|what) (?:awards?|prizes?|labels?) (?:has|did) (?P<what>[\w' -]+?) "
                r"(?:received?|won|win|got|get)\b[\w' -]*?(?P<more> since \d{4})?$"
            ),
            r"^who (?:got|has got|won|has won|received|obtained) (?:the |a )?(?P<what>.+)$",
        ),
    }
    texts = {
        "of": {
            "fr": "{what}, prix et labels que je connais depuis {since}\u00a0:",
            "en": "{what}, prizes and labels that I know of since {since}:",
        },
        "in-year": {
            "fr": "Prix et labels de {what} que je connais\u00a0:",
            "en": "Prizes and labels of {what} that I know of:",
        },
        "latest": {
            "fr": "Les derniers prix et labels que je connais\u00a0:",
            "en": "The latest prizes and labels that I know of:",
        },
        "maybe": {"fr": "Liste peut-être incomplète.", "en": "The list may be incomplete."},
        "more": {
            "fr": "Et {n} de plus\u00a0: ajoutez une année.",
            "en": "And {n} more: add a year.",
        },
        "none": {
            "fr": "Aucun prix ni label que je connaisse pour «\u00a0{what}\u00a0». Ma mémoire ne "
            "remonte pas plus loin que mes sources.",
            "en": "No prize or label that I know of for “{what}”. My memory goes back no further "
            "than my sources.",
        },
        "empty": {
            "fr": "Je ne connais encore aucun prix ni label.",
            "en": "I do not know of any prize or label yet.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """From the stories of awards and labels; a town counts as laureate, not as place."""
        voice = await _told.voice_of(context)
        store, now, said = await context.store(), context.now(), context.language
        asked = _read(tuple(arguments.get("what") or ()), voice, _told.local_day(now, voice))
        stories = await store.read(partial(_find, text=asked.text))
        told = [
            (_day(fact, story), story)
            for story in stories
            if (fact := _fitting(story, asked, voice)) is not None
        ]
        told.sort(key=lambda one: (one[0], one[1].updated), reverse=True)
        lines = _told.once(_told.line(story, voice, now) for _, story in told)
        what = voice.set(", ".join(part for part in (*asked.names, asked.year) if part))
        if not lines:
            text = self.tell("none", said, what=what) if what else self.tell("empty", said)
            return Answer(text, data=[], ok=False)
        if asked.names:
            since = asked.since or min(day for day, _ in told)[:4]
            heading = self.tell("of", said, what=what, since=since)
        else:
            heading = self.tell("in-year" if asked.year else "latest", said, what=what)
        text = _told.listed(heading, lines, self.texts["more"][said])
        text = f"{text}\n{self.tell('maybe', said)}" if what else text
        data = [{"story": one.id, "day": day, "url": _told.link(one)} for day, one in told]
        return Answer(text, data=data)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a question names: “TNL cette année en Isère”."""

    year: str | None = None
    since: str | None = None  # this year and later
    award: str | None = None  # the id of an award that has a file
    town: str | None = None
    area: str | None = None  # a department or a region
    rest: str = ""  # other words: they have to stand in the story
    names: tuple[str, ...] = ()  # how the answer says it
    text: str = ""  # what the index is asked for


def _read(words: Sequence[str], voice: Voice, today: date) -> _Asked:
    year = since = None
    text = " ".join(words)
    if hit := _SINCE.search(text):
        since, text = hit[1], text.replace(hit[0], " ")
    if hit := _THIS_YEAR.search(fold(text)):
        year, text = str(today.year), f"{text[: hit.start()]} {text[hit.end() :]}"
    left = [word.strip("?!.,;:") for word in text.split()]
    year = next((word for word in left if _YEAR.match(word)), year)
    left = [word for word in left if not _YEAR.match(word)]
    id, left = _award(left, voice)
    name, spot = _place(left, voice)
    if id is not None or spot is not None:
        left = [word for word in left if word not in name]
        left = [word for word in left if fold(word) not in _SMALL]
    rest = " ".join(left)
    town = spot.name if spot and spot.kind == "commune" else None
    area = spot.name if spot and spot.kind in ("department", "region") else None
    award = voice.name(voice.knowledge.awards[id].name) if id else None
    place = town or area or (spot.name if spot else None)
    search = voice.knowledge.awards[id].names[:1] if id else ()
    looked = (*search, "" if area else place or "", rest, year or "")
    names = tuple(part for part in (place, award, rest) if part)
    rest = " ".join(part for part in (rest, place if not town and not area else "") if part)
    return _Asked(year, since, id, town, area, rest, names, " ".join(looked))


def _award(words: Sequence[str], voice: Voice) -> tuple[str | None, list[str]]:
    """The award that some of the words name, and the other words."""
    folded = [fold(word) for word in words]
    for id, award in voice.knowledge.awards.items():
        spellings = (id.replace("-", " "), *award.names, *award.acronyms)
        for spelling in sorted(spellings, key=len, reverse=True):
            wanted = re.findall(r"[\w@]+", fold(spelling))
            size = len(wanted)
            for start in range(len(folded) - size + 1 if size else 0):
                if folded[start : start + size] == wanted:
                    return id, [*words[:start], *words[start + size :]]
    return None, list(words)


def _place(words: Sequence[str], voice: Voice) -> tuple[Sequence[str], Spot | None]:
    """The longest run of words that is a place."""
    places = voice.knowledge.made(Places.build)
    for size in range(len(words), 0, -1):
        for start in range(len(words) - size + 1):
            run = words[start : start + size]
            spot = places.named(re.sub(r"^(?:l|d)['’]", "", " ".join(run)))
            if spot is not None:
                return run, spot
    return (), None


def _find(tx: Tx, *, text: str) -> list[Story]:
    if text.strip():
        found = tx.index.find(text, kinds=("award", "label"), n=MOST)
    else:
        found = tx.stories.recent(n=MOST, kinds=("award", "label"))
    return [story for story in found if story.relevant]


def _fitting(story: Story, asked: _Asked, voice: Voice) -> AwardFact | None:
    """The award of a story, if it is of this year, this award and this town's or area's."""
    places = voice.knowledge.made(Places.build)
    for fact in story.facts:
        if not isinstance(fact, AwardFact):
            continue
        day = _day(fact, story)
        if asked.year and not (str(fact.year) == asked.year or day.startswith(asked.year)):
            continue
        if asked.since and max(day[:4], str(fact.year or "")) < asked.since:
            continue
        if asked.award and fact.award_id != asked.award:
            continue
        if asked.town and not any(fold(asked.town) in fold(name) for name in fact.laureates):
            continue
        area = asked.area
        if area and not any(places.within(name, area) for name in fact.laureates):
            continue
        return fact
    return None


def _day(fact: AwardFact, story: Story) -> str:
    """When: as it says, else its edition's year, else when the bot heard of it."""
    if fact.date:
        return fact.date
    return str(fact.year) if fact.year else story.created.date().isoformat()
