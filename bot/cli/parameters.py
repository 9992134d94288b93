"""Our commands' arguments as click's, and click's help in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from bot.cli.texts import say
from bot.commands.command import Argument

#: positional arguments carry no help in click: theirs is kept here
HELP: dict[click.Parameter, str] = {}


class Words:
    """click's help in the reader's language: headings are ours, not click's."""

    language: str

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """“Usage : …”."""
        pieces = self.collect_usage_pieces(context)  # type: ignore[attr-defined]  # click's
        prefix = say("usage", self.language) + " "
        formatter.write_usage(context.command_path, " ".join(pieces), prefix)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Arguments with their help, then options."""
        parameters: Sequence[click.Parameter] = self.get_params(context)  # type: ignore[attr-defined]  # click's
        for heading, wanted in (("arguments", click.Argument), ("options", click.Option)):
            rows = [
                (row or (parameter.human_readable_name, HELP.get(parameter, "")))
                for parameter in parameters
                if isinstance(parameter, wanted)
                for row in [parameter.get_help_record(context)]
            ]
            if rows:
                with formatter.section(say(heading, self.language)):
                    formatter.write_dl(rows)

    def get_help_option(self, context: click.Context) -> click.Option | None:
        """``--help``, explained in our words."""
        option = super().get_help_option(context)  # type: ignore[misc]  # click's
        if option is not None:
            option.help = say("help", self.language)
        return option  # type: ignore[no-any-return]  # click's


class One(Words, click.Command):
    """One command of ours as a click command."""

    language = "fr"


class Choice(click.Choice[str]):
    """The choices of an argument, in any word for them."""

    def __init__(self, argument: Argument) -> None:
        super().__init__(argument.choices)
        self._argument = argument

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """“ajouter” is ``add``."""
        if self._argument.spoken and isinstance(value, str):
            from bot.commands._parse import key, spoken

            value = spoken(self._argument).get(key(value), value)
        return str(super().convert(value, param, ctx))


def parameter_of(argument: Argument, language: str) -> click.Parameter:
    """An argument of ours as one of click's."""
    kind: Any = Choice(argument) if argument.choices else str
    help_text = argument.help.get(language) or argument.help.get("en", "")
    # since click 8.3 any default, None too, is an answer to what is required
    default: dict[str, Any] = {} if argument.required else {"default": argument.default}
    if argument.flag:
        return click.Option(
            [f"--{argument.name}"], is_flag=True, default=False, help=help_text, envvar=argument.env
        )
    if argument.option:
        return click.Option(
            [f"--{argument.name}"],
            type=kind,
            required=argument.required,
            multiple=argument.many,
            help=help_text,
            envvar=argument.env,
            **default,
        )
    return click.Argument(
        [argument.name],
        type=kind,
        required=argument.required,
        **default,
        nargs=-1 if argument.many else 1,
    )
