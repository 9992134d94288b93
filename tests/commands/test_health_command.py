"""``health``: well, ill, silent, switched off, or not the bot at all."""

from __future__ import annotations

import socket

import pytest
from aiohttp import web

from bot.commands.health import Health
from bot.config.read import load
from bot.web.health import Health as Page


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
@pytest.mark.parametrize(("alive", "state"), [(True, "well"), (False, "ill")])
async def test_the_bot_is_asked(tmp_path, alive, state) -> None:
    async def ready() -> bool:
        return alive

    page = Page(lambda: alive, ready)
    port = await page.start("127.0.0.1", 0)
    try:
        for options in ({}, {"ready": True}):
            answer = await Health().run(Asked(tmp_path, port), options)
            assert (answer.data["state"], answer.ok) == (state, alive)
    finally:
        await page.stop()


async def test_port_0_is_a_page_switched_off(tmp_path) -> None:
    answer = await Health().run(Asked(tmp_path, 0), {})
    assert "désactivée ([web] port = 0)" in answer.text
    assert not answer.ok


@pytest.mark.parametrize("path", ["/elsewhere", "/health/live"])  # 404; 200 that is not ours
async def test_another_program_is_not_taken_for_the_bot(tmp_path, path) -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get(path, hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        answer = await Health().run(Asked(tmp_path, runner.addresses[0][1]), {})
    finally:
        await runner.cleanup()
    assert "Un autre programme" in answer.text
    assert not answer.ok


async def test_nobody_answers(tmp_path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, not listening: refused, and nobody else takes it
        answer = await Health().run(Asked(tmp_path, held.getsockname()[1]), {})
    assert "Aucun bot ne répond" in answer.text
