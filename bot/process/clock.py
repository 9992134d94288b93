"""The one clock; in tests it is moved, which is admitted only where every address is loopback."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import CommandError

if TYPE_CHECKING:
    from bot.config.read import Config

#: names the file that says by how many seconds the clock is moved
MOVED = "ALPOSS_TEST_CLOCK"
TEXTS: Mapping[str, Mapping[str, str]] = {
    "clock": {
        "fr": "l’horloge d’essai n’est admise que si toutes les adresses sont locales "
        "(127.0.0.1)\u202f; {name} ne l’est pas",
        "en": "the test clock is only for a bot whose addresses are all loopback; {name} is not",
    },
    "clock-next": {
        "fr": "Retirez la variable ALPOSS_TEST_CLOCK.",
        "en": "Unset the variable ALPOSS_TEST_CLOCK.",
    },
}


def now() -> datetime:
    """UTC now, aware."""
    moved = os.environ.get(MOVED)
    shift = float(Path(moved).read_text(encoding="ascii") or 0) if moved else 0.0
    return datetime.now(UTC) + timedelta(seconds=shift)


def refuse_where_false(config: Config, language: str) -> None:
    """A moved clock must never meet a real server. Raises CommandError."""
    if not os.environ.get(MOVED):
        return
    from bot.sources.address import is_loopback

    addresses = {
        **{id: getattr(source, "url", None) for id, source in config.sources.items()},
        **{id: account.server for id, account in config.accounts.items()},
        **{id: getattr(channel, "url", None) for id, channel in config.channels.items()},
    }
    for name, address in addresses.items():
        if address and not is_loopback(address):
            raise CommandError(
                what=TEXTS["clock"][language].format(name=name), next=TEXTS["clock-next"][language]
            )
