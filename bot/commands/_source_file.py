"""A source's settings file: its name, its words, its place."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.entries.text import plain as plain_text
from bot.entries.text import title as one_line

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_HEADLINE = 100  # characters


def write(path: Path, text: str) -> None:
    """In one step: a running bot that reloads never sees half a file (S10). Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def toml(settings: Mapping[str, object]) -> str:
    """The lines of a file; settings without a value are left out."""
    return "".join(f"{key} = {_string(value)}\n" for key, value in settings.items() if value)


def _string(value: object) -> str:
    """A basic string of TOML 1.0: JSON's escapes are a part of its own."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def slug(url: str) -> str:
    """A file name made of the host: www.place-exemple.fr -> place-exemple."""
    host = (urlsplit(url).hostname or "source").removeprefix("www.")
    name = host.rpartition(".")[0] or host
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:60] or "source"


def language(said: str | None) -> str:
    """The primary part of a BCP 47 tag; French where there is none."""
    primary = (said or "").lower().partition("-")[0]
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else "fr"


def headline(title: str | None, summary: str | None) -> str:
    """One line that stands for an item, raw as its source shows it."""
    text = one_line(title) or " ".join(plain_text(summary)[0].split("\n"))
    return text if len(text) <= _HEADLINE else text[: _HEADLINE - 1].rstrip() + "…"
