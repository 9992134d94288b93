"""What is configured now: the files, and over them what was set from the room."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from bot.languages import Language, read_all

if TYPE_CHECKING:
    from bot.config.overrides import Override
    from bot.config.read import Config
    from bot.store.database import Store


async def read_files(folder: Path) -> tuple[Config, Mapping[str, Language]]:
    """The files, read and validated. Raises ConfigError with every problem."""
    from bot.config.read import language_folders, load

    config = await asyncio.to_thread(load, folder, os.environ)
    return config, await asyncio.to_thread(read_all, language_folders(folder))


async def with_overrides(config: Config, data_dir: Path, store: Store | None) -> Config:
    """``config``, and over it what was set from the room. Raises DataError."""
    from bot.config import overrides

    return overrides.apply(config, await given(config.bot.store.url, data_dir, store))


async def given(url: str, data_dir: Path, store: Store | None = None) -> list[Override]:
    """What was set from the room.

    :param url: of the database; "" is SQLite in ``data_dir``.
    :param store: None: it is not open; then the database is looked into, if there is one.

    Raises DataError.
    """
    if store is None and not url and not (data_dir / "alposs.db").is_file():
        return []  # before anything is imported that only a database needs
    from bot.store.database import Store

    if store is not None:
        return await store.read(lambda tx: tx.overrides.all())
    return await Store.overrides(url, data_dir)
