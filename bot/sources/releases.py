"""Releases on a forge (GitHub, GitLab, Forgejo or Gitea): the address of a project is enough.

Forges offer a feed of a project's releases. Of an organisation GitHub and Forgejo offer its
public activity, of which the releases are kept; GitLab offers nothing of the kind.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from bot.config.model import Wrong
from bot.config.syntax import Url
from bot.config.wiring import SourceSettings
from bot.errors import Closed, Refused
from bot.sources.feed import Feed
from bot.sources.source import Item, Reading, Source, State, as_html

_HOSTS = (
    ("github", re.compile(r"(?:^|\.)github\.com$")),
    ("gitlab", re.compile(r"gitlab|(?:^|\.)framagit\.org$")),
    ("forgejo", re.compile(r"forgejo|gitea|(?:^|\.)codeberg\.org$")),
)
#: owner/project; GitLab nests groups
_PROJECT = re.compile(r"/[^/]+(?:/[^/]+)+/?")
_OWNER = re.compile(r"/[^/]+/?")
_PLACES = {
    "github": ("/releases.atom", ".atom"),
    "gitlab": ("/-/releases.atom", ""),
    "forgejo": ("/releases.rss", ".rss"),
}
_A_RELEASE = re.compile(r"/releases?/(?:tag/)?[^/]")
_NOTHING = {
    "fr": "la forge ne montre pas de versions à cette adresse\u202f; vérifiez l’adresse et forge "
    "dans le fichier de la source, et que le projet est public",
    "en": "the forge shows no releases at this address; check the address and forge in the "
    "source’s file, and that the project is public",
}


class Releases(Source):
    """The releases of a project, or of all projects of an organisation, asked politely."""

    kind = "releases"

    class Options(SourceSettings):
        """Settings of a project on a forge."""

        url: Url = Field(description="Page of the project or organisation.")
        forge: Literal["", "github", "gitlab", "forgejo"] = Field(
            "",
            description="Its software, where the address does not tell; forgejo also for Gitea.",
            validate_default=True,
        )

        @field_validator("forge")
        @classmethod
        def _known(cls, forge: str, info: ValidationInfo) -> str:
            parts = urlsplit(info.data.get("url", ""))
            host = parts.hostname or ""
            found = forge or next((name for name, at in _HOSTS if at.search(host)), "")
            if host and not found:
                raise Wrong("github, gitlab ou forgejo", "github, gitlab or forgejo")
            whole = _PROJECT.fullmatch(parts.path) or (
                found != "gitlab" and _OWNER.fullmatch(parts.path)
            )
            if host and not whole:
                raise Wrong(
                    "une url qui soit la page d’un projet",
                    "a url that is the page of a project",
                )
            return found

    async def read(self, state: State, now: datetime) -> Reading:
        """Ask for the releases and read them. Raises SourceError."""
        page = self.options.url.rstrip("/").removesuffix(".git")
        path = urlsplit(page).path
        alone = _PROJECT.fullmatch(path) is not None
        of_project, of_owner = _PLACES[self.options.forge]
        shared = {name: getattr(self.options, name) for name in SourceSettings.model_fields}
        address = page + (of_project if alone else of_owner)
        options = Feed.Options(**{**shared, "kind": "feed", "url": address})
        try:
            reading = await Feed(self.id, options, self.fetcher).read(state, now)
        except Refused as refusal:
            status = refusal.fields.get("status")
            if status in (401, 403, 404, 406):
                raise Closed(status=status, why=_NOTHING) from refusal
            raise
        if alone:
            items = [_named(item, path.rpartition("/")[2]) for item in reading.items]
        else:
            items = [item for item in reading.items if _A_RELEASE.search(item.url or "")]
            items = [_named(item, _project(item.url or "")) for item in items]
        return replace(reading, items=tuple(items))


def _project(url: str) -> str:
    """…/owner/project/releases/tag/v1 -> project."""
    return re.split(r"/(?:-/)?releases?/", urlsplit(url).path)[0].rpartition("/")[2]


def _named(item: Item, project: str) -> Item:
    """A release called "v1.2" alone says nothing: the project's name goes before it."""
    title = item.title or ""
    bare = re.sub(r"[\W_]+", "", project).casefold()
    if bare and bare in re.sub(r"[\W_]+", "", title).casefold():
        return item
    return replace(item, title=f"{as_html(project)} {title}".strip())
