"""Encrypted rooms: a second real client reads them, and nothing ever leaves in clear."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from matrix_rooms import NOW, account_of, delivery

from bot.channels.channel import Found
from bot.channels.matrix_errors import KeysLost
from bot.channels.matrix_signing import USAGES, Identity
from bot.errors import ChannelError, NotNow


def bodies(events):
    return [event["content"].get("body") for event in events]


async def test_a_member_reads_what_the_server_cannot(make_room, make_channel, make_reader, people):
    reader = await make_reader(people[1])
    room = make_room(encrypted=True)
    channel = make_channel(room)
    sent = delivery("Échirolles reçoit le NEC d’or.")
    receipt = await channel.deliver(sent)
    assert await channel.deliver(sent) == receipt
    [held] = await room.messages()
    assert held["type"] == "m.room.encrypted"
    assert "chirolles" not in str(held)
    assert sent.key not in str(held["content"])
    [event] = await reader.read(room.id)
    assert event["content"]["msgtype"] == "m.notice"
    assert event["content"]["m.mentions"] == {}
    assert event["content"]["formatted_body"] == sent.message.html
    assert event["content"]["org.alposs.bot"]["key"] == sent.key
    assert event["content"]["org.alposs.bot"]["announcement"] == sent.announcement


async def test_edit_reply_and_withdrawal_inside_the_encryption(
    make_room, make_channel, make_reader, people
):
    reader = await make_reader(people[1])
    room = make_room(encrypted=True)
    channel = make_channel(room)
    first = await channel.deliver(delivery("avant"))
    await channel.edit(first.remote, delivery("après", action="edit", revision=1))
    await channel.deliver(delivery("réponse", reply_to=first.remote))
    original, edit, answer = await reader.read(room.id)
    assert original["content"]["body"] == "avant"
    assert edit["content"]["m.new_content"]["body"] == "après"
    assert edit["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": first.remote}
    assert answer["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": first.remote}}
    held = await room.messages()
    assert "après" not in str(held)
    assert "avant" not in str(held)
    await channel.withdraw(first.remote, delivery(action="withdraw", remote=first.remote))
    assert [bool(event["content"]) for event in await room.messages()] == [False, False, True]


async def test_d9_a_restart_keeps_the_device_and_everything_readable(
    make_room, make_channel, make_reader, people
):
    reader = await make_reader(people[1])
    room = make_room(encrypted=True)
    channel = make_channel(room)
    before = delivery("avant l’arrêt")
    receipt = await channel.deliver(before)
    await channel.stop()
    channel = make_channel(room)
    after = delivery("après l’arrêt")
    await channel.deliver(after)
    assert bodies(await reader.read(room.id)) == ["avant l’arrêt", "après l’arrêt"]
    assert {event["content"]["device_id"] for event in await room.messages()} == {people[0].device}
    assert await channel.find(before, NOW) == Found(receipt, complete=True)
    assert await channel.find(delivery(), NOW) == Found(None, complete=True)


async def test_a_new_device_and_a_new_member_read_what_comes_next(
    synapse, make_room, make_channel, make_reader, people
):
    room = make_room(encrypted=True)
    channel = make_channel(room)
    await channel.deliver(delivery("un"))
    second = await make_reader(synapse.login(people[1].user_id, people[1].password))
    newcomer = synapse.enrol(f"nouveau-{people[1].device.lower()}")
    newcomer_reader = await make_reader(newcomer)
    await room.call("POST", "invite", {"user_id": newcomer.user_id})
    await newcomer_reader.client.join(room.id)
    for _ in range(50):  # until the bot's sync has told it of both
        if newcomer.user_id in channel._connection.client.rooms[room.id].users:
            break
        await asyncio.sleep(0.05)
    await channel.deliver(delivery("deux"))
    assert bodies(await second.read(room.id))[-1] == "deux"
    assert bodies(await newcomer_reader.read(room.id))[-1] == "deux"


async def test_a_room_encrypted_meanwhile_gets_nothing_in_clear(
    make_room, make_channel, make_reader, make_relay, people
):
    reader = await make_reader(people[1])
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    await channel.deliver(delivery("en clair"))
    relay.cut("/sync", times=99)  # the bot's sync does not tell it
    await room.encrypt()
    await channel.deliver(delivery("chiffré"))
    clear, hidden = await room.messages()
    assert clear["type"] == "m.room.message"
    assert hidden["type"] == "m.room.encrypted"
    assert bodies(await reader.read(room.id)) == ["en clair", "chiffré"]


async def test_where_the_state_cannot_be_asked_nothing_is_sent(make_room, make_channel, make_relay):
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    await channel.start()
    for answer in (b"<html>", b"{}", b'{"errcode": "M_UNKNOWN", "error": "?"}'):
        relay.answer("/state/m.room.encryption", 500, answer)
        with pytest.raises(ChannelError):
            await channel.deliver(delivery())
    relay.answer("/state/m.room.encryption", 404, b"not found")  # a gateway's page, no Matrix
    with pytest.raises(ChannelError):
        await channel.deliver(delivery())
    relay.answer("/state/m.room.encryption", 200, b'{"algorithm": "org.other"}')
    with pytest.raises(ChannelError):
        await channel.deliver(delivery())
    assert relay.count("/send/") == 0
    assert await room.messages() == []


async def test_without_keys_an_encrypted_room_gets_nothing(make_room, make_channel):
    room = make_room(encrypted=True)
    channel = make_channel(room)
    await channel.start()
    channel._connection.client.olm = None
    for _ in range(2):
        with pytest.raises(KeysLost):
            await channel.deliver(delivery())
    assert await room.messages() == []


async def test_a_forgotten_encryption_is_remembered_after_a_restart(
    make_room, make_channel, make_relay
):
    """A server that denies the room's encryption later is not believed."""
    room = make_room(encrypted=True)
    channel = make_channel(room)
    await channel.deliver(delivery())
    await channel.stop()
    relay = await make_relay()
    channel = make_channel(room, url=relay.url)
    await channel.start()
    channel._connection.client.rooms[room.id].encrypted = False
    relay.answer("/state/", 404, b'{"errcode": "M_NOT_FOUND", "error": "?"}', times=9)
    await channel.deliver(delivery())
    assert [event["type"] for event in await room.messages()] == ["m.room.encrypted"] * 2


async def test_a_room_key_that_did_not_arrive_holds_the_message(
    make_room, make_channel, make_reader, make_relay, people
):
    """nio would call the key shared, and the member could never read it."""
    reader = await make_reader(people[1])
    relay = await make_relay()
    room = make_room(encrypted=True)
    channel = make_channel(room, url=relay.url)
    await channel.start()
    sent = delivery()
    relay.cut("/keys/claim")
    with pytest.raises(NotNow):
        await channel.deliver(sent)
    relay.answer("/sendToDevice/", 502, b"<html>", {"Content-Type": "text/html"})
    with pytest.raises(NotNow):
        await channel.deliver(sent)
    assert relay.count("/send/") == 0
    await channel.deliver(sent)
    assert bodies(await reader.read(room.id)) == [sent.message.text]


async def test_d9_a_lost_key_store_is_said_and_nothing_is_sent(
    make_room, make_channel, people, synapse, tmp_path
):
    room = make_room(encrypted=True)
    channel = make_channel(room)
    sent = delivery()
    await channel.deliver(sent)
    await channel.stop()
    lost = make_channel(room, data_dir=tmp_path / "empty")
    with pytest.raises(KeysLost) as raised:
        await lost.deliver(delivery())
    assert people[0].device in raised.value.say("fr")
    assert "alposs-bot setup" in raised.value.say("fr")
    # a new login is a new device; what the old one sent cannot be read: the search says so
    login = synapse.login(people[0].user_id, people[0].password)
    new = make_channel(room, account=account_of(login, synapse.url, tmp_path / "new"))
    assert await new.find(sent, NOW) == Found(None, complete=False)
    await new.deliver(delivery())
    assert len(await room.messages()) == 2


@pytest.mark.parametrize("mishap", ["wrong", "missing", "empty", "readable"])
async def test_s11_the_key_of_the_store_is_private_and_must_fit(
    make_room, make_channel, tmp_path, mishap
):
    room = make_room(encrypted=True)
    channel = make_channel(room)
    await channel.start()
    await channel.stop()
    folder = tmp_path / "data" / "matrix" / "alpes"
    path = folder / "pickle.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    key = path.read_text()
    if mishap == "wrong":
        path.write_text("another-key")
    elif mishap == "missing":
        path.unlink()
    elif mishap == "empty":
        path.write_text("")
    else:
        path.chmod(0o644)
    with pytest.raises(KeysLost) as raised:
        await make_channel(room).start()
    assert key.strip() not in str(raised.value)


async def test_the_pickle_key_may_stand_elsewhere(make_room, make_channel, tmp_path):
    room = make_room(encrypted=True)
    channel = make_channel(room, pickle_key_file="secrets/matrix.key")
    await channel.deliver(delivery())
    path = tmp_path / "data" / "secrets" / "matrix.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "data" / "matrix" / "alpes" / "pickle.key").exists()


async def test_d4_the_same_key_always_sends_the_same_content(
    make_room, make_channel, make_reader, people
):
    reader = await make_reader(people[1])
    room = make_room(encrypted=True)
    channel = make_channel(room)
    sent = delivery()
    receipt = await channel.deliver(sent)
    await channel.stop()  # a new session: other bytes, but the server keeps the first event
    assert await make_channel(room).deliver(replace(sent, attempts=2)) == receipt
    assert bodies(await reader.read(room.id)) == [sent.message.text]


async def test_trust_signed_gives_the_keys_to_devices_that_their_owner_verified(
    make_room, make_channel, make_reader, people, synapse
):
    """And ``everyone``, the default, to each device (the other tests here)."""
    member = people[1]
    verified = await make_reader(member)
    other = await make_reader(synapse.login(member.user_id, member.password))
    owner = Identity.new(member.user_id)
    keys = {f"{usage}_key": owner.published(usage) for usage in USAGES}
    post = lambda path, body: asyncio.to_thread(
        synapse.request, "POST", f"/_matrix/client/v3{path}", body, member.token
    )
    await post("/keys/device_signing/upload", keys)

    async def sign(reader):
        asked = await post("/keys/query", {"device_keys": {member.user_id: []}})
        device = asked["device_keys"][member.user_id][reader.client.device_id]
        signed = owner.signed("self_signing", device)
        await post("/keys/signatures/upload", {member.user_id: {reader.client.device_id: signed}})

    await sign(verified)
    room = make_room(encrypted=True)
    channel = make_channel(room, trust="signed")
    await channel.deliver(delivery("un"))
    assert bodies(await verified.read(room.id)) == ["un"]
    assert bodies(await other.read(room.id)) == [None]
    # A device signed later reads what comes then.
    sessions = channel._connection.client.olm.outbound_group_sessions
    assert room.id in sessions
    await sign(other)
    for _ in range(1200):
        if room.id not in sessions:  # the bot has heard of it: who gets the key is asked anew
            break
        await asyncio.sleep(0.05)
    await channel.deliver(delivery("deux"))
    assert bodies(await other.read(room.id)) == [None, "deux"]
    assert bodies(await verified.read(room.id)) == ["un", "deux"]
