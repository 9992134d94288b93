"""The account behind the channels: admins told, invitations, setting up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from matrix_rooms import delivery

from bot.channels import matrix_setup
from bot.channels.matrix_errors import KeysLost, RoomClosed
from bot.channels.matrix_setup import NoServer, NotLoggedIn
from bot.config.wiring import AccountSettings


class Kept:
    """An account as ``setup`` leaves it: the token in its file."""

    language = "fr"

    def __init__(self, id, settings, data_dir):
        self.id, self.settings, self.data_dir = id, settings, data_dir

    def secret(self):
        return Path(self.settings.token_file).read_text().strip()


async def until(check):
    for _ in range(1200):
        if check():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come about")


async def test_admins_are_told_once_so_that_a_phone_rings(
    make_room, make_channel, make_reader, people
):
    reader = await make_reader(people[1])
    admin_room = make_room(encrypted=True)
    channel = make_channel(make_room(), admin_room=admin_room.id, admins=(people[1].user_id,))
    assert await channel.tell_admins("feed-x", "Ville de X ne répond plus.")
    assert await channel.tell_admins("feed-x", "Ville de X ne répond plus.")
    [event] = await reader.read(admin_room.id)
    assert event["content"]["msgtype"] == "m.text"
    assert event["content"]["body"] == "Ville de X ne répond plus."
    assert event["content"]["m.mentions"] == {"user_ids": [people[1].user_id]}


async def test_without_an_admin_room_it_says_that_it_cannot(make_room, make_channel):
    assert not await make_channel(make_room()).tell_admins("key", "text")


async def test_s8_only_an_admins_invitation_is_followed(make_room, make_channel, people, synapse):
    channel = make_channel(make_room(), admins=(people[1].user_id,))
    await channel.start()
    stranger = synapse.enrol(f"inconnu-{people[1].device.lower()}")
    await asyncio.to_thread(make_room, who=(people[0], stranger))
    friendly = await asyncio.to_thread(make_room)
    client = channel._connection.client
    await until(lambda: friendly.id in client.rooms)
    joined = (await client.joined_rooms()).rooms
    assert set(joined) == {channel._room, friendly.id}


async def test_s8_invitations_are_followed_at_a_limited_rate(
    make_room, make_channel, people, monkeypatch
):
    monkeypatch.setattr("bot.channels.matrix_membership.JOINS", 2)
    channel = make_channel(make_room(), admins=(people[1].user_id,))
    await channel.start()
    for _ in range(4):
        await asyncio.to_thread(make_room)
    client = channel._connection.client
    # its own room was the first of two
    await until(lambda: len(client.rooms) == 2 and len(client.invited_rooms) == 3)
    await channel.deliver(delivery())


async def test_setting_up_then_running(
    synapse, people, make_room, make_channel, make_reader, tmp_path
):
    bot, member = people
    login = await matrix_setup.login(
        synapse.url, bot.user_id, password=bot.password, data_dir=tmp_path, account_id="alpes"
    )
    assert login.user_id == bot.user_id
    assert login.device_id != bot.device
    assert login.token_file.stat().st_mode & 0o777 == 0o600
    reader = await make_reader(member)
    admin_room = await matrix_setup.create_admin_room(login, invite=[member.user_id])
    await reader.client.join(admin_room)
    room = make_room(encrypted=True, name="Le salon")
    invited = {known.id: known for known in await matrix_setup.rooms(login)}
    assert invited[room.id].invited
    assert invited[room.id].inviter == member.user_id
    assert await matrix_setup.join(login, room.id) == room.id
    known = {known.id: known for known in await matrix_setup.rooms(login)}
    assert (known[room.id].name, known[room.id].encrypted) == ("Le salon", True)
    assert (known[admin_room].name, known[admin_room].encrypted) == ("AlpOSS, coulisses", True)
    assert not known[room.id].invited
    settings = AccountSettings(
        kind="matrix",
        server=login.server,
        user=login.user_id,
        device=login.device_id,
        token_file=str(login.token_file),
        admins=(member.user_id,),
        admin_room=admin_room,
    )
    channel = make_channel(room, account=Kept("alpes", settings, tmp_path))
    await channel.deliver(delivery("bonjour"))
    assert await channel.tell_admins("first-run", "Je suis installé.")
    assert [event["content"]["body"] for event in await reader.read(room.id)] == ["bonjour"]
    assert [event["content"]["body"] for event in await reader.read(admin_room)] == [
        "Je suis installé."
    ]


async def test_setting_up_with_a_token(synapse, people, tmp_path):
    login = await matrix_setup.login(
        synapse.url, people[0].user_id, token=people[0].token, data_dir=tmp_path, account_id="a"
    )
    assert (login.user_id, login.device_id) == (people[0].user_id, people[0].device)
    # the token of a device in use elsewhere brings other keys: it is refused
    with pytest.raises(KeysLost):
        await matrix_setup.login(
            synapse.url, people[0].user_id, token=people[0].token, data_dir=tmp_path, account_id="b"
        )


async def test_setting_up_again_after_the_key_was_lost(synapse, people, tmp_path):
    bot = people[0]

    async def log_in():
        return await matrix_setup.login(
            synapse.url, bot.user_id, password=bot.password, data_dir=tmp_path, account_id="a"
        )

    first = await log_in()
    (tmp_path / "matrix" / "a" / "pickle.key").unlink()
    second = await log_in()
    assert second.device_id != first.device_id
    assert list((tmp_path / "matrix" / "a").glob("*.db.lost"))


async def test_a_wrong_password_says_what_to_check(synapse, people, tmp_path):
    with pytest.raises(NotLoggedIn) as raised:
        await matrix_setup.login(
            synapse.url, people[0].user_id, password="faux", data_dir=tmp_path, account_id="a"
        )
    assert "mot de passe" in raised.value.say("fr")
    assert "m.login.password" in raised.value.say("fr")
    with pytest.raises(NotLoggedIn):
        await matrix_setup.login(
            synapse.url, people[0].user_id, token="faux", data_dir=tmp_path, account_id="a"
        )
    assert not (tmp_path / "secrets").exists()


async def test_joining_without_an_invitation_says_who_to_invite(
    synapse, people, make_room, tmp_path
):
    login = await matrix_setup.login(
        synapse.url, people[0].user_id, token=people[0].token, data_dir=tmp_path, account_id="a"
    )
    room = make_room(invite=False)
    with pytest.raises(RoomClosed) as raised:
        await matrix_setup.join(login, room.id)
    assert people[0].user_id in raised.value.say("en")


async def test_the_server_is_discovered(synapse, make_relay):
    relay = await make_relay()
    told = f'{{"m.homeserver": {{"base_url": "{synapse.url}/"}}}}'.encode()
    relay.answer("/.well-known/matrix/client", 200, told)
    assert await matrix_setup.discover(relay.url) == synapse.url
    assert await matrix_setup.discover(f"{relay.url}/") == relay.url
    relay.answer("/.well-known/matrix/client", 200, b"<html>")
    assert await matrix_setup.discover(relay.url) == relay.url


@pytest.mark.parametrize("server", ["http://127.0.0.1:9", "", "@personne", "https://"])
async def test_no_server_says_what_an_address_looks_like(server):
    with pytest.raises(NoServer) as raised:
        await matrix_setup.discover(server)
    assert "https://matrix.org" in raised.value.say("fr")


async def test_a_page_that_is_no_matrix_server(make_relay):
    relay = await make_relay()
    relay.answer("/", 200, b"<html>", {"Content-Type": "text/html"}, times=9)
    with pytest.raises(NoServer):
        await matrix_setup.discover(relay.url)


async def test_s6_the_sync_token_is_saved_only_after_handling(make_room, make_channel, monkeypatch):
    room = make_room()
    channel = make_channel(room)
    await channel.start()
    connection = channel._connection
    saved = connection.client.store.load_sync_token
    before = saved()
    assert before

    async def break_off(client):
        raise RuntimeError("an event that cannot be digested")

    monkeypatch.setattr(connection.membership, "answer_invitations", break_off)
    monkeypatch.setattr("bot.channels.matrix_sync.BACK_OFF", 0.05)
    await room.call("PUT", "send/m.room.message/x", {"msgtype": "m.text", "body": "réveil"})
    await until(lambda: connection.client.next_batch != before)
    assert saved() == before
    monkeypatch.undo()  # the loop lives on, and reads the whole state again
    await room.call("PUT", "send/m.room.message/y", {"msgtype": "m.text", "body": "réveil"})
    await until(lambda: saved() != before)
    await channel.deliver(delivery())


async def test_used_up_one_time_keys_are_made_anew(make_room, make_channel, synapse, people):
    """nio overlooks a count of zero: nobody could write to the bot in an encrypted room."""
    bot, member = people
    room = make_room(encrypted=True)
    await make_channel(room).start()
    wanted = {"one_time_keys": {bot.user_id: {bot.device: "signed_curve25519"}}}

    def claim():
        answer = synapse.request("POST", "/_matrix/client/v3/keys/claim", wanted, member.token)
        return bool(answer["one_time_keys"])

    def use_up():
        count = 0
        while claim():
            count += 1
        return count

    assert await asyncio.to_thread(use_up) >= 50
    await room.call("PUT", "send/m.room.message/x", {"msgtype": "m.text", "body": "réveil"})
    for _ in range(1200):
        if await asyncio.to_thread(claim):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no new one-time keys")
