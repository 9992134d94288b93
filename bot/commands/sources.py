"""``sources``: what is read. Lists the sources, finds feeds, adds and removes source files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlsplit

from bot.causes import cause_in
from bot.commands import _source_file, _source_found
from bot.commands._audit import noted
from bot.commands._source_health import HEALTH_TEXTS, View
from bot.commands._unread import asked_for
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.wiring import SourceSettings
from bot.entries.text import title as one_line
from bot.errors import CommandError, ConfigError

if TYPE_CHECKING:
    from bot.sources.discover import Found

ROLES: tuple[str, ...] = get_args(SourceSettings.model_fields["role"].annotation)
_SHOWN = 3  # entries of a feed that are shown


class Sources(Command):
    """What is read."""

    kind = "sources"
    names = {"fr": ("sources",), "en": ("sources",)}
    help = {
        "fr": "Liste les sources et leur santé\u202f; show NOM dit tout de l’une, discover ADRESSE cherche les flux d’un site, add ADRESSE "
        "ajoute une source, remove NOM en retire une.",
        "en": "List the sources and their health; show NAME tells all about one, discover ADDRESS finds a site’s feeds, add ADDRESS adds a "
        "source, remove NAME removes one.",
    }
    arguments = (
        Argument(
            "action",
            {
                "fr": "list, show, discover, add ou remove.",
                "en": "list, show, discover, add or remove.",
            },
            default="list",
            choices=("list", "show", "discover", "add", "remove"),
        ),
        Argument(
            "target",
            {"fr": "Une adresse, ou le nom d’une source.", "en": "An address, or a source’s id."},
        ),
        Argument(
            "id",
            {
                "fr": "add\u00a0: nom du fichier de la source.",
                "en": "add: name of the source’s file.",
            },
            option=True,
        ),
        Argument(
            "name",
            {
                "fr": "add\u00a0: nom du média, tel que les lecteurs le connaissent.",
                "en": "add: the publisher’s name, as readers know it.",
            },
            option=True,
        ),
        Argument(
            "role",
            {"fr": "add\u00a0: qui parle ici.", "en": "add: who speaks there."},
            option=True,
            default="press",
            choices=ROLES,
        ),
        Argument(
            "place",
            {
                "fr": "add\u00a0: la commune pour laquelle la source parle.",
                "en": "add: the commune it speaks for.",
            },
            option=True,
        ),
        Argument(
            "dry",
            {
                "fr": "Montre ce qui serait fait, sans le faire.",
                "en": "Show what would be done, without doing it.",
            },
            option=True,
            flag=True,
        ),
    )
    texts = {
        **HEALTH_TEXTS,
        "no-sources": {
            "fr": "Aucune source. Ajoutez-en une\u00a0: alposs-bot sources add ADRESSE",
            "en": "No sources. Add one: alposs-bot sources add ADDRESS",
        },
        "target": {
            "fr": "Il manque l’adresse ou le nom.",
            "en": "The address or the name is missing.",
        },
        "target-next": {
            "fr": "Par exemple\u00a0: alposs-bot sources {action} {example}",
            "en": "For example: alposs-bot sources {action} {example}",
        },
        "nothing": {
            "fr": "{url} n’offre aucun flux que je sache lire{cause}.",
            "en": "{url} offers no feed that I can read{cause}.",
        },
        "nothing-next": {
            "fr": "Cherchez «\u00a0RSS\u00a0» sur le site et donnez cette adresse-là.",
            "en": "Look for “RSS” on the site and give that address.",
        },
        "answer": {"fr": " (réponse {status})", "en": " (answer {status})"},
        "elsewhere": {
            "fr": "{url} n’est pas un flux, ni une page qui en annonce un{cause}. Rien n’est écrit. "
            "J’ai trouvé ailleurs sur ce site\u00a0:\n{list}\n",
            "en": "{url} is no feed, nor a page that links one{cause}. Nothing is written. I found "
            "elsewhere on that site:\n{list}\n",
        },
        "elsewhere-next": {
            "fr": "Si c’est ce que vous cherchez\u00a0: alposs-bot sources add {feed}",
            "en": "If that is what you look for: alposs-bot sources add {feed}",
        },
        "found": {"fr": "{count} flux sur {url}\u00a0:", "en": "{count} feed(s) on {url}:"},
        "feed": {"fr": "{title} ({kind})\u00a0: {url}", "en": "{title} ({kind}): {url}"},
        "untitled": {"fr": "(sans titre)", "en": "(untitled)"},
        "add-it": {
            "fr": "Pour l’ajouter\u00a0: alposs-bot sources add {url}",
            "en": "To add it: alposs-bot sources add {url}",
        },
        "would-write": {
            "fr": "Voici {path}, qui n’est pas encore écrit\u00a0:",
            "en": "This is {path}, not written yet:",
        },
        "wrote": {
            "fr": "{path} est écrit. Un bot qui tourne la lira après\u00a0: alposs-bot reload. Ce qu’il en "
            "sortirait\u00a0: alposs-bot preview {id}",
            "en": "{path} is written. A running bot will read it after: alposs-bot reload. What would "
            "come of it: alposs-bot preview {id}",
        },
        "others": {
            "fr": "J’ai pris le premier de {count} flux\u202f; les autres\u00a0: alposs-bot sources "
            "discover {url}",
            "en": "I took the first of {count} feeds; the others: alposs-bot sources discover "
            "{url}",
        },
        "exists": {
            "fr": "La source «\u00a0{id}\u00a0» existe déjà.",
            "en": "The source “{id}” exists already.",
        },
        "exists-next": {
            "fr": "Donnez un autre nom avec --id, ou retirez-la\u00a0: alposs-bot sources remove {id}",
            "en": "Give another name with --id, or remove it: alposs-bot sources remove {id}",
        },
        "same": {
            "fr": "La source «\u00a0{id}\u00a0» lit déjà ce flux.",
            "en": "The source “{id}” already reads this feed.",
        },
        "same-next": {"fr": "Il n’y a rien à faire.", "en": "There is nothing to do."},
        "bad-id": {
            "fr": "«\u00a0{id}\u00a0» ne peut pas être le nom d’un fichier de source.",
            "en": "“{id}” cannot be the name of a source’s file.",
        },
        "bad-id-next": {
            "fr": "Prenez des lettres minuscules sans accent, des chiffres et des tirets.",
            "en": "Use lower-case letters without accents, digits and dashes.",
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
            "fr": "Liste\u00a0: alposs-bot sources",
            "en": "List: alposs-bot sources",
        },
        "would-remove": {
            "fr": "Le fichier {path} serait supprimé.",
            "en": "The file {path} would be deleted.",
        },
        "removed": {
            "fr": "{path} est supprimé. Un bot qui tourne la lit jusqu’à\u00a0: alposs-bot reload. Ce "
            "que le bot en a lu reste dans sa mémoire\u00a0: si vous "
            "remettez cette source, rien ne sera annoncé deux fois.",
            "en": "{path} is deleted. A running bot reads it until: alposs-bot reload. What the bot "
            "read there stays in its memory: if you put the source back, nothing is told twice.",
        },
        "unwritable": {
            "fr": "Je ne peux pas écrire dans {path} ({cause}).",
            "en": "I cannot write to {path} ({cause}).",
        },
        "unwritable-next": {
            "fr": "Donnez votre propre dossier\u00a0: alposs-bot --config DOSSIER sources …",
            "en": "Give a folder of your own: alposs-bot --config FOLDER sources …",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Do what ``action`` says. Raises CommandError, SourceError and ConfigError."""
        action, target = str(arguments.get("action") or "list"), arguments.get("target")
        if action == "list":
            return await self._list(context)
        if not target:
            example = (
                "ville-exemple" if action in ("show", "remove") else "https://www.echirolles.fr"
            )
            raise self._no(context, "target", action=action, example=example)
        if action == "show":
            return await self._show(context, str(target))
        if action == "remove":
            return await self._remove(context, str(target), dry=bool(arguments.get("dry")))
        feeds = await self._find(context, str(target), strict=action == "add")
        if action == "discover":
            return await self._tell(context, str(target), feeds)
        return await self._add(context, str(target), feeds, arguments)

    def _no(self, context: Context, key: str, **fields: object) -> CommandError:
        """What cannot be done, and what can."""
        return CommandError(
            what=self.tell(key, context.language, **fields),
            next=self.tell(f"{key}-next", context.language, **fields),
        )

    # -- list -------------------------------------------------------------------------------

    async def _list(self, context: Context) -> Answer:
        config = context.config()
        if not config.sources:
            return Answer(self.tell("no-sources", context.language), data=[])
        return (await self._view(context)).table()

    async def _show(self, context: Context, id: str) -> Answer:
        from bot.config.spelling import nearest

        sources = context.config().sources
        if id not in sources:
            close = nearest(id, sources)
            near = self.tell("near", context.language, near=close) if close else ""
            raise self._no(context, "unknown", id=id, near=near)
        return (await self._view(context)).one(id)

    async def _view(self, context: Context) -> View:
        store = await context.store()
        rows = {row.id: row for row in await store.read(lambda tx: tx.sources.all())}
        return View(self, context.config(), rows, context.now(), context.language)

    # -- discover ---------------------------------------------------------------------------

    async def _find(self, context: Context, url: str, *, strict: bool) -> tuple[Found, ...]:
        """The feeds that ``url`` is or offers; ``strict``: not what was guessed beside it."""
        from bot.sources.discover import Visit, discover
        from bot.sources.fetch import Fetcher, user_agent

        settings = context.config().bot
        fetcher = Fetcher(settings.fetch, user_agent(settings.contact), context.now)
        try:
            visit = Visit(fetcher)
            with asked_for(url, context.language):
                feeds = await discover(visit, url, context.now())
                offered, status = await _source_found.offered(visit, url, feeds)
        finally:
            await fetcher.close()
        cause = self.tell("answer", context.language, status=status) if status else ""
        if not feeds:
            raise self._no(context, "nothing", url=url, cause=cause)
        if strict and not offered:
            found = "\n".join(self._line(one, context.language) for one in feeds)
            fields = {"cause": cause, "list": found, "feed": feeds[0].url}
            raise self._no(context, "elsewhere", url=url, **fields)
        return feeds

    def _line(self, feed: Found, language: str) -> str:
        title = one_line(feed.title) or self.tell("untitled", language)
        return self.tell("feed", language, title=title, url=feed.url, kind=feed.kind)

    async def _tell(self, context: Context, url: str, feeds: tuple[Found, ...]) -> Answer:
        lines = [self.tell("found", context.language, count=len(feeds), url=url)]
        data = []
        for feed in feeds:
            title = one_line(feed.title) or self.tell("untitled", context.language)
            latest = await asyncio.to_thread(_source_found.latest, context, feed, _SHOWN)
            lines += ["", self._line(feed, context.language)]
            lines += [f"  - {one.headline} ({one.meaning})" for one in latest]
            shown = [one.headline for one in latest]
            meant = [one.kind if one.relevant else "" for one in latest]
            told = {"url": feed.url, "kind": feed.kind, "title": title}
            data.append({**told, "latest": shown, "would_tell": meant})
        lines += ["", self.tell("add-it", context.language, url=feeds[0].url)]
        return Answer("\n".join(lines), data=data)

    # -- add and remove ---------------------------------------------------------------------

    async def _add(
        self,
        context: Context,
        target: str,
        feeds: tuple[Found, ...],
        arguments: Mapping[str, Any],
    ) -> Answer:
        feed, config = feeds[0], context.config()
        for id, source in config.sources.items():
            if getattr(source, "url", None) == feed.url:
                raise self._no(context, "same", id=id)
        id = str(arguments.get("id") or _source_file.slug(feed.url))
        if not _source_file.ID.fullmatch(id):
            raise self._no(context, "bad-id", id=id)
        path = _folder(context) / f"{id}.toml"
        if id in config.sources or path.exists():
            raise self._no(context, "exists", id=id)
        settings = {
            "kind": feed.kind,
            "url": feed.url,
            "name": arguments.get("name") or one_line(feed.title) or urlsplit(feed.url).hostname,
            "role": arguments.get("role") or "press",
            "home": feed.home,
            "place": arguments.get("place"),
            "language": _source_file.language(feed.language),
            **feed.settings,
        }
        text = _source_file.toml(settings)
        lines = []
        if arguments.get("dry"):
            lines = [self.tell("would-write", context.language, path=path), "", text.rstrip()]
        else:
            await self._write(context, path, text)
            await noted(context, self.kind, f"source {id}", None, text)
            lines = [text, self.tell("wrote", context.language, path=path, id=id)]
        if len(feeds) > 1:
            lines.append(self.tell("others", context.language, count=len(feeds), url=target))
        return Answer("\n".join(lines), data={"id": id, "path": str(path), **settings})

    async def _remove(self, context: Context, id: str, *, dry: bool) -> Answer:
        from bot.config.spelling import nearest

        path = _folder(context) / f"{id}.toml"
        if not _source_file.ID.fullmatch(id) or not await asyncio.to_thread(path.is_file):
            close = nearest(id, context.config().sources)
            near = self.tell("near", context.language, near=close) if close else ""
            raise self._no(context, "unknown", id=id, near=near)
        if dry:
            return Answer(self.tell("would-remove", context.language, path=path))
        text = await asyncio.to_thread(path.read_text, "utf-8", "replace")
        try:
            await asyncio.to_thread(path.unlink)
        except OSError as error:
            cause = cause_in(error, context.language)
            raise self._no(context, "unwritable", path=path, cause=cause) from error
        await noted(context, self.kind, f"source {id}", text, None)
        return Answer(
            self.tell("removed", context.language, path=path), data={"id": id, "path": str(path)}
        )

    async def _write(self, context: Context, path: Path, text: str) -> None:
        from bot.config.read import load

        try:
            await asyncio.to_thread(_source_file.write, path, text)
        except OSError as error:
            cause = cause_in(error, context.language)
            raise self._no(context, "unwritable", path=path, cause=cause) from error
        try:
            await asyncio.to_thread(load, context.config_dir, os.environ)
        except ConfigError:  # all was well before: it is this file, and it goes again
            await asyncio.to_thread(path.unlink)
            raise


def _folder(context: Context) -> Path:
    return context.config_dir / "sources"
