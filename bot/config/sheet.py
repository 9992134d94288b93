"""One TOML file, read: its data, and how to name a problem in it by line."""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.causes import cause_of
from bot.config.lines import Lines, lines
from bot.config.lines import Path as Loc
from bot.config.problems import dotted, problem
from bot.errors import Problem

#: No settings file is near this; it keeps a mistake (a log, a disk image) from filling memory.
LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True)
class Sheet:
    """A well-formed TOML file."""

    path: Path
    text: str = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)

    @cached_property
    def lines(self) -> Lines:
        """The line of every key; worked out only once a problem asks."""
        return lines(self.text)

    def problem(self, loc: Loc, code: str, nearest: str | None = None, **fields: Any) -> Problem:
        """A problem of ``code`` at ``loc`` (keys and list indexes) of this file."""
        line = self.lines.at(loc)
        return problem(str(self.path), line, dotted(loc), code, nearest, **fields)


def read(path: Path) -> Sheet | Problem:
    """Read one file; a Problem where it cannot be read or is no TOML. Never raises."""
    file = str(path)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a folder, or a pipe that would wait for ever
            cause = {"fr": "ce n’est pas un fichier", "en": "it is no plain file"}
            return problem(file, None, "", "unread-file", cause=cause)
        if found.st_size > LARGEST:
            return problem(file, None, "", "too-large", limit=LARGEST)
        raw = path.read_bytes()
    except OSError as error:
        return problem(file, None, "", "unread-file", cause=cause_of(error))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return problem(file, raw.count(b"\n", 0, error.start) + 1, "", "not-utf8")
    text = text.replace("\r\n", "\n")
    try:
        return Sheet(path, text, tomllib.loads(text))
    except RecursionError:
        return _malformed(file, 1, "too deep")
    except ValueError as error:  # TOMLDecodeError, and int() on thousands of digits
        place = re.search(r" \(at line (\d+), column \d+\)$", str(error))
        line = int(place[1]) if place else max(1, text.rstrip("\n").count("\n") + 1)
        return _malformed(file, line, str(error).split(" (at ")[0])


#: What tomllib says, by its beginning -> (what was found, what was expected), by language.
_SYNTAX: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "Expected '=' after a key": (
        ("il manque un signe = après la clé", "there is no = after the key"),
        ("clé = valeur", "key = value"),
    ),
    "Invalid value": (
        ("la valeur n’est pas du TOML", "the value is not TOML"),
        (
            'un texte entre guillemets ("…"), un nombre, true ou false, une liste [ ]',
            'a text in quotes ("…"), a number, true or false, a list [ ]',
        ),
    ),
    "Invalid statement": (
        ("cette ligne n’est pas du TOML", "this line is not TOML"),
        ("clé = valeur, [table] ou # commentaire", "key = value, [table] or # comment"),
    ),
    "Invalid initial character for a key": (
        (
            "il manque une clé, ou la clé a un caractère interdit",
            "the key is missing or has a character that is not allowed",
        ),
        ("une clé en lettres, chiffres, - et _", "a key of letters, digits, - and _"),
    ),
    "Expected newline or end of document": (
        ("il y a quelque chose de trop après la valeur", "something follows the value"),
        ("une seule clé par ligne", "one key a line"),
    ),
    "Cannot overwrite a value": (
        ("cette clé est déjà donnée plus haut", "this key was already given above"),
        ("chaque clé une seule fois", "each key only once"),
    ),
    "Duplicate inline table key": (
        ("cette clé est donnée deux fois", "this key is given twice"),
        ("chaque clé une seule fois", "each key only once"),
    ),
    "Cannot declare": (
        ("cette table est déjà donnée plus haut", "this table was already given above"),
        (
            "chaque table une seule fois, [[table]] pour une liste",
            "each table once, [[table]] for a list",
        ),
    ),
    "Unclosed array": (
        ("une liste n’est pas fermée", "a list is not closed"),
        (
            "un crochet ] à la fin, des virgules entre les éléments",
            "a ] at its end, commas between its items",
        ),
    ),
    "Unclosed inline table": (
        ("une table en ligne n’est pas fermée", "an inline table is not closed"),
        ("une accolade } à la fin", "a } at its end"),
    ),
    "Unterminated string": (
        ("un texte n’est pas fermé", "a text is not closed"),
        ("un guillemet à la fin du texte", "a quote at the end of the text"),
    ),
    "Illegal character": (
        (
            "un texte n’est pas fermé, ou contient un caractère interdit",
            "a text is not closed, or holds a character that is not allowed",
        ),
        (
            'un guillemet à la fin, ou """…""" sur plusieurs lignes',
            'a quote at its end, or """…""" over several lines',
        ),
    ),
    "Found invalid character": (
        ("un caractère interdit", "a character that is not allowed"),
        ("du texte sans caractère de commande", "text without control characters"),
    ),
    "Unescaped '\\'": (
        ("une barre \\ seule dans un texte", "a lone \\ in a text"),
        ("\\\\, ou des apostrophes '…' autour du texte", "\\\\, or single quotes '…' around it"),
    ),
    "Expected ']'": (
        ("le nom de table n’est pas fermé", "the table’s name is not closed"),
        ("[table] ou [[table]]", "[table] or [[table]]"),
    ),
    "Invalid date or datetime": (
        ("cette date n’existe pas", "there is no such date"),
        ("la forme 2025-10-29", "the form 2025-10-29"),
    ),
    "too deep": (
        ("trop de crochets imbriqués", "too many nested brackets"),
        ("des listes simples", "plain lists"),
    ),
}
_ANY = (("ce n’est pas du TOML", "this is not TOML"), ("clé = valeur", "key = value"))


def _malformed(file: str, line: int, said: str) -> Problem:
    words = next((words for start, words in _SYNTAX.items() if said.startswith(start)), _ANY)
    (found_fr, found_en), (expected_fr, expected_en) = words
    found = {"fr": _plain(found_fr), "en": _plain(found_en)}
    expected = {"fr": _plain(expected_fr), "en": _plain(expected_en)}
    return Problem(file, line, "", "syntax", found, expected)


def _plain(text: str) -> str:
    """Braces of TOML are no fields of the template."""
    return text.replace("{", "{{").replace("}", "}}")
