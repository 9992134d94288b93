"""How the house is opened from the configuration, and closed again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import kinds
from bot.channels.account import Account
from bot.channels.channel import Channel
from bot.config.read import Config
from bot.config.wiring import ChannelSettings, SourceSettings
from bot.house import PAUSED, House, address
from bot.languages import Language
from bot.sources.fetch import Fetcher, user_agent
from bot.sources.source import Source
from bot.store.database import Store, Tx
from bot.understanding.knowledge import Knowledge


async def open_house(
    config: Config,
    store: Store,
    languages: Mapping[str, Language],
    *,
    data_dir: Path,
    now: Callable[[], datetime],
    say: Callable[[str, int, int], None],
    language: str,
) -> House:
    """Build the sources and channels that are enabled. Opens no connection yet."""
    settings = config.bot
    fetcher = Fetcher(settings.fetch, user_agent(settings.contact), now)
    sources = {
        id: build_source(id, options, fetcher)
        for id, options in config.sources.items()
        if options.enabled
    }
    await _remember(store, sources, fetcher)
    accounts = {
        id: Account(id, account, data_dir, settings.language)
        for id, account in config.accounts.items()
    }
    channels = {
        id: build_channel(id, options, accounts)
        for id, options in config.channels.items()
        if options.enabled
    }
    return House(
        config=config,
        knowledge=build_knowledge(config, languages),
        languages=languages,
        store=store,
        fetcher=fetcher,
        sources=sources,
        channels=channels,
        say=say,
        now=now,
        language=language,
        data_dir=data_dir,
    )


async def _remember(store: Store, sources: Mapping[str, Source], fetcher: Fetcher) -> None:
    """What sites asked for before a restart still holds (P8), except 410 (P11): a source whose
    address was changed is read again."""
    fetcher.resume(await store.read(lambda tx: tx.meta.get(PAUSED, {})))
    gone = await store.read(lambda tx: tx.sources.disabled())
    back = [
        replace(row, disabled=False, failures=0, error="", next_due=None)
        for row in gone
        if row.id in sources and row.state.get("gone") != address(sources[row.id])
    ]
    if not back:
        return

    def revive(tx: Tx) -> None:
        for row in back:
            tx.sources.put(row)
            tx.notices.clear(f"source-gone {row.id}")

    await store.write(revive)


def build_knowledge(config: Config, languages: Mapping[str, Language]) -> Knowledge:
    """What the configuration knows of awards, events and places. Takes a moment."""
    return Knowledge.build(
        config.awards,
        config.events,
        config.places,
        languages,
        config.bot.timezone,
        config.bot.relevance,
    )


def build_source(id: str, options: SourceSettings, fetcher: Fetcher) -> Source:
    """A source of the kind that it names."""
    source: Source = _kind("source", options.kind)(id, options, fetcher)
    return source


def build_channel(id: str, options: ChannelSettings, accounts: Mapping[str, Account]) -> Channel:
    """A channel of the kind that it names, on its account. Opens nothing."""
    account = accounts.get(options.account) if options.account else None
    channel: Channel = _kind("channel", options.kind)(id, options, account)
    return channel


def _kind(family: str, kind: str) -> Any:
    found = kinds.load(family, kind)
    assert found is not None, f"config let an unknown {family} kind pass: {kind}"
    return found


async def close_house(house: House) -> None:
    """Close channels, then the fetcher. The store belongs to whoever opened it."""
    open_ones = (*house.channels.values(), *house.people.values())
    closing: list[Awaitable[None]] = [channel.stop() for channel in open_ones]
    await asyncio.gather(*closing, return_exceptions=True)
    await house.fetcher.close()
