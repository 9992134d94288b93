"""``check``: is the configuration right? Every problem of every file at once, or one line.

Where all files are right, the examples of one's own awards and gatherings are tried as well: a file
that does not recognise its own examples would recognise nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import languages
from bot.commands import _change, _changed
from bot.commands._drafts import moderated
from bot.commands._moments import moment
from bot.commands.command import Answer, Command, Context
from bot.config.read import language_folders
from bot.config.sheet import Sheet, read
from bot.errors import ConfigError, Problem
from bot.store.audit import Change

if TYPE_CHECKING:
    from bot.config.overrides import Override
    from bot.config.read import Config
    from bot.languages import Language
    from bot.understanding.examples import Miss


class Check(Command):
    """Read every file of the configuration and say all that is wrong with it."""

    kind = "check"
    names = {"fr": ("verifier",), "en": ("check",)}
    help = {
        "fr": "Vérifie tous les fichiers de configuration et dit chaque erreur, avec son fichier "
        "et sa ligne.",
        "en": "Check every configuration file and tell each problem with its file and line.",
    }
    texts = {
        "right": {
            "fr": "Configuration correcte ({folder}). Sources\u00a0: {sources}, dont {resting} en "
            "repos\u202f; canaux\u00a0: {channels}, dont {silent} en repos\u202f; comptes\u00a0: "
            "{accounts}\u202f; prix\u00a0: {awards}\u202f; événements\u00a0: {events}\u202f; "
            "lieux\u00a0: {places}\u202f; langues\u00a0: {languages}.",
            "en": "The configuration is right ({folder}). Sources: {sources}, {resting} of them at "
            "rest; channels: {channels}, {silent} of them at rest; accounts: {accounts}; awards: "
            "{awards}; events: {events}; places: {places}; languages: {languages}.",
        },
        "overrides": {
            "fr": "Réglé par commande, par-dessus les fichiers (revenir en arrière\u00a0: !annuler, "
            "!reglage)\u00a0:",
            "en": "Set by command, over the files (to go back: !undo, !setting):",
        },
        "unasked": {
            "fr": "{text} Rien ne sera relu avant d’être publié\u00a0: il faut pour cela un compte "
            "Matrix avec un salon d’admins (admin_room).",
            "en": "{text} Nothing will be looked at before it is posted: that needs a Matrix "
            "account with a room for admins (admin_room).",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Load everything; ``ok`` is False where anything is wrong."""
        problems: list[Problem] = []
        config: Config | None = None
        shipped: Mapping[str, Language] = {}
        spoken: Mapping[str, Language] = {}
        try:
            config = context.config()
        except ConfigError as error:
            problems += error.problems
        else:
            problems += config.override_problems
        try:
            shipped = languages.read_all(language_folders(None))
            spoken = languages.read_all(language_folders(context.config_dir))
        except ConfigError as error:
            problems += error.problems
        for language in spoken.values():
            problems += languages.problems(language, shipped.values())
        if config is not None and not problems:
            problems += await asyncio.to_thread(_unproved, config, spoken, context)
        if problems or config is None:
            return self._wrong(ConfigError(problems), spoken.get(context.language), context)
        return self._right(config, spoken, context)

    def _right(self, config: Config, spoken: Mapping[str, Language], context: Context) -> Answer:
        counts = {
            "sources": len(config.sources),
            "resting": sum(not source.enabled for source in config.sources.values()),
            "channels": len(config.channels),
            "silent": sum(not channel.enabled for channel in config.channels.values()),
            "accounts": len(config.accounts),
            "awards": len(config.awards),
            "events": len(config.events),
            "places": sum(len(gazetteer.spots) for gazetteer in config.places.values()),
            "languages": len(spoken),
        }
        folder = str(context.config_dir)
        text = self.tell("right", context.language, folder=folder, **counts)
        public = [one for one in config.channels.values() if one.enabled and one.public]
        if any(one.approval.when != "never" for one in public) and not moderated(config):
            text = self.tell("unasked", context.language, text=text)
        set_in_room = [asdict(one) for one in config.overrides]
        if set_in_room:
            listed = [f"- {self._override(one, config, context)}" for one in config.overrides]
            text = "\n".join([text, self.tell("overrides", context.language), *listed])
        data = {"ok": True, "folder": folder, "counts": counts, "problems": []}
        return Answer(text, data={**data, "overrides": set_in_room})

    def _override(self, one: Override, config: Config, context: Context) -> str:
        """What was set by a command, as the audit log tells it."""
        said, now, zone = context.language, context.now(), config.bot.timezone
        name = _change.name(one.room, one.id, one.key)
        change = Change(now, "", self.kind, _change.SET + name, after={name: one.value})
        value = _changed.after(change, said, lambda when: moment(when, now, zone, said))
        return f"{_changed.thing(change, said)} = {value}"

    def _wrong(self, error: ConfigError, language: Language | None, context: Context) -> Answer:
        said = languages.say(error, language) if language else error.say(context.language)
        translate = partial(language.own, "messages") if language else None
        listed = [
            {
                "file": problem.file,
                "line": problem.line,
                "key": problem.key,
                "code": problem.code,
                "found": problem.found_in(context.language, translate),
                "expected": problem.expected_in(context.language, translate),
                "nearest": problem.nearest,
            }
            for problem in error.problems
        ]
        data = {"ok": False, "folder": str(context.config_dir), "problems": listed}
        return Answer(said, data=data, ok=False)


def _unproved(config: Config, spoken: Mapping[str, Language], context: Context) -> list[Problem]:
    """The examples of the folder's own awards and gatherings that are understood otherwise."""
    from bot.understanding import examples
    from bot.understanding.knowledge import Knowledge

    settings = config.bot
    knowledge = Knowledge.build(
        config.awards, config.events, config.places, spoken, settings.timezone, settings.relevance
    )
    found = []
    for room, judge in (("awards", examples.of_award), ("events", examples.of_series)):
        for path in sorted((context.config_dir / room).glob("*.toml")):
            misses = list(judge(path.stem, knowledge))
            sheet = read(path) if misses else None
            if isinstance(sheet, Sheet):
                found += [_problem(sheet, miss) for miss in misses]
    return found


def _problem(sheet: Sheet, miss: Miss) -> Problem:
    code = "example" if miss.loc[0] == "examples" else "counterexample"
    understood: Any = miss.found or {"fr": "rien", "en": "nothing"}
    return sheet.problem(miss.loc, code, understood=understood, wanted=miss.wanted)
