"""``understand FILE.jsonl``: what the bot makes of news items, one JSON line for each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import languages
from bot.causes import cause_in
from bot.commands import _news
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.read import language_folders
from bot.errors import CommandError
from bot.understanding.knowledge import Knowledge

#: fields of an item that hold words, or nothing
_WORDS = ("url", "title", "summary", "content", "language")
_SOURCE_WORDS = ("kind", "home", "place")


def knowledge_of(context: Context) -> Knowledge:
    """Knowledge from the configuration in use. Raises ConfigError."""
    config = context.config()
    return Knowledge.build(
        config.awards,
        config.events,
        config.places,
        languages.read_all(language_folders(context.config_dir)),
        config.bot.timezone,
        config.bot.relevance,
    )


class Understand(Command):
    """Read items in the order given, as if they had come in through their feeds."""

    kind = "understand"
    names = {"fr": ("comprendre",), "en": ("understand",)}
    help = {
        "fr": "Lit des nouvelles (un objet JSON par ligne) et dit ce que le bot en comprend.",
        "en": "Read news items (one JSON object a line) and tell what the bot understands.",
    }
    arguments = (
        Argument(
            "file",
            {
                "fr": "Fichier JSON Lines\u00a0: id, source, published, title, summary, content.",
                "en": "JSON Lines file: id, source, published, title, summary, content.",
            },
            required=True,
        ),
    )

    texts = {
        "unreadable": {
            "fr": "Je ne peux pas lire {path} ({cause}).",
            "en": "I cannot read {path} ({cause}).",
        },
        "unreadable-next": {
            "fr": "Donnez un fichier JSON Lines lisible, en UTF-8.",
            "en": "Give a readable JSON Lines file, in UTF-8.",
        },
        "item": {
            "fr": "{path}, ligne {line}\u00a0: {field} {expected}.",
            "en": "{path}, line {line}: {field} {expected}.",
        },
        "item-next": {
            "fr": "Chaque ligne est un objet JSON avec id, source (un objet avec name), published, "
            "title…",
            "en": "Each line is a JSON object with id, source (an object with name), published, "
            "title…",
        },
        "row": {"fr": "la ligne entière", "en": "the whole line"},
        "object": {"fr": "n’est pas un objet JSON", "en": "is not a JSON object"},
        "missing": {"fr": "manque", "en": "is missing"},
        "text": {"fr": "n’est pas un texte", "en": "is not a text"},
        "list": {"fr": "n’est pas une liste de textes", "en": "is not a list of texts"},
        "date": {
            "fr": "n’est pas une date comme 2025-11-20T10:00:00+01:00",
            "en": "is not a date like 2025-11-20T10:00:00+01:00",
        },
        "no-item": {
            "fr": "{path} est vide\u00a0: aucune nouvelle à comprendre.",
            "en": "{path} is empty: no item to understand.",
        },
        "no-item-next": {
            "fr": "Donnez un fichier JSON Lines\u00a0: une nouvelle par ligne.",
            "en": "Give a JSON Lines file: one item a line.",
        },
        "not-text": {"fr": "ce n’est pas un texte UTF-8", "en": "it is not UTF-8 text"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """One line each: id, kind, relevant, story, facts, why. Raises CommandError."""
        path = str(arguments["file"])
        await asyncio.to_thread(self.check, path, context.language)
        rows = _news.read(path)
        found = list(_news.predictions(rows, knowledge_of(context)))
        return Answer(
            text="\n".join(json.dumps(one, ensure_ascii=False) for one in found), data=found
        )

    def check(self, path: str, language: str) -> None:
        """Raise a CommandError that names the first line and field that cannot be read."""
        try:
            lines = Path(path).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            cause = self.tell("not-text", language)
            raise self._no("unreadable", language, path=path, cause=cause) from error
        except OSError as error:
            cause = cause_in(error, language)
            raise self._no("unreadable", language, path=path, cause=cause) from error
        if not any(line.strip() for line in lines):
            raise self._no("no-item", language, path=path)
        for number, line in enumerate(lines, 1):
            for field, wrong in _wrong(line) if line.strip() else ():
                raise self._no(
                    "item",
                    language,
                    path=path,
                    line=number,
                    field=field or self.tell("row", language),
                    expected=self.tell(wrong, language),
                )

    def _no(self, key: str, language: str, **fields: object) -> CommandError:
        return CommandError(
            what=self.tell(key, language, **fields), next=self.tell(f"{key}-next", language)
        )


def _wrong(line: str) -> Iterator[tuple[str, str]]:
    """Each field of a line that is no item’s, with the key of what is wrong; "" is the line."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        yield "", "object"
        return
    yield from _not_words(row, ("id", "published"), "", needed=True)
    yield from _not_words(row, _WORDS, "")
    source = row.get("source")
    if source is None:
        yield "source", "missing"
    elif not isinstance(source, dict):
        yield "source", "object"
    else:
        yield from _not_words(source, ("name",), "source.", needed=True)
        yield from _not_words(source, _SOURCE_WORDS, "source.")
    tags = row.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        yield "tags", "list"
    if isinstance(row.get("published"), str) and not _is_moment(row["published"]):
        yield "published", "date"


def _not_words(
    row: Mapping[str, Any], names: tuple[str, ...], within: str, *, needed: bool = False
) -> Iterator[tuple[str, str]]:
    for name in names:
        if row.get(name) is None:
            if needed:
                yield within + name, "missing"
        elif not isinstance(row[name], str):
            yield within + name, "text"


def _is_moment(said: str) -> bool:
    """An ISO 8601 moment with its zone: without one, it could be any of two days."""
    try:
        return datetime.fromisoformat(said).tzinfo is not None
    except ValueError:
        return False
