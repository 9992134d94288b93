"""How long the bot takes to start, against bare Python doing next to nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.rig import write_config
from benchmarks.server import Server

_BARE = [sys.executable, "-c", "pass"]
_IMPORTS = [sys.executable, "-c", "import aiohttp, sqlite3"]
_BOT = [sys.executable, "-m", "bot"]


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def help_and_bare(times: int) -> dict[str, float]:
    """Milliseconds, medians, interleaved."""
    commands = {"python": _BARE, "imports": _IMPORTS, "help": [*_BOT, "--help"]}
    found: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        _seconds(command)
    for _ in range(times):
        for name, command in commands.items():
            found[name].append(_seconds(command))
    return {name: statistics.median(values) * 1000 for name, values in found.items()}


def first_request(server: Server, times: int) -> float:
    """Milliseconds from starting ``alposs-bot run`` to its first request; the second start on,
    when the database is there."""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_config(folder, [server.url(1)], server.hook)
        clock = folder / "clock"
        for round_ in range(times + 1):
            clock.write_text(str(round_ * 7200))
            server.set()
            began = time.monotonic()
            process = subprocess.Popen(
                [*_BOT, "--config", str(config), "--data", str(folder / "data"), "run"],
                env={**os.environ, "ALPOSS_TEST_CLOCK": str(clock)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                answered: list[float] = []
                while not answered and time.monotonic() < began + 20:
                    time.sleep(0.01)
                    answered = server.set()["answered"]
                found.append(answered[0] - began)
                time.sleep(0.2)
            finally:
                process.terminate()
                process.wait(10)
    return statistics.median(found[1:]) * 1000
