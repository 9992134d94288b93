"""Who holds which account: one connection for all channels of an account, opened by the first,
closed with the last."""

from __future__ import annotations

import asyncio

from bot.channels.matrix_client import Connection
from bot.channels.matrix_listen import MatrixListener
from bot.channels.matrix_sync import Account

_connections: dict[tuple[str, str, int], Connection] = {}
_listeners: dict[tuple[str, str, int], MatrixListener] = {}


async def hold(account: Account) -> Connection:
    """The account's connection, opened. Raises ChannelError; then nothing is held."""
    place = _place(account)
    connection = _connections.setdefault(place, Connection(account))
    connection.holders += 1
    try:
        await connection.open()
    except BaseException:
        await release(connection)
        raise
    return connection


def listener(account: Account, room: str) -> MatrixListener:
    """The ears of an account, and one more of its configured rooms. Opens nothing: what is said
    in the first answer to a sync after a restart has to find them there. Close it at
    the end."""
    place = _place(account)
    connection = _connections.setdefault(place, Connection(account))
    connection.expect(room)
    for private in (account.settings.admin_room, account.settings.moderators_room):
        if private:
            connection.expect(private)
    if place not in _listeners:
        connection.holders += 1
        _listeners[place] = MatrixListener(connection, _deaf)
    return _listeners[place]


async def _deaf(listener: MatrixListener) -> None:
    if _listeners.pop(_place(listener.connection.account), None) is not None:
        await release(listener.connection)


async def release(connection: Connection) -> None:
    """Give a held connection back. Never raises."""
    connection.holders -= 1
    if connection.holders == 0:
        _connections.pop(_place(connection.account), None)
        await connection.close()


def _place(account: Account) -> tuple[str, str, int]:
    # a connection belongs to the loop that opened it
    return str(account.data_dir), account.id, id(asyncio.get_running_loop())
