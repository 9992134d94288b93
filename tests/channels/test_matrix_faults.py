"""What goes wrong between the bot and the homeserver: lost answers, limits, lock-outs."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from matrix_rooms import NOW, account_of, delivery

from bot.channels.channel import Found
from bot.errors import Locked, NotNow, Rejected, Unclear

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("encrypted", [False, True])
async def test_d1_c7_the_answer_is_lost_and_the_message_is_there_once(
    make_room, make_channel, make_relay, encrypted
):
    relay = await make_relay()
    room = make_room(encrypted=encrypted)
    channel = make_channel(room, url=relay.url)
    await channel.start()
    sent = delivery()
    relay.lose("/send/", times=2)  # aiohttp itself repeats a PUT once
    with pytest.raises(Unclear):
        await channel.deliver(sent)
    [event] = await room.messages()
    found = await channel.find(sent, NOW)
    assert found.complete
    assert found.receipt.remote == event["event_id"]
    assert await channel.deliver(sent) == found.receipt
    assert len(await room.messages()) == 1


async def test_d1_c6_the_request_is_lost_and_the_same_key_sends_it(
    make_room, make_channel, make_relay
):
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    await channel.start()
    sent = delivery()
    relay.cut("/send/", times=2)
    with pytest.raises(Unclear):
        await channel.deliver(sent)
    assert await channel.find(sent, NOW) == Found(None, complete=True)
    await channel.deliver(sent)
    assert len(await room.messages()) == 1


async def test_d1_c12_a_lost_edit_is_found(make_room, make_channel, make_relay):
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    first = await channel.deliver(delivery())
    changed = delivery("corrigé", action="edit", revision=1, remote=first.remote)
    relay.lose("/send/", times=2)
    with pytest.raises(Unclear):
        await channel.edit(first.remote, changed)
    assert await channel.find(changed, NOW) == Found(first, complete=True)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b'{"errcode": "M_UNKNOWN", "error": "Internal server error"}', Unclear),
        (502, b"<html>Bad gateway</html>", Unclear),
        (503, b"", Unclear),
        (200, b"{}", Unclear),
        (413, b'{"errcode": "M_TOO_LARGE", "error": "?"}', Rejected),
        (400, b'{"errcode": "M_BAD_JSON", "error": "?"}', Rejected),
        (401, b'{"errcode": "M_UNKNOWN_TOKEN", "error": "?"}', Locked),
        (403, b'{"errcode": "M_USER_LOCKED", "error": "?"}', Locked),
    ],
)
async def test_d7_each_answer_has_its_meaning(
    make_room, make_channel, make_relay, status, body, error
):
    relay = await make_relay()
    channel = make_channel(make_room(), url=relay.url)
    await channel.start()
    kind = JSON if body[:1] == b"{" else {"Content-Type": "text/html"}
    relay.answer("/send/", status, body, kind)
    with pytest.raises(error) as raised:
        await channel.deliver(delivery())
    assert type(raised.value) is error


@pytest.mark.parametrize(
    ("headers", "milliseconds", "seconds"),
    [
        ({"Retry-After": "331"}, 5, 331),
        ({}, 1500, 1.5),
        ({"Retry-After": "soon"}, 2000, 2),
        (
            {
                "Retry-After": "Tue, 24 Nov 2026 10:00:30 GMT",
                "Date": "Tue, 24 Nov 2026 10:00:00 GMT",
            },
            0,
            30,
        ),
        ({}, 0, None),
    ],
)
async def test_the_wait_that_the_server_asks_for(
    make_room, make_channel, make_relay, headers, milliseconds, seconds
):
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    await channel.start()
    body = {"errcode": "M_LIMIT_EXCEEDED", "error": "?", "retry_after_ms": milliseconds}
    relay.answer("/send/", 429, json.dumps(body).encode(), {**JSON, **headers})
    with pytest.raises(NotNow) as raised:
        await channel.deliver(delivery())
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert raised.value.after == expected
    assert relay.count("/send/") == 1


async def test_real_limits_say_not_now_and_when(strict_synapse, make_room, make_channel, tmp_path):
    who = strict_synapse.enrol("bot"), strict_synapse.enrol("membre")
    room = make_room(server=strict_synapse, who=who)
    channel = make_channel(room, account=account_of(who[0], strict_synapse.url, tmp_path / "d"))
    sent, refusal = 0, None
    while refusal is None and sent < 20:
        try:
            await channel.deliver(delivery())
        except NotNow as error:
            refusal = error
        else:
            sent += 1
    assert refusal is not None
    assert refusal.after is not None
    assert timedelta(0) < refusal.after <= timedelta(seconds=30)
    assert len(await room.messages()) == sent >= 5


async def test_d7_a_revoked_token_ends_in_silence_not_in_a_hot_loop(
    synapse, make_room, make_channel, make_relay, people, caplog, monkeypatch
):
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    await channel.start()
    await asyncio.to_thread(
        synapse.request, "POST", "/_matrix/client/v3/logout", {}, people[0].token
    )
    with pytest.raises(Locked) as raised:
        await channel.deliver(delivery())
    assert "alposs-bot setup" in raised.value.say("fr")
    for _ in range(1200):
        if "matrix account locked" in caplog.text:
            break
        await asyncio.sleep(0.05)
    assert "matrix account locked" in caplog.text
    assert people[0].token not in caplog.text
    assert "refuse mon accès (401 M_UNKNOWN_TOKEN)" in channel.concerns()["locked"]["fr"]
    silent = channel.pulse()
    before = len(relay.seen)
    for _ in range(5):
        with pytest.raises(Locked):
            await channel.deliver(delivery())
    await asyncio.sleep(0.5)
    assert len(relay.seen) == before
    monkeypatch.setattr("bot.channels.matrix_sync.LOCKED_PAUSE", 0.0)
    with pytest.raises(Locked):
        await channel.deliver(delivery())
    assert len(relay.seen) == before + 1  # now and then it asks again, with one request
    monkeypatch.undo()
    login = await asyncio.to_thread(synapse.login, people[0].user_id, people[0].password)
    assert login.device != people[0].device
    channel.account.token = login.token  # a new login, but the settings still name the old device
    with pytest.raises(Locked, match=people[0].device):
        await channel.deliver(delivery())
    channel.account.settings = channel.account.settings.model_copy(update={"device": login.device})
    assert channel.pulse() == silent
    await channel.start()
    await channel.deliver(delivery())
    assert len(await room.messages()) == 1
    assert "locked" not in channel.concerns()
    assert channel.pulse() > silent


async def test_d7_a_wrong_token_or_another_devices_is_refused_at_the_start(
    synapse, make_room, make_channel, people, tmp_path
):
    room = make_room()
    account = account_of(people[0], synapse.url, tmp_path / "d")
    account.token = "syt_wrong"
    with pytest.raises(Locked):
        await make_channel(room, account=account).start()
    other = account_of(people[0], synapse.url, tmp_path / "d", device="AUTRE")
    with pytest.raises(Locked, match="AUTRE"):
        await make_channel(room, account=other).start()
    stranger = account_of(people[1], synapse.url, tmp_path / "d", user=people[0].user_id)
    with pytest.raises(Locked):
        await make_channel(room, account=stranger).start()


@pytest.mark.parametrize("status", [502, 200, 401])
async def test_a_broken_sync_is_asked_for_slowly_and_mends(
    make_room, make_channel, make_relay, monkeypatch, status
):
    """nio's own loop would ask hundreds of times a second."""
    monkeypatch.setattr("bot.channels.matrix_sync.BACK_OFF", 0.1)
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    await channel.start()
    relay.answer("/sync", status, b"{}" if status == 200 else b"<html>", times=9999)
    before = relay.count("/sync")
    await room.call("PUT", "send/m.room.message/x", {"msgtype": "m.text", "body": "réveil"})
    await asyncio.sleep(0.6)
    assert relay.count("/sync") - before <= 5
    relay.faults.clear()
    mended = channel._connection.client.next_batch
    for _ in range(1200):
        if channel._connection.client.next_batch != mended:
            break
        await asyncio.sleep(0.05)
    assert channel._connection.client.next_batch != mended
    await channel.deliver(delivery())


async def test_a_server_that_is_down_is_not_now_and_later_works(
    make_room, make_channel, make_relay
):
    relay = await make_relay()
    room = make_room()
    channel = make_channel(room, url=relay.url)
    relay.answer("/sync", 503, b"")
    with pytest.raises(NotNow):
        await channel.start()
    relay.cut("/whoami", times=2)
    with pytest.raises(NotNow):
        await channel.start()
    await channel.start()
    await channel.deliver(delivery())
    assert len(await room.messages()) == 1


async def test_nobody_listens_is_not_now(make_channel):
    with pytest.raises(NotNow):
        await make_channel("!a:b", url="http://127.0.0.1:9").start()
