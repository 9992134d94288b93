"""Taps in real rooms, plain and encrypted: heard, placed, read back."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.heard import Reacted
from bot.errors import Rejected


class Tips:
    """What the listener heard."""

    def __init__(self) -> None:
        self.taps: list[Reacted] = []
        self.words: list[str] = []

    async def hear(self, batch):
        self.taps.extend(batch)

    async def ear(self, batch):
        self.words.extend(one.text for one in batch)

    async def until(self, number):
        for _ in range(1200):
            if len(self.taps) >= number:
                return self.taps
            await asyncio.sleep(0.05)
        raise AssertionError(f"heard only {self.taps}")


async def tap(room, event, key, who=None):
    """A member's reaction; its event id."""
    tap.number = getattr(tap, "number", 0) + 1
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": key}}
    path = f"/_matrix/client/v3/rooms/{room.id}/send/m.reaction/t{tap.number}-{event[1:9]}"
    token = (who or room.member).token
    sent = await asyncio.to_thread(room.synapse.request, "PUT", path, content, token)
    return sent["event_id"]


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_s6_taps_are_heard_and_those_of_before_are_read_back(
    make_room, make_channel, people, encrypted
):
    bot, member = people
    room = make_room(encrypted=encrypted)
    channel = make_channel(room, admin_room=room.id, admins=(member.user_id,))
    tips = Tips()
    listener = channel.listener()
    listener.listen(tips.ear, tips.hear)
    await channel.start()
    place = await channel.tell_admins("draft-1", "À relire")
    assert place is not None
    assert place[0] == room.id
    _, event = place

    # The bot's own, placed once however often it is asked for, and never heard.
    for _ in range(2):
        await listener.react(room.id, event, "1\ufe0f\u20e3")
    path = f"/_matrix/client/v1/rooms/{room.id}/relations/{event}/m.annotation/m.reaction"
    there = await asyncio.to_thread(room.synapse.request, "GET", path, None, member.token)
    assert [(one["sender"], one["content"]["m.relates_to"]["key"]) for one in there["chunk"]] == [
        (bot.user_id, "1\ufe0f\u20e3")
    ]
    assert there["chunk"][0]["type"] == "m.reaction"
    # Given under a transaction that the server has forgotten since: as good as given.
    await tap(room, event, "⏳", bot)
    await listener.react(room.id, event, "⏳")

    # A person's, without U+FE0F.
    given = await tap(room, event, "1\ufe0f\u20e3")
    [heard] = await tips.until(1)
    assert (heard.event, heard.sender, heard.target) == (given, member.user_id, event)
    assert (heard.key, heard.room, heard.direct) == ("1\u20e3", room.id, False)
    assert await listener.power(heard) in (None, 100)  # who made the room may everything

    # One taken back is none; what was given while nobody listened is read back, oldest first.
    gone = await tap(room, event, "❌")
    await tips.until(2)
    await listener.close()
    await channel.stop()
    await room.call("PUT", f"redact/{gone}/gone-{gone[1:9]}", {})
    later = await tap(room, event, "✅")
    channel = make_channel(room, admin_room=room.id, admins=(member.user_id,))
    listener, second = channel.listener(), Tips()
    listener.listen(second.ear, second.hear)
    await channel.start()
    assert [one.event for one in await listener.reactions(room.id, event)] == [given, later]
    taken, heard = await second.until(2)  # the gap is heard too
    assert heard.event == later
    assert (taken.taken, taken.target, taken.sender) == (True, gone, member.user_id)
    with pytest.raises(Rejected):
        await listener.react(room.id, "$nowhere", "✅")
    await listener.close()
