"""The room in which one person and the bot are alone: alerts, reminders, private answers.

Nothing is sent while anybody else is in it, or before the person has come: then it waits.
"""

from __future__ import annotations

from typing import Any

from bot.channels.matrix import Matrix, notice
from bot.channels.matrix_client import Connection
from bot.channels.matrix_sync import Account
from bot.config.wiring import ChannelSettings
from bot.errors import NotNow
from bot.outbox.delivery import Delivery

NOT_THERE = {
    "fr": "cette personne n’est pas (encore) dans notre conversation privée",
    "en": "this person is not (yet) in our private conversation",
}
OTHERS = {
    "fr": "d’autres personnes sont dans cette conversation",
    "en": "others are in this conversation",
}


class MatrixDirect(Matrix):
    """One person's own room. It is no configured room: its power levels give no role."""

    def __init__(self, id: str, options: ChannelSettings, account: Account, person: str) -> None:
        super().__init__(id, options, account)  # type: ignore[arg-type]  # a copy of MatrixOptions
        self.person = person

    async def start(self) -> None:
        """Log the account in, if no other channel has."""
        connection = await self._held()
        await connection.reopen()

    def content(self, delivery: Delivery) -> dict[str, Any]:
        """A message that rings: the person asked for it."""
        mentions = {"user_ids": [self.person]}
        return notice(delivery) | {"msgtype": "m.text", "m.mentions": mentions}

    async def _ready(self) -> tuple[Connection, str]:
        connection = await self._held()
        await connection.reopen()
        room = connection.connected().rooms.get(self.options.room)
        if room is None or self.person not in room.users or self.person in room.invited_users:
            raise NotNow(channel=self.name, cause=NOT_THERE)
        if set(room.users) - {self.person, connection.user_id}:
            raise NotNow(channel=self.name, cause=OTHERS)
        self._room = self.options.room
        return connection, self._room

    @property
    def name(self) -> str:
        """As errors name it: without the person."""
        return f"Matrix {self.account.id}"
