"""``preview``: reads sources now and shows what the bot would make of them. Stores nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot import kinds, languages
from bot.commands._latest import Seen, build, latest, see
from bot.commands._moments import moment
from bot.commands._unread import asked_for
from bot.commands.command import Answer, Argument, Command, Context, Progress
from bot.commands.understand import knowledge_of
from bot.config.spelling import nearest
from bot.config.wiring import SourceSettings
from bot.entries.entry import Entry
from bot.errors import CommandError, SourceError
from bot.stories.story import Story

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.sources.fetch import Fetcher
    from bot.sources.source import Source


class Preview(Command):
    """What would come of a source."""

    kind = "preview"
    names = {"fr": ("apercu",), "en": ("preview",)}
    help = {
        "fr": "Lit une source (ou une adresse, ou toutes les sources) et montre ses dernières "
        "nouvelles, ce que le bot en comprend et ce qu’il en dirait. Ne publie et ne retient rien.",
        "en": "Read a source (or an address, or every source) and show its latest news, what the "
        "bot understands and what it would say. Publishes and remembers nothing.",
    }
    arguments = (
        Argument(
            "source",
            {
                "fr": "Nom d’une source, ou une adresse\u202f; sans lui\u00a0: toutes.",
                "en": "Id of a source, or an address; without it: all of them.",
            },
        ),
        Argument(
            "last",
            {"fr": "Combien de nouvelles par source.", "en": "How many entries of each source."},
            option=True,
            default="3",
        ),
    )
    texts = {
        "reading": {"fr": "Je lis {name}", "en": "Reading {name}"},
        "unread": {"fr": "{name}\u00a0: {error}", "en": "{name}: {error}"},
        "empty": {"fr": "{name}\u00a0: aucune nouvelle.", "en": "{name}: no entries."},
        "source": {"fr": "{name} ({count} nouvelles)", "en": "{name} ({count} entries)"},
        "one": {"fr": "{name} (1 nouvelle)", "en": "{name} (1 entry)"},
        "ignored": {"fr": "Ne serait pas annoncée.", "en": "Would not be told."},
        "told": {"fr": "Serait annoncée ainsi\u00a0:", "en": "Would be told like this:"},
        "no-sources": {
            "fr": "Aucune source n’est active. Ajoutez-en une\u00a0: alposs-bot sources add ADRESSE",
            "en": "No source is enabled. Add one: alposs-bot sources add ADDRESS",
        },
        "unknown": {
            "fr": "Il n’y a pas de source «\u00a0{id}\u00a0».{near}",
            "en": "There is no source “{id}”.{near}",
        },
        "near": {
            "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
            "en": " Did you mean “{near}”?",
        },
        "unknown-next": {
            "fr": "Liste\u00a0: alposs-bot sources. Une adresse commence par https://",
            "en": "List: alposs-bot sources. An address begins with https://",
        },
        "bad-number": {
            "fr": "«\u00a0{value}\u00a0» n’est pas un nombre de nouvelles.",
            "en": "“{value}” is no number of entries.",
        },
        "bad-number-next": {
            "fr": "Donnez un nombre de 1 à 100.",
            "en": "Give a number from 1 to 100.",
        },
        "nothing": {
            "fr": "{url} n’offre aucun flux que je sache lire.",
            "en": "{url} offers no feed that I can read.",
        },
        "nothing-next": {
            "fr": "Cherchez «\u00a0RSS\u00a0» sur le site et donnez cette adresse-là.",
            "en": "Look for “RSS” on the site and give that address.",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Read, understand, compose. Raises CommandError, ConfigError and SourceError."""
        from bot.sources.fetch import Fetcher, user_agent

        config = context.config()
        last = self._number(context, str(arguments.get("last") or "3"))
        knowledge = knowledge_of(context)
        spoken = knowledge.languages
        fetcher = Fetcher(config.bot.fetch, user_agent(config.bot.contact), context.now)
        try:
            sources = await self._chosen(context, config, fetcher, arguments.get("source"))
            read = await asyncio.gather(*(self._read(context, source, last) for source in sources))
        finally:
            await fetcher.close()
        language = spoken.get(context.language) or spoken["fr"]
        told: list[Story] = []
        lines: list[str] = []
        data: list[dict[str, Any]] = []
        for source, found in zip(sources, read, strict=True):
            name = source.options.name
            if isinstance(found, SourceError):
                error = languages.say(found, language)
                lines += [self.tell("unread", context.language, name=name, error=error), ""]
                data.append({"source": source.id, "error": error, "entries": []})
                continue
            key = "empty" if not found else "one" if len(found) == 1 else "source"
            lines += [self.tell(key, context.language, name=name, count=len(found)), ""]
            seen = [see(entry, told, knowledge, spoken, context) for entry in found[:last]]
            for one in seen:
                lines += [*self._lines(context, one, config.bot.timezone), ""]
            data.append({"source": source.id, "error": "", "entries": [_data(s) for s in seen]})
        failed = bool(read) and all(isinstance(found, SourceError) for found in read)
        return Answer("\n".join(lines).rstrip(), data=data, ok=not failed)

    def _no(self, context: Context, key: str, **fields: object) -> CommandError:
        return CommandError(
            what=self.tell(key, context.language, **fields),
            next=self.tell(f"{key}-next", context.language, **fields),
        )

    def _number(self, context: Context, text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100):
            raise self._no(context, "bad-number", value=text)
        return int(text)

    async def _chosen(
        self, context: Context, config: Config, fetcher: Fetcher, wanted: object
    ) -> list[Source]:
        """The sources to read: one by its id (even a disabled one), one by address, or all."""
        if not wanted:
            chosen = {id: options for id, options in config.sources.items() if options.enabled}
            if not chosen:
                raise CommandError(what=self.tell("no-sources", context.language), next="")
        elif str(wanted) in config.sources:
            chosen = {str(wanted): config.sources[str(wanted)]}
        elif "." in str(wanted) or "://" in str(wanted):
            chosen = {"preview": await self._options(context, fetcher, str(wanted))}
        else:
            close = nearest(str(wanted), config.sources)
            near = self.tell("near", context.language, near=close) if close else ""
            raise self._no(context, "unknown", id=wanted, near=near)
        return [build(id, options, fetcher) for id, options in chosen.items()]

    async def _options(self, context: Context, fetcher: Fetcher, url: str) -> SourceSettings:
        from bot.entries.text import title
        from bot.sources.discover import discover

        with asked_for(url, context.language):
            feeds = await discover(fetcher, url)
        if not feeds:
            raise self._no(context, "nothing", url=url)
        feed = feeds[0]
        kind = kinds.load("source", feed.kind)
        assert kind is not None, feed.kind
        options: SourceSettings = kind.Options(
            kind=feed.kind,
            url=feed.url,
            name=title(feed.title) or urlsplit(feed.url).hostname or feed.url,
            home=feed.home,
        )
        return options

    async def _read(
        self, context: Context, source: Source, last: int
    ) -> tuple[Entry, ...] | SourceError:
        """The entries of one source, the latest first."""
        options, now = source.options, context.now()
        context.say(Progress(self.tell("reading", context.language, name=options.name)))
        try:
            return await latest(source, now, last)
        except SourceError as error:
            return error

    def _lines(self, context: Context, one: Seen, timezone: str) -> list[str]:
        entry = one.entry
        at = moment(entry.published, context.now(), timezone, context.language)
        words = entry.title or entry.text.partition("\n")[0]
        lines = [f"* {words}", f"  {at}" + (f" · {entry.url}" if entry.url else "")]
        lines += [f"  {sentence}" for sentence in one.why]
        lines.append("  " + self.tell("told" if one.posts else "ignored", context.language))
        for post in one.posts:
            lines += ["", *(f"    {line}".rstrip() for line in post.split("\n"))]
        return lines


def _data(one: Seen) -> dict[str, Any]:
    entry = replace(one.entry, content="")
    return {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "published": entry.published.isoformat(),
        "kind": one.understanding.kind,
        "relevant": one.understanding.relevant,
        "why": list(one.why),
        "posts": list(one.posts),
    }
