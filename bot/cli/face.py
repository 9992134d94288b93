"""The terminal face: turns words into commands, and answers into text, tables or JSON.

Commands declare their arguments (``commands/command.py``); this file shows them through click and
prints what they answer. ``--help`` imports neither the store nor any network client.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bot import __version__, kinds
from bot.cli.parameters import HELP, One, Words, parameter_of
from bot.cli.shown import complain, show
from bot.cli.texts import locale_language, say
from bot.commands.command import Command
from bot.errors import BotError, CommandError

_KIND = re.compile(r'^    kind = "([a-z-]+)"$', re.MULTILINE)
_HELP_TEXT = re.compile(r"^    help = (\{\n(?:        .*\n)+    \})$", re.MULTILINE)


class _Group(Words, click.Group):
    """All commands, found by discovery; only the one asked for is imported."""

    def __init__(self, language: str, **settings: Any) -> None:
        super().__init__(**settings)
        self.language = language

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's door
        """Every command's name."""
        return list(kinds.names("command"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's door
        """One command, by any of its names."""
        found = kinds.load("command", cmd_name) or next(
            (
                kind
                for kind in kinds.every("command").values()
                if any(cmd_name in names for names in kind.names.values())
            ),
            None,
        )
        return None if found is None else _as_click(found(), self.language)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a mistyped one is answered with the nearest."""
        if args and self.get_command(ctx, args[0]) is None:
            near = _nearest(args[0], self.list_commands(ctx), self.language)
            raise _Told(say("unknown-command", self.language, name=args[0], near=near))
        return super().resolve_command(ctx, args)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands with one line each."""
        super().format_options(context, formatter)
        rows = [
            (name, help.get(self.language) or help.get("en", ""))
            for name, help in sorted(_listed().items())
        ]
        if rows:
            with formatter.section(say("commands", self.language)):
                formatter.write_dl(rows)
        formatter.write_paragraph()
        formatter.write_text(say("more", self.language))


def _listed() -> dict[str, Mapping[str, str]]:
    """Every command's name and help, read off its file's text: to import them all would take ten
    times as long. A file that is written otherwise is imported."""
    found: dict[str, Mapping[str, str]] = {}
    for name in kinds.likely("command"):
        path = Path(__file__).parents[1] / "commands" / f"{name.replace('-', '_')}.py"
        kind, help = _glance(path.read_text(encoding="utf-8")) if path.exists() else (None, None)
        if kind == name and help:
            found[name] = help
        elif (imported := kinds.load("command", name)) is not None:
            found[name] = imported.help
    return found


def _glance(text: str) -> tuple[str | None, Mapping[str, str] | None]:
    """The ``kind`` and the ``help`` of a command's class, where they are plain literals."""
    kinds_said, helps = _KIND.findall(text), _HELP_TEXT.findall(text)
    if len(kinds_said) != 1 or len(helps) != 1:
        return None, None
    try:
        return kinds_said[0], ast.literal_eval(helps[0])
    except (ValueError, SyntaxError):
        return None, None


class _Told(click.ClickException):
    """A message already in the reader's words."""

    exit_code = 2


def _nearest(word: str, known: Sequence[str], language: str) -> str:
    from rapidfuzz import process

    best = process.extractOne(word, known, score_cutoff=60)
    return say("near", language, near=best[0]) if best else ""


def _as_click(command: Command, language: str) -> click.Command:
    parameters: list[click.Parameter] = []
    for argument in command.arguments:
        parameter = parameter_of(argument, language)
        HELP[parameter] = argument.help.get(language) or argument.help.get("en", "")
        parameters.append(parameter)

    @click.pass_obj
    def callback(shared: dict[str, Any], /, **given: Any) -> int:
        return _run(command, shared, given)

    made = One(
        command.kind,
        params=parameters,
        callback=callback,
        help=command.help.get(language) or command.help.get("en", ""),
    )
    made.language = language
    return made


def _run(command: Command, shared: dict[str, Any], given: Mapping[str, Any]) -> int:
    """Run one command to its end and print its answer; the exit status."""
    from bot.app import App
    from bot.causes import cause_in
    from bot.cli import ending
    from bot.cli.running import to_its_end

    language: str = shared["language"]
    arguments = {name.replace("_", "-"): value for name, value in given.items()}
    app = App(**shared)
    try:
        answer = to_its_end(app.perform(command, arguments))
    except BotError as error:
        complain(app.speak(error))
        return 2 if isinstance(error, CommandError) else 1
    except KeyboardInterrupt:
        complain(say("interrupted", language))
        return 130
    except BrokenPipeError:  # the reader of our output went away (`| head`)
        ending.drop_output()
        return 0
    except Exception as error:
        if shared["verbose"]:
            raise
        if isinstance(error, OSError):
            file = f", {error.filename}" if error.filename else ""
            complain(say("system", language, cause=cause_in(error, language), file=file))
            return 1
        complain(say("bug", language, name=type(error).__name__))
        return 70  # EX_SOFTWARE, sysexits.h
    try:
        show(answer, as_json=shared["as_json"])
    except BrokenPipeError:
        ending.drop_output()
    except OSError as error:
        ending.drop_output()
        complain(say("unwritten", language, cause=cause_in(error, language)))
        return 1
    return 0 if answer.ok else 1


def build(language: str) -> click.Group:
    """The whole command line, in one language."""

    def callback(**shared: Any) -> None:
        chosen = shared.pop("lang") or language
        click.get_current_context().obj = {
            "language": chosen,
            "config_dir": shared["config"],
            "data_dir": shared["data"],
            "as_json": shared["json"],
            "verbose": shared["verbose"],
        }

    def option(*names: str, key: str, **settings: Any) -> click.Option:
        return click.Option(names, help=say(key, language), **settings)

    return _Group(
        language,
        name="alposs-bot",
        callback=callback,
        help=say("about", language),
        params=[
            option("--config", key="config", envvar="ALPOSS_CONFIG", metavar="DIR"),
            option("--data", key="data", envvar="ALPOSS_DATA", metavar="DIR"),
            option("--lang", key="lang", type=click.Choice(["fr", "en"])),
            option("--json", key="json", is_flag=True),
            option("--verbose", "-v", key="verbose", is_flag=True),
            click.Option(
                ["--version"],
                is_flag=True,
                expose_value=False,
                is_eager=True,
                help=say("version", language),
                callback=_show_version,
            ),
        ],
    )


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"alposs-bot {__version__}")
        context.exit()


def _language_asked(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """``--lang`` counts for the help and for errors too, wherever it stands."""
    for here, word in enumerate(words):
        value = word.partition("=")[2] or (words[here + 1] if here + 1 < len(words) else "")
        if word.partition("=")[0] == "--lang" and value in ("fr", "en"):
            return value
    return locale_language(environment)


#: options of the whole command line, which people also write behind the command
_FLAGS, _VALUED = ("--json", "--verbose", "-v"), ("--config", "--data", "--lang")


def _shared_first(words: Sequence[str]) -> list[str]:
    """``status --json`` means ``--json status``: shared options count wherever they stand."""
    first: list[str] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            return [*first, *rest, word, *left]
        if word in _FLAGS or word.partition("=")[0] in _VALUED:
            first.append(word)
            if word in _VALUED and (value := next(left, None)) is not None:
                first.append(value)
        else:
            rest.append(word)
    return [*first, *rest]


def run(words: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 told of a failure, 2 not understood."""
    words = _shared_first(sys.argv[1:] if words is None else words)
    language = _language_asked(words, os.environ)
    try:
        status = build(language).main(words, prog_name="alposs-bot", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        status = 0
    except click.ClickException as error:
        complain(_translated(error, language))
        status = 2
    except click.Abort:
        complain(say("interrupted", language))
        status = 130
    from bot.cli.ending import leave

    leave(status if isinstance(status, int) else 0)


def _translated(error: click.ClickException, language: str) -> str:
    """An error of click's, in the reader's words, with the next step."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "alposs-bot"
    if isinstance(error, _Told):
        return error.message
    if isinstance(error, click.NoSuchOption):
        names = [name for p in context.command.params for name in p.opts] if context else []
        near = _nearest(error.option_name, names, language)
        return say("unknown-option", language, name=error.option_name, near=near, command=command)
    if isinstance(error, click.BadOptionUsage):
        return say("no-value", language, name=error.option_name, command=command)
    parameter = getattr(error, "param", None)
    name = (parameter.opts[-1] if parameter is not None else "") or "?"
    if parameter is not None and HELP.get(parameter):
        name = f"{name} ({HELP[parameter]})"
    kind = getattr(parameter, "type", None)
    if isinstance(error, click.BadParameter) and isinstance(kind, click.Choice):
        choices = ", ".join(map(str, kind.choices))
        return say("choice", language, name=name, choices=choices, command=command)
    if error.message.startswith("Got unexpected extra argument"):
        words = error.message.partition("(")[2].rstrip(")")
        return say("extra", language, words=words, command=command)
    if error.message.startswith("Missing command"):
        return say("no-command", language)
    if isinstance(error, click.MissingParameter):
        return say("missing", language, name=name, command=command)
    if isinstance(error, click.BadParameter) and isinstance(parameter, click.Option):
        return say("bad", language, value=error.message, name=name, command=command)
    return say("usage-error", language, detail=error.format_message(), command=command)
