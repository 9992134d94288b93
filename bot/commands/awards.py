"""``awards``: the prizes and labels known of a town, of an award, of a year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.understanding.fact import AwardFact
from bot.understanding.language import fold
from bot.understanding.places import Places

if TYPE_CHECKING:
    from bot.store.database import Tx
    from bot.stories.story import Story

_YEAR = re.compile(r"^(?:19|20)\d\d$")
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
            (
                r"^quels? (?:prix|labels?) (?:a|ont) (?:recus?|obtenus?|eus?) (?P<what>[\w' -]+?)"
                r"(?: depuis \d{4})?$"
            ),
            r"^quels? (?:prix|labels?) (?P<what>[\w'-]+(?: [\w'-]+){0,3}?) a[- ]t[- ](?:elle|il)\b",
        ),
        "en": (
            (
                r"^(?:which|what) (?:awards?|prizes?|labels?) (?:has|did) (?P<what>[\w' -]+?) "
                r"(?:received?|won|win|got|get)\b"
            ),
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
            "fr": "Et {n} autres\u00a0: ajoutez une année.",
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
        words = tuple(arguments.get("what") or ())
        year = next((word for word in words if _YEAR.match(word)), None)
        rest = " ".join(word for word in words if word != year)
        store, now, said = await context.store(), context.now(), context.language
        stories = await store.read(partial(_find, text=f"{rest} {year or ''}"))
        spot = voice.knowledge.made(Places.build).named(rest) if rest else None
        town = spot.name if spot else None
        told = [
            (_day(fact, story), story)
            for story in stories
            if (fact := _fitting(story, year, town)) is not None
        ]
        told.sort(key=lambda one: (one[0], one[1].updated), reverse=True)
        lines = _told.once(_told.line(story, voice, now) for _, story in told)
        asked = voice.set(" ".join(part for part in (town or rest, year) if part))
        if not lines:
            text = self.tell("none", said, what=asked) if asked else self.tell("empty", said)
            return Answer(text, data=[], ok=False)
        if rest:
            since = min(day for day, _ in told)[:4]
            heading = self.tell("of", said, what=asked, since=since)
        else:
            heading = self.tell("in-year" if year else "latest", said, what=asked)
        text = _told.listed(heading, lines, self.texts["more"][said])
        text = f"{text}\n{self.tell('maybe', said)}" if asked else text
        data = [{"story": one.id, "day": day, "url": _told.link(one)} for day, one in told]
        return Answer(text, data=data)


def _find(tx: Tx, *, text: str) -> list[Story]:
    if text.strip():
        found = tx.index.find(text, kinds=("award", "label"), n=MOST)
    else:
        found = tx.stories.recent(n=MOST, kinds=("award", "label"))
    return [story for story in found if story.relevant]


def _fitting(story: Story, year: str | None, town: str | None) -> AwardFact | None:
    """The award of a story, if it is of this year and this town's."""
    for fact in story.facts:
        if not isinstance(fact, AwardFact):
            continue
        if year and not (str(fact.year) == year or (fact.date or "").startswith(year)):
            continue
        if town and not any(fold(town) in fold(name) for name in fact.laureates):
            continue
        return fact
    return None


def _day(fact: AwardFact, story: Story) -> str:
    """When: as it says, else its edition's year, else when the bot heard of it."""
    if fact.date:
        return fact.date
    return str(fact.year) if fact.year else story.created.date().isoformat()
