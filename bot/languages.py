"""One language: cue words, months, sentences. This alone reads ``languages/CODE.toml``.

What a language file holds, table by table:

- ``[dates]``: months, weekdays, relative words, ordinals;
- ``[cues]``: stems by which understanding knows receiving, giving, candidacy, negation…;
- ``[happenings]``: the same for events, calls and releases;
- ``[sentences]``: the wordings of announcements, with {braces};
- ``[reasons]``: the sentences of ``why``;
- ``[messages]``: overrides for the texts of errors, kinds and commands, by their key;
- ``[typography]``: spaces before punctuation, quotes, ordinals.

A language speaks for itself once it has all of these tables but ``[messages]``; any sentence it
lacks is said in English.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.causes import cause_of
from bot.errors import BotError, ConfigError, Problem

#: Tables without which a language can neither be read nor spoken.
REQUIRED = ("dates", "cues", "sentences", "reasons", "typography")
#: Tables whose texts are templates: their braces are checked.
SPOKEN = ("sentences", "reasons", "messages")


@dataclass(frozen=True)
class Language:
    """One file of ``config/languages/``; ``fallback`` is English."""

    code: str
    tables: Mapping[str, Any]
    fallback: Language | None = field(default=None, repr=False)
    path: Path | None = None

    def table(self, name: str) -> Mapping[str, Any]:
        """A whole table; {} where the file has none."""
        found = self.tables.get(name, {})
        return found if isinstance(found, Mapping) else {}

    def text(self, table: str, key: str) -> str | None:
        """One text (dots in ``key`` go into sub-tables), else the fallback's, else None."""
        asked = (table, key)
        if asked not in self._found:
            own = self.own(table, key)
            other = self.fallback.text(table, key) if own is None and self.fallback else own
            self._found[asked] = other
        return self._found[asked]

    @cached_property
    def _found(self) -> dict[tuple[str, str], str | None]:
        """What was asked for: each message asks for some twenty texts, always the same."""
        return {}

    def own(self, table: str, key: str) -> str | None:
        """The same without the fallback."""
        here: Any = self.table(table)
        for part in key.split("."):
            here = here.get(part) if isinstance(here, Mapping) else None
        return here if isinstance(here, str) else None


def say(error: BotError, language: Language) -> str:
    """An error in the words of ``language``.

    The file's own ``[messages]`` come first, then the words of the code in that language, then
    English: the file's, else the code's.
    """

    def override(key: str) -> str | None:
        if language.code in error.texts:
            return language.own("messages", key)
        return language.text("messages", key)

    own = override(error.key)
    texts = {**error.texts, language.code: own} if own is not None else None
    if isinstance(error, ConfigError):
        return error.say(language.code, texts, override)
    return error.say(language.code, texts)


def read(path: Path) -> Language:
    """Read one language file. Raises ConfigError, which names the file and the line."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            [_problem(path, None, "", "unread-language", cause=cause_of(error))]
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError([_problem(path, None, "", "not-utf8")]) from error
    except RecursionError as error:
        raise ConfigError([_problem(path, 1, "", "syntax", cause="nesting")]) from error
    except ValueError as error:
        found = re.search(r"at line (\d+)", str(error))
        line, cause = (int(found[1]) if found else 1), str(error)
        raise ConfigError([_problem(path, line, "", "syntax", cause=cause)]) from error
    return Language(path.stem, tables, path=path)


def read_all(folders: list[Path]) -> dict[str, Language]:
    """Every language of ``folders``; a later folder's file replaces an earlier one's of its name.

    Raises ConfigError with the problems of all files.
    """
    paths = {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
    found: dict[str, Language] = {}
    problems: list[Problem] = []
    for code, path in sorted(paths.items()):
        try:
            found[code] = read(path)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    english = found.get("en")
    return {
        code: language
        if language is english
        else Language(code, language.tables, english, language.path)
        for code, language in found.items()
    }


def problems(language: Language, shipped: Iterable[Language] = ()) -> Iterator[Problem]:
    """What is wrong with a language that could be read: tables missing, broken braces.

    :param shipped: the languages that come with the bot. A sentence that they have too may name
        only the {fields} that one of them names there: others would have no value.
    """
    known = tuple(shipped)
    path = language.path or Path(f"{language.code}.toml")
    for name in REQUIRED:
        if not language.table(name):
            yield _problem(path, None, f"[{name}]", "missing-table", leaf=name)
    for name in SPOKEN:
        for key, text in _texts(language.table(name)):
            where = f"{name}.{key}"
            own = fields(text)
            if own is None:
                yield _problem(path, _line(path, key), where, "braces")
                continue
            spoken = [said for each in known if (said := each.own(name, key)) is not None]
            allowed = frozenset().union(*(fields(said) or () for said in spoken))
            if spoken and (strange := sorted(own - allowed)):
                named = ", ".join(f"{{{each}}}" for each in strange)
                choices = ", ".join(f"{{{each}}}" for each in sorted(allowed)) or "–"
                line = _line(path, key)
                yield _problem(path, line, where, "strange-brace", named=named, choices=choices)


def fields(text: str) -> frozenset[str] | None:
    """The names in a template's {braces}; None where the braces are broken."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    named = [name for _, name, _, _ in parts if name is not None]
    if any(not re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in named):
        return None
    return frozenset(named)


def _texts(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a table with its dotted key; texts in lists count by their place."""
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{above}{key}", value
        elif isinstance(value, Mapping):
            yield from _texts(value, f"{above}{key}.")
        elif isinstance(value, list):
            items = {str(place): item for place, item in enumerate(value)}
            yield from _texts(items, f"{above}{key}.")


def _line(path: Path, key: str) -> int | None:
    """Where a key stands, as near as a plain search of its last name tells."""
    names = [name for name in key.split(".") if not name.isdigit()]
    wanted = re.compile(rf'^\s*(?:[\w."-]+\.)?"?{re.escape(names[-1])}"?\s*=')
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return None
    for number, line in enumerate(text.splitlines(), 1):
        if wanted.match(line):
            return number
    return None


#: code -> (found, expected), each by language
TEXTS: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "unread-language": (
        {"fr": "ce fichier ne peut pas être lu ({cause})", "en": "it cannot be read ({cause})"},
        {"fr": "un fichier texte lisible", "en": "a text file that can be read"},
    ),
    "not-utf8": (
        {"fr": "ce texte n’est pas en UTF-8", "en": "this text is not UTF-8"},
        {"fr": "un fichier enregistré en UTF-8", "en": "a file saved as UTF-8"},
    ),
    "syntax": (
        {"fr": "ce n’est pas du TOML ({cause})", "en": "this is not TOML ({cause})"},
        {"fr": "clé = valeur, [table] ou # commentaire", "en": "key = value, [table] or # comment"},
    ),
    "missing-table": (
        {"fr": "cette table manque ou est vide", "en": "this table is missing or empty"},
        {
            "fr": "une table [{leaf}], comme dans languages/en.toml",
            "en": "a table [{leaf}], as in languages/en.toml",
        },
    ),
    "braces": (
        {"fr": "les accolades de ce texte sont mal formées", "en": "its braces are malformed"},
        {
            "fr": "{{nom}} pour une valeur, {{{{ ou }}}} pour une accolade écrite",
            "en": "{{name}} for a value, {{{{ or }}}} for a written brace",
        },
    ),
    "strange-brace": (
        {"fr": "rien ne remplit {named}", "en": "nothing fills {named}"},
        {"fr": "au plus\u00a0: {choices}", "en": "at most: {choices}"},
    ),
}


def _problem(path: Path, line: int | None, key: str, code: str, **values: object) -> Problem:
    found, expected = TEXTS[code]
    return Problem(str(path), line, key, code, found, expected, values)
