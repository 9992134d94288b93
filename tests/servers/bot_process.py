"""The bot as a user starts it: its own process, its own folders (fixture ``bot_process``)."""

from __future__ import annotations

import copy
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class BotProcess:
    """Folders ``config`` and ``data``, a clock that a test can move, and the command line."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "config"
        self.data = folder / "data"
        self.clock = folder / "clock"
        self.log = folder / "log.txt"
        for name in ("accounts", "sources", "channels"):
            (self.config / name).mkdir(parents=True)
        self.clock.write_text("0")
        self.moved = 0.0
        self.process: subprocess.Popen[bytes] | None = None
        self.write(
            "bot.toml",
            '[fetch]\nallow = ["127.0.0.0/8"]\n[web]\nport = 0\n[news]\nflood_cap = 0\n',
        )

    def twin(self, name: str) -> BotProcess:
        """Another worker with the same configuration and clock, and a data folder of its own."""
        other = copy.copy(self)
        other.data = self.data.with_name(f"data-{name}")
        other.log = self.log.with_name(f"log-{name}.txt")
        other.process = None
        return other

    def write(self, path: str, text: str) -> None:
        """A configuration file."""
        (self.config / path).write_text(text, encoding="utf-8")

    def secret(self, name: str, value: str) -> Path:
        """A secret in its 0600 file."""
        path = self.data / "secrets" / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(0o600)
        path.write_text(value)
        return path

    def source(self, id: str, url: str, more: str = "") -> None:
        """A municipal feed."""
        self.write(
            f"sources/{id}.toml",
            f'kind = "feed"\nname = "Ville d’Échirolles"\nrole = "municipal"\n'
            f'place = "Échirolles"\nurl = "{url}"\ninterval = 60\n{more}',
        )

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {
            **kept,
            "LANG": "fr_FR.UTF-8",
            "PYTHONUTF8": "1",
            "ALPOSS_CONFIG": str(self.config),
            "ALPOSS_DATA": str(self.data),
            "ALPOSS_TEST_CLOCK": str(self.clock),
            **more,
        }

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end (at most 60 s)."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            env=self.environment(**more),
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def start(self, **more: str) -> None:
        """``alposs-bot run`` in the background."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "--verbose", "run"],
                env=self.environment(**more),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )

    def stop(self) -> int:
        """SIGTERM; the exit status. Fails after 15 s."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(15)
        self.process = None
        return status

    def kill(self) -> None:
        """SIGKILL, at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def move_clock(self, seconds: float) -> None:
        """The bot's clock jumps ahead, at once and for all its processes."""
        self.moved += seconds
        beside = self.clock.with_suffix(".new")
        beside.write_text(str(self.moved))
        beside.replace(self.clock)

    def said(self) -> str:
        """Everything it has printed and logged."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def wait_for(self, true: Callable[[], object], what: str, seconds: float = 60) -> None:
        """Wait until ``true()`` is; with the log's end in the failure."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if true():
                return
            time.sleep(0.05)
        pytest.fail(f"waited {seconds} s for {what}; the bot said:\n{self.said()[-4000:]}")


@pytest.fixture
def bot_process(tmp_path: Path) -> Iterator[BotProcess]:
    """A bot of its own for one test, ended with it."""
    bot = BotProcess(tmp_path)
    yield bot
    bot.kill()
