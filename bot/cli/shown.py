"""What the terminal shows: an answer as text, a table, lines or JSON; and what went wrong."""

from __future__ import annotations

import json
import re
import sys

import click

from bot import kinds
from bot.commands.command import Answer

#: a command as rooms are told of it
_IN_ROOMS = re.compile(r"(?<![\w!])!([a-z][a-z-]*)")


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer to standard output. Raises OSError where it takes nothing."""
    _print(answer, as_json=as_json)
    if sys.stdout is not None:
        sys.stdout.flush()  # a full disk shows itself here


def _print(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer.data, ensure_ascii=False, indent=2, default=str))
        return
    if answer.text:
        click.echo(typed_here(answer.text))
    if not answer.rows:
        return
    if sys.stdout is not None and sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*answer.columns, box=None, pad_edge=False)
        for row in answer.rows:
            table.add_row(*(Text(cell) for cell in row))
        Console().print(table)
        return
    for row in (answer.columns, *answer.rows):
        click.echo("\t".join(row))


def complain(text: str) -> None:
    """Print to standard error."""
    click.echo(typed_here(text), err=True)


def typed_here(text: str) -> str:
    """“!reglage …” is how a room is told; whoever stands at the terminal types “alposs-bot …”."""
    if not _IN_ROOMS.search(text):
        return text
    here = {
        name
        for command in kinds.every("command").values()
        if "terminal" in command.faces
        for names in ((command.kind,), *command.names.values())
        for name in names
    }
    return _IN_ROOMS.sub(lambda hit: f"alposs-bot {hit[1]}" if hit[1] in here else hit[0], text)
