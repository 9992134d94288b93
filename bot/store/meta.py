"""Small values by key: the last digest, since when to reconcile…"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from bot.store.noun import Noun
from bot.store.tables import meta


class Meta(Noun):
    """JSON values by key."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value, or ``default``."""
        row = self._db.execute(select(meta.c.value).where(meta.c.key == key)).first()
        return default if row is None else row.value

    def put(self, key: str, value: Any) -> None:
        """Store a JSON value."""
        self._put(meta, {"key": key, "value": value})

    def drop(self, key: str) -> None:
        """Forget it."""
        self._db.execute(delete(meta).where(meta.c.key == key))
