"""A running bot takes up a changed configuration: one validated value takes another's place.

::

    files, what chat has set ──read──> Config ──plan──> sources and channels, kept where they are
    the same ──one write──> the house has them ──> channels that went or changed are closed

What is wrong keeps the old configuration, and says file, line and key (O7). The swap happens in
the store's writer, so that no news is settled half by the old and half by the new. A vanished
source's memory stays; a new channel starts at its creation: nothing older is told there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.channels.account import Account
from bot.channels.channel import Channel
from bot.config.read import Config
from bot.config.settings import BotSettings
from bot.config.wiring import AccountSettings, ChannelSettings
from bot.errors import BotError, ConfigError, DataError
from bot.house import House
from bot.languages import Language
from bot.opening import build_channel, build_knowledge, build_source
from bot.sources.source import Source
from bot.store.database import Tx
from bot.store.sources import SourceRow
from bot.understanding.knowledge import Knowledge

log = logging.getLogger(__name__)

#: seconds between two looks for a change that another process made
LOOK_EVERY = 2.0
#: tables of bot.toml that are taken up at the next start only
AT_START = ("fetch", "store", "web", "chat", "log", "contact")
#: what of an account may change under an open connection
_LIGHT = ("admins", "admin_room", "invites")

#: True: the files are read again; False: they are taken as they were read last
Read = Callable[[bool], Awaitable[tuple[Config, Mapping[str, Language]]]]


class Face(Protocol):
    """The chat, as far as a reload needs it."""

    async def swap(
        self, channels: Mapping[str, Channel], close: Callable[[], Awaitable[None]]
    ) -> None:
        """Hear through ``channels`` from now on; ``close`` ends those that are no more."""


@dataclass(frozen=True)
class Plan:
    """What a configuration makes of a house."""

    config: Config
    languages: Mapping[str, Language]
    knowledge: Knowledge
    sources: Mapping[str, Source]
    channels: Mapping[str, Channel]
    options: Mapping[str, ChannelSettings]  # of channels that stay as they are, their new ones
    accounts: tuple[tuple[Account, AccountSettings], ...]  # the same
    moved: tuple[str, ...]  # sources that have another address now
    woken: tuple[str, ...]  # sources that were silent until now
    ending: tuple[Channel, ...]  # to be closed
    files: bool = True  # they were read again


@dataclass(frozen=True)
class Outcome:
    """What a reload changed, by ids."""

    sources: Mapping[str, list[str]] = field(default_factory=dict)  # new, changed, gone
    channels: Mapping[str, list[str]] = field(default_factory=dict)
    knowledge: bool = False  # awards, events, places, languages
    bot: list[str] = field(default_factory=list)  # keys of bot.toml taken up
    restart: list[str] = field(default_factory=list)  # keys that wait for the next start


class Reloader:
    """Takes up the configuration of one house, one reload at a time.

    :param read: reads and validates everything. Raises ConfigError, DataError.
    """

    def __init__(self, house: House, read: Read, chat: Face) -> None:
        self._house, self._read, self._chat = house, read, chat
        self._turn = asyncio.Lock()
        self._seen = ""
        self._started = house.config.bot
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def knowledge(self) -> Knowledge:
        """What the house knows now."""
        return self._house.knowledge

    async def reload(self, *, files: bool = True) -> Outcome:
        """Do it now. Raises ConfigError (the old configuration stays) and DataError.

        :param files: False: only what was set by command is new; a file that is being edited, or
            has a mistake in it, keeps nobody from pausing the bot.
        """
        async with self._turn:
            house = self._house
            self._seen = await house.store.read(lambda tx: tx.overrides.asked())
            try:
                config, languages = await self._read(files)
            except BotError as error:
                await house.store.write(lambda tx: tx.notices.clear("config"))
                await house.notice("config", error, house.now())
                raise
            made = replace(await plan(house, config, languages), files=files)
            outcome = compare(house, made, self._started)
            made = replace(made, config=_as_begun(config, self._started))
            try:
                rows = await house.store.write(lambda tx: self._take_up(tx, made))
            except DataError:
                self._seen = ""  # the next look tries again
                if house.config is made.config:  # swapped, although the commit failed
                    self._end(made)
                raise
            for row in rows:
                house.ledger.written(row)
            log.info("configuration taken up sources=%d", len(house.sources))
            house.wake.set()
            self._end(made)
            return outcome

    def _take_up(self, tx: Tx, made: Plan) -> list[SourceRow]:
        """In the writer's thread: nothing else is settled meanwhile. The rows that it wrote."""
        house, now = self._house, self._house.now()
        if made.files:
            tx.notices.clear("config")
        for id in made.channels:
            tx.channels.meet(id, now)
        rows = [_afresh(tx.sources.get(id)) for id in made.moved]
        # what appeared while it was silent is no news; when it is read next stays as it was (P5)
        rows += [replace(tx.sources.get(id), first_seen=None) for id in made.woken]
        for row in rows:
            tx.sources.put(row)
            tx.notices.clear(f"source-gone {row.id}")
        for id, options in made.options.items():
            made.channels[id].options = options
        for account, settings in made.accounts:
            account.settings = settings
        ended = {channel.id for channel in made.ending}
        house.closing |= ended
        house.started -= ended
        for id in ended:
            house.limits.pop(id, None)
            house.failed_starts.pop(id, None)
        # one step for whoever looks from the event loop
        house.__dict__.update(
            config=made.config,
            languages=made.languages,
            knowledge=made.knowledge,
            sources=made.sources,
            channels=made.channels,
        )
        return rows

    def _end(self, made: Plan) -> None:
        """Close what is no more, apart: whoever asked may be heard through one of them."""
        task = asyncio.create_task(self._close(made), name="reload")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _close(self, made: Plan) -> None:
        house = self._house

        async def close() -> None:
            for channel in made.ending:
                if (sending := house.working.get(f"channel {channel.id}")) is not None:
                    await asyncio.wait([sending])  # what is on its way arrives
                await channel.stop()

        try:
            await self._chat.swap(made.channels, close)
        finally:
            house.closing -= {channel.id for channel in made.ending}
            house.wake.set()

    async def settled(self) -> None:
        """Wait until everything that a reload ended is closed."""
        if self._ending:
            await asyncio.wait(list(self._ending))

    async def quietly(self) -> Any:
        """The same for whoever asked from outside: what came of it, as JSON. Raises nothing."""
        try:
            return {"ok": True, **vars(await self.reload())}
        except BotError as error:
            log.warning("the configuration stays as it was: %s", error)
            if isinstance(error, ConfigError):
                with contextlib.suppress(BotError):
                    await self.reload(files=False)  # what was set by command counts all the same
            return {"ok": False, "error": {code: error.say(code) for code in ("fr", "en")}}

    async def watch(self, stop: asyncio.Event) -> None:
        """Take up what other processes change, until ``stop``."""
        store = self._house.store
        self._seen = await store.read(lambda tx: tx.overrides.asked())
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY)
                return
            try:
                mark = await store.read(lambda tx: tx.overrides.asked())
                if mark != self._seen:
                    await self._answer(mark, await self.quietly())
            except DataError as error:
                log.warning("what others have configured is looked for again: %s", error)
            except Exception:
                # the next look tries again; a bot that runs is worth more than one that is new
                log.exception("the configuration could not be taken up; I try again")

    async def _answer(self, mark: str, said: Any) -> None:
        await self._house.store.write(lambda tx: tx.overrides.answer(mark, said))

    async def close(self) -> None:
        """Leave what is still being closed to the house's own end."""
        for task in list(self._ending):
            task.cancel()
        await asyncio.gather(*self._ending, return_exceptions=True)


async def plan(house: House, config: Config, languages: Mapping[str, Language]) -> Plan:
    """Build what is new, keep what is the same. Opens nothing, changes nothing."""
    known = {one.account.id: one.account for one in house.channels.values() if one.account}
    accounts: dict[str, Account] = {}
    lighter: list[tuple[Account, AccountSettings]] = []
    for id, settings in config.accounts.items():
        old = known.get(id)
        if old is not None and _same_login(old.settings, settings):
            accounts[id] = old
            lighter.append((old, settings))
        else:
            accounts[id] = Account(id, settings, house.store.data_dir, config.bot.language)
    sources: dict[str, Source] = {}
    moved, woken = [], []
    for id, options in config.sources.items():
        if not options.enabled:
            continue
        before = house.sources.get(id)
        same = before is not None and before.options == options
        sources[id] = before if before and same else build_source(id, options, house.fetcher)
        was = house.config.sources.get(id)
        if was is not None and getattr(was, "url", None) != getattr(options, "url", None):
            moved.append(id)
        elif was is not None and not was.enabled:
            woken.append(id)
    channels: dict[str, Channel] = {}
    kept: dict[str, ChannelSettings] = {}
    for id, wanted in config.channels.items():
        if not wanted.enabled:
            continue
        open_one = house.channels.get(id)
        account = accounts.get(wanted.account) if wanted.account else None
        if open_one is not None and _same_place(open_one, wanted, account):
            channels[id], kept[id] = open_one, wanted
        else:
            channels[id] = build_channel(id, wanted, accounts)
    knowledge = house.knowledge
    if _knowing(config) != _knowing(house.config) or languages != house.languages:
        knowledge = await asyncio.to_thread(build_knowledge, config, languages)
    return Plan(
        config=config,
        languages=languages,
        knowledge=knowledge,
        sources=sources,
        channels=channels,
        options=kept,
        accounts=tuple(lighter),
        moved=tuple(moved),
        woken=tuple(woken),
        ending=tuple(one for id, one in house.channels.items() if channels.get(id) is not one),
    )


def _afresh(row: SourceRow) -> SourceRow:
    """Another address is another feed: its first sight is no news (R8), its trouble is over."""
    return replace(
        row, state={}, first_seen=None, next_due=None, failures=0, error="", disabled=False
    )


def _same_login(old: AccountSettings, new: AccountSettings) -> bool:
    return old.model_dump(exclude=set(_LIGHT)) == new.model_dump(exclude=set(_LIGHT))


def _same_place(channel: Channel, options: ChannelSettings, account: Account | None) -> bool:
    """May the open channel stay, with other options: does it speak at the same place?"""
    own = set(type(options).model_fields) - set(ChannelSettings.model_fields)
    old = channel.options
    return (
        type(old) is type(options)
        and channel.account is account
        and old.kind == options.kind
        and old.account == options.account
        and all(getattr(old, name) == getattr(options, name) for name in own)
    )


def _knowing(config: Config) -> tuple[object, ...]:
    """What knowledge is built of."""
    bot = config.bot
    return config.awards, config.events, config.places, bot.timezone, bot.relevance


def _as_begun(config: Config, started: BotSettings) -> Config:
    """What is taken up at the next start only stays as it was at this one, everywhere: nobody is
    asked in a room that is not listened to yet."""
    kept = {key: getattr(started, key) for key in AT_START}
    return replace(config, bot=config.bot.model_copy(update=kept))


def compare(house: House, made: Plan, started: BotSettings) -> Outcome:
    """What is another than before, for whoever asked; and than at the start, where that counts."""
    old, new = house.config, made.config
    before, after = old.bot.model_dump(), new.bot.model_dump()
    first = started.model_dump()
    return Outcome(
        sources=_difference(old.sources, new.sources),
        channels=_difference(
            {id: (one, old.pauses.get(id, "")) for id, one in old.channels.items()},
            {id: (one, new.pauses.get(id, "")) for id, one in new.channels.items()},
        ),
        knowledge=made.knowledge is not house.knowledge,
        bot=[key for key in after if key not in AT_START and before[key] != after[key]],
        restart=[key for key in AT_START if first[key] != after[key]],
    )


def _difference(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, list[str]]:
    return {
        "new": [id for id in new if id not in old],
        "changed": [id for id in new if id in old and old[id] != new[id]],
        "gone": [id for id in old if id not in new],
    }
