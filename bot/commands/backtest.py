"""``backtest``: what changed files would have made of the entries that the bot remembers."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import languages
from bot.announcements.voice import Voice
from bot.announcements.words import cut, harmless, plain
from bot.commands._backtest_texts import TEXTS
from bot.commands._news import why
from bot.commands._replay import CHANGES, Change, Difference, Outcome, World, differences
from bot.commands._since import since
from bot.commands.command import Answer, Argument, Command, Context, Progress
from bot.commands.why import Why
from bot.config import overrides
from bot.config.read import OVERLAID, language_folders, load
from bot.errors import CommandError
from bot.moments import moment
from bot.store.looking import Looking, looking
from bot.understanding.knowledge import Knowledge
from bot.understanding.understand import opening, understand

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.store.entries import EntryRow

#: days back, where nothing is said
DAYS = 90
#: entries read from the store at once
AT_ONCE = 500
#: differences shown as text; all of them are in the answer's data
SHOWN = 50
#: characters shown of a title, and of what was understood
TITLE, DETAIL = 100, 240
#: fields of facts that people are not told
_INNER = frozenset(
    {"confidence", "evidence", "award_id", "series", "label", "laureate_basis", "url"}
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """Enough of an entry to name it."""

    title: str
    source: str
    url: str | None
    at: datetime


class Backtest(Command):
    """Replay what is remembered, as it was understood and as it would be."""

    kind = "backtest"
    names = {"fr": ("rejouer",), "en": ("backtest",)}
    help = {
        "fr": "Rejoue les nouvelles déjà lues avec des fichiers changés et montre ce qui serait "
        "annoncé, tu, compris, réuni ou séparé autrement. Ne change et ne publie rien.",
        "en": "Replay the news already read with changed files and show what would be announced, "
        "dropped, understood, merged or separated differently. Changes and posts nothing.",
    }
    arguments = (
        Argument(
            "knowledge",
            {
                "fr": "Dossier dont awards/, events/, places/ et languages/ seraient posés par-dessus "
                "les fichiers d’aujourd’hui.",
                "en": "Folder whose awards/, events/, places/ and languages/ would be laid over "
                "today’s files.",
            },
            option=True,
        ),
        Argument(
            "instead",
            {
                "fr": "Dossier de configuration entier qui remplacerait celui d’aujourd’hui.",
                "en": "Whole configuration folder that would replace today’s.",
            },
            option=True,
        ),
        Argument(
            "since",
            {
                "fr": "Depuis quand\u00a0: 2026-02-12, «\u00a0lundi\u00a0», «\u00a03 semaines\u00a0».",
                "en": "Since when: 2026-02-12, “Monday”, “3 weeks”.",
            },
            option=True,
            default=f"{DAYS} days",
        ),
        Argument(
            "source",
            {"fr": "D’une seule source (son nom de fichier).", "en": "Of one source (its id)."},
            option=True,
        ),
    )
    texts = TEXTS

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Two worlds, and what is different. Raises ConfigError, CommandError, DataError."""
        config, said = context.config(), context.language
        spoken = languages.read_all(language_folders(context.config_dir))
        present = World(config, _knowledge(config, spoken))
        begin, day = self._begin(arguments, present.knowledge, context)
        async with looking(config.bot.store.url, context.data_dir) as store:
            changed = await self._changed(arguments, present, store, context)
            heard = await self._replay(arguments, store, begin, present, changed, context)
        source = arguments.get("source")
        if not heard and source:
            raise CommandError(
                what=self.tell("no-source", said, source=source, day=day),
                next=self.tell("no-source-next", said),
            )
        found = list(differences(present, changed))
        counts = Counter(change for one in found for change in one.changes)
        text = self._said(found, counts, heard, (present, changed), day, context)
        return Answer(
            text,
            data={
                "since": begin.isoformat(),
                "entries": len(heard),
                "counts": {key: counts[key] for key in CHANGES},
                "differences": [_data(one, heard, (present, changed), said) for one in found],
            },
        )

    # -- the two worlds -------------------------------------------------------------------------

    def _begin(
        self, arguments: Mapping[str, Any], knowledge: Knowledge, context: Context
    ) -> tuple[datetime, str]:
        """The moment from which on entries are replayed, and its day in words."""
        said, words = context.language, str(arguments.get("since") or f"{DAYS} days")
        today = context.now().astimezone(knowledge.timezone).date()
        spoken = knowledge.languages.get(said) or knowledge.languages["fr"]
        voice = Voice(spoken, knowledge)
        day = since(words, today, voice)
        if day is None:
            raise CommandError(
                what=self.tell("when", said, since=harmless(plain(words))),
                next=self.tell("when-next", said),
            )
        begin = datetime.combine(day, time.min, knowledge.timezone).astimezone(UTC)
        return begin, voice.day(day.isoformat(), year=day.year != today.year)

    async def _changed(
        self,
        arguments: Mapping[str, Any],
        present: World,
        store: Looking | None,
        context: Context,
    ) -> World:
        """The world of the changed files; without any, the present files once more."""
        whole, laid, said = arguments.get("instead"), arguments.get("knowledge"), context.language
        if whole and laid:
            raise CommandError(what=self.tell("both", said), next=self.tell("both-next", said))
        if whole:
            folder = Path(whole)
            given = await store.read(lambda tx: tx.overrides.all()) if store else []
            config = overrides.apply(load(folder, os.environ), given)
            return World(config, _knowledge(config, languages.read_all(language_folders(folder))))
        if laid:
            return self._laid_over(Path(laid), present, context)
        return World(present.config, present.knowledge)

    def _laid_over(self, folder: Path, present: World, context: Context) -> World:
        """The present configuration with the knowledge of a folder over it, file by file."""
        own = {room: {path.stem for path in (folder / room).glob("*.toml")} for room in OVERLAID}
        if not any(own.values()):
            said = context.language
            raise CommandError(
                what=self.tell("no-knowledge", said, folder=folder),
                next=self.tell("no-knowledge-next", said),
            )
        changed, config = load(folder, os.environ), present.config

        def over(room: str) -> dict[str, Any]:
            theirs: Mapping[str, Any] = getattr(changed, room)
            mine: Mapping[str, Any] = getattr(config, room)
            return {**mine, **{id: one for id, one in theirs.items() if id in own[room]}}

        config = replace(
            config, awards=over("awards"), events=over("events"), places=over("places")
        )
        folders = [*language_folders(context.config_dir), folder / "languages"]
        return World(config, _knowledge(config, languages.read_all(folders)))

    async def _replay(
        self,
        arguments: Mapping[str, Any],
        store: Looking | None,
        begin: datetime,
        present: World,
        changed: World,
        context: Context,
    ) -> dict[str, _Heard]:
        """Hand every entry to both worlds. As it was understood when it was read, and as the
        present files would; beside changed files, as either would understand it."""
        heard: dict[str, _Heard] = {}
        if store is None:
            return heard
        source = arguments.get("source")
        remembered = not (arguments.get("instead") or arguments.get("knowledge"))
        seen = await store.read(
            lambda tx: {row.id: row.first_seen for row in tx.sources.all() if row.first_seen}
        )
        ids = await store.read(lambda tx: tx.entries.in_order(begin, source))
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            words = self.tell("replaying", context.language)
            context.say(Progress(words, start + len(part), len(ids)))
            rows = await store.read(partial(_rows, ids=part))
            await asyncio.to_thread(_hand_in, rows, seen, heard, present, changed, remembered)
        return heard

    # -- in words -------------------------------------------------------------------------------

    def _said(
        self,
        found: list[Difference],
        counts: Counter[Change],
        heard: Mapping[str, _Heard],
        worlds: tuple[World, World],
        day: str,
        context: Context,
    ) -> str:
        said = context.language
        if not heard:
            return self.tell("nothing", said, day=day)
        lines = [self.tell("replayed", said, n=len(heard), day=day)]
        if not found:
            return "\n".join([*lines, self.tell("same", said)])
        lines.append(self.tell("counts", said, **{key: counts[key] for key in CHANGES}))
        weightiest = sorted(found, key=lambda one: CHANGES.index(one.changes[0]))
        for one in weightiest[:SHOWN]:
            lines += self._difference(one, heard, worlds, context)
        if len(found) > SHOWN:
            lines.append(self.tell("more", said, n=len(found) - SHOWN))
        return "\n".join(lines)

    def _difference(
        self,
        one: Difference,
        heard: Mapping[str, _Heard],
        worlds: tuple[World, World],
        context: Context,
    ) -> list[str]:
        said, entry = context.language, heard[one.entry]
        zone = worlds[0].config.bot.timezone
        lines = [
            self.tell(
                "entry",
                said,
                title=entry.title,
                source=entry.source,
                at=moment(entry.at, context.now(), zone, said),
                changes=", ".join(self.tell(change, said) for change in one.changes),
            )
        ]
        sides = (("before", one.before, worlds[0]), ("after", one.after, worlds[1]))
        details = [  # of each side only what the other does not say too
            [*why(side.meant, world.knowledge, said), *_facts(side.meant)]
            for _, side, world in sides
        ]
        for at, (key, side, world) in enumerate(sides):
            what = Why().tell(f"kind-{side.meant.kind}", said)
            told = self._told(side, world, said)
            lines.append(self.tell(key, said, what=what, told=told))
            own = [detail for detail in details[at] if detail not in details[1 - at]]
            lines += [f"    {harmless(cut(plain(detail), DETAIL, None))}" for detail in own]
        for key, others in (("with", one.merged), ("without", one.separated)):
            if others:
                titles = "; ".join(heard[other].title for other in others)
                lines.append(self.tell(key, said, titles=titles))
        return lines

    def _told(self, outcome: Outcome, world: World, said: str) -> str:
        if outcome.stopped:
            return self.tell("stopped", said)
        names = sorted({world.channels[id].name or id for _, id in outcome.told})
        if not names:
            return self.tell("untold", said)
        return self.tell("told", said, channels=", ".join(names))


def _knowledge(config: Config, spoken: Mapping[str, languages.Language]) -> Knowledge:
    return Knowledge.build(
        config.awards,
        config.events,
        config.places,
        spoken,
        config.bot.timezone,
        config.bot.relevance,
    )


def _rows(tx: Any, *, ids: list[str]) -> list[EntryRow]:
    found: list[EntryRow] = tx.entries.rows(ids)
    return found


def _hand_in(
    rows: list[EntryRow],
    seen: Mapping[str, datetime],
    heard: dict[str, _Heard],
    present: World,
    changed: World,
    remembered: bool,
) -> None:
    """Hand a part of the entries to both worlds; ``seen``: when each source was first read."""
    for row in rows:
        entry, now = row.entry, row.first_seen
        was = row.understanding if remembered else understand(opening(entry), present.knowledge)
        if was is None:
            continue  # never understood: there is nothing to compare with
        first = now <= seen.get(entry.publisher.source, now - timedelta(microseconds=1))
        present.take(entry, was, now, first=first)
        changed.take(entry, understand(opening(entry), changed.knowledge), now, first=first)
        said = harmless(cut(plain(entry.title or entry.summary or entry.id), TITLE, None))
        heard[entry.id] = _Heard(said, entry.publisher.name, entry.url, now)


def _facts(meant: Any) -> list[str]:
    """Each fact with the values that a person would look for."""
    lines = []
    for fact in meant.facts:
        values = [value for name, value in asdict(fact).items() if name not in _INNER and value]
        shown = [", ".join(value) if isinstance(value, tuple) else str(value) for value in values]
        lines.append(" · ".join(shown))
    return lines


def _data(
    one: Difference, heard: Mapping[str, _Heard], worlds: tuple[World, World], said: str
) -> dict[str, Any]:
    """The same for machines."""
    entry = heard[one.entry]

    def side(outcome: Outcome, world: World) -> dict[str, Any]:
        return {
            "kind": outcome.meant.kind,
            "relevant": outcome.meant.relevant,
            "told": [list(each) for each in sorted(outcome.told)],
            "stopped": dict(outcome.stopped) if outcome.stopped else None,
            "facts": [
                {name: value for name, value in asdict(fact).items() if name != "evidence"}
                for fact in outcome.meant.facts
            ],
            "why": why(outcome.meant, world.knowledge, said),
        }

    return {
        "entry": one.entry,
        "title": entry.title,
        "source": entry.source,
        "url": entry.url,
        "first_seen": entry.at.isoformat(),
        "changes": list(one.changes),
        "before": side(one.before, worlds[0]),
        "after": side(one.after, worlds[1]),
        "merged_with": list(one.merged),
        "separated_from": list(one.separated),
    }
