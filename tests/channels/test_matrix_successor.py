"""Another device of the account takes the place of the one that is gone (a new login, a worker on
another machine): it knows the old one's messages again, and hears what was said meanwhile."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from matrix_rooms import NOW, account_of, delivery

from bot.channels.channel import Found


@pytest.fixture
def successor(synapse, people, make_channel, tmp_path):
    """Make the channel of a device that did not exist when the old one spoke."""

    def make(room, mark=""):
        login = synapse.login(people[0].user_id, people[0].password)
        folder = tmp_path / login.device
        channel = make_channel(room, account=account_of(login, synapse.url, folder))
        channel.mark = mark
        return channel

    return make


async def test_d9_in_an_encrypted_room_the_trace_tells_what_cannot_be_read(
    make_room, make_channel, make_reader, people, successor
):
    reader = await make_reader(people[1])
    room = make_room(encrypted=True)
    old = make_channel(room)
    old.mark = "a secret of the store’s"
    sent, never = delivery(), delivery()
    receipt = await old.deliver(sent)
    changed = delivery("corrigé", action="edit", revision=1)
    await old.edit(receipt.remote, changed)
    await old.stop()

    new = successor(room, old.mark)
    assert await new.find(sent, NOW) == Found(receipt, complete=True)
    assert await new.find(changed, NOW) == Found(receipt, complete=True)
    assert await new.find(never, NOW) == Found(None, complete=True)
    # Who has another secret cannot tell: not even that it is not there.
    for mark in ("", "another"):
        assert await successor(room, mark).find(sent, NOW) == Found(None, complete=False)
    held = await room.messages()
    assert {one["type"] for one in held} == {"m.room.encrypted"}
    assert not any(word in str(held) for word in (sent.key, sent.announcement, old.mark))
    first, _ = await reader.read(room.id)
    assert "trace" not in first["content"]["org.alposs.bot"]  # beside it, not in it


class Place:
    """The store's bookmark."""

    def __init__(self, value=None):
        self.value = value

    async def get(self):
        return self.value

    async def put(self, value):
        self.value = value


def ear(heard):
    async def hear(batch):
        heard.extend(one.event for one in batch)

    return hear


async def until(heard):
    for _ in range(600):
        if heard:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing was heard")


async def say(room, text, **more):
    path = f"send/m.room.message/{uuid.uuid4().hex}"
    sent = await room.call("PUT", path, {"msgtype": "m.text", "body": text, **more})
    return sent["event_id"]


async def test_s6_a_new_device_hears_what_was_said_since_and_nobody_has_answered(
    make_room, make_channel, successor
):
    room, place, heard = make_room(), Place(), []
    old = make_channel(room)
    listener = old.listener()
    listener.listen(ear(heard), None, place)
    await old.start()
    asked = await say(room, "!aide")
    await until(heard)
    assert heard == [asked]
    answer = {"m.relates_to": {"m.in_reply_to": {"event_id": asked}}, "msgtype": "m.notice"}
    await old._connection.send(room.id, {"body": "…", **answer}, "answer")
    await listener.close()
    await old.stop()
    meanwhile = await say(room, "!prochain")

    heard.clear()
    new = successor(room)
    listener = new.listener()
    listener.listen(ear(heard), None, place)
    await new.start()
    await until(heard)
    assert heard == [meanwhile]  # and not what was answered
    await listener.close()
    await new.stop()


@pytest.mark.parametrize("known", [None, "@somebody:else.example"])
async def test_s6_the_first_device_that_ever_listens_hears_nothing_of_before(
    make_room, make_channel, people, known
):
    room, place, heard = make_room(), Place(known), []
    channel = make_channel(room)
    path = f"/_matrix/client/v3/join/{room.id}"
    await asyncio.to_thread(room.synapse.request, "POST", path, {}, people[0].token)
    listener = channel.listener()
    before = await say(room, "!aide")
    listener.listen(ear(heard), None, place)
    await channel.start()
    after = await say(room, "!prochain")
    await until(heard)
    assert before not in heard
    assert heard == [after]
    assert place.value == people[0].user_id
    await listener.close()
