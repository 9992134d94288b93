"""The Matrix channel in plain rooms, against a real Synapse."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from matrix_rooms import NOW, account_of, delivery
from pydantic import ValidationError

from bot.channels.channel import Found
from bot.channels.matrix import MatrixOptions
from bot.channels.matrix_errors import RoomClosed
from bot.errors import Rejected


async def test_a_plain_room_gets_a_notice_once(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    await channel.start()
    sent = delivery()
    receipt = await channel.deliver(sent)
    assert await channel.deliver(sent) == receipt
    [event] = await room.messages()
    assert event["event_id"] == receipt.remote
    assert event["content"] == {
        "msgtype": "m.notice",
        "body": sent.message.text,
        "format": "org.matrix.custom.html",
        "formatted_body": sent.message.html,
        "m.mentions": {},
        "org.alposs.bot": {
            "story": sent.story,
            "announcement": sent.announcement,
            "key": sent.key,
            "revision": 0,
        },
    }


async def test_a_second_channel_shares_the_account_and_outlives_the_first(
    make_room, make_channel, make_relay
):
    relay = await make_relay()
    one, two = make_room(), make_room()
    first = make_channel(one, url=relay.url)
    second = make_channel(two, account=first.account)
    await asyncio.gather(first.start(), second.start())
    assert relay.count("/whoami") == 1
    await first.stop()
    await second.deliver(delivery())
    assert len(await two.messages()) == 1
    assert await one.messages() == []


async def test_a_warning_at_start_holds_the_account_no_second_time(make_room, make_channel):
    channel = make_channel(make_room())
    await asyncio.gather(channel.start(), channel.tell_admins("k", "text"), channel.start())
    connection = channel._connection
    assert connection.holders == 1
    await channel.stop()
    assert connection.client is None  # closed: nobody holds it any more


async def test_a_restart_while_nothing_happened(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    await channel.deliver(delivery())
    await asyncio.sleep(0.3)  # until the sync token is beyond all of it
    for _ in range(2):
        await channel.stop()
        await channel.start()
    await channel.deliver(delivery())
    assert len(await room.messages()) == 2


async def test_an_edit_replaces_the_words_in_place(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    first = await channel.deliver(delivery("à l’hôtel de ville"))
    changed = delivery("à La Rampe", action="edit", revision=1)
    assert (await channel.edit(first.remote, changed)).remote == first.remote
    again = await channel.edit(first.remote, changed)
    assert again.remote == first.remote
    assert len(await room.messages()) == 2
    seen = await room.call("GET", f"event/{first.remote}")
    newest = seen["unsigned"]["m.relations"]["m.replace"]["content"]
    assert newest["m.new_content"]["body"] == "à La Rampe"
    assert newest["m.new_content"]["formatted_body"] == changed.message.html
    assert newest["m.mentions"] == newest["m.new_content"]["m.mentions"] == {}
    assert newest["msgtype"] == "m.notice"


async def test_a_withdrawn_message_is_redacted_and_may_already_be(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    other = await channel.deliver(delivery("reste"))
    posted = delivery()
    first = await channel.deliver(posted)
    await channel.edit(first.remote, delivery("corrigé", action="edit", revision=1))
    # even under the very key of the post: the withdrawal is a call of its own
    withdrawal = replace(posted, action="withdraw", remote=first.remote)
    assert await channel.find(withdrawal, NOW) == Found(None, complete=True)
    await channel.withdraw(first.remote, withdrawal)
    kept, *gone = await room.messages()
    assert kept["event_id"] == other.remote
    assert kept["content"]["body"] == "reste"
    assert [event["content"] for event in gone] == [{}, {}]
    await channel.withdraw(first.remote, delivery(action="withdraw", remote=first.remote))
    assert (await channel.find(withdrawal, NOW)).receipt == first


async def test_a_reply_points_at_what_it_answers(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    first = await channel.deliver(delivery())
    await channel.deliver(delivery("Changement de lieu", reply_to=first.remote))
    answer = (await room.messages())[-1]
    assert answer["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": first.remote}}
    assert answer["content"]["m.mentions"] == {}


async def test_d1_a_lost_answer_is_found_by_its_transaction(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    sent, never = delivery(), delivery()
    receipt = await channel.deliver(sent)
    assert await channel.find(sent, NOW) == Found(receipt, complete=True)
    assert await channel.find(never, NOW) == Found(None, complete=True)


async def test_d9_another_device_finds_by_our_own_field(
    synapse, people, make_room, make_channel, tmp_path
):
    room = make_room()
    old = make_channel(room)
    sent = delivery()
    receipt = await old.deliver(sent)
    changed = delivery("corrigé", action="edit", revision=1)
    await old.edit(receipt.remote, changed)
    await old.stop()
    login = synapse.login(people[0].user_id, people[0].password)
    new = make_channel(room, account=account_of(login, synapse.url, tmp_path / "new"))
    assert await new.find(sent, NOW) == Found(receipt, complete=True)
    assert await new.find(changed, NOW) == Found(receipt, complete=True)


async def test_d5_what_a_moderator_deleted_counts_as_sent(make_room, make_channel):
    room = make_room()
    channel = make_channel(room)
    sent = delivery()
    receipt = await channel.deliver(sent)
    await room.call("PUT", f"redact/{receipt.remote}/moderator", {})
    assert await channel.find(sent, NOW) == Found(receipt, complete=True)


async def test_a_deleted_message_of_an_older_device_leaves_the_search_incomplete(
    synapse, people, make_room, make_channel, tmp_path
):
    room = make_room()
    old = make_channel(room)
    receipt = await old.deliver(delivery())
    await room.call("PUT", f"redact/{receipt.remote}/moderator", {})
    await old.stop()
    login = synapse.login(people[0].user_id, people[0].password)
    new = make_channel(room, account=account_of(login, synapse.url, tmp_path / "new"))
    assert await new.find(delivery(), NOW) == Found(None, complete=False)
    # but what is older than the search does not disturb it
    later = NOW + timedelta(hours=3)
    assert await new.find(delivery(), later) == Found(None, complete=True)


async def test_a_search_that_has_to_stop_says_so(make_room, make_channel, monkeypatch):
    channel = make_channel(make_room())
    sent = delivery()
    receipt = await channel.deliver(sent)
    monkeypatch.setattr("bot.channels.matrix_find.PAGES", 0)
    assert await channel.find(sent, NOW) == Found(None, complete=False)
    await channel.withdraw(receipt.remote, delivery(action="withdraw", remote=receipt.remote))


async def test_a_search_goes_through_many_pages(
    make_room, make_channel, synapse, people, monkeypatch
):
    monkeypatch.setattr("bot.channels.matrix_find.PAGE", 3)
    room = make_room()
    channel = make_channel(room)
    sent = delivery()
    receipt = await channel.deliver(sent)

    def chatter():
        for number in range(10):
            path = f"/_matrix/client/v3/rooms/{room.id}/send/m.room.message/other-{number}"
            synapse.request("PUT", path, {"msgtype": "m.notice", "body": "x"}, people[0].token)

    await asyncio.to_thread(chatter)
    assert await channel.find(sent, NOW) == Found(receipt, complete=True)


async def test_an_alias_leads_to_its_room(make_room, make_channel):
    room = make_room(preset="public_chat", room_alias_name="nouvelles", invite=False)
    channel = make_channel("#nouvelles:alpes.test")
    await channel.deliver(delivery())
    assert len(await room.messages()) == 1


@pytest.mark.parametrize("room", ["#nulle-part:alpes.test", "!personne:alpes.test"])
async def test_an_unknown_room_is_named_with_what_to_do(make_channel, people, room):
    channel = make_channel(room)
    with pytest.raises(RoomClosed) as raised:
        await channel.start()
    assert room in raised.value.say("fr")
    assert f"Invitez {people[0].user_id}" in raised.value.say("fr")
    assert f"Invite {people[0].user_id}" in raised.value.say("en")


async def test_d7_no_right_to_write_is_said_and_spares_other_rooms(make_room, make_channel):
    silent = make_room(power_level_content_override={"events_default": 50})
    open_ = make_room()
    channel = make_channel(silent)
    other = make_channel(open_, account=channel.account)
    with pytest.raises(RoomClosed, match="not enough power"):
        await channel.deliver(delivery())
    await other.deliver(delivery())
    assert len(await open_.messages()) == 1


async def test_d7_thrown_out_is_said_and_an_invitation_mends_it(make_room, make_channel, people):
    room = make_room()
    channel = make_channel(room)
    await channel.deliver(delivery())
    await room.call("POST", "kick", {"user_id": people[0].user_id})
    sent = delivery()
    with pytest.raises(RoomClosed, match="not a member"):
        await channel.deliver(sent)
    await room.call("POST", "invite", {"user_id": people[0].user_id})
    await channel.deliver(sent)
    assert len(await room.messages()) == 2


async def test_d7_a_message_too_large_is_rejected(make_room, make_channel):
    channel = make_channel(make_room())
    with pytest.raises(Rejected):
        await channel.deliver(delivery("x" * 70_000))


async def test_the_longest_message_fits_even_as_an_edit(make_room, make_channel):
    channel = make_channel(make_room(encrypted=True))
    longest = "x" * ((await channel.limits()).characters)
    receipt = await channel.deliver(delivery(longest))
    await channel.edit(receipt.remote, delivery(longest, action="edit", revision=1))


@pytest.mark.parametrize("room", ["salon", "@bot:alpes.test", "#sans-serveur", "! espace"])
def test_a_room_must_look_like_one(room):
    with pytest.raises(ValidationError):
        MatrixOptions(account="alpes", room=room)
