"""What `status` and `health` say of several workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands import _workers
from bot.commands.health import Health
from bot.config.read import load
from bot.store.workers import Worker
from bot.web.health import Health as Page

NOW = datetime(2026, 2, 2, 9, tzinfo=UTC)


def worker(name: str, *, leads: bool = False, ago: float = 0) -> Worker:
    seen = NOW - timedelta(seconds=ago)
    return Worker(name, "machine", 1, "1.0", NOW, seen, leads=leads)


def test_who_works_and_who_leads_is_said():
    both = [worker("une", leads=True), worker("deux")]
    assert _workers.told(both, NOW, "fr") == [
        "Processus qui se partagent le travail\u00a0: 2\u202f; une mène."
    ]
    assert "none leads" in _workers.told([worker("deux")], NOW, "en")[0]
    assert _workers.told([], NOW, "fr") == []  # one process alone says nothing of it


def test_one_that_is_silent_is_named_and_counts_no_more():
    dead = worker("une", leads=True, ago=61)
    others = [dead, worker("deux")]
    assert _workers.silent(others, NOW) == [dead]
    assert "une (machine machine)" in _workers.gone(dead, "9 h", "fr")
    assert "1\u202f; aucun ne mène" in _workers.told(others, NOW, "fr")[0]
    assert [one["alive"] for one in _workers.data(others, NOW)] == [False, True]


class Asked:
    """A context over a folder whose web face has this port."""

    language, question = "fr", None

    def __init__(self, folder, port: int) -> None:
        (folder / "bot.toml").write_text(f"[web]\nport = {port}\n")
        self._config = load(folder, {})

    def config(self):
        return self._config


# aiohttp warns of where bot.web.health gives its time-out; what is tested here is the answer
@pytest.mark.filterwarnings("ignore:shutdown_timeout should be set:DeprecationWarning")
@pytest.mark.parametrize(("leads", "said"), [(True, "mène les autres"), (False, "un autre mène")])
async def test_health_says_which_worker_answers(tmp_path, leads, said) -> None:
    async def ready() -> bool:
        return True

    page = Page(lambda: True, ready, lambda: {"worker": "une", "leads": leads})
    port = await page.start("127.0.0.1", 0)
    try:
        answer = await Health().run(Asked(tmp_path, port), {})
    finally:
        await page.stop()
    assert answer.ok
    assert said in answer.text
    assert (answer.data["worker"], answer.data["leads"]) == ("une", leads)
