"""``setting``: pace, silence, digest and the like, shown and changed without a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands import _change, _channels, _settings
from bot.commands._settings import Key
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.model import Settings
from bot.config.overrides import BOT, Override, Room
from bot.config.spelling import nearest
from bot.config.syntax import periods
from bot.errors import CommandError
from bot.understanding.language import fold

#: keys that only mean something where people can be asked
RESERVE, APPROVAL = "news.reserve", "approval.when"


class Setting(Command):
    """Show and change settings."""

    kind = "setting"
    names = {"fr": ("reglage", "reglages"), "en": ("setting", "settings")}
    help = {
        "fr": "Montre les réglages d’un canal ou du bot, et en change un\u00a0: rythme, silence, "
        "résumé… «\u00a0défaut\u00a0» revient à ce que dit le fichier.",
        "en": "Show the settings of a channel or of the bot, and change one: pace, silence, "
        "digest… “default” goes back to what the file says.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "canal (ou bot), réglage, valeur\u00a0: salon silence 21h-8h",
                "en": "channel (or bot), setting, value: salon silence 21:00-08:00",
            },
            many=True,
            said={"fr": "canal réglage valeur", "en": "channel setting value"},
        ),
    )
    faces = frozenset({"terminal", "chat"})
    texts = {
        "heading": {"fr": "Réglages de {name}\u00a0:", "en": "Settings of {name}:"},
        "line": {"fr": "{called} = {value}", "en": "{called} = {value}"},
        "set": {"fr": "{line} (réglé par commande)", "en": "{line} (set by command)"},
        "how": {
            "fr": "Changer\u00a0: !reglage {id} {called} VALEUR",
            "en": "To change: !setting {id} {called} VALUE",
        },
        "one": {
            "fr": "{called} de {name} = {value}. {description}",
            "en": "{called} of {name} = {value}. {description}",
        },
        "done": {
            "fr": "C’est réglé\u00a0: {called} de {name} = {value} (avant\u00a0: {before}). Revenir en "
            "arrière\u00a0: !annuler",
            "en": "It is set: {called} of {name} = {value} (before: {before}). To go back: !undo",
        },
        "same": {
            "fr": "C’était déjà ainsi\u00a0: {called} de {name} = {value}.",
            "en": "It was so already: {called} of {name} = {value}.",
        },
        "which": {
            "fr": "Quel réglage, de quoi\u202f? Les noms possibles\u00a0: {ids}.",
            "en": "Which setting, of what? The possible names: {ids}.",
        },
        "which-bot": {
            "fr": "Les réglages du bot lui-même\u00a0: !reglage {id}",
            "en": "The bot’s own settings: !setting {id}",
        },
        "which-next": {
            "fr": "Par exemple\u00a0: !reglage {id} silence 21h-8h",
            "en": "For example: !setting {id} silence 21:00-08:00",
        },
        "unknown": {
            "fr": "Je ne connais pas le réglage «\u00a0{word}\u00a0».{near}",
            "en": "I do not know the setting “{word}”.{near}",
        },
        "near": {
            "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
            "en": " Did you mean “{near}”?",
        },
        "unknown-next": {"fr": "Les réglages\u00a0: !reglage {id}", "en": "All: !setting {id}"},
        "refused": {
            "fr": "Je n’ai rien changé\u00a0: {found}.",
            "en": "I changed nothing: {found}.",
        },
        "refused-next": {"fr": "Il faut {expected}.", "en": "It takes {expected}."},
        "nobody": {
            "fr": "Je n’ai rien changé\u00a0: il n’y a pas de salon où demander, si bien que rien ne serait "
            "relu.",
            "en": "I changed nothing: there is no room to ask in, so nothing would be looked at.",
        },
        "nobody-next": {
            "fr": "Il faut un compte Matrix avec admin_room ou moderators_room, et [chat] enabled\u00a0: "
            "alposs-bot setup le prépare.",
            "en": "It takes a Matrix account with admin_room or moderators_room, and [chat] enabled: "
            "alposs-bot setup prepares it.",
        },
        "over": {
            "fr": "Ces jours sont passés\u00a0: rien ne sera retenu.",
            "en": "Those days are over: nothing will be held.",
        },
        "pace": {
            "fr": "Le rythme, ce sont deux nombres\u00a0: par heure et par jour.",
            "en": "The pace is two numbers: an hour and a day.",
        },
        "pace-next": {
            "fr": "Par exemple\u00a0: !reglage {id} rythme 2 6",
            "en": "For example: !setting {id} pace 2 6",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """List, show one, or set one. Raises CommandError."""
        words = list(arguments.get("what") or ())
        room, id, thing = self._thing(context, words)
        if not words:
            return self._list(context, room, id, thing)
        if fold(words[0]) in ("rythme", "pace") and room != BOT:
            return await self._pace(context, id, thing, words[1:])
        key = self._key(context, id, thing, words.pop(0))
        if not words:
            return self._one(context, id, thing, key)
        return await self._set(context, room, id, thing, {key: " ".join(words)})

    def _thing(self, context: Context, words: list[str]) -> tuple[Room, str, Settings]:
        """Whose settings: named first, else the room's own channel, else the only one."""
        config, said = context.config(), context.language
        if words and fold(words[0]) == BOT:
            words.pop(0)
            return BOT, BOT, config.bot
        named = _channels.is_channel(context, words[0]) if words else None
        if named is not None:
            words.pop(0)
            return "channels", named, config.channels[named]
        known = list(_channels.enabled(context))
        here = context.question.channel if context.question else None
        here = here if here in known else known[0] if len(known) == 1 else None
        if here is not None:
            return "channels", here, config.channels[here]
        if words and known:
            raise_unknown = not any(one.is_called(words[0]) for one in _every(context))
            if raise_unknown:
                _channels.find(context, words[0])  # raises, with the nearest
        raise CommandError(
            what=self.tell("which", said, ids=", ".join([*known, BOT])),
            next=self.tell(
                "which-next" if known else "which-bot", said, id=known[0] if known else BOT
            ),
        )

    def _key(self, context: Context, id: str, thing: Settings, word: str) -> Key:
        said, known = context.language, list(_settings.keys(type(thing)))
        for key in known:
            if key.is_called(word):
                return key
        near = nearest(word, [key.called(said) for key in known])
        fields = {"word": word, "near": self.tell("near", said, near=near) if near else ""}
        raise CommandError(
            what=self.tell("unknown", said, **fields), next=self.tell("unknown-next", said, id=id)
        )

    # -- shown --------------------------------------------------------------------------------

    def _list(self, context: Context, room: Room, id: str, thing: Settings) -> Answer:
        said, keys = context.language, list(_settings.keys(type(thing)))
        changed = {(one.room, one.id, one.key) for one in context.config().overrides}
        lines = [self.tell("heading", said, name=_name(context, id))]
        data = {}
        for key in keys:
            value = _settings.value_of(thing, key.key)
            data[key.key] = value
            shown = _settings.show(value, said)
            line = self.tell("line", said, called=key.called(said), value=shown)
            lines.append(
                self.tell("set", said, line=line) if (room, id, key.key) in changed else line
            )
        lines.append(self.tell("how", said, id=id, called=keys[0].called(said)))
        return Answer("\n".join(lines), data={"id": id, "settings": data})

    def _one(self, context: Context, id: str, thing: Settings, key: Key) -> Answer:
        said, value = context.language, _settings.value_of(thing, key.key)
        text = self.tell(
            "one",
            said,
            called=key.called(said),
            name=_name(context, id),
            value=_settings.show(value, said),
            description=key.description if said == "en" else "",
        )
        return Answer(text.rstrip(), data={"id": id, "settings": {key.key: value}})

    # -- changed ------------------------------------------------------------------------------

    async def _pace(self, context: Context, id: str, thing: Settings, words: list[str]) -> Answer:
        numbers = [word for word in " ".join(words).replace("/", " ").split() if word.isdecimal()]
        if len(numbers) != 2:
            said = context.language
            raise CommandError(
                what=self.tell("pace", said), next=self.tell("pace-next", said, id=id)
            )
        found = {key.key: key for key in _settings.keys(type(thing))}
        wanted = {found["per_hour"]: numbers[0], found["per_day"]: numbers[1]}
        return await self._set(context, "channels", id, thing, wanted)

    async def _set(
        self, context: Context, room: Room, id: str, thing: Settings, typed: Mapping[Key, str]
    ) -> Answer:
        said = context.language
        before = {key: _settings.value_of(thing, key.key) for key in typed}
        wanted: dict[str, Any] = {}
        for key, text in typed.items():
            value = None if fold(text) in _settings.FILE else _settings.parse(key, text)
            if value is not None:
                self._judge(context, Override(room, id, key.key, value))
            wanted[_change.name(room, id, key.key)] = value
        done = await _change.change(context, self.kind, wanted)
        config = context.config()
        now: Settings = config.bot if room == BOT else config.channels[id]
        lines = []
        for key in typed:
            value = _settings.value_of(now, key.key) if context.tools.get("reload") else None
            value = wanted[_change.name(room, id, key.key)] if value is None else value
            fields = {
                "called": key.called(said),
                "name": _name(context, id),
                "value": _settings.show(value, said),
                "before": _settings.show(before[key], said),
            }
            lines.append(self.tell("done" if done else "same", said, **fields))
            if key.key == RESERVE and _over(str(value or ""), context, config.bot.timezone):
                lines.append(self.tell("over", said))
        return Answer("\n".join(lines), data={"id": id, "set": wanted})

    def _judge(self, context: Context, one: Override) -> None:
        """Would the configuration take it? Raises CommandError with what it wants."""
        said = context.language
        for problem in _change.wrong(context, one):
            raise CommandError(
                what=self.tell("refused", said, found=problem.found_in(said)),
                next=self.tell("refused-next", said, expected=problem.expected_in(said)),
            )
        asks = (one.key == RESERVE and one.value) or (one.key == APPROVAL and one.value == "always")
        if asks and not _somebody(context):
            raise CommandError(what=self.tell("nobody", said), next=self.tell("nobody-next", said))


def _somebody(context: Context) -> bool:
    """Is there a room in which moderators can be asked?"""
    config = context.config()
    rooms = (one.admin_room or one.moderators_room for one in config.accounts.values())
    return config.bot.chat.enabled and any(rooms)


def _over(dates: str, context: Context, timezone: str) -> bool:
    """Are all days of an election reserve past?"""
    today = context.now().astimezone(ZoneInfo(timezone)).date()
    return bool(dates) and max(last for _, last in periods(dates)) < today


def _every(context: Context) -> list[Key]:
    models = {type(one) for one in context.config().channels.values()}
    return [key for model in models for key in _settings.keys(model)]


def _name(context: Context, id: str) -> str:
    return id if id == BOT else _channels.enabled(context).get(id, id)
