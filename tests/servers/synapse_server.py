"""A real Matrix homeserver for the tests: Synapse, on loopback, in a temporary folder.

Fixtures (one server per test session, or per pytest-xdist worker):

* ``synapse``: raised rate limits, so that tests need not wait;
* ``strict_synapse``: Synapse's own default limits, for what a 429 does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SERVER_NAME = "alpes.test"

#: every limit of Synapse that a test could run into
RAISED = {
    "rc_message": {"per_second": 10000, "burst_count": 10000},
    "rc_registration": {"per_second": 10000, "burst_count": 10000},
    "rc_joins": {
        "local": {"per_second": 10000, "burst_count": 10000},
        "remote": {"per_second": 10000, "burst_count": 10000},
    },
    "rc_joins_per_room": {"per_second": 10000, "burst_count": 10000},
    "rc_invites": {
        "per_room": {"per_second": 10000, "burst_count": 10000},
        "per_user": {"per_second": 10000, "burst_count": 10000},
        "per_issuer": {"per_second": 10000, "burst_count": 10000},
    },
    "rc_login": {
        "address": {"per_second": 10000, "burst_count": 10000},
        "account": {"per_second": 10000, "burst_count": 10000},
        "failed_attempts": {"per_second": 10000, "burst_count": 10000},
    },
    "rc_admin_redaction": {"per_second": 10000, "burst_count": 10000},
}


@dataclass(frozen=True)
class Login:
    """A user who is logged in."""

    user_id: str
    password: str
    device: str
    token: str


class Synapse:
    """One running homeserver."""

    def __init__(self, folder: Path, *, limits: dict[str, Any]) -> None:
        self.folder = folder
        self.server_name = SERVER_NAME
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secrets.token_hex(16)
        self.limits = limits
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Write the configuration, start the process, wait until it answers."""
        key = base64.b64encode(os.urandom(32)).decode().rstrip("=")
        (self.folder / "signing.key").write_text(f"ed25519 a_test {key}\n")
        (self.folder / "log.yaml").write_text(
            json.dumps(
                {
                    "version": 1,
                    "handlers": {
                        "file": {
                            "class": "logging.FileHandler",
                            "filename": str(self.folder / "homeserver.log"),
                        }
                    },
                    "root": {"level": "WARNING", "handlers": ["file"]},
                }
            )
        )
        config = {
            "server_name": self.server_name,
            "pid_file": str(self.folder / "homeserver.pid"),
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "tls": False,
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {
                "name": "sqlite3",
                "args": {"database": str(self.folder / "homeserver.db")},
            },
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": self.secret,
            "macaroon_secret_key": secrets.token_hex(16),
            "form_secret": secrets.token_hex(16),
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "report_stats": False,
            "url_preview_enabled": False,
            "push": {"enabled": False},
            "bcrypt_rounds": 4,
            "caches": {"sync_response_cache_duration": "0s"},
            "enable_registration": False,
            **self.limits,
        }
        path = self.folder / "homeserver.yaml"  # JSON is YAML too
        path.write_text(json.dumps(config))
        with (self.folder / "stderr.txt").open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "synapse.app.homeserver", "-c", str(path)],
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
        self._wait()

    def _wait(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                self.request("GET", "/_matrix/client/versions")
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        said = (self.folder / "stderr.txt").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"Synapse did not start: {said}")

    def stop(self) -> None:
        """End the process that ``start`` began, and wait for its end."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        self.process = None

    def request(
        self, method: str, path: str, body: Any = None, token: str | None = None
    ) -> dict[str, Any]:
        """One call of the client API, as a user's own client would make it."""
        request = urllib.request.Request(  # the address is our own, on loopback
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                **({"Authorization": f"Bearer {token}"} if token else {}),
            },
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return dict(json.load(answer))

    def enrol(self, name: str, password: str | None = None, admin: bool = False) -> Login:
        """A new user through the shared secret API, logged in with a first device."""
        password = password or secrets.token_hex(8)
        path = "/_synapse/admin/v1/register"
        nonce = self.request("GET", path)["nonce"]
        words = (nonce, name, password, "admin" if admin else "notadmin")
        mac = hmac.new(self.secret.encode(), "\0".join(words).encode(), hashlib.sha1)
        done = self.request(
            "POST",
            path,
            {
                "nonce": nonce,
                "username": name,
                "password": password,
                "admin": admin,
                "mac": mac.hexdigest(),
            },
        )
        return Login(done["user_id"], password, done["device_id"], done["access_token"])

    def register(self, name: str, password: str, admin: bool = False) -> tuple[str, str]:
        """A new user; gives (user id, password)."""
        user = self.enrol(name, password, admin)
        return user.user_id, user.password

    def login(self, user_id: str, password: str) -> Login:
        """One more device of a user."""
        done = self.request(
            "POST",
            "/_matrix/client/v3/login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user_id},
                "password": password,
            },
        )
        return Login(done["user_id"], password, done["device_id"], done["access_token"])


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(folder: Path, limits: dict[str, Any]) -> Iterator[Synapse]:
    server = Synapse(folder, limits=limits)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A homeserver with raised limits, shared by the whole session."""
    yield from _serve(tmp_path_factory.mktemp("synapse"), RAISED)


@pytest.fixture(scope="session")
def strict_synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """A homeserver with Synapse's own default limits."""
    yield from _serve(tmp_path_factory.mktemp("strict_synapse"), {})
