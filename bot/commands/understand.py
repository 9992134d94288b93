"""``understand FILE.jsonl``: what the bot makes of news items, one JSON line for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot import languages
from bot.commands import _news
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.read import language_folders
from bot.understanding.knowledge import Knowledge


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

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """One line each: id, kind, relevant, story, facts, why."""
        rows = _news.read(str(arguments["file"]))
        found = list(_news.predictions(rows, knowledge_of(context)))
        return Answer(
            text="\n".join(json.dumps(one, ensure_ascii=False) for one in found), data=found
        )
