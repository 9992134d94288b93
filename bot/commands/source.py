"""``source``: sources that are added, muted and removed by command: they lie in the store.

``sources`` shows all of them and writes files; this one needs no shell and no folder.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.announcements.words import cut
from bot.commands import _change, _source_file, _take_up
from bot.commands._audit import note
from bot.commands._latest import build, latest, see
from bot.commands._moments import moment
from bot.commands._source_texts import TEXTS
from bot.commands._unread import asked_for
from bot.commands.command import Answer, Argument, Asks, Command, Context
from bot.config.overrides import Override
from bot.config.spelling import nearest
from bot.entries.text import title as one_line
from bot.errors import CommandError, ConfigError
from bot.understanding.language import fold

if TYPE_CHECKING:
    from bot.sources.discover import Found
    from bot.sources.fetch import Fetcher
    from bot.sources.source import Source
    from bot.stories.story import Story

#: entries that are shown of a feed, and sources of a list
SHOWN, LISTED = 3, 18
#: how long an admin may think about it
WITHIN = timedelta(days=1)
ACTIONS = ("list", "add", "remove", "mute", "unmute", "test", "export")


class SourceCommand(Command):
    """Add, mute, remove a source; all of it can be undone."""

    kind = "source"
    names = {"fr": ("source",), "en": ("source",)}
    help = {
        "fr": "Ajoute une source par son adresse (je cherche son flux et montre ce que j’en "
        "annoncerais), la fait taire, la retire ou l’essaie.",
        "en": "Add a source by its address (I find its feed and show what I would announce), mute "
        "it, remove it or try it.",
    }
    arguments = (
        Argument(
            "action",
            {
                "fr": "liste, ajouter, retirer, muet, parler, tester ou exporter",
                "en": "list, add, remove, mute, unmute, test or export",
            },
            default="list",
            choices=ACTIONS,
            spoken={
                "list": {"fr": ("liste", "lister"), "en": ("list",)},
                "add": {"fr": ("ajouter", "ajoute", "ajout"), "en": ("add",)},
                "remove": {"fr": ("retirer", "retire", "enlever", "supprimer"), "en": ("remove",)},
                "mute": {"fr": ("muet", "muette", "taire"), "en": ("mute",)},
                "unmute": {"fr": ("parler", "parle"), "en": ("unmute",)},
                "test": {"fr": ("tester", "teste", "essayer"), "en": ("test", "try")},
                "export": {"fr": ("exporter", "exporte"), "en": ("export",)},
            },
            said={"fr": "ajouter", "en": "add"},
        ),
        Argument(
            "target",
            {"fr": "une adresse, ou une source", "en": "an address, or a source"},
            said={"fr": "adresse", "en": "address"},
        ),
    )
    faces = frozenset({"terminal", "chat"})
    texts = TEXTS

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Do what ``action`` says. Raises CommandError, SourceError and ConfigError."""
        action, target = str(arguments.get("action") or "list"), str(arguments.get("target") or "")
        if action == "list":
            return await self._list(context)
        if action == "export":
            return await self._export(context, target)
        if not target:
            raise self._no(context, "target")
        if action in ("add", "test"):
            return await self._look(context, target, add=action == "add")
        id = self._known(context, target)
        if action == "remove":
            return await self._remove(context, id)
        return await self._mute(context, id, silent=action == "mute")

    def _no(self, context: Context, key: str, **fields: object) -> CommandError:
        return CommandError(
            what=self.tell(key, context.language, **fields),
            next=self.tell(f"{key}-next", context.language, **fields),
        )

    def _known(self, context: Context, word: str) -> str:
        """The source of this id, name or address. Raises CommandError with the nearest."""
        sources = context.config().sources
        for id, one in sources.items():
            if fold(word) in (fold(id), fold(one.name)) or word == getattr(one, "url", None):
                return id
        names = {fold(one.name): id for id, one in sources.items()}
        close = nearest(fold(word), [*sources, *names])
        near = self.tell("near", context.language, near=names.get(close, close)) if close else ""
        raise self._no(context, "unknown", id=cut(word, 60, None), near=near)

    # -- list ---------------------------------------------------------------------------------

    async def _list(self, context: Context) -> Answer:
        config, said, now = context.config(), context.language, context.now()
        store = await context.store()
        rows = {row.id: row for row in await store.read(lambda tx: tx.sources.all())}
        added = {one.id for one in config.overrides if one.room == "sources" and not one.key}
        muted = {
            one.id for one in config.overrides if one.room == "sources" and one.key == "enabled"
        }
        lines: list[tuple[int, str]] = []
        data = []
        for id, one in config.sources.items():
            row = rows.get(id)
            if not one.enabled:
                rank, state = 1, self.tell("muted" if id in muted else "off", said)
            elif row is not None and row.error:
                rank, state = 0, row.error
            elif row is None or row.last_ok is None:
                rank, state = 2, self.tell("unread", said)
            else:
                at = moment(row.last_ok, now, config.bot.timezone, said)
                rank, state = 3, self.tell("well", said, at=at)
            key = "line-added" if id in added else "line"
            lines.append((rank, self.tell(key, said, id=id, name=one.name, state=state)))
            data.append({"id": id, "name": one.name, "enabled": one.enabled, "added": id in added})
        if not lines:
            raise self._no(context, "none")
        lines.sort(key=lambda line: line[0])
        shown = [line for _, line in lines[:LISTED]]
        heading = self.tell(
            "heading",
            said,
            count=len(lines),
            read=sum(one.enabled for one in config.sources.values()),
        )
        if len(lines) > LISTED:
            shown.append(self.tell("more", said, count=len(lines) - LISTED))
        return Answer("\n".join([heading, *shown]), data=data)

    # -- add and test -------------------------------------------------------------------------

    async def _look(self, context: Context, target: str, *, add: bool) -> Answer:
        """Read it now, and show its latest as they would be announced."""
        from bot.sources.fetch import Fetcher, user_agent

        config, said = context.config(), context.language
        fetcher = Fetcher(config.bot.fetch, user_agent(config.bot.contact), context.now)
        try:
            if not add and not _is_address(target):
                id = self._known(context, target)
                source = build(id, config.sources[id], fetcher)
                heading = self.tell("tested", said, name=source.options.name)
                with asked_for(source.options.name, said):
                    posts = await self._posts(context, source)
                return Answer("\n".join([heading, *posts]))
            feed = await self._feed(context, target, fetcher)
            if add:
                self._refuse_a_known(context, feed)
            settings = self._settings(context, feed)
            id = self._free(context, feed.url)
            kind_of = _built(context, id, settings, fetcher)
            with asked_for(feed.url, said):
                posts = await self._posts(context, kind_of)
        finally:
            await fetcher.close()
        found = self.tell("found", said, name=settings["name"], url=feed.url)
        lines = [found, *posts]
        if not add:
            return Answer("\n".join(lines), data={"url": feed.url})
        about = {"id": id, "settings": settings}
        if context.question is not None:
            lines.append(self.tell("add-it", said))
            asks = Asks("new_source", about, within=WITHIN)
            return Answer("\n".join(lines), data=about, asks=asks)
        yes = await context.ask("\n".join([*lines, self.tell("add-ask", said)]), default="oui")
        if not fold(yes).startswith(("o", "y")):
            return Answer(self.tell("left", said), data={})
        wanted = {_change.name("sources", id, ""): settings}
        await _change.change(context, self.kind, wanted)
        return Answer(self.tell("added", said, id=id, name=settings["name"]), data=about)

    async def _feed(self, context: Context, target: str, fetcher: Fetcher) -> Found:
        from bot.sources.discover import discover

        with asked_for(target, context.language):
            feeds = await discover(fetcher, target)
        if not feeds:
            raise self._no(context, "nothing", url=cut(target, 100, None))
        return feeds[0]

    def _refuse_a_known(self, context: Context, feed: Found) -> None:
        for id, source in context.config().sources.items():
            if getattr(source, "url", None) == feed.url:
                key = "same" if source.enabled else "same-muted"
                raise self._no(context, key, id=id, name=source.name)

    def _settings(self, context: Context, feed: Found) -> dict[str, Any]:
        del context
        settings = {
            "kind": feed.kind,
            "url": feed.url,
            "name": one_line(feed.title) or urlsplit(feed.url).hostname or feed.url,
            "home": feed.home,
            "language": _source_file.language(feed.language),
        }
        return {key: value for key, value in settings.items() if value}

    def _free(self, context: Context, url: str) -> str:
        """An id that no source has."""
        taken, base = context.config().sources, _source_file.slug(url)
        if base not in taken:
            return base
        return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)

    async def _posts(self, context: Context, source: Source) -> list[str]:
        """Its latest entries, each with what would be announced of it."""
        said = context.language
        knowledge: Any = await context.tools["knowledge"]()
        entries = await latest(source, context.now(), SHOWN)
        told: list[Story] = []
        lines = []
        for entry in entries[:SHOWN]:
            one = await asyncio.to_thread(see, entry, told, knowledge, knowledge.languages, context)
            words = cut(entry.title or entry.text.partition("\n")[0], 120, None)
            lines.append(self.tell("told" if one.posts else "untold", said, words=words))
            lines += [f"   {cut(post.partition(chr(10) * 2)[0], 200, None)}" for post in one.posts]
        return lines or [self.tell("empty", said)]

    # -- mute, remove, export -----------------------------------------------------------------

    async def _mute(self, context: Context, id: str, *, silent: bool) -> Answer:
        said, one = context.language, context.config().sources[id]
        name = _change.name("sources", id, "enabled")
        if one.enabled is not silent:
            key = "muted-already" if silent else "speaks-already"
            return Answer(self.tell(key, said, name=one.name, id=id), data={"id": id})
        set_so = any(
            (each.room, each.id, each.key) == ("sources", id, "enabled")
            for each in context.config().overrides
        )
        value = False if silent else None if set_so else True
        await _change.change(context, self.kind, {name: value})
        key = "mute-done" if silent else "unmute-done"
        return Answer(self.tell(key, said, name=one.name, id=id), data={"id": id})

    async def _remove(self, context: Context, id: str) -> Answer:
        config, said = context.config(), context.language
        mine = [one for one in config.overrides if (one.room, one.id) == ("sources", id)]
        name = config.sources[id].name
        if not any(not one.key for one in mine):
            if config.sources[id].enabled:
                await _change.change(
                    context, self.kind, {_change.name("sources", id, "enabled"): False}
                )
            return Answer(self.tell("from-file", said, name=name, id=id), data={"id": id})
        wanted = {_change.name("sources", id, one.key): None for one in mine}
        await _change.change(context, self.kind, wanted)
        return Answer(self.tell("removed", said, name=name), data={"id": id, "removed": True})

    async def _export(self, context: Context, target: str) -> Answer:
        """As files: shown in a room, written from the terminal."""
        said = context.language
        added = {
            one.id: one.value
            for one in context.config().overrides
            if one.room == "sources" and not one.key
        }
        if target:
            id = self._known(context, target)
            added = {id: added[id]} if id in added else {}
        if not added:
            return Answer(self.tell("nothing-added", said), data={})
        if context.question is not None:
            parts = [
                f"config/sources/{id}.toml\n{_source_file.toml(each)}" for id, each in added.items()
            ]
            return Answer("\n".join(parts), data=added)
        folder = context.config_dir / "sources"
        await asyncio.to_thread(self._write, context, added)
        store = await context.store()

        def work(tx: Any) -> None:
            for id in added:
                tx.overrides.drop("sources", id, "")
                note(tx, context, self.kind, f"source {id}", "store", f"{folder}/{id}.toml")

        await store.write(work)
        await _take_up.now(context)
        text = self.tell("exported", said, ids=", ".join(added), folder=folder)
        return Answer(text, data=added)

    def _write(self, context: Context, added: Mapping[str, Mapping[str, Any]]) -> None:
        """All of them or none. Raises CommandError, ConfigError."""
        from bot.config.read import load

        done = []
        try:
            for id, settings in added.items():
                path = context.config_dir / "sources" / f"{id}.toml"
                _source_file.write(path, _source_file.toml(settings))
                done.append(path)
            load(context.config_dir, os.environ)
        except (OSError, ConfigError) as error:
            for path in done:
                path.unlink(missing_ok=True)
            if isinstance(error, ConfigError):
                raise
            raise self._no(context, "unwritable", path=context.config_dir / "sources") from error


def _is_address(text: str) -> bool:
    return "://" in text or ("." in text and " " not in text)


def _built(context: Context, id: str, settings: Mapping[str, Any], fetcher: Fetcher) -> Source:
    """The source as it would be; ConfigError where its settings would be refused."""
    from bot.config import overrides

    config = overrides.apply(context.config(), [Override("sources", id, "", dict(settings))])
    if config.override_problems:
        raise ConfigError(config.override_problems)
    return build(id, config.sources[id], fetcher)
