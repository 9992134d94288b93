"""``feeds import FILE`` and ``feeds export``: lists of sources, as other readers know them."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.causes import cause_in
from bot.commands import _opml, _source_file
from bot.commands._audit import noted
from bot.commands.command import Answer, Argument, Command, Context
from bot.errors import CommandError, ConfigError


class Feeds(Command):
    """Take over a list of feeds, or give one."""

    kind = "feeds"
    names = {"fr": ("flux",), "en": ("feeds",)}
    help = {
        "fr": "import FICHIER reprend une liste OPML (montre d’abord ce qui changerait, --write "
        "l’écrit)\u202f; export donne la liste en OPML, JSON ou TOML.",
        "en": "import FILE takes over an OPML list (first shows what would change, --write writes "
        "it); export gives the list as OPML, JSON or TOML.",
    }
    arguments = (
        Argument(
            "action",
            {"fr": "import ou export.", "en": "import or export."},
            required=True,
            choices=("import", "export"),
        ),
        Argument("file", {"fr": "import\u00a0: le fichier OPML.", "en": "import: the OPML file."}),
        Argument(
            "write",
            {
                "fr": "import\u00a0: écrit ce qui a été montré.",
                "en": "import: write what was shown.",
            },
            option=True,
            flag=True,
        ),
        Argument(
            "format",
            {"fr": "export\u00a0: la forme.", "en": "export: the form."},
            option=True,
            default="opml",
            choices=("opml", "json", "toml"),
        ),
    )
    texts = {
        "no-file": {"fr": "Il manque le fichier OPML.", "en": "The OPML file is missing."},
        "no-file-next": {
            "fr": "Par exemple\u00a0: alposs-bot feeds import liste.opml",
            "en": "For example: alposs-bot feeds import list.opml",
        },
        "unread": {
            "fr": "{path} ne peut pas être lu comme une liste OPML.",
            "en": "{path} cannot be read as an OPML list.",
        },
        "unread-next": {
            "fr": "Il faut un fichier OPML de moins de 2 Mio, sans DOCTYPE, de 5\u00a0000 flux au plus.",
            "en": "It must be OPML under 2 MiB, without a DOCTYPE, of 5,000 feeds at most.",
        },
        "no-access": {
            "fr": "Je ne peux pas lire {path} ({cause}).",
            "en": "I cannot read {path} ({cause}).",
        },
        "no-access-next": {
            "fr": "Donnez le chemin d’un fichier OPML.",
            "en": "Give the path of an OPML file.",
        },
        "unwritable": {
            "fr": "Je ne peux pas écrire dans {path}.",
            "en": "I cannot write to {path}.",
        },
        "unwritable-next": {
            "fr": "Rien n’a été ajouté. Donnez votre propre dossier\u00a0: alposs-bot --config DOSSIER",
            "en": "Nothing was added. Give a folder of your own: alposs-bot --config FOLDER",
        },
        "new": {"fr": "+ {id}\u00a0: {name} ({url})", "en": "+ {id}: {name} ({url})"},
        "known": {"fr": "= {id} lit déjà {url}", "en": "= {id} already reads {url}"},
        "bad": {
            "fr": "! {url}\u00a0: ce n’est pas une adresse http(s) que je peux lire",
            "en": "! {url}: this is no http(s) address that I can read",
        },
        "would": {
            "fr": "{count} à ajouter\u202f; rien n’est encore écrit. Pour l’écrire, ajoutez --write",
            "en": "{count} to add; nothing is written yet. To write it, add --write",
        },
        "wrote": {"fr": "{count} ajoutées dans {path}", "en": "{count} added to {path}"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Do what ``action`` says. Raises CommandError and ConfigError."""
        if arguments["action"] == "export":
            return self._export(context, str(arguments.get("format") or "opml"))
        file = arguments.get("file")
        if not file:
            raise self._no(context, "no-file")
        try:
            body = await asyncio.to_thread(_read, Path(str(file)))
            outlines = _opml.read(body)
        except OSError as error:
            cause = cause_in(error, context.language)
            raise self._no(context, "no-access", path=file, cause=cause) from error
        except _opml.BadList as error:
            raise self._no(context, "unread", path=file) from error
        return await self._import(context, outlines, write=bool(arguments.get("write")))

    def _no(self, context: Context, key: str, **fields: object) -> CommandError:
        return CommandError(
            what=self.tell(key, context.language, **fields),
            next=self.tell(f"{key}-next", context.language),
        )

    async def _import(
        self, context: Context, outlines: tuple[_opml.Outline, ...], *, write: bool
    ) -> Answer:
        from bot.sources.feed import Feed

        config, said = context.config(), context.language
        readers = {getattr(source, "url", None): id for id, source in config.sources.items()}
        folder = context.config_dir / "sources"
        taken = {*config.sources, *(path.stem for path in folder.glob("*.toml"))}
        files: dict[Path, str] = {}
        lines = []
        for one in outlines:
            if one.url in readers:
                lines.append(self.tell("known", said, id=readers[one.url], url=one.url))
                continue
            name = one.name or urlsplit(one.url).hostname or ""
            settings = {"kind": "feed", "url": one.url, "name": name}
            settings["language"] = _source_file.language(one.language)
            try:
                Feed.Options(**settings)
            except ValueError:
                lines.append(self.tell("bad", said, url=one.url))
                continue
            id = _free(_source_file.slug(one.url), taken)
            taken.add(id)
            readers[one.url] = id
            files[folder / f"{id}.toml"] = _source_file.toml(settings)
            lines.append(self.tell("new", said, id=id, name=name, url=one.url))
        if write:
            await asyncio.to_thread(self._write, context, files)
            written = [path.stem for path in files]
            await noted(context, self.kind, "sources", None, written)
        key = "wrote" if write else "would"
        lines.append(self.tell(key, said, count=len(files), path=folder))
        return Answer(
            "\n".join(lines), data={"new": [path.stem for path in files], "written": write}
        )

    def _write(self, context: Context, files: Mapping[Path, str]) -> None:
        """All of them or none. Raises CommandError, ConfigError."""
        from bot.config.read import load

        done: list[Path] = []
        try:
            for path, text in files.items():
                _source_file.write(path, text)
                done.append(path)
            load(context.config_dir, os.environ)
        except (OSError, ConfigError) as error:
            for path in done:
                path.unlink(missing_ok=True)
            if isinstance(error, ConfigError):
                raise
            raise self._no(context, "unwritable", path=context.config_dir / "sources") from error

    def _export(self, context: Context, form: str) -> Answer:
        sources = context.config().sources
        data = {
            id: source.model_dump(mode="json", exclude_defaults=True) | {"kind": source.kind}
            for id, source in sources.items()
        }
        if form == "opml":
            outlines = [
                _opml.Outline(str(url), source.name, source.home or "", source.language)
                for source in sources.values()
                if (url := getattr(source, "url", None))
            ]
            return Answer(_opml.write("AlpOSS", outlines), data=data)
        if form == "json":
            return Answer(json.dumps(data, ensure_ascii=False, indent=2), data=data)
        return Answer("\n".join(_table(id, each) for id, each in data.items()), data=data)


def _table(id: str, settings: Mapping[str, Any]) -> str:
    """One source as a table of TOML 1.0, whose strings, numbers and lists are JSON's."""
    plain = {key: value for key, value in settings.items() if not isinstance(value, dict)}
    inner = {key: value for key, value in settings.items() if isinstance(value, dict)}
    lines = [f"[{id}]", *(f"{key} = {_value(value)}" for key, value in plain.items()), ""]
    for name, table in inner.items():
        lines += [f"[{id}.{name}]", *(f"{key} = {_value(each)}" for key, each in table.items()), ""]
    return "\n".join(lines)


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_opml.LARGEST + 1)


def _free(id: str, taken: set[str]) -> str:
    number, name = 1, id
    while name in taken:
        number += 1
        name = f"{id}-{number}"
    return name
