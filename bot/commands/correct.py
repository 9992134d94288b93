"""``correct``: a field of a story is put right for good; the posts are edited."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, get_args

from bot.announcements.words import cut, plain
from bot.commands import _stories, _told
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.spelling import nearest
from bot.errors import CommandError
from bot.steps import retell
from bot.stories import merge
from bot.stories.correct import Correction, correctable
from bot.understanding import dates
from bot.understanding.fact import AnyFact, Status
from bot.understanding.language import fold

if TYPE_CHECKING:
    from datetime import datetime

    from bot.store.database import Tx
    from bot.stories.story import Story
    from bot.understanding.knowledge import Knowledge

#: field -> how people call it
NAMES: Mapping[str, Mapping[str, str]] = {
    "start": {"fr": "date", "en": "date"},
    "end": {"fr": "fin", "en": "end"},
    "time": {"fr": "heure", "en": "time"},
    "end_time": {"fr": "heure-de-fin", "en": "end-time"},
    "place": {"fr": "lieu", "en": "place"},
    "city": {"fr": "ville", "en": "city"},
    "name": {"fr": "nom", "en": "name"},
    "status": {"fr": "statut", "en": "status"},
    "organiser": {"fr": "organisateur", "en": "organiser"},
    "edition": {"fr": "édition", "en": "edition"},
    "url": {"fr": "lien", "en": "link"},
    "award": {"fr": "prix", "en": "award"},
    "laureates": {"fr": "lauréats", "en": "laureates"},
    "level": {"fr": "niveau", "en": "level"},
    "category": {"fr": "catégorie", "en": "category"},
    "year": {"fr": "année", "en": "year"},
    "date": {"fr": "date", "en": "date"},
    "streak": {"fr": "fois-de-suite", "en": "times-running"},
    "event": {"fr": "rencontre", "en": "event"},
    "deadline": {"fr": "date-limite", "en": "deadline"},
    "deadline_time": {"fr": "heure-limite", "en": "deadline-time"},
    "project": {"fr": "projet", "en": "project"},
    "version": {"fr": "version", "en": "version"},
    "publisher": {"fr": "éditeur", "en": "publisher"},
}
DAYS = frozenset({"start", "end", "date", "deadline", "previous_start", "event_start", "event_end"})
TIMES = frozenset({"time", "end_time", "deadline_time"})
NUMBERS = frozenset({"year", "edition", "streak"})
STATUS: Mapping[str, str] = {
    "prevu": "scheduled", "maintenu": "scheduled", "deplace": "moved", "annule": "cancelled",
    "complet": "full", "passe": "past",
}  # fmt: skip
NOTHING = frozenset({"rien", "aucun", "aucune", "inconnu", "none", "nothing", "unknown"})
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_CLOCK = re.compile(r"(\d{1,2}) ?(?:h|:) ?(\d{2})?")


class Correct(Command):
    """Put a field right."""

    kind = "correct"
    names = {"fr": ("corriger",), "en": ("correct",)}
    help = {
        "fr": "Corrige une annonce pour de bon\u00a0: date, lieu, niveau, lauréats… Les messages publiés "
        "sont modifiés\u202f; aucune source ne change plus ce champ.",
        "en": "Put an announcement right for good: date, place, level, laureates… The posts are "
        "edited; no source changes that field any more.",
    }
    arguments = (
        Argument(
            "number",
            {"fr": "le numéro de l’annonce", "en": "the announcement’s number"},
            required=True,
            said={"fr": "numéro", "en": "number"},
        ),
        Argument(
            "field",
            {"fr": "le champ\u00a0: date, lieu…", "en": "the field: date, place…"},
            said={"fr": "champ", "en": "field"},
        ),
        Argument(
            "value",
            {"fr": "ce qui est juste", "en": "what is right"},
            many=True,
            said={"fr": "valeur", "en": "value"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "fields": {"fr": "Ce que je sais de cette annonce\u00a0:", "en": "What I know of it:"},
        "field": {"fr": "{name} = {value}", "en": "{name} = {value}"},
        "nothing": {"fr": "rien", "en": "nothing"},
        "how": {
            "fr": "Corriger\u00a0: !corriger {number} {name} VALEUR",
            "en": "To correct: !correct {number} {name} VALUE",
        },
        "done": {
            "fr": "C’est corrigé ({name}\u00a0: {before} → {value}). {line} Messages modifiés\u00a0: "
            "{edits}. Revenir en arrière\u00a0: !annuler",
            "en": "Corrected ({name}: {before} → {value}). {line} Messages edited: {edits}. To go "
            "back: !undo",
        },
        "same": {"fr": "C’était déjà ainsi.", "en": "It was so already."},
        "plain": {
            "fr": "De cette annonce je ne sais que le titre\u00a0: il n’y a rien à corriger.",
            "en": "Of this announcement I know the title only: there is nothing to correct.",
        },
        "plain-next": {
            "fr": "La retirer\u00a0: !retirer {number}",
            "en": "To withdraw it: !withdraw {number}",
        },
        "unknown": {
            "fr": "Cette annonce n’a pas de champ «\u00a0{word}\u00a0».{near}",
            "en": "This announcement has no field “{word}”.{near}",
        },
        "near": {
            "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
            "en": " Did you mean “{near}”?",
        },
        "unknown-next": {
            "fr": "Ses champs\u00a0: !corriger {number}",
            "en": "Its fields: !correct {number}",
        },
        "value": {
            "fr": "Je ne comprends pas «\u00a0{word}\u00a0» ici.",
            "en": "I do not understand “{word}” here.",
        },
        "value-next": {
            "fr": "Par exemple\u00a0: 17 février 2026 pour une date, 18h30 pour une heure, rien pour effacer.",
            "en": "For example: 17 February 2026 for a day, 18:30 for a time, nothing to clear it.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Show the fields, or put one right. Raises CommandError."""
        asked, word = str(arguments["number"]), str(arguments.get("field") or "")
        typed = plain(" ".join(arguments.get("value") or ()))
        said, now, store = context.language, context.now(), await context.store()
        story = await store.read(partial(_stories.story_of, context=context, word=asked))
        if not story.facts:
            raise self._no("plain", said, number=asked)
        if not word or not typed:
            return self._show(story, asked, said)
        fact, field = self._field(story, word, asked, said)
        voice = await _told.voice_of(context)
        value = parse(field, typed, voice.knowledge, now)
        if value is None and fold(typed) not in NOTHING:
            raise self._no("value", said, word=cut(typed, 60, None))
        if value is None and not _may_be_none(fact, field):
            raise self._no("value", said, word=cut(typed, 60, None))
        one = Correction(type(fact).__name__, field, value)
        async with _stories.house_of(context) as house:

            def work(tx: Tx) -> tuple[Story, int] | None:
                before = _stories.story_of(tx, context, asked)
                after = merge.correct(before, one, house.knowledge, now)
                if after.facts == before.facts and after.corrections == before.corrections:
                    return None

                def act() -> list[str]:
                    tx.stories.save(after)
                    return [after.id]

                _stories.change(tx, context, self.kind, [before.id], act)
                return after, retell.retell(tx, house, after, now)

            done = await store.write(work)
            house.wake.set()
        if done is None:
            return Answer(self.tell("same", said), data={"story": story.id})
        after, edits = done
        fields = {
            "name": _called(field, said),
            "before": self._value(getattr(fact, field), said),
            "value": self._value(value, said),
            "line": _told.line(after, voice, now),
            "edits": edits,
        }
        return Answer(self.tell("done", said, **fields), data={"story": after.id, "edits": edits})

    def _no(self, key: str, said: str, **fields: str) -> CommandError:
        return CommandError(
            what=self.tell(key, said, **fields), next=self.tell(f"{key}-next", said, **fields)
        )

    def _value(self, value: Any, said: str) -> str:
        if value in (None, (), []):
            return self.tell("nothing", said)
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

    def _show(self, story: Story, asked: str, said: str) -> Answer:
        fact = story.facts[0]
        names = [field for field in correctable(fact) if field in NAMES]
        lines = [
            self.tell(
                "field",
                said,
                name=_called(field, said),
                value=self._value(getattr(fact, field), said),
            )
            for field in names
        ]
        how = self.tell("how", said, number=asked, name=_called(names[0], said))
        data = {field: getattr(fact, field) for field in names}
        return Answer("\n".join([self.tell("fields", said), *lines, how]), data=data)

    def _field(self, story: Story, word: str, asked: str, said: str) -> tuple[AnyFact, str]:
        """The fact and the field that are meant. Raises CommandError with the nearest."""
        known: dict[str, tuple[AnyFact, str]] = {}
        for fact in story.facts:
            for field in correctable(fact):
                for name in (field, *NAMES.get(field, {}).values()):
                    known.setdefault(_bare(name), (fact, field))
        if _bare(word) in known:
            return known[_bare(word)]
        close = nearest(_bare(word), known)
        near = self.tell("near", said, near=_called(known[close][1], said)) if close else ""
        raise CommandError(
            what=self.tell("unknown", said, word=cut(word, 40, None), near=near),
            next=self.tell("unknown-next", said, number=asked),
        )


def _bare(name: str) -> str:
    """“lauréats” and “laureat” are one."""
    return fold(name).replace("_", "-").rstrip("s")


def _called(field: str, said: str) -> str:
    names = NAMES.get(field, {})
    return names.get(said) or names.get("en") or field


def _may_be_none(fact: AnyFact, field: str) -> bool:
    hint = str(type(fact).__dataclass_fields__[field].type)
    return "None" in hint


def parse(field: str, typed: str, knowledge: Knowledge, now: datetime) -> Any:
    """What was typed, as the field wants it; None where it is nothing, or not understood."""
    bare = fold(typed)
    if bare in NOTHING:
        return None
    if field in DAYS:
        return _day(typed, knowledge, now)
    if field in TIMES:
        hit = _CLOCK.fullmatch(bare)
        good = hit is not None and int(hit[1]) < 24 and int(hit[2] or 0) < 60
        return f"{int(hit[1]):02}:{hit[2] or '00'}" if hit is not None and good else None
    if field in NUMBERS:
        return int(typed) if typed.isdecimal() and len(typed) < 5 else None
    if field == "laureates":
        return [one.strip() for one in re.split(r",|;| et | and ", typed) if one.strip()]
    if field == "status":
        meant = STATUS.get(bare.rstrip("e"), STATUS.get(bare, bare))
        return meant if meant in get_args(Status) else None
    if field == "extended":
        return None
    return cut(typed, 200, None)


def _day(typed: str, knowledge: Knowledge, now: datetime) -> str | None:
    from datetime import date

    text = typed.strip()
    if hit := _SLASHED.fullmatch(text):
        text = f"{hit[3]}-{int(hit[2]):02}-{int(hit[1]):02}"
    if _ISO.fullmatch(text):
        try:
            date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
        except ValueError:
            return None
        return text
    found = dates.find(typed, now, knowledge.made(dates.words_of), knowledge.timezone)
    ahead = dates.ahead(found[0], now.date()) if found else None
    return ahead.iso if ahead else None
