"""``status``: do the sources answer, what waits on each channel, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.commands import _workers
from bot.commands._drafts import moderated
from bot.commands._moments import moment
from bot.commands._traces import held_up, next_out
from bot.commands.command import Answer, Command, Context
from bot.outbox.delivery import boosted

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.outbox.delivery import Delivery
    from bot.store.channels import ChannelRow
    from bot.store.database import Tx
    from bot.store.notices import Notice
    from bot.store.sources import SourceRow
    from bot.store.workers import Worker

#: a source that failed so often in a row needs a look
TROUBLED = 3


@dataclass(frozen=True)
class _Seen:
    """What the store says at one moment."""

    sources: Mapping[str, SourceRow]
    counts: Mapping[tuple[str, str], int]
    channels: Mapping[str, ChannelRow]
    next: Mapping[str, datetime | None]  # when each channel sends next, pace counted
    held: Mapping[str, datetime | None]  # until when one in hand holds it up, at the latest
    last: Mapping[str, Delivery | None]
    aside: tuple[Delivery, ...]
    notices: tuple[Notice, ...]
    drafts: int  # that wait to be looked at
    oldest: datetime | None
    workers: tuple[Worker, ...]  # of several on one database


class Status(Command):
    """How the bot is doing."""

    kind = "status"
    names = {"fr": ("statut", "etat"), "en": ("status",)}
    help = {
        "fr": "Dit si les sources répondent, ce qui attend sur chaque canal et ce qui demande "
        "quelqu’un.",
        "en": "Say whether the sources answer, what waits on each channel and what needs somebody.",
    }
    faces = frozenset({"terminal", "chat"})
    texts = {
        "well": {"fr": "Tout va bien.", "en": "All is well."},
        "look": {"fr": "À regarder\u00a0:", "en": "To look at:"},
        "unread": {
            "fr": "Aucune source n’a encore été lue. Lancez le bot\u00a0: alposs-bot run",
            "en": "No source has been read yet. Start the bot: alposs-bot run",
        },
        "no-sources": {
            "fr": "Aucune source n’est active. Activez-en une dans config/sources/ (enabled = "
            "true).",
            "en": "No source is enabled. Enable one in config/sources/ (enabled = true).",
        },
        "sources": {
            "fr": "Sources\u00a0: {well} sur {all} répondent. Prochaine lecture\u00a0: {next}.",
            "en": "Sources: {well} of {all} answer. Next read: {next}.",
        },
        "soon": {"fr": "dès que le bot tourne", "en": "as soon as the bot runs"},
        "channel": {
            "fr": "Sur {name}, messages publiés\u00a0: {sent}\u202f; en attente\u00a0: "
            "{waiting}{next}.",
            "en": "On {name}, messages published: {sent}; waiting: {waiting}{next}.",
        },
        "resting": {
            "fr": "{name} est en pause, quelqu’un l’a demandé\u00a0: !reprise {id}. En attente\u00a0: "
            "{waiting}.",
            "en": "{name} is paused, somebody asked for it: !resume {id}. Waiting: {waiting}.",
        },
        "channel-next": {"fr": ", le prochain {at}", "en": ", the next one {at}"},
        "channel-held": {
            "fr": ", un en cours d’envoi\u202f; s’il reste sans réponse, la suite {at}",
            "en": ", one being sent; should no answer come, the rest {at}",
        },
        "channel-now": {"fr": ", le prochain tout de suite", "en": ", the next one at once"},
        "paused": {
            "fr": "{name} est en pause jusqu’à {until} ({why})\u202f; rien n’est perdu, messages "
            "en attente\u00a0: {waiting}.",
            "en": "{name} is paused until {until} ({why}); nothing is lost, messages waiting: "
            "{waiting}.",
        },
        "why-locked": {
            "fr": "l’accès est refusé\u00a0: alposs-bot setup",
            "en": "access is refused: alposs-bot setup",
        },
        "why-other": {"fr": "le serveur ne répond pas", "en": "the server does not answer"},
        "troubled": {
            "fr": "{name} ne répond plus depuis {since}\u00a0: {error}",
            "en": "{name} has not answered since {since}: {error}",
        },
        "always": {"fr": "le début", "en": "the beginning"},
        "gone": {
            "fr": "{name} n’est plus lue\u00a0: {error}",
            "en": "{name} is no longer read: {error}",
        },
        "aside": {
            "fr": "Message {id} pour {name}, mis de côté\u00a0: {error}. Une fois la cause levée\u00a0: "
            "alposs-bot retry {id}\u202f; pour y renoncer\u00a0: alposs-bot drop {id}",
            "en": "Message {id} for {name}, set aside: {error}. Once the cause is mended: "
            "alposs-bot retry {id}; to give it up: alposs-bot drop {id}",
        },
        "held": {
            "fr": "Message {id} pour {name}, peut-être déjà publié\u00a0: vérifiez là-bas. "
            "«\u00a0{words}\u00a0». S’il y est, ou pour y renoncer\u00a0: "
            "alposs-bot drop {id}\u202f; pour chercher encore\u00a0: alposs-bot retry {id}",
            "en": "Message {id} for {name}, maybe published already: look there. “{words}”. If it "
            "is there, or to give it up: alposs-bot drop {id}; to look again: alposs-bot retry {id}",
        },
        "drafts": {
            "fr": "À relire : {n}. Les voir et y répondre : alposs-bot drafts, ou !brouillons",
            "en": "To be looked at: {n}. To see and answer them: alposs-bot drafts, or !drafts",
        },
        "unasked": {
            "fr": "Rien n’est relu avant d’être publié : aucun compte Matrix n’a de salon pour "
            "cela (admin_room). Pour en créer un : alposs-bot setup",
            "en": "Nothing is looked at before it is posted: no Matrix account has a room for that "
            "(admin_room). To make one: alposs-bot setup",
        },
        "never": {"fr": "jamais", "en": "never"},
        "state-ok": {"fr": "répond", "en": "answers"},
        "state-new": {"fr": "pas encore lue", "en": "not read yet"},
        "state-off": {"fr": "arrêtée", "en": "stopped"},
        "state-failing": {"fr": "en échec ({n})", "en": "failing ({n})"},
        "state-paused": {"fr": "en pause", "en": "paused"},
        "state-waiting": {"fr": "{n} en attente", "en": "{n} waiting"},
        "what": {"fr": "quoi", "en": "what"},
        "state": {"fr": "état", "en": "state"},
        "boosted": {"fr": ", partage (boost)", "en": ", boosted"},
        "last": {"fr": "dernière fois", "en": "last time"},
        "next": {"fr": "prochaine fois", "en": "next time"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """One snapshot of the store, told in sentences, rows and data."""
        config, now = context.config(), context.now()
        store = await context.store()
        seen = await store.read(partial(_look, config=config, now=now))
        lines = self._sources(context, config, seen, now)
        lines += _workers.told(seen.workers, now, context.language)
        lines += self._channels(context, config, seen, now)
        lines += self._drafts(config, seen, context.language)
        trouble = self._trouble(context, config, seen, now)
        if trouble:
            lines += [self.tell("look", context.language), *(f"- {line}" for line in trouble)]
        elif any(row.last_ok for row in seen.sources.values()) and not any(
            row.failures for id, row in seen.sources.items() if id in config.sources
        ):
            lines.insert(0, self.tell("well", context.language))
        told = context.language
        return Answer(
            "\n".join(lines),
            data=_data(config, seen, now),
            columns=tuple(self.tell(key, told) for key in ("what", "state", "last", "next")),
            rows=tuple(self._rows(context, config, seen, now)),
            ok=not trouble,
        )

    def _sources(self, context: Context, config: Config, seen: _Seen, now: datetime) -> list[str]:
        enabled = [id for id, source in config.sources.items() if source.enabled]
        if not enabled:
            return [self.tell("no-sources", context.language)]
        rows = [seen.sources[id] for id in enabled if id in seen.sources]
        if not any(row.last_try for row in rows):
            return [self.tell("unread", context.language)]
        well = sum(row.last_ok is not None and row.failures == 0 for row in rows)
        due = [row.next_due for row in rows if row.next_due and not row.disabled]
        at = min(due, default=None)
        next = self._at(at, now, config, context) if at and at > now else None
        said = next or self.tell("soon", context.language)
        return [self.tell("sources", context.language, well=well, all=len(enabled), next=said)]

    def _channels(self, context: Context, config: Config, seen: _Seen, now: datetime) -> list[str]:
        lines = []
        for id, options in config.channels.items():
            waiting = _waiting(seen, id)
            if not options.enabled and not waiting:
                continue
            if config.paused(id, now):
                fields = {"name": options.name or id, "id": id, "waiting": waiting}
                lines.append(self.tell("resting", context.language, **fields))
                continue
            at = seen.next[id]
            next = ""
            if waiting and at is not None:
                key = "channel-next" if at > now else "channel-now"
                key = "channel-held" if seen.held[id] else key
                next = self.tell(key, context.language, at=self._at(at, now, config, context))
            lines.append(
                self.tell(
                    "channel",
                    context.language,
                    name=options.name or id,
                    sent=seen.counts.get((id, "sent"), 0),
                    waiting=waiting,
                    next=next,
                )
            )
        return lines

    def _drafts(self, config: Config, seen: _Seen, said: str) -> list[str]:
        """What waits for people; and where nobody can be asked, that nobody is."""
        if seen.drafts:
            return [self.tell("drafts", said, n=seen.drafts)]
        asked = any(
            one.enabled and one.public and one.approval.when != "never"
            for one in config.channels.values()
        )
        return [self.tell("unasked", said)] if asked and not moderated(config) else []

    def _trouble(self, context: Context, config: Config, seen: _Seen, now: datetime) -> list[str]:
        """What a person should look at, each with its next step."""
        lines, told = [], context.language
        for id, source in config.sources.items():
            row = seen.sources.get(id)
            if row is None or not source.enabled:
                continue
            if row.disabled:
                lines.append(self.tell("gone", told, name=source.name, error=row.error))
            elif row.failures >= TROUBLED:
                since = self._at(row.last_ok, now, config, context) if row.last_ok else None
                since = since or self.tell("always", told)
                lines.append(
                    self.tell("troubled", told, name=source.name, since=since, error=row.error)
                )
        for id, options in config.channels.items():
            paused = seen.channels[id]
            if paused.paused_until is not None and paused.paused_until > now:
                locked = paused.paused_why == "locked"
                lines.append(
                    self.tell(
                        "paused",
                        told,
                        name=options.name or id,
                        until=self._at(paused.paused_until, now, config, context),
                        why=self.tell("why-locked" if locked else "why-other", told),
                        waiting=_waiting(seen, id),
                    )
                )
        for worker in _workers.silent(seen.workers, now):
            since = self._at(worker.seen, now, config, context)
            lines.append(_workers.gone(worker, since, told))
        for one in seen.aside:
            known = config.channels.get(one.channel)
            name = (known.name if known else "") or one.channel
            words = one.message.text.splitlines()[0] if one.message.text else ""
            key = "held" if one.doubt else "aside"
            error = one.error.rstrip(".")
            lines.append(self.tell(key, told, id=one.id, name=name, error=error, words=words))
        return lines

    def _rows(
        self, context: Context, config: Config, seen: _Seen, now: datetime
    ) -> list[tuple[str, ...]]:
        def at(when: datetime | None) -> str:
            if when is None:
                return self.tell("never", context.language)
            return self._at(when, now, config, context)

        rows: list[tuple[str, ...]] = []
        for id, source in config.sources.items():
            row = seen.sources.get(id)
            if source.enabled and row is not None:
                state = self._source_state(row, context.language)
                next = at(row.next_due) if row.next_due and not row.disabled else ""
                rows.append((source.name, state, at(row.last_ok), next))
            elif source.enabled:
                new = self.tell("state-new", context.language)
                rows.append((source.name, new, at(None), ""))
        for id, options in config.channels.items():
            waiting, last, paused = _waiting(seen, id), seen.last[id], seen.channels[id]
            if not options.enabled and not waiting:
                continue
            resting = paused.paused_until is not None and paused.paused_until > now
            key = "state-paused" if resting else "state-waiting"
            sent = at(last.sent_at if last else None)
            sent += self.tell("boosted", context.language) if last and boosted(last) else ""
            due = seen.next[id]
            rows.append(
                (
                    options.name or id,
                    self.tell(key, context.language, n=waiting),
                    sent,
                    at(due) if waiting and due else "",
                )
            )
        return rows

    def _source_state(self, row: SourceRow, language: str) -> str:
        if row.disabled:
            return self.tell("state-off", language)
        if row.failures:
            return self.tell("state-failing", language, n=row.failures)
        return self.tell("state-ok" if row.last_ok else "state-new", language)

    def _at(self, when: datetime, now: datetime, config: Config, context: Context) -> str:
        return moment(when, now, config.bot.timezone, context.language)


def _look(tx: Tx, *, config: Config, now: datetime) -> _Seen:
    """Everything from one snapshot."""
    last = {id: next(iter(tx.deliveries.last_sent(id)), None) for id in config.channels}
    return _Seen(
        sources={row.id: row for row in tx.sources.all()},
        counts=tx.deliveries.counts(),
        channels={id: tx.channels.get(id) for id in config.channels},
        next={
            id: next_out(tx, id, options, now, config.bot.timezone)
            for id, options in config.channels.items()
        },
        held={id: held_up(tx, id, now) for id in config.channels},
        last=last,
        aside=tuple(tx.deliveries.aside()),
        notices=tuple(tx.notices.all()),
        drafts=len(tx.drafts.waiting()),
        oldest=tx.deliveries.oldest(),
        workers=tuple(tx.workers.all()),
    )


def _waiting(seen: _Seen, channel: str) -> int:
    return sum(seen.counts.get((channel, one), 0) for one in ("queued", "sending", "unclear"))


def _data(config: Config, seen: _Seen, now: datetime) -> dict[str, Any]:
    """The same for machines: moments in ISO 8601, UTC."""

    def iso(when: datetime | None) -> str | None:
        return when.isoformat() if when else None

    return {
        "now": iso(now),
        "sources": {
            id: {
                "enabled": source.enabled,
                "disabled": bool(row and row.disabled),
                "failures": row.failures if row else 0,
                "error": row.error if row else "",
                "last_try": iso(row.last_try) if row else None,
                "last_ok": iso(row.last_ok) if row else None,
                "next_due": iso(row.next_due) if row else None,
            }
            for id, source in config.sources.items()
            for row in (seen.sources.get(id),)
        },
        "channels": {
            id: {
                "enabled": options.enabled,
                "states": {
                    state: n for (channel, state), n in seen.counts.items() if channel == id
                },
                "paused_until": iso(seen.channels[id].paused_until),
                "paused_why": seen.channels[id].paused_why,
                "last_sent": iso(last.sent_at if (last := seen.last[id]) else None),
                "next": iso(seen.next[id]),
            }
            for id, options in config.channels.items()
        },
        "aside": [
            {"id": one.id, "channel": one.channel, "held": one.doubt, "error": one.error}
            for one in seen.aside
        ],
        "notices": [{"key": one.key, "since": iso(one.since)} for one in seen.notices],
        "drafts": seen.drafts,
        "moderated": moderated(config),
        "oldest_waiting": iso(seen.oldest),
        "workers": _workers.data(seen.workers, now),
    }
