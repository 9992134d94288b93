"""Writes docs/reference from the code: settings, kinds, commands, errors.

``python docs/generate.py`` writes the pages, ``--check`` only says whether they are up to date
(and ends with 1 where they are not). Everything comes from the declarations themselves: a
setting's description, a kind's docstring, a command's help, an error's sentences.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import bot  # noqa: E402 - the checkout's own, wherever this is run from
from bot import kinds  # noqa: E402
from bot.config import problems as config_problems  # noqa: E402
from bot.config.knowledge import Award, EventSeries, Gazetteer  # noqa: E402
from bot.config.model import Settings  # noqa: E402
from bot.config.settings import BotSettings  # noqa: E402
from bot.config.wiring import AccountSettings, ChannelSettings, SourceSettings  # noqa: E402
from bot.errors import BotError  # noqa: E402

REFERENCE = HERE / "reference"
NOTE = "<!-- Written by docs/generate.py from the code. Change the code, then: make docs -->\n"

SETTINGS = """\
# Settings

A thing is a file in `config/`; its id is the file’s name without `.toml`. `alposs-bot check`
reads them all and names every mistake with its file and line. What each folder is:
[config/README.md](../../config/README.md).

Next: write or change a file, run `alposs-bot check`, then `alposs-bot run`. What a kind of source
or channel adds to these keys stands in [kinds](kinds.md).
"""
BOT = "The bot as a whole. Every key has a default; the file may be empty."
ACCOUNTS = (
    "One login each. The secret stands in a file of its own (mode 0600) or in an environment "
    "variable, never here."
)
SOURCES = "One source of news each. These keys are shared by all kinds."
CHANNELS = (
    "One place to announce in each. These keys are shared by all kinds; a kind may have defaults "
    "of its own."
)
AWARDS = "One award or label each. Its examples and counterexamples are run as tests."
EVENTS = "One series of events each. Its examples and counterexamples are run as tests."
PLACES = "A list of places each."
KINDS = """\
# Kinds

A kind is one Python file, found by discovery. In a settings file `kind = "…"` names it; its own
keys come on top of the [shared ones](settings.md).

Next: to add a kind, write one file beside the others with a subclass of the door named below; the
contract suite of `tests/contracts` runs over it by itself.
"""
COMMANDS = """\
# Commands

On the terminal: `alposs-bot COMMAND`. `--config DIR`, `--data DIR`, `--lang fr|en`, `--json` and
`--verbose` go before the command. Where *chat* is among its faces, a command also answers in a
room, as `!name`.

Next: `alposs-bot COMMAND --help` says the same on the terminal. Which error means what:
[errors](errors.md).
"""
ERRORS = """\
# Errors

Every error says what happened and what to do next. A language file may reword any of them under
`[messages]`, by its name; {braces} are values.

Next: do what the message says; `alposs-bot status` shows what waits, `alposs-bot check` what is
wrong in the configuration.
"""


def pages() -> dict[str, str]:
    """Every page by its file name."""
    made = {
        "settings.md": settings_page(),
        "kinds.md": kinds_page(),
        "commands.md": commands_page(),
        "errors.md": errors_page(),
    }
    return {name: f"{NOTE}\n{text.rstrip()}\n" for name, text in made.items()}


# -- settings --------------------------------------------------------------------------------


def settings_page() -> str:
    """Every key of every file of config/, with its type, default and meaning."""
    parts = [SETTINGS]
    for title, intro, model in (
        ("bot.toml", BOT, BotSettings),
        ("accounts/ID.toml", ACCOUNTS, AccountSettings),
        ("sources/ID.toml", SOURCES, SourceSettings),
        ("channels/ID.toml", CHANNELS, ChannelSettings),
        ("awards/ID.toml", AWARDS, Award),
        ("events/ID.toml", EVENTS, EventSeries),
        ("places/ID.toml", PLACES, Gazetteer),
    ):
        parts.append(f"## {title}\n\n{intro}\n\n{_tables(model)}")
    parts.append(
        "## languages/CODE.toml\n\n"
        + _text(importlib.import_module("bot.languages").__doc__)
        + "\n\nNext: copy `config/languages/en.toml`, translate it, run `alposs-bot check`.\n"
    )
    return "\n".join(parts)


def _tables(model: type[Settings]) -> str:
    """The keys of a model as a table, then each table inside it."""
    inner: list[tuple[str, type[Settings], bool]] = []
    waiting: list[tuple[str, type[Settings]]] = [("", model)]
    said = [_table(_keys(model))]
    while waiting:
        above, here = waiting.pop(0)
        for name, field in here.model_fields.items():
            found = _inner_model(field.annotation)
            if found is None:
                continue
            path = f"{above}{field.alias or name}"
            inner.append((path, found, _is_list(field.annotation)))
            waiting.append((f"{path}.", found))
    for path, found, many in inner:
        head = f"[[{path}]]" if many else f"[{path}]"
        said.append(f"### `{head}`\n\n{_text(found.__doc__)}\n\n{_table(_keys(found))}")
    return "\n".join(said)


def _keys(model: type[Settings], without: Mapping[str, Any] | None = None) -> list[list[str]]:
    rows = []
    for name, field in model.model_fields.items():
        if without and (name == "kind" or (name in without and _same(field, without[name]))):
            continue
        default = "**required**" if field.is_required() else f"`{_value(field.default)}`"
        about = _text(field.description)
        limits = _limits(field)
        rows.append([f"`{field.alias or name}`", _type(field.annotation) + limits, default, about])
    return rows


def _same(field: Any, other: Any) -> bool:
    return (field.default, field.description) == (other.default, other.description)


def _table(rows: list[list[str]]) -> str:
    if not rows:
        return "No keys of its own.\n"
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _type(annotation: Any) -> str:
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return ", ".join(f"`{choice}`" for choice in inside)
    if origin in (Union, types.UnionType):
        return " or ".join(_type(each) for each in inside if each is not types.NoneType)
    if origin in (tuple, list, set, frozenset):
        return f"list of {_type(inside[0])}"
    if origin is dict or origin is Mapping:
        return "table"
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__)
    if inspect.isclass(annotation) and issubclass(annotation, Settings):
        return "table"
    names = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _limits(field: Any) -> str:
    words = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    said = [
        f"{sign} {getattr(bound, name):g}" if isinstance(getattr(bound, name), float)
        else f"{sign} {getattr(bound, name)}"
        for bound in field.metadata
        for name, sign in words.items()
        if getattr(bound, name, None) is not None
    ]  # fmt: skip
    return f", {', '.join(said)}" if said else ""


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, Settings):
        return "its keys’ defaults"
    return str(value)


def _inner_model(annotation: Any) -> type[Settings] | None:
    if inspect.isclass(annotation) and issubclass(annotation, Settings):
        return annotation
    return next((found for each in get_args(annotation) if (found := _inner_model(each))), None)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))


# -- kinds -----------------------------------------------------------------------------------


def kinds_page() -> str:
    """Every kind of source, channel and matcher."""
    parts = [KINDS]
    shared: dict[str, type[Settings]] = {"source": SourceSettings, "channel": ChannelSettings}
    for family, title in (
        ("source", "Sources"),
        ("channel", "Channels"),
        ("matcher", "Matchers"),
    ):
        package, door, name = kinds.FAMILIES[family]
        path = f"{package.replace('.', '/')}/{door}.py"
        parts.append(f"## {title}\n\nThe door: `{name}` in `{path}`.\n")
        for kind, found in kinds.every(family).items():
            about = _text(sys.modules[found.__module__].__doc__)
            parts.append(f"### {family} `{kind}`\n\n{about}\n")
            if family == "channel":
                can = ", ".join(f"`{each}`" for each in sorted(found.abilities)) or "nothing more"
                parts.append(f"Besides delivering, it can: {can}.\n")
            if family in shared:
                own = _keys(found.Options, shared[family].model_fields)
                parts.append(_table(own))
    return "\n".join(parts)


# -- commands --------------------------------------------------------------------------------


def commands_page() -> str:
    """Every command, with its names, help and arguments in both languages."""
    parts = [COMMANDS]
    for kind, command in kinds.every("command").items():
        names = {
            language: ", ".join(f"`{name}`" for name in each)
            for language, each in command.names.items()
        }
        parts.append(
            f"## {kind}\n\n{_text(command.help['en'])}\n\n*{_text(command.help['fr'])}*\n\n"
            f"Names: {names.get('en', f'`{kind}`')}; en français : {names.get('fr', f'`{kind}`')}. "
            f"Role: {command.role}. Faces: {', '.join(sorted(command.faces))}.\n"
        )
        if command.arguments:
            lines = ["| argument | meaning | en français | default |", "|---|---|---|---|"]
            lines += [
                f"| {_argument(argument)} | {_cell(argument.help['en'])} | "
                f"{_cell(argument.help['fr'])} | {_default(argument)} |"
                for argument in command.arguments
            ]
            parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _argument(argument: Any) -> str:
    name = argument.name.replace("_", "-")
    said = f"`--{name}`" if argument.option else f"`{name}`"
    if argument.choices:
        said += " (" + ", ".join(f"`{choice}`" for choice in argument.choices) + ")"
    if argument.env and argument.env not in argument.help["en"]:
        said += f", or `${argument.env}`"
    return said


def _default(argument: Any) -> str:
    if argument.required:
        return "**required**"
    return f"`{argument.default}`" if argument.default not in (None, "", False) else ""


# -- errors ----------------------------------------------------------------------------------


def errors_page() -> str:
    """Every error of the tree, and every mistake that check can find."""
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if not module.name.startswith("bot.store.migrations."):
            importlib.import_module(module.name)
    parts = [ERRORS]
    for depth, error in _tree(BotError):
        about = _text(error.__doc__)
        if "texts" not in vars(error):
            said = "Speaks as its parent does."
        else:
            said = f"- fr: {_flat(error.texts['fr'])}\n- en: {_flat(error.texts['en'])}"
        parent = "" if depth == 0 else f" (a {error.__mro__[1].__name__})"
        parts.append(f"## {error.__name__}\n\n{about}{parent}\n\n{said}\n")
    parts.append("## Mistakes in the configuration\n\nEach comes with its file, line and key.\n")
    lines = ["| name | what was found | what was expected |", "|---|---|---|"]
    tables = (config_problems.TEXTS, importlib.import_module("bot.languages").TEXTS)
    for code, (found, expected) in sorted({**tables[0], **tables[1]}.items()):
        both = [f"{_cell(each['en'])}<br>*{_cell(each['fr'])}*" for each in (found, expected)]
        lines.append(f"| `{code}` | {both[0]} | {both[1]} |")
    parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _tree(error: type[BotError], depth: int = 0) -> Iterator[tuple[int, type[BotError]]]:
    yield depth, error
    for child in sorted(error.__subclasses__(), key=lambda each: each.__name__):
        if child.__module__.startswith("bot."):
            yield from _tree(child, depth + 1)


# -- words -----------------------------------------------------------------------------------


def _text(words: str | None) -> str:
    """A docstring as Markdown: double backticks and roles become single backticks."""
    text = inspect.cleandoc(words or "").replace("``", "`")
    for role in (":class:", ":func:", ":mod:"):
        text = text.replace(role, "")
    return text.replace("::\n", ":\n")


def _flat(words: str) -> str:
    return " / ".join(words.splitlines())


def _cell(words: str) -> str:
    return _flat(words).replace("|", "\\|")


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which are out of date."""
    old = []
    for name, text in pages().items():
        path = REFERENCE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        old.append(str(path.relative_to(HERE.parent)))
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if old and "--check" in arguments:
        print(f"Out of date: {', '.join(old)}. Next: make docs", file=sys.stderr)
        return 1
    if old:
        print(f"Written: {', '.join(old)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
