"""``why``: what became of a news item, in sentences: seen, understood, told where, or why not.

It answers to the address of an article, to the address of one of the bot's own posts, and to the
id of an entry or a story. Everything it says was recorded when it happened, or follows from the
present settings; it reads nothing from the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import languages
from bot.commands._alike import ALIKE_TEXTS, things
from bot.commands._filter_texts import FILTER_TEXTS
from bot.commands._moments import moment
from bot.commands._sent_texts import SENT_TEXTS, ended, pictured
from bot.commands._traces import Trace, data, find
from bot.commands.command import Answer, Argument, Command, Context
from bot.config.read import language_folders
from bot.errors import CommandError
from bot.outbox.delivery import boosted

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.config.wiring import ChannelSettings
    from bot.languages import Language
    from bot.outbox.delivery import Delivery
    from bot.store.entries import EntryRow
    from bot.store.sources import SourceRow


class Why(Command):
    """Why a news item was told, or was not."""

    kind = "why"
    names = {"fr": ("pourquoi",), "en": ("why",)}
    help = {
        "fr": "Dit ce qu’est devenue une nouvelle\u00a0: quand elle a été lue, comment elle a été "
        "comprise, où elle a été annoncée, ou pourquoi elle ne l’a pas été.",
        "en": "Say what became of a news item: when it was read, how it was understood, where it "
        "was announced, or why it was not.",
    }
    arguments = (
        Argument(
            "what",
            {
                "fr": "l’adresse de l’article ou de l’annonce, leur identifiant, ou le numéro que "
                "donne nouveautes",
                "en": "the address of the article or of the announcement, their id, or the number "
                "that news gives",
            },
            said={"fr": "adresse ou numéro", "en": "address or number"},
        ),
    )
    role = "member"
    answers_replies = True
    example = {"fr": "!pourquoi adresse", "en": "!why address"}
    rank = 8
    faces = frozenset({"terminal", "chat"})
    texts = {
        "which": {"fr": "De quelle nouvelle s’agit-il ?", "en": "Which news item?"},
        "how": {
            "fr": "Donnez l’adresse de l’article ou le numéro de l’annonce.",
            "en": "Give the article’s address or the announcement’s number.",
        },
        "read": {
            "fr": "«\u00a0{title}\u00a0», lue {at} chez {source}.",
            "en": "“{title}”, read {at} from {source}.",
        },
        "understood": {
            "fr": "Comprise comme\u00a0: {kind}{sure}.",
            "en": "Understood as: {kind}{sure}.",
        },
        "sure": {"fr": " (sûr à {percent} %)", "en": " ({percent}% sure)"},
        "kind-award": {"fr": "un prix", "en": "an award"},
        "kind-label": {"fr": "un label", "en": "a label"},
        "kind-event": {"fr": "un événement", "en": "an event"},
        "kind-event_update": {
            "fr": "un changement pour un événement",
            "en": "a change of an event",
        },
        "kind-call_for_papers": {"fr": "un appel à conférences", "en": "a call for papers"},
        "kind-release": {"fr": "une nouvelle version d’un logiciel", "en": "a software release"},
        "kind-other": {
            "fr": "une nouvelle sans prix, événement ni date limite",
            "en": "news without award, event or deadline",
        },
        "others": {
            "fr": "La même nouvelle vient aussi de\u00a0: {names}.",
            "en": "The same news also comes from: {names}.",
        },
        **ALIKE_TEXTS,
        "quoted": {"fr": "{line} «\u00a0{words}\u00a0»", "en": "{line} “{words}”"},
        **SENT_TEXTS,
        "queued": {
            "fr": "Attend son tour sur {channel}, au plus tôt {at} (rythme et heures calmes).",
            "en": "Waits for its turn on {channel}, {at} at the earliest (pace and quiet hours).",
        },
        "queued-now": {
            "fr": "Attend son tour sur {channel}, dès que le bot tourne.",
            "en": "Waits for its turn on {channel}, as soon as the bot runs.",
        },
        "failing": {
            "fr": "Pas encore passée sur {channel} (essais\u00a0: {tries})\u00a0: {error}. Nouvel "
            "essai {at}.",
            "en": "Not through yet on {channel} (tries: {tries}): {error}. Next try {at}.",
        },
        "aside": {
            "fr": "Mise de côté sur {channel}\u00a0: {error}. Un responsable doit regarder "
            "(message {id}, voir alposs-bot status).",
            "en": "Set aside on {channel}: {error}. Somebody in charge must look (message {id}, "
            "see alposs-bot status).",
        },
        "held": {
            "fr": "Peut-être déjà publiée sur {channel}, je n’ai pas pu le vérifier\u00a0: un "
            "responsable doit regarder (message {id}, voir alposs-bot status).",
            "en": "Maybe already published on {channel}, I could not check: somebody in charge "
            "must look (message {id}, see alposs-bot status).",
        },
        "expired": {
            "fr": "N’est pas partie à temps sur {channel}\u00a0: elle n’avait plus d’intérêt.",
            "en": "Did not go out in time on {channel}: it was no longer of interest.",
        },
        "not-told": {"fr": "Pas annoncée\u00a0: {cause}.", "en": "Not announced: {cause}."},
        "not-on": {
            "fr": "Pas annoncée sur {channel}\u00a0: {cause}.",
            "en": "Not announced on {channel}: {cause}.",
        },
        "irrelevant": {
            "fr": "elle ne parle ni de logiciel libre d’ici, ni d’un prix, ni d’un événement suivi",
            "en": "it is not about local free software, an award or an event that is followed",
        },
        **FILTER_TEXTS,
        "first": {
            "fr": "elle était déjà là à la première lecture de cette source, et seules les "
            "nouvelles suivantes sont annoncées",
            "en": "it was there at the first read of this source, and only later news is announced",
        },
        "old": {
            "fr": "elle date de {published}, trop longtemps avant sa lecture (réglage\u00a0: {days} j)",
            "en": "it dates from {published}, too long before it was read (setting: {days} d)",
        },
        "flood": {
            "fr": "trop de nouvelles à la fois de cette source\u00a0; elle est dans le résumé",
            "en": "too much news at once from this source; it is in the digest",
        },
        "known": {
            "fr": "cette histoire était déjà annoncée, par une autre source",
            "en": "this story was announced already, from another source",
        },
        "no-channel": {
            "fr": "aucun canal n’est actif. Connectez-en un\u00a0: alposs-bot setup",
            "en": "no channel is enabled. Connect one: alposs-bot setup",
        },
        "kinds": {
            "fr": "ce canal ne prend que\u00a0: {kinds}",
            "en": "this channel only takes: {kinds}",
        },
        "source-channels": {
            "fr": "cette source n’y est pas reliée",
            "en": "this source is not connected to it",
        },
        "unsure": {
            "fr": "je ne suis pas assez sûr de l’avoir bien comprise ({percent} %, il faut "
            "{wanted} %)",
            "en": "I am not sure enough to have understood it ({percent}%, {wanted}% needed)",
        },
        "nothing": {
            "fr": "rien de neuf à dire par rapport à ce qui est déjà connu",
            "en": "nothing new to say beside what is known already",
        },
        "unknown": {
            "fr": "Je n’ai pas lu «\u00a0{what}\u00a0». Mes sources ({count})\u00a0: {names}.{next} "
            "Une nouvelle absente de ces sources ne peut pas être annoncée.",
            "en": "I have not read “{what}”. My sources ({count}): {names}.{next} News that "
            "is not in these sources cannot be announced.",
        },
        "next-read": {
            "fr": " Prochaine lecture\u00a0: {source}, {at}.",
            "en": " Next read: {source}, {at}.",
        },
        "source-error": {
            "fr": "La source {source} ne répond pas en ce moment\u00a0: {error}",
            "en": "The source {source} does not answer at the moment: {error}",
        },
        "wrong": {
            "fr": "Une erreur\u202f? Répondez «\u00a0erreur\u00a0»\u00a0: un humain regardera.",
            "en": "A mistake? Reply “mistake”: a human will look.",
        },
        "and-more": {"fr": "{names} et {n} de plus", "en": "{names} and {n} more"},
    }

    async def run(self, context: Context, arguments: Mapping[str, Any]) -> Answer:
        """Look it up and tell it; ``ok`` is False where nothing is known of it."""
        what = re.sub(r"^n[°o.]*\s*(?=\d+$)", "", str(arguments.get("what") or "").strip())
        asking = context.question
        if not what and asking and asking.reply_to:
            what = asking.reply_to
        if not what:
            raise CommandError(
                what=self.tell("which", context.language), next=self.tell("how", context.language)
            )
        config, now = context.config(), context.now()
        store = await context.store()
        # Who moderates is told to those who do so themselves, and at the terminal.
        named = asking is None or asking.role != "member"
        found = await store.read(partial(find, what=what, config=config, now=now, named=named))
        if not found:
            rows = await store.read(lambda tx: tx.sources.all())
            text = self._unknown(what, config, rows, now, context.language)
            return Answer(text, data={"what": what, "found": []}, ok=False)
        spoken = languages.read_all(language_folders(context.config_dir))
        words = spoken.get(context.language) or spoken.get("en")
        told = [self._tell_one(known, config, words, now, context.language) for known in found]
        text = "\n\n".join("\n".join(lines) for lines in told)
        return Answer(
            f"{text}\n{self.tell('wrong', context.language)}" if asking else text,
            data={"what": what, "found": [data(known) for known in found]},
        )

    def _tell_one(
        self, known: Trace, config: Config, words: Language | None, now: datetime, said: str
    ) -> list[str]:
        at = partial(moment, now=now, timezone=config.bot.timezone, language=said)
        row = known.row
        publisher = row.entry.publisher
        title = row.entry.title or row.entry.summary.partition("\n")[0] or row.entry.id
        lines = [self.tell("read", said, title=title, at=at(row.first_seen), source=publisher.name)]
        if row.understanding is not None:
            # 0.99 is sure enough for people; the figure stands where it may decide.
            percent = round(row.understanding.confidence * 100)
            sure = self.tell("sure", said, percent=percent) if percent < 99 else ""
            kind = self.tell(f"kind-{row.understanding.kind}", said)
            lines.append(self.tell("understood", said, kind=kind, sure=sure))
            for reason in row.understanding.reasons:
                template = words.text("reasons", reason.key) if words else None
                if template:
                    lines.append(template.format_map(_Blank(reason.fields)))
        others = {
            witness.name
            for story in known.stories
            for witness in story.witnesses
            if witness.entry != row.entry.id and witness.name != publisher.name
        }
        if others:
            lines.append(self.tell("others", said, names=", ".join(sorted(others))))
        if shared := things(row.entry, known.stories, config, said):
            lines.append(self.tell("alike", said, things=shared))
        lines += self._where(known, config, words, now, said)
        if known.source.error:
            lines.append(
                self.tell("source-error", said, source=publisher.name, error=known.source.error)
            )
        return lines

    def _where(
        self, known: Trace, config: Config, words: Language | None, now: datetime, said: str
    ) -> list[str]:
        """Told where, waiting where, and for each other channel why not."""
        at = partial(moment, now=now, timezone=config.bot.timezone, language=said)
        live = [one for one in known.deliveries if one.state != "superseded"]
        several = len({one.announcement for one in live}) > 1
        lines = []
        for one in live:
            line = self._delivery(one, known, config, at, now, said)
            first = one.message.text.partition("\n")[0]
            lines.append(self.tell("quoted", said, line=line, words=first) if several else line)
        if most := max((known.floods.get(one.announcement, 0) for one in live), default=0):
            lines.append(self.tell("flood-digest", said, n=most))
        reached = {one.channel for one in live}
        cause = self._not_told(known, config, words, at, said)
        if not reached and cause:
            return [self.tell("not-told", said, cause=cause)]
        active = {id: one for id, one in config.channels.items() if one.enabled}
        if not active and not reached:
            return [self.tell("not-told", said, cause=self.tell("no-channel", said))]
        for id, options in active.items():
            if id not in reached:
                why = self._not_on(known, config, id, options, said)
                name = options.name or id
                lines.append(self.tell("not-on", said, channel=name, cause=why))
        return lines

    def _delivery(
        self, one: Delivery, known: Trace, config: Config, at: Any, now: datetime, said: str
    ) -> str:
        options = config.channels.get(one.channel)
        channel = (options.name if options else "") or one.channel
        if one.state == "sent":
            key = "sent" if one.action == "post" else f"sent-{one.action}"
            key = "sent-boost" if boosted(one) else key
            key = "sent-digest" if one.action == "post" and one.story is None else key
            link = f"\u00a0: {one.remote_url}" if said == "fr" else f": {one.remote_url}"
            when = at(one.sent_at or one.due)
            shown = link if one.remote_url else ""
            line = self.tell(key, said, channel=channel, at=when, link=shown)
            return line + pictured(one, said)
        if one.state in ("queued", "unclear"):
            if one.attempts:
                return self.tell(
                    "failing",
                    said,
                    channel=channel,
                    tries=one.attempts,
                    error=one.error.rstrip(".") or "?",
                    at=at(max(one.due, now)),
                )
            soonest = max(one.due, known.next.get(one.channel) or one.due)
            key = "queued" if soonest > now else "queued-now"
            key = "queued-held" if known.held.get(one.channel) else key
            return self.tell(key, said, channel=channel, at=at(soonest))
        if one.state == "aside":
            key = "held" if one.doubt else "aside"
            error = one.error.rstrip(".")
            return self.tell(key, said, channel=channel, error=error, id=one.id)
        if one.state == "withdrawn":
            return ended(one, known.given_up.get(one.id), channel, at, said)
        if one.state == "sending" and one.lease_until is not None and one.lease_until <= now:
            return self.tell("sending-stopped", said, channel=channel)
        line = self.tell(one.state, said, channel=channel, draft=one.draft)
        return f"{line} {known.asked_because(one, said)}".rstrip()

    def _not_told(
        self, known: Trace, config: Config, words: Language | None, at: Any, said: str
    ) -> str:
        """Why it was told nowhere, whatever the channel; "" where that depends on the channel."""
        row = known.row
        key = str(row.decision.get("key", ""))
        fields = {name: str(value) for name, value in row.decision.items()}
        if key in ("irrelevant", "first", "flood", "known", "old"):
            return self._cause(key, row, config, at, said)
        if key.startswith("filter-"):
            if "kind" in fields:
                fields["kind"] = self.tell(f"kind-{fields['kind']}", said)
            pair = self.texts[key]
            return (pair.get(said) or pair["en"]).format_map(_Blank(fields))
        template = words.text("reasons", key) if words and key else None
        if template:
            return template.format_map(_Blank(fields)).rstrip(".")
        if row.understanding is not None and not row.understanding.relevant:
            return self._cause("irrelevant", row, config, at, said)
        if known.source.first_seen is not None and row.first_seen <= known.source.first_seen:
            return self._cause("first", row, config, at, said)
        if row.first_seen - row.entry.published > timedelta(days=config.bot.news.max_age_days):
            return self._cause("old", row, config, at, said)
        return ""

    def _cause(self, key: str, row: EntryRow, config: Config, at: Any, said: str) -> str:
        days = config.bot.news.max_age_days
        return self.tell(key, said, published=at(row.entry.published), days=days)

    def _not_on(
        self, known: Trace, config: Config, id: str, options: ChannelSettings, said: str
    ) -> str:
        """Why it was not told on this channel."""
        source = config.sources.get(known.row.entry.publisher.source)
        if source is not None and source.channels and id not in source.channels:
            return self.tell("source-channels", said)
        understood = known.row.understanding
        if understood is not None:
            if options.kinds and understood.kind not in options.kinds:
                kinds = ", ".join(self.tell(f"kind-{kind}", said) for kind in options.kinds)
                return self.tell("kinds", said, kinds=kinds)
            if understood.confidence < options.confidence:
                percent, wanted = understood.confidence * 100, options.confidence * 100
                return self.tell("unsure", said, percent=round(percent), wanted=round(wanted))
        return self.tell("nothing", said)

    def _unknown(
        self, what: str, config: Config, rows: list[SourceRow], now: datetime, said: str
    ) -> str:
        read = {id: source for id, source in config.sources.items() if source.enabled}
        names = [source.name for source in read.values()]
        shown = ", ".join(names[:8]) or "–"
        if len(names) > 8:
            shown = self.tell("and-more", said, names=shown, n=len(names) - 8)
        due = [
            (row.next_due, row.id)
            for row in rows
            if row.id in read and row.next_due is not None and not row.disabled
        ]
        next = ""
        if due:
            soonest, id = min(due)
            when = moment(max(soonest, now), now, config.bot.timezone, said)
            next = self.tell("next-read", said, source=read[id].name, at=when)
        return self.tell("unknown", said, what=what, count=len(names), names=shown, next=next)


class _Blank(dict[str, str]):
    """A field that an older entry does not have shows as …"""

    def __missing__(self, key: str) -> str:
        return "…"
