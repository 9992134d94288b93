"""The opened house: everything that collect() and deliver() work with.

It is a plain value that ``app`` opens from the configuration (``opening.py``) and that a reload can
swap; it decides nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.channels.channel import Channel, Limits
from bot.config.read import Config
from bot.errors import BotError, ChannelError, DataError
from bot.languages import Language
from bot.sources.fetch import Fetcher
from bot.sources.source import Source
from bot.store.asked import Asked
from bot.store.database import Store, Tx
from bot.store.ledger import Ledger
from bot.store.shared import SharedLedger
from bot.store.workers import own_name
from bot.understanding.knowledge import Knowledge

log = logging.getLogger(__name__)

#: how long the limits that a server has told are believed
LIMITS_KEPT = timedelta(days=1)
#: of ``meta``: which hosts asked to be left alone, and until when
PAUSED = "paused-hosts"

#: notices that may be answered by a tap: the first word of their key -> file of bot/reactions
ANSWERED: Mapping[str, str] = {"aside": "aside", "held": "aside", "failing": "failing"}
#: one with such a link is answered in words: by the code that the link shows
CODE_LINK = "/oauth/authorize?"

TEXTS: Mapping[str, Mapping[str, str]] = {
    "aside": {
        "fr": "✅ réessayer, ❌ y renoncer. Sans réponse, il reste de côté.",
        "en": "✅ try again, ❌ give it up. Without an answer it stays aside.",
    },
    "held": {
        "fr": "Le message n°\u00a0{id} pour {name} est peut-être déjà parti, et je ne peux pas le "
        "vérifier\u00a0: regardez là-bas. «\u00a0{words}\u00a0»",
        "en": "Message no. {id} for {name} may have gone out already, and I cannot check: look "
        "there. “{words}”",
    },
    "failing": {
        "fr": "Chercher la nouvelle adresse\u00a0: ✅. Ne plus la lire\u00a0: ❌.",
        "en": "Look for the new address: ✅. Read it no more: ❌.",
    },
    "read": {
        "fr": "{name}\u00a0: répond (nouvelles lues\u00a0: {entries}, encore inconnues\u00a0: {new})",
        "en": "{name}: answers (entries read: {entries}, new to me: {new})",
    },
    "renamed": {
        "fr": "{name} a changé tous les identifiants de ses articles\u00a0: je les reconnais à leurs "
        "titres et dates, et n’annonce rien de nouveau. Rien à faire.",
        "en": "{name} has changed the ids of all its articles: I know them by their titles and "
        "dates, and announce nothing again. Nothing to do.",
    },
}


@dataclass
class House:
    """What is open while the bot runs."""

    config: Config
    knowledge: Knowledge
    languages: Mapping[str, Language]
    store: Store
    fetcher: Fetcher
    sources: Mapping[str, Source]  # the enabled ones, by id
    channels: Mapping[str, Channel]  # the same
    say: Callable[[str, int, int], None]  # shows progress: text, done, total
    now: Callable[[], datetime]
    language: str = "fr"  # of progress lines
    chance: Callable[[], float] = random.random
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)  # one entry at a time on the loop
    warm: Knowledge | None = None  # whose words are compiled: its first reading takes long
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    working: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    answered: set[str] = field(default_factory=set)  # sources whose answer is taken in just now
    stale: set[str] = field(default_factory=set)  # sources whose last unknown entry was no news
    endless: set[str] = field(default_factory=set)  # entries and sources that are read without end
    trouble: DataError | None = None  # the store's last
    stopping: bool = False
    offered: bool = False  # the first run is over
    unheard: int = 0  # how often in a row nobody could be asked
    ask_again: datetime | None = None  # before it nobody is asked
    started: set[str] = field(default_factory=set)  # channels that are open
    people: dict[str, Channel] = field(default_factory=dict)  # to one person each, by destination
    closing: set[str] = field(default_factory=set)  # ids whose channel before a reload still ends
    failed_starts: Counter[str] = field(default_factory=Counter)
    limits: dict[str, tuple[Limits, datetime]] = field(default_factory=dict)
    concerns: dict[str, frozenset[str]] = field(default_factory=dict)  # by account, told already
    links_asked: dict[str, datetime] = field(default_factory=dict)  # by channel, see concerns
    pulses: dict[str, tuple[int | None, datetime]] = field(default_factory=dict)  # see otherway
    data_dir: Path = Path("data")
    worker: str = field(default_factory=own_name)  # this process among several
    leads: bool = True  # it does what only one of them may (bot/process/crew.py)
    ledger: Ledger | SharedLedger = field(init=False)  # the sources' rows

    def __post_init__(self) -> None:
        self.leads = not self.store.shared
        most = self.config.bot.fetch.concurrency
        shared = SharedLedger(self.store, self.worker, most, PAUSED)
        self.ledger = Ledger(self.store) if self.leads else shared

    @property
    def preview(self) -> bool:
        """True while no enabled channel reaches the public."""
        return not any(channel.options.public for channel in self.channels.values())

    @property
    def moderated(self) -> bool:
        """Is there a room in which people can look at drafts, and be heard?"""
        return self.config.bot.chat.enabled and any(
            channel.moderators for channel in self.channels.values()
        )

    def tongue(self, channel: Channel) -> Language:
        """The language that a channel speaks; French where its own is not there."""
        return self.languages.get(channel.options.language) or self.languages["fr"]

    def channel_name(self, id: str) -> str:
        """How people call a channel."""
        known = self.config.channels.get(id)
        return (known.name if known else "") or id

    def trust(self, source: str) -> int:
        """How much a source is believed where witnesses disagree."""
        settings = self.config.sources.get(source)
        return settings.trust if settings else 0

    def read_well(self, source: Source, entries: int, new: int) -> None:
        """Show one source that answered."""
        self.counts["read"] += 1
        if self._shown() or log.isEnabledFor(logging.INFO):
            text = TEXTS["read"][self.language]
            self._show(text.format(name=source.options.name, entries=entries, new=new))

    def read_badly(self, source: Source, error: BotError) -> None:
        """Show one source that did not: one quiet line."""
        self.counts["failed"] += 1
        self._show(f"{source.options.name} : {error.say(self.language)}")

    def _done(self) -> int:
        return self.counts["read"] + self.counts["failed"]

    def _shown(self) -> bool:
        """Is it the first round of a preview, which people look at?"""
        return self._done() <= len(self.sources) and self.preview

    def _show(self, text: str) -> None:
        if self._shown():
            self.say(text, self._done(), len(self.sources))
        else:
            log.info("%s", text)

    def alarm(self, limits: Limits) -> bool:
        """Does a room's bot listen, so that ⏰ under an event is understood?"""
        return limits.form == "room" and self.config.bot.chat.enabled

    def speaks(self, channel: Channel) -> bool:
        """Is it still one of ours? A reload may have put another in its place."""
        mine = self.people if channel.id in self.people else self.channels
        return mine.get(channel.id) is channel

    def begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start a piece of work unless one of that name is under way."""
        if self.stopping or name in self.working:
            work.close()
            return
        task = asyncio.create_task(work, name=name)
        self.working[name] = task
        task.add_done_callback(lambda done: self._ended(name, done))

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        self.working.pop(name, None)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, DataError):  # it says itself what to do
            self.trouble = error
            log.warning("%s: %s", name, error.say(self.config.bot.language))
        else:
            log.error(
                "%s failed; it is tried again at the next tick. If this line comes back, "
                "report it with the details below",
                name,
                exc_info=error,
            )

    def known_limits(self) -> dict[str, Limits]:
        """What each channel takes: as its server last said, else what is usual for its kind."""
        return {
            id: self.limits[id][0] if id in self.limits else channel.usual
            for id, channel in self.channels.items()
        }

    async def learn_limits(self, channel: Channel, now: datetime) -> None:
        """Ask an open channel what it takes, once a day; one that does not say keeps its own."""
        known = self.limits.get(channel.id)
        if channel.id not in self.started or (known and now - known[1] < LIMITS_KEPT):
            return
        try:
            self.limits[channel.id] = (await channel.limits(), now)
        except ChannelError as error:
            log.info("limits unknown channel=%s: %s", channel.id, error)

    async def notice(self, key: str, what: BotError | str, now: datetime) -> None:
        """Tell the admins once, until the matter is cleared: in the log, and in their room."""
        text = what.say(self.config.bot.language) if isinstance(what, BotError) else what
        if await self.store.write(lambda tx: tx.notices.once(key, text, now)):
            log.warning("%s", text)
        await self.pass_on(key, text, now)

    async def settled(self, key: str) -> None:
        """What admins were told under this key is over: should it come again, it is told again."""
        await self.store.write(lambda tx: tx.notices.clear(key))

    async def pass_on(self, key: str, text: str, now: datetime) -> None:
        """Tell the admins' room, unless it has heard; what it cannot hear now is tried again."""
        if await self.store.read(lambda tx: tx.notices.heard(key)):
            return
        kind, _, about = key.partition(":")
        if kind == "locked" and CODE_LINK in text:
            asked = await self.ask("locked", about, key, text, now, taps=False)
            told = asked is not None
        elif kind in ANSWERED:
            said = TEXTS[ANSWERED[kind]][self.config.bot.language]
            asked = await self.ask(ANSWERED[kind], about, key, f"{text}\n{said}", now)
            told = asked is not None
        else:
            told = await self.tell(key, text) is not None
        if told:
            await self.store.write(lambda tx: tx.notices.note_heard(key, now))

    async def ask(
        self,
        kind: str,
        about: Any,
        key: str,
        text: str,
        now: datetime,
        *,
        html: str | None = None,
        expires: datetime | None = None,
        moderators: bool = False,
        taps: bool = True,
        still: Callable[[Tx], bool] = lambda tx: True,  # noqa: ARG005 - the same signature
    ) -> Asked | None:
        """Ask the admins in their room; what they tap goes to the file ``kind`` of
        ``bot/reactions``. None: nobody could be asked now; the same ``key`` and ``text`` are
        asked once, however often this is called.

        :param moderators: ask in the moderators' room, where there is one.
        :param taps: False: it is answered in words only, the bot places no reactions.
        :param still: runs in the transaction that remembers the question; False: what was asked
            is no question any more.
        """
        told = await self.tell(key, text, html, moderators=moderators)
        if told is None:
            return None
        room, event, account = told
        asked = Asked(
            event, room, account, kind, about, created=now, expires=expires, placed=not taps
        )

        def remember(tx: Tx) -> Asked | None:
            if not still(tx):
                return None
            tx.asked.put(asked, now)
            return asked

        return await self.store.write(remember)

    async def tell(
        self, key: str, text: str, html: str | None = None, *, moderators: bool = False
    ) -> tuple[str, str, str] | None:
        """Say it in the first admin room that is open: room, event and account. None: it cannot be
        said now. The same ``key`` and ``text`` are said once."""
        for id, channel in self.channels.items():
            if id not in self.started:
                continue
            with contextlib.suppress(ChannelError):
                told = await channel.tell_admins(key, text, html, moderators=moderators)
                if told is not None:
                    return (*told, str(channel.account.id if channel.account else id))
        return None


def address(source: Source) -> str:
    """What a source reads, as its file says it."""
    return str(getattr(source.options, "url", ""))
