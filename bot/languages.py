"""One language: cue words, months, sentences. This alone reads ``languages/CODE.toml``.

What a language file holds, table by table:

- ``[dates]``: months, weekdays, relative words, ordinals;
- ``[cues]``: stems by which understanding knows receiving, giving, candidacy, negation…;
- ``[sentences]``: the wordings of announcements, with {braces};
- ``[reasons]``: the sentences of ``why``;
- ``[messages]``: overrides for the texts of errors, kinds and commands;
- ``[typography]``: spaces before punctuation, quotes, ordinals.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Language:
    """One file of ``config/languages/``; ``fallback`` is English."""

    code: str
    tables: Mapping[str, Any]
    fallback: Language | None = field(default=None, repr=False)

    def table(self, name: str) -> Mapping[str, Any]:
        """A whole table; {} where the file has none."""
        found = self.tables.get(name, {})
        return found if isinstance(found, Mapping) else {}

    def text(self, table: str, key: str) -> str | None:
        """One text (dots in ``key`` go into sub-tables), else the fallback's, else None."""
        here: Any = self.table(table)
        for part in key.split("."):
            here = here.get(part) if isinstance(here, Mapping) else None
        if isinstance(here, str):
            return here
        return self.fallback.text(table, key) if self.fallback else None


def read(path: Path) -> Language:
    """Read one language file. Raises tomllib.TOMLDecodeError and OSError."""
    return Language(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))


def read_all(folders: list[Path]) -> dict[str, Language]:
    """Every language of ``folders``; a later folder's file replaces an earlier one's of its name."""
    found: dict[str, Language] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            found[path.stem] = read(path)
    english = found.get("en")
    return {
        code: language if language is english else Language(code, language.tables, english)
        for code, language in found.items()
    }
