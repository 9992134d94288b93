"""Brings a database to the present schema: backup first, one transaction a step (O6).

A kill at any step leaves the steps before it, whole; the next start goes on from there. A schema
newer than the code is refused: an older bot would not know what it breaks.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from bot.errors import DataError
from bot.store.backup import copy_sqlite
from bot.store.lock import migration_lock

log = logging.getLogger(__name__)

#: where the steps are
STEPS = Path(__file__).parent / "migrations"
#: any fixed number: PostgreSQL's advisory lock for "one process migrates"
_TURN = 0x414C504F


class NewerSchema(DataError):
    """The database was written by a newer bot."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "La base de données vient d’une version plus récente du bot (schéma {found}). "
        "Installez cette version, ou remettez la sauvegarde faite avant sa mise à jour, dans "
        "data/backups/, à la place de data/alposs.db.",
        "en": "The database comes from a newer version of the bot (schema {found}). Install that "
        "version, or put the backup made before its update, in data/backups/, in the place of "
        "data/alposs.db.",
    }


class OlderSchema(DataError):
    """The database was written by an older bot, and may not be changed here."""

    texts: ClassVar[dict[str, str]] = {
        "fr": "La base de données vient d’une version plus ancienne du bot. Lancez-le une fois "
        "(alposs-bot status suffit)\u00a0: elle sera sauvegardée et mise à jour.",
        "en": "The database comes from an older version of the bot. Start it once (alposs-bot "
        "status will do): it is backed up and brought up to date.",
    }


def check(connection: Connection) -> None:
    """Raise NewerSchema or OlderSchema unless the schema is this bot's own. Changes nothing."""
    script = ScriptDirectory.from_config(_settings())
    found = set(MigrationContext.configure(connection).get_current_heads())
    if unknown := found - {step.revision for step in script.walk_revisions()}:
        raise NewerSchema(found=", ".join(sorted(unknown)))
    if found != set(script.get_heads()):
        raise OlderSchema


def migrate(engine: Engine, data_dir: Path, *, until: str = "head") -> None:
    """Run every missing step up to ``until``. Raises NewerSchema, and DataError by its caller."""
    if engine.dialect.name == "sqlite":
        with migration_lock(data_dir), engine.connect() as connection:
            _run(connection, data_dir, until)
        return
    with engine.connect() as connection, engine.connect() as turn:
        for patience in ("lock_timeout", "idle_in_transaction_session_timeout"):
            turn.execute(text(f"SET LOCAL {patience} = 0"))  # a step may take long
        turn.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": _TURN})
        try:
            _run(connection, data_dir, until)
        finally:
            turn.execute(text("SELECT pg_advisory_unlock(:turn)"), {"turn": _TURN})


def _settings() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    return settings


def _run(connection: Connection, data_dir: Path, until: str) -> None:
    settings = _settings()
    settings.attributes["connection"] = connection
    script = ScriptDirectory.from_config(settings)
    known = {step.revision for step in script.walk_revisions()}
    found = MigrationContext.configure(connection).get_current_heads()
    connection.rollback()  # what looking began
    if unknown := set(found) - known:
        raise NewerSchema(found=", ".join(sorted(unknown)))
    if until == "head" and set(found) == set(script.get_heads()):
        return
    if found and connection.dialect.name == "sqlite":
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        backup = data_dir / "backups" / f"before-update-from-{found[0]}-{stamp}.db"
        copy_sqlite(Path(connection.engine.url.database or ""), backup)
        log.info("database backed up before its update", extra={"file": backup.name})
    log.info("updating the database", extra={"from": list(found), "to": until})
    command.upgrade(settings, until)
