"""A local file: RSS, Atom or JSON Feed, known by its content."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime
from pathlib import Path

from pydantic import Field

from bot.config.wiring import SourceSettings
from bot.errors import TooLarge, Unreachable
from bot.sources import document, feedtext, jsonfeed
from bot.sources.source import Reading, Source, State

_LARGEST = 10 * 1024 * 1024  # bytes

_NO_FILE = {"fr": "le fichier {path} ne s’ouvre pas", "en": "the file {path} does not open"}


class File(Source):
    """A feed in a file, read again whenever its bytes change."""

    kind = "file"

    class Options(SourceSettings):
        """Settings of a local file."""

        path: str = Field(
            description="Path of the file; a relative one starts at this settings file’s folder."
        )

    async def read(self, state: State, now: datetime) -> Reading:  # noqa: ARG002 - the door
        """Read the file. Raises Unreachable, TooLarge, Unreadable."""
        path = Path(self.options.path)
        body = await asyncio.to_thread(self._bytes, path)
        digest = hashlib.blake2b(body, digest_size=16).hexdigest()
        after = {"digest": digest}
        if digest == state.get("digest"):
            return Reading(False, state=after)
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            read = await document.read(jsonfeed.parse, body, "")
        else:
            read = await document.read(feedtext.parse, body, "", "")
        return Reading(True, read.items, after, title=read.title, language=read.language)

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                body = file.read(_LARGEST + 1)
        except OSError as error:
            cause = {language: text.format(path=path.name) for language, text in _NO_FILE.items()}
            raise Unreachable(cause=cause) from error
        if len(body) > _LARGEST:
            raise TooLarge(limit=_LARGEST)
        return body
