"""How each source does: in a table at a glance, or one of them with what its admin can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.commands._moments import moment
from bot.commands.command import Answer, Command
from bot.config.wiring import SourceSettings
from bot.sources import lately, often
from bot.store.sources import SourceRow

if TYPE_CHECKING:
    from bot.config.read import Config

HEALTH_TEXTS: Mapping[str, Mapping[str, str]] = {
    "id": {"fr": "source", "en": "source"},
    "name": {"fr": "média", "en": "publisher"},
    "kind": {"fr": "genre", "en": "kind"},
    "state": {"fr": "état", "en": "state"},
    "lately": {"fr": "derniers essais", "en": "last tries"},
    "last": {"fr": "dernière lecture", "en": "last read"},
    "next": {"fr": "prochaine", "en": "next"},
    "off": {"fr": "désactivée", "en": "disabled"},
    "off-note": {"fr": "désactivée\u00a0: {note}", "en": "disabled: {note}"},
    "unread": {"fr": "pas encore lue", "en": "not read yet"},
    "well": {"fr": "va bien", "en": "well"},
    "failing": {
        "fr": "Sans réponse en ce moment\u00a0:",
        "en": "Without an answer at the moment:",
    },
    "help": {"fr": "- {id}\u00a0: {advice}", "en": "- {id}: {advice}"},
    "title": {"fr": "{name} ({id}, {kind})", "en": "{name} ({id}, {kind})"},
    "is": {"fr": "État\u00a0: {state}.", "en": "State: {state}."},
    "tries": {
        "fr": "Derniers essais, le plus récent à droite\u00a0: {line} (barre haute\u00a0: beaucoup de "
        "nouvelles, ×\u00a0: sans réponse)",
        "en": "Last tries, the latest on the right: {line} (high bar: much news, ×: no answer)",
    },
    "read-at": {
        "fr": "Dernière bonne lecture\u00a0: {at}.",
        "en": "Last good read: {at}.",
    },
    "next-at": {"fr": "Prochain essai\u00a0: {at}.", "en": "Next try: {at}."},
    "every-fixed": {
        "fr": "Lue toutes les {every}, comme son fichier le dit (interval).",
        "en": "Read every {every}, as its file says (interval).",
    },
    "every-known": {
        "fr": "Lue toutes les {every}, parce qu’elle publie à peu près tous les {gap} ou n’a rien "
        "publié depuis. Pour le fixer\u00a0: interval, en minutes, dans son fichier.",
        "en": "Read every {every}, because it publishes about every {gap} or has published "
        "nothing since. To fix it: interval, in minutes, in its file.",
    },
    "every-unknown": {
        "fr": "Lue toutes les {every}, jusqu’à ce que je sache à quel rythme elle publie.",
        "en": "Read every {every}, until I know how often it publishes.",
    },
    "longer": {
        "fr": "Son site peut demander plus d’espace entre deux lectures\u00a0; c’est alors lui qui "
        "décide.",
        "en": "Its site may ask for more time between two reads; then it decides.",
    },
    "minutes": {"fr": "{n} min", "en": "{n} min"},
    "hours": {"fr": "{n} h", "en": "{n} h"},
    "days": {"fr": "{n} jours", "en": "{n} days"},
    "advice-wait": {
        "fr": "rien à faire, le site est en panne ou demande d’attendre. Si cela dure plusieurs "
        "jours, écrivez à son responsable",
        "en": "nothing to do, the site is down or asks to wait. If it lasts for days, write to "
        "whoever runs it",
    },
    "advice-reach": {
        "fr": "ouvrez {url} dans un navigateur. Si le site a changé d’adresse\u00a0: alposs-bot "
        "sources discover SITE, puis corrigez url dans son fichier",
        "en": "open {url} in a browser. If the site has another address: alposs-bot sources "
        "discover SITE, then mend url in its file",
    },
    "advice-address": {
        "fr": "le flux a changé d’adresse ou n’existe plus. Cherchez-le\u00a0: alposs-bot sources "
        "discover {home}, puis corrigez url dans son fichier, ou retirez-la\u00a0: alposs-bot sources "
        "remove {id}",
        "en": "the feed has another address or is gone. Look for it: alposs-bot sources discover "
        "{home}, then mend url in its file, or remove it: alposs-bot sources remove {id}",
    },
    "advice-closed": {
        "fr": "le site refuse le bot. Écrivez à son responsable, ou retirez-la\u00a0: alposs-bot "
        "sources remove {id}",
        "en": "the site refuses the bot. Write to whoever runs it, or remove it: alposs-bot "
        "sources remove {id}",
    },
    "advice-allow": {
        "fr": "si c’est un site interne à vous, autorisez son réseau dans bot.toml, sous [fetch] "
        "allow",
        "en": "if it is an internal site of yours, allow its network in bot.toml, under [fetch] "
        "allow",
    },
}
#: the reason of a failure -> what helps; "refused 404" goes before "refused"
_ADVICE = {
    "unreachable": "reach",
    "refused 401": "closed",
    "refused 403": "closed",
    "refused 451": "closed",
    "refused 404": "address",
    "closed": "closed",
    "gone": "address",
    "forbidden": "allow",
    "too-large": "address",
    "unreadable": "address",
}


@dataclass(frozen=True)
class View:
    """What a look at the sources needs.

    :param command: the one whose texts are spoken, with HEALTH_TEXTS among them.
    """

    command: Command
    config: Config
    rows: Mapping[str, SourceRow]
    now: datetime
    language: str

    def table(self) -> Answer:
        """All of them at a glance, and under those that fail what can be done."""
        shown = [(id, source, self.rows.get(id)) for id, source in self.config.sources.items()]
        help = [
            self._say("help", id=id, advice=self._advice(id, source, row))
            for id, source, row in shown
            if source.enabled and row is not None and row.error
        ]
        keys = ("id", "name", "kind", "state", "lately", "last", "next")
        return Answer(
            text="\n".join([self._say("failing"), *help, ""]) if help else "",
            data=[self._data(id, source, row) for id, source, row in shown],
            columns=tuple(self._say(key) for key in keys),
            rows=tuple(
                (
                    id,
                    source.name,
                    source.kind,
                    self._state(source, row),
                    lately.line(row.recent) if row else "",
                    self._at(row.last_ok if row else None),
                    self._at(self._due(source, row)),
                )
                for id, source, row in shown
            ),
        )

    def one(self, id: str) -> Answer:
        """Everything about one source, in sentences."""
        source, row = self.config.sources[id], self.rows.get(id)
        lines = [self._say("title", name=source.name, id=id, kind=source.kind)]
        lines.append(self._say("is", state=self._state(source, row).rstrip(".")))
        if row is not None and row.error and source.enabled:
            advice = self._advice(id, source, row)
            lines.append(f"{advice[:1].upper()}{advice[1:]}.")
        if row is not None and row.recent:
            lines.append(self._say("tries", line=lately.line(row.recent)))
        if row is not None and row.last_ok:
            lines.append(self._say("read-at", at=self._at(row.last_ok)))
        if (due := self._due(source, row)) is not None:
            lines.append(self._say("next-at", at=self._at(due)))
        if source.enabled:
            lines += [self._every(source, row), self._say("longer")]
        return Answer("\n".join(lines), data=self._data(id, source, row))

    def _say(self, key: str, **fields: object) -> str:
        return self.command.tell(key, self.language, **fields)

    def _at(self, when: datetime | None) -> str:
        zone = self.config.bot.timezone
        return moment(when, self.now, zone, self.language) if when else ""

    def _state(self, source: SourceSettings, row: SourceRow | None) -> str:
        if not source.enabled:
            return self._say("off-note" if source.note else "off", note=source.note)
        if row is None or row.last_try is None:
            return row.error if row and row.error else self._say("unread")
        return row.error or self._say("well")

    def _due(self, source: SourceSettings, row: SourceRow | None) -> datetime | None:
        return row.next_due if row and source.enabled and not row.disabled else None

    def _advice(self, id: str, source: SourceSettings, row: SourceRow) -> str:
        key = _ADVICE.get(row.reason) or _ADVICE.get(row.reason.partition(" ")[0], "wait")
        url = str(getattr(source, "url", "") or source.home or id)
        return self._say(f"advice-{key}", id=id, url=url, home=source.home or url)

    def _every(self, source: SourceSettings, row: SourceRow | None) -> str:
        known = row.news if row else ()
        every = self._span(often.interval(source.interval, known, self.now))
        if source.interval is not None:
            return self._say("every-fixed", every=every)
        gap = often.gap(known, self.now)
        if gap is None:
            return self._say("every-unknown", every=every)
        return self._say("every-known", every=every, gap=self._span(gap))

    def _span(self, time: timedelta) -> str:
        for key, unit in (("days", timedelta(days=1)), ("hours", timedelta(hours=1))):
            if time >= 2 * unit:
                return self._say(key, n=round(time / unit))
        return self._say("minutes", n=round(time / timedelta(minutes=1)))

    def _data(self, id: str, source: SourceSettings, row: SourceRow | None) -> dict[str, Any]:
        due, known = self._due(source, row), row.news if row else ()
        every = often.interval(source.interval, known, self.now)
        last = row.last_ok if row else None
        return {
            "id": id,
            "name": source.name,
            "kind": source.kind,
            "enabled": source.enabled and not (row is not None and row.disabled),
            "error": row.error if row else "",
            "reason": row.reason if row else "",
            "failures": row.failures if row else 0,
            "advice": self._advice(id, source, row) if row and row.error else "",
            "last_reads": row.recent if row else "",
            "interval_minutes": round(every / timedelta(minutes=1)),
            "last_ok": last.isoformat() if last else None,
            "next_due": due.isoformat() if due else None,
        }
