"""What is installed is whole: the wheel carries its configuration, the container's steps and the
service's file hold together, and the health command tells the truth (O2, O3)."""

from __future__ import annotations

import configparser
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*words: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=cwd,
        env={**os.environ, "ALPOSS_LANG": "fr", "PYTHONUTF8": "1", **more},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package installed as the Dockerfile installs it, away from the repository."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "src"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("bot", "config"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    target = folder / "site"
    steps = [
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--quiet",
        "--no-warn-script-location",
    ]
    done = run(
        sys.executable, "-m", "pip", "install", *steps, "--target", str(target), str(source),
        cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    shutil.rmtree(source)
    return target


def test_the_wheel_carries_the_shipped_configuration(installed, tmp_path):
    asked = run(sys.executable, "-P", "-m", "bot", "check", cwd=tmp_path, PYTHONPATH=str(installed))
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert "Configuration correcte" in asked.stdout
    there = sorted(path.name for path in (installed / "bot_config").rglob("*.toml"))
    shipped = sorted(path.name for path in (ROOT / "config").rglob("*.toml"))
    assert there == shipped


def test_the_dockerfile_copies_what_is_there_and_runs_as_nobody_special():
    text = (ROOT / "Dockerfile").read_text()
    ignore = (ROOT / ".dockerignore").read_text()
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source.split('/')[0]}" in ignore, f"{source} is kept out of the build"
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert 'CMD ["alposs-bot", "health"]' in text
    assert "--require-hashes" in text
    compose = (ROOT / "compose.yaml").read_text()
    for line in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert line in compose


def test_o3_the_service_is_confined():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    unit.read(ROOT / "packaging" / "alposs-bot.service")
    service = unit["Service"]
    assert service["Type"] == "notify"
    assert int(service["WatchdogSec"]) >= 60
    assert service["CapabilityBoundingSet"] == ""
    for key in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "DynamicUser"):
        assert service[key] == "yes", key


def test_o3_its_exposure_as_systemd_reckons_it():
    """At most 2.0 of 10, where this machine has a systemd that can look at a file."""
    program = shutil.which("systemd-analyze")
    unit = ROOT / "packaging" / "alposs-bot.service"
    if program is None:  # then the settings that make it so are all there is to look at
        assert "SystemCallFilter=~@privileged @resources" in unit.read_text()
        return
    told = run(
        program, "security", "--offline=true", "--no-pager", "--threshold=20", str(unit), cwd=ROOT
    )
    assert told.returncode == 0, told.stdout + told.stderr
    level = re.search(r"Overall exposure level for alposs-bot.service: ([0-9.]+)", told.stdout)
    assert level is not None
    assert float(level[1]) <= 2.0


def test_o1_o3_the_service_manager_hears_that_it_is_up_goes_on_and_ends(bot_process, tmp_path):
    """sd_notify(3): READY=1, WATCHDOG=1 with each tick of the scheduler, STOPPING=1 on SIGTERM."""
    bot_process.write("channels/console.toml", 'kind = "console"\n')
    heard: list[str] = []
    # a socket's path may be no longer than 107 bytes
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line,
    ):
        path = str(Path(folder) / "notify")
        line.bind(path)
        line.setblocking(False)

        def listen() -> list[str]:
            with contextlib.suppress(BlockingIOError):
                while True:
                    heard.append(line.recv(1000).decode())
            return heard

        bot_process.start(NOTIFY_SOCKET=path)
        bot_process.wait_for(lambda: listen().count("WATCHDOG=1") >= 5, "five ticks")
        assert heard[0] == "READY=1"
        assert heard.count("READY=1") == 1
        # Stopped in its tracks it says nothing more: the manager would start it again.
        os.kill(bot_process.process.pid, signal.SIGSTOP)
        os.waitpid(bot_process.process.pid, os.WUNTRACED)  # until it stands still
        try:
            listen()
            before = len(heard)
            time.sleep(3)  # more than a tick's time
            assert len(listen()) == before
        finally:
            os.kill(bot_process.process.pid, signal.SIGCONT)
        bot_process.wait_for(lambda: len(listen()) > before, "the ticks to go on")
        assert bot_process.stop() == 0
        assert "STOPPING=1" in listen()[before:]


def test_o1_o2_health_and_a_clean_end(bot_process, feed_server):
    from synapse_server import free_port

    port = free_port()
    bot_process.write("bot.toml", f'[fetch]\nallow = ["127.0.0.0/8"]\n[web]\nport = {port}\n')
    bot_process.source("commune", feed_server.url)
    bot_process.write("channels/console.toml", 'kind = "console"\n')
    silent = bot_process.command("health")
    assert silent.returncode == 1
    assert "alposs-bot run" in silent.stdout
    bot_process.start()
    bot_process.wait_for(lambda: bot_process.command("health").returncode == 0, "health")
    bot_process.wait_for(lambda: bot_process.command("health", "--ready").returncode == 0, "ready")
    feed_server.broken = True  # fails neither
    bot_process.move_clock(3 * 3600)
    bot_process.wait_for(lambda: "réessaierai" in bot_process.said(), "the failure")
    assert bot_process.command("health").returncode == 0
    assert bot_process.command("health", "--ready").returncode == 0
    assert bot_process.stop() == 0
