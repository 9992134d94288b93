"""``channel``: where the bot speaks: the list, one of them, a pause of one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _channels
from bot.commands._moments import moment
from bot.commands._traces import next_out
from bot.commands.command import Answer, Argument, Command, Context
from bot.commands.pause import Pause, pause
from bot.commands.resume import Resume, resume
from bot.config.spelling import nearest
from bot.errors import CommandError
from bot.understanding.language import fold

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.store.database import Tx

_PAUSE = frozenset({"pause", "suspendre"})
_RESUME = frozenset({"reprise", "reprendre", "resume"})


class ChannelCommand(Command):
    """Where the bot speaks."""

    kind = "channel"
    names = {"fr": ("canal", "canaux"), "en": ("channel", "channels")}
    help = {
        "fr": "Liste les canaux, en montre un, ou le met en pause et l’en sort.",
        "en": "List the channels, show one, or pause and resume it.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "un canal, puis pause (et une durée) ou reprise",
                "en": "a channel, then pause (and a duration) or resume",
            },
            many=True,
            said={"fr": "canal pause", "en": "channel pause"},
        ),
    )
    role = "moderator"
    faces = frozenset({"terminal", "chat"})
    texts = {
        "line": {
            "fr": "{name} ({kind})\u00a0: {state}, publiés\u00a0: {sent}, en attente\u00a0: {waiting}",
            "en": "{name} ({kind}): {state}, published: {sent}, waiting: {waiting}",
        },
        "speaks": {"fr": "parle", "en": "speaks"},
        "off": {"fr": "éteint dans son fichier", "en": "switched off in its file"},
        "paused": {"fr": "en pause", "en": "paused"},
        "paused-until": {"fr": "en pause jusqu’à {at}", "en": "paused until {at}"},
        "pace": {
            "fr": "Rythme\u00a0: {hour} par heure, {day} par jour\u202f; silence\u00a0: "
            "{quiet}\u202f; résumé\u00a0: {digest}.",
            "en": "Pace: {hour} an hour, {day} a day; silence: {quiet}; digest: {digest}.",
        },
        "free": {"fr": "sans limite", "en": "no limit"},
        "none": {"fr": "aucun", "en": "none"},
        "next": {"fr": "Prochain message {at}.", "en": "Next message {at}."},
        "how": {
            "fr": "Régler\u00a0: !reglage {id}. Pause\u00a0: !canal {id} pause 2 h",
            "en": "Settings: !setting {id}. Pause: !channel {id} pause 2 h",
        },
        "action": {
            "fr": "Je ne sais pas faire «\u00a0{word}\u00a0» d’un canal.{near}",
            "en": "I cannot “{word}” a channel.{near}",
        },
        "near": {
            "fr": " Vouliez-vous dire «\u00a0{near}\u00a0»\u202f?",
            "en": " Did you mean “{near}”?",
        },
        "action-next": {
            "fr": "Possible\u00a0: !canal {id}, !canal {id} pause 2 h, !canal {id} reprise",
            "en": "Possible: !channel {id}, !channel {id} pause 2 h, !channel {id} resume",
        },
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """List, show, pause, resume. Raises CommandError."""
        words = list(arguments.get("what") or ())
        if not words or fold(words[0]) in ("liste", "list"):
            return await self._list(context)
        id = _channels.find(context, words.pop(0))
        if not words:
            return await self._show(context, id)
        action = fold(words.pop(0))
        if action in _PAUSE:
            return await pause(Pause(), context, (id, *words))
        if action in _RESUME:
            return await resume(Resume(), context, id)
        said = context.language
        near = nearest(action, ["pause", "reprise" if said == "fr" else "resume"])
        fields = {"word": action, "near": self.tell("near", said, near=near) if near else ""}
        raise CommandError(
            what=self.tell("action", said, **fields), next=self.tell("action-next", said, id=id)
        )

    async def _list(self, context: Context) -> Answer:
        config, store = context.config(), await context.store()
        counts = await store.read(lambda tx: tx.deliveries.counts())
        lines = [self._line(context, id, counts) for id in config.channels]
        data = [
            {"id": id, "kind": one.kind, "enabled": one.enabled, "paused": id in config.pauses}
            for id, one in config.channels.items()
        ]
        return Answer("\n".join(lines), data=data)

    def _line(self, context: Context, id: str, counts: Mapping[tuple[str, str], int]) -> str:
        one, said = context.config().channels[id], context.language
        waiting = sum(counts.get((id, state), 0) for state in ("queued", "sending", "unclear"))
        return self.tell(
            "line",
            said,
            name=one.name or id,
            kind=one.kind,
            state=self._state(context, id),
            sent=counts.get((id, "sent"), 0),
            waiting=waiting,
        )

    def _state(self, context: Context, id: str) -> str:
        config, said, now = context.config(), context.language, context.now()
        if not config.channels[id].enabled:
            return self.tell("off", said)
        if id in config.pauses:
            until = config.pauses[id]
            if until is None:
                return self.tell("paused", said)
            if until > now:
                at = moment(until, now, config.bot.timezone, said)
                return self.tell("paused-until", said, at=at)
        return self.tell("speaks", said)

    async def _show(self, context: Context, id: str) -> Answer:
        config, said, now = context.config(), context.language, context.now()
        store, one = await context.store(), config.channels[id]
        counts, next = await store.read(partial(_look, id=id, config=config, now=now))
        free, none = self.tell("free", said), self.tell("none", said)
        lines = [
            self._line(context, id, counts),
            self.tell(
                "pace",
                said,
                hour=one.per_hour or free,
                day=one.per_day or free,
                quiet=one.quiet or none,
                digest=one.digest or none,
            ),
        ]
        if next is not None and id not in config.pauses:
            at = moment(next, now, config.bot.timezone, said)
            lines.append(self.tell("next", said, at=at))
        lines.append(self.tell("how", said, id=id))
        data = {"id": id, "settings": one.model_dump(mode="json"), "paused": id in config.pauses}
        return Answer("\n".join(lines), data=data)


def _look(tx: Tx, *, id: str, config: Config, now: Any) -> tuple[Any, Any]:
    options = config.channels[id]
    return tx.deliveries.counts(), next_out(tx, id, options, now, config.bot.timezone)
