"""Rooms that are replaced, left, or pretend to be another's successor."""

from __future__ import annotations

import asyncio

import pytest
from matrix_rooms import NOW, Room, delivery

from bot.channels.channel import Found
from bot.channels.matrix_errors import RoomClosed
from bot.errors import Rejected


async def until(check):
    for _ in range(1200):
        if check():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come about")


async def upgraded(room: Room) -> Room:
    new = (await room.call("POST", "upgrade", {"new_version": "12"}))["replacement_room"]
    return Room(room.synapse, room.bot, room.member, new)


def words(events):
    return [event["content"].get("body") for event in events]


async def test_a_replaced_room_is_followed_and_the_channel_goes_on(
    make_room, make_channel, people, caplog
):
    """The new room is of version 12, whose creators stand above all levels."""
    room = make_room(preset="public_chat")
    channel = make_channel(room)
    sent = delivery("avant")
    receipt = await channel.deliver(sent)
    assert channel.concerns() == {}
    new = await upgraded(room)
    await until(channel.concerns)
    await channel.deliver(delivery("après"))
    assert words(await new.messages()) == ["après"]
    assert channel.place == new.id
    [(key, told)] = channel.concerns().items()
    assert room.id in told["fr"]
    assert new.id in told["en"]
    assert key == f"moved:{room.id}:{new.id}"
    # Its people have the power there that they had: a creator has it without bound.
    connection = channel._connection
    assert connection.configured(new.id)
    await until(lambda: new.id in connection.creators)
    assert connection.creators[new.id] == (frozenset({people[1].user_id}), True)
    # What was said before is found, and cannot be changed any more: that concerns it alone.
    assert await channel.find(sent, NOW) == Found(receipt, complete=True)
    assert await channel.find(delivery(), NOW) == Found(None, complete=True)
    with pytest.raises(Rejected):
        await channel.edit(receipt.remote, delivery("corrigé", action="edit", revision=1))
    later = await channel.deliver(delivery("encore"))
    await channel.edit(later.remote, delivery("mieux", action="edit", revision=1))
    assert words(await new.messages()) == ["après", "encore", "* mieux"]
    # After a restart it is there at once.
    await channel.stop()
    again = make_channel(room)
    await again.deliver(delivery("relancé"))
    assert words(await new.messages())[-1] == "relancé"


async def test_a_private_successor_needs_an_invitation_and_says_so(make_room, make_channel, people):
    room = make_room()
    channel = make_channel(room)
    await channel.deliver(delivery())
    new = await upgraded(room)
    await until(channel.concerns)
    with pytest.raises(RoomClosed) as raised:
        await channel.deliver(delivery())
    assert new.id in raised.value.say("fr")
    [told] = channel.concerns().values()
    assert f"Invitez-moi là-bas\u00a0: {people[0].user_id}" in told["fr"]
    await new.call("POST", "invite", {"user_id": people[0].user_id})
    await until(lambda: new.id in channel._connection.client.rooms)
    await until(lambda: channel._connection.membership.successor(room.id) == new.id)
    await channel.deliver(delivery("me voilà"))
    assert words(await new.messages()) == ["me voilà"]
    [told] = channel.concerns().values()
    assert "je continue là-bas" in told["fr"]


async def test_a_room_that_only_calls_itself_a_successor_is_not_entered(make_room, make_channel):
    room = make_room()
    trap = make_room(preset="public_chat", invite=False)
    channel = make_channel(room)
    await channel.deliver(delivery())
    await room.call("PUT", "state/m.room.tombstone", {"body": "?", "replacement_room": trap.id})
    await until(channel.concerns)
    await channel.deliver(delivery("ici"))
    assert words(await trap.messages()) == []
    assert words(await room.messages())[-1] == "ici"
    members = await trap.call("GET", "joined_members")
    assert room.bot.user_id not in members["joined"]


async def test_a_private_room_that_everybody_left_is_left(make_room, make_channel, people):
    channel = make_channel(make_room(), admins=(people[1].user_id,))
    await channel.start()
    private = await asyncio.to_thread(make_room)
    client = channel._connection.client
    await until(lambda: private.id in client.rooms)
    await private.call("POST", "leave", {})

    async def joined():
        return (await client.joined_rooms()).rooms

    for _ in range(1200):
        if private.id not in await joined():
            break
        await asyncio.sleep(0.05)
    assert await joined() == [channel._room]  # the configured one it keeps
    await until(lambda: private.id not in client.rooms)


async def test_banned_it_is_out_and_says_so(make_room, make_channel, people):
    room = make_room()
    channel = make_channel(room)
    await channel.deliver(delivery())
    await room.call("POST", "ban", {"user_id": people[0].user_id})
    await until(lambda: room.id not in channel._connection.client.rooms)
    with pytest.raises(RoomClosed):
        await channel.deliver(delivery())
