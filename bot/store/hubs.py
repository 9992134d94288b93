"""What hubs were asked to push to us (WebSub)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.store.noun import Noun
from bot.store.tables import hubs


@dataclass(frozen=True, slots=True)
class HubSubscription:
    """One source's. ``token`` is in the address that the hub knows, ``secret`` signs what it sends."""

    source: str
    hub: str
    topic: str
    token: str
    secret: str
    next_ask: datetime  # when the hub is asked (again)
    active: bool = False  # the hub has proved that it means us
    tries: int = 0  # requests since the hub last confirmed
    lease_until: datetime | None = None
    error: str = ""  # why the last request failed, or why the hub refused


class Hubs(Noun):
    """The subscriptions, by source."""

    def all(self) -> list[HubSubscription]:
        """Every one."""
        rows = self._db.execute(select(hubs).order_by(hubs.c.source)).mappings()
        return [HubSubscription(**row) for row in rows]

    def by_token(self, token: str) -> HubSubscription | None:
        """The one whose address ends so."""
        query = select(hubs).where(hubs.c.token == token)
        row = self._db.execute(query).mappings().first()
        return HubSubscription(**row) if row else None

    def put(self, subscription: HubSubscription) -> None:
        """Remember it."""
        self._put(hubs, asdict(subscription))

    def drop(self, source: str) -> None:
        """Forget it: what its hub still sends is for nobody."""
        self._db.execute(delete(hubs).where(hubs.c.source == source))
