"""Small values by key: the last digest, since when to reconcile…"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, select

from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import meta

_GET = Statement(select(meta.c.value).where(meta.c.key == bindparam("which")))


class Meta(Noun):
    """JSON values by key."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or ``default``."""
        row = _GET.first(self._db, which=key)
        return default if row is None else row.value

    def put(self, key: str, value: Any) -> None:
        """Store a JSON value."""
        self._put(meta, {"key": key, "value": value})

    def drop(self, key: str) -> None:
        """Forget it."""
        self._db.execute(delete(meta).where(meta.c.key == key))
