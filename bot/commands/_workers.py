"""What `status` says of the processes that share one PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.store.workers import Worker

TEXTS: Mapping[str, Mapping[str, str]] = {
    "led": {
        "fr": "Processus qui se partagent le travail\u00a0: {n}\u202f; {leader} mène.",
        "en": "Processes that share the work: {n}; {leader} leads.",
    },
    "alone": {
        "fr": "Processus qui se partagent le travail\u00a0: {n}\u202f; aucun ne mène en ce moment, "
        "les salons attendent quelques secondes.",
        "en": "Processes that share the work: {n}; none leads at the moment, rooms wait for a few "
        "seconds.",
    },
    "gone": {
        "fr": "Le processus {id} (machine {host}) ne donne plus signe de vie depuis {since}. Les "
        "autres font son travail\u202f; relancez-le.",
        "en": "Process {id} (machine {host}) has given no sign of life since {since}. The others "
        "do its work; start it again.",
    },
}


def _say(key: str, language: str, **fields: object) -> str:
    return (TEXTS[key].get(language) or TEXTS[key]["en"]).format(**fields)


def told(workers: Iterable[Worker], now: datetime, language: str) -> list[str]:
    """How many work, and which leads; nothing where one process works alone."""
    alive = [one for one in workers if one.alive(now)]
    leader = next((one.id for one in alive if one.leads), None)
    if not alive:
        return []
    return [_say("led" if leader else "alone", language, n=len(alive), leader=leader)]


def silent(workers: Iterable[Worker], now: datetime) -> list[Worker]:
    """Those that should be there and are not."""
    return [one for one in workers if not one.alive(now)]


def gone(worker: Worker, since: str, language: str) -> str:
    """One of them, said."""
    return _say("gone", language, id=worker.id, host=worker.host, since=since)


def data(workers: Iterable[Worker], now: datetime) -> list[dict[str, Any]]:
    """The same for machines."""
    return [
        {
            "id": one.id,
            "host": one.host,
            "version": one.version,
            "started": one.started.isoformat(),
            "seen": one.seen.isoformat(),
            "alive": one.alive(now),
            "leads": one.leads,
            "read": one.read,
            "sent": one.sent,
        }
        for one in workers
    ]
