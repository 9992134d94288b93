"""The audit log: who changed what, when, by which command, and what was there before (S13).

It only grows. Somebody who asked to be forgotten stays in it as a keyed hash: that the same
person did two things can still be seen, who it was cannot.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, or_, select, update

from bot.store.meta import Meta
from bot.store.noun import Noun
from bot.store.tables import audit

#: where the key of the hashes lies
_KEY = "audit-key"
#: before the hash of somebody who asked to be forgotten
FORGOTTEN = "forgotten:"
#: changes that one question of the log gives at most
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``before`` and ``after`` are JSON values, None where there was, or is, nothing."""

    at: datetime
    sender: str  # @user:server in chat, the login name on the terminal
    command: str  # the command's kind: "pause"
    thing: str  # what was changed, by its sort and id: "delivery 12", "source ville"
    before: Any = None
    after: Any = None
    face: Literal["chat", "terminal"] = "chat"
    event: str = ""  # the message by which it was asked
    room: str = ""
    undone: int | None = None  # the change that took it back
    id: int = 0  # 0 until stored


class Audit(Noun):
    """The changes, by number."""

    def note(self, change: Change) -> Change:
        """Write one down; it comes back with its number."""
        row = {
            "at": change.at,
            "sender": change.sender,
            "face": change.face,
            "event": change.event,
            "room": change.room,
            "command": change.command,
            "thing": change.thing,
            "before": change.before,
            "after": change.after,
            "undone": change.undone,
        }
        insert = self._insert(audit).values(row).returning(audit)
        return _change(self._db.execute(insert).mappings().one())

    def get(self, id: int) -> Change | None:
        """One change."""
        row = self._db.execute(select(audit).where(audit.c.id == id)).mappings().first()
        return None if row is None else _change(row)

    def latest(self, n: int = MOST, *, about: str = "") -> list[Change]:
        """The ``n`` latest, the newest first.

        :param about: only those whose sender, command or thing contains it.
        """
        query = select(audit).order_by(audit.c.id.desc()).limit(min(n, MOST))
        if about:
            parts = (audit.c.sender, audit.c.command, audit.c.thing)
            query = query.where(or_(*(part.icontains(about, autoescape=True) for part in parts)))
        return [_change(row) for row in self._db.execute(query).mappings()]

    def last_of(self, command: str, thing: str) -> Change | None:
        """The latest change of ``thing`` by a command."""
        query = select(audit).where(audit.c.command == command, audit.c.thing == thing)
        row = self._db.execute(query.order_by(audit.c.id.desc()).limit(1)).mappings().first()
        return None if row is None else _change(row)

    def made_by(self, event: str) -> bool:
        """Did this message change something? Then it is not to be done again."""
        query = select(audit.c.id).where(audit.c.event == event)
        return self._db.execute(query.limit(1)).first() is not None

    def take_back(self, id: int, by: int) -> None:
        """Change ``id`` was undone by change ``by``."""
        self._db.execute(update(audit).where(audit.c.id == id).values(undone=by))

    def forget(self, sender: str) -> int:
        """Put a keyed hash in the place of ``sender``; of how many changes."""
        mine = update(audit).where(audit.c.sender == sender)
        return self._db.execute(mine.values(sender=self._hash(sender))).rowcount

    def _hash(self, sender: str) -> str:
        meta = Meta(self._db)
        key = meta.get(_KEY)
        if key is None:
            key = secrets.token_hex(32)
            meta.put(_KEY, key)
        digest = hmac.new(bytes.fromhex(key), sender.encode(), hashlib.sha256)
        return FORGOTTEN + digest.hexdigest()[:16]


def _change(row: RowMapping) -> Change:
    return Change(**row)
