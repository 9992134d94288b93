"""Labelled news: items as JSON lines, read as if they had come in through their feeds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.entries.clean import clean
from bot.entries.entry import Entry, Publisher
from bot.errors import CommandError
from bot.sources.source import Item
from bot.stories.match import choose, happenings, overheard, same, sought
from bot.stories.merge import begin, join, merge
from bot.stories.story import Story
from bot.understanding.fact import AwardFact, CallFact, EventFact, ReleaseFact, Understanding
from bot.understanding.language import fold
from bot.understanding.understand import opening, understand

if TYPE_CHECKING:
    from bot.understanding.knowledge import Knowledge

Row = Mapping[str, Any]

_FIELDS: Mapping[type, tuple[str, tuple[str, ...]]] = {
    AwardFact: (
        "awards",
        (
            "award_id",
            "award",
            "year",
            "laureates",
            "level",
            "category",
            "organiser",
            "date",
            "place",
            "laureate_basis",
        ),
    ),
    EventFact: (
        "events",
        (
            "name",
            "start",
            "end",
            "place",
            "city",
            "status",
            "previous_start",
            "edition",
            "organiser",
        ),
    ),
    CallFact: ("cfps", ("event", "deadline", "event_start", "event_end", "city", "url")),
    ReleaseFact: ("releases", ("project", "version", "publisher", "date")),
}


def read(path: str) -> list[Row]:
    """The items of a file. Raises CommandError that names the line which is no item."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            what=f"{path} : {error.__class__.__name__}.",
            next="Donnez un fichier JSON Lines lisible. / Give a readable JSON Lines file.",
        ) from error
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            datetime.fromisoformat(row["published"])
            row["id"], row["source"]["name"]
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(
                what=f"{path}, {number} : {error.__class__.__name__} ({error}).",
                next="Chaque ligne est un objet JSON avec id, source, published, title… / "
                "Each line is a JSON object with id, source, published, title…",
            ) from error
        rows.append(row)
    return rows


def entry_of(row: Row) -> Entry | None:
    """The entry that this item becomes; None where it holds no words."""
    source = row["source"]
    published = datetime.fromisoformat(row["published"])
    publisher = Publisher(
        source=re.sub(r"[^a-z0-9]+", "-", fold(source["name"])).strip("-") or "source",
        name=source["name"],
        role=source.get("kind") or "press",
        home=source.get("home"),
        place=source.get("place"),
    )
    item = Item(
        guid=row["id"],
        url=row.get("url"),
        title=row.get("title"),
        summary=row.get("summary"),
        content=row.get("content"),
        language=row.get("language"),
        published=published,
        tags=tuple(row.get("tags") or ()),
    )
    return clean(
        item,
        publisher,
        now=published,
        language=row.get("language") or "fr",
        base=source.get("home"),
    )


@dataclass
class Stories:
    """The stories so far, as the store would hold them: found by their keys."""

    knowledge: Knowledge
    by_id: dict[str, Story] = field(default_factory=dict)
    by_key: dict[str, set[str]] = field(default_factory=dict)
    alias: dict[str, str] = field(default_factory=dict)  # of those that became one with another

    def place(self, entry: Entry, understanding: Understanding) -> str | None:
        """Give every happening of an entry its story; the id of the main one's."""
        main: str | None = None
        told = happenings(entry, understanding, self.knowledge)
        for happening in told or overheard(entry, understanding, self.knowledge):
            near: dict[str, Story] = {}
            for key in sought(happening):
                for id in self.by_key.get(key, ()):
                    near[id] = self.by_id[id]
            chosen = choose(happening, near.values())
            story = (
                join(chosen, happening, self.knowledge, entry.published)
                if chosen
                else begin(happening, self.knowledge, entry.published)
            )
            for other in same(story, near.values()):
                story = merge(story, other, self.knowledge, entry.published)
                del self.by_id[other.id]
                self.alias[other.id] = story.id
                for key in other.keys:
                    self.by_key[key].discard(other.id)
            self.by_id[story.id] = story
            for key in story.keys:
                self.by_key.setdefault(key, set()).add(story.id)
            main = main or story.id
        return main

    def now(self, id: str | None) -> Story | None:
        """The story that was given this id, as it stands."""
        while id in self.alias:
            id = self.alias[id]
        return self.by_id[id] if id else None


def predictions(rows: list[Row], knowledge: Knowledge) -> Iterator[dict[str, Any]]:
    """One prediction for each item, in order, once all have come in: what one tells may be of a
    story that only a later one makes relevant."""
    stories = Stories(knowledge)
    read: list[tuple[Row, Entry | None, Understanding, str | None]] = []
    for row in rows:
        entry = entry_of(row)
        meant = (
            understand(opening(entry), knowledge)
            if entry
            else Understanding("other", relevant=False)
        )
        read.append((row, entry, meant, stories.place(entry, meant) if entry else None))
    for row, entry, meant, id in read:
        story = stories.now(id)
        yield {
            "id": row["id"],
            "kind": meant.kind,
            "relevant": meant.relevant or bool(story and story.relevant),
            "story": story.id if story else None,
            "facts": _facts(meant.facts),
            "why": why(meant, knowledge, entry.language) if entry else [],
        }


def _facts(facts: tuple[Any, ...]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {group: [] for group, _ in _FIELDS.values()}
    for fact in facts:
        group, fields = _FIELDS[type(fact)]
        found[group].append({name: getattr(fact, name) for name in fields})
    return found


def why(understanding: Understanding, knowledge: Knowledge, language: str) -> list[str]:
    """The reasons as sentences; French where the language has none of its own."""
    spoken = knowledge.languages.get(language) or knowledge.languages.get("fr")
    sentences = []
    for reason in understanding.reasons:
        template = spoken.text("reasons", reason.key) if spoken else None
        sentences.append(template.format_map(_Quiet(reason.fields)) if template else reason.key)
    return sentences


class _Quiet(dict[str, str]):
    """A sentence is shown even where a field is missing."""

    def __missing__(self, key: str) -> str:
        return "?"
