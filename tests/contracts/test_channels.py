"""What every kind of channel keeps to, whatever it is: its harness is ``KIND_harness``."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from bot import kinds
from bot.announcements.announcement import Message
from bot.channels.channel import Ability, Channel, Limits
from bot.config.wiring import ChannelSettings
from bot.errors import BotError, ChannelError, Locked, NotNow, Rejected, Unclear
from bot.outbox.delivery import Delivery

KINDS = kinds.every("channel")
SERVERS = {"matrix"}  # kinds whose other side is a real server
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
NOW = datetime.now(UTC)
SINCE = NOW - timedelta(minutes=1)
numbers = itertools.count(1)
TEXT = (
    "Échirolles reçoit le NEC d’or 2025\u202f! «\u00a0Bravo\u00a0»\n\nhttps://alposs.fr/a?b=1&c=2"
)


def param(kind: str) -> Any:
    return pytest.param(kind, marks=[pytest.mark.servers] if kind in SERVERS else [])


@pytest.fixture(params=map(param, sorted(KINDS)))
def harness(request):
    return request.getfixturevalue(f"{request.param}_harness")


@pytest.fixture
def channel(harness) -> Channel:
    return harness.channel


def delivery(text: str = TEXT, **more) -> Delivery:
    number = next(numbers)
    made = Delivery(
        id=number,
        channel="c",
        announcement=f"a{number}",
        story=f"s{number}",
        revision=0,
        action="post",
        key=f"cle-{number}",
        message=Message(text),
        created=NOW,
        due=NOW,
    )
    return replace(made, **more)


def needs(harness, *, ability: str = "", fault: str = "") -> bool:
    """Does this kind declare it? What is not declared must be refused plainly instead."""
    return (not ability or ability in harness.channel.abilities) and (
        not fault or fault in harness.faults
    )


# -- what a kind declares --------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_declares_itself(kind):
    thing = KINDS[kind]
    assert issubclass(thing.Options, ChannelSettings)
    assert thing.abilities <= set(get_args(Ability))
    assert isinstance(thing.usual, Limits)
    assert thing.__doc__
    for name, field in thing.Options.model_fields.items():
        assert field.description, f"{kind}: the setting {name} has no description"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_key_that_is_kept_is_kept_for_some_time_only(kind):
    window = KINDS[kind].window
    assert window is None or timedelta(0) < window
    if window is not None:
        assert "idempotent" in KINDS[kind].abilities


async def test_limits_leave_room_for_an_announcement(channel):
    limits = await channel.limits()
    assert limits.characters >= 500
    assert limits.form in ("status", "room", "terminal", "json")


async def test_what_is_not_declared_is_not_there(channel):
    for ability, call in (
        ("edit", lambda: channel.edit("x", delivery())),
        ("withdraw", lambda: channel.withdraw("x", delivery())),
        ("find", lambda: channel.find(delivery(), SINCE)),
        ("picture", lambda: channel.bring(PNG, "image/png", "La salle pleine")),
    ):
        if ability not in channel.abilities:
            with pytest.raises(TypeError, match=ability):
                await call()


async def test_stopping_twice_or_before_starting_is_nothing(channel):
    await channel.stop()
    await channel.stop()
    await channel.deliver(delivery())


# -- delivering ------------------------------------------------------------------------------


async def test_what_was_delivered_is_shown_in_full_and_named(harness, channel):
    first, second = delivery("une nouvelle"), delivery()
    one, two = await channel.deliver(first), await channel.deliver(second)
    assert await harness.shown() == ["une nouvelle", TEXT]
    assert one.remote
    assert one.remote != two.remote


async def test_d4_the_same_key_twice_is_there_once(harness, channel):
    told = delivery()
    first = await channel.deliver(told)
    if not needs(harness, ability="idempotent"):
        assert channel.window is None  # nothing relies on it then
        return
    assert (await channel.deliver(told)).remote == first.remote
    assert await harness.shown() == [TEXT]


async def test_an_edit_takes_the_place_of_the_words_and_may_be_done_twice(harness, channel):
    first = await channel.deliver(delivery("à l’hôtel de ville"))
    changed = delivery("à La Rampe", action="edit", revision=1, remote=first.remote)
    assert (await channel.edit(first.remote, changed)).remote == first.remote
    await channel.edit(first.remote, changed)
    assert await harness.shown() == ["à La Rampe"]


async def test_a_withdrawal_takes_it_away_and_may_be_done_twice(harness, channel):
    first = await channel.deliver(delivery())
    gone = delivery(action="withdraw", revision=1, remote=first.remote)
    await channel.withdraw(first.remote, gone)
    await channel.withdraw(first.remote, gone)
    assert await harness.shown() == []


async def test_a_reply_is_delivered(harness, channel):
    assert "reply" in channel.abilities
    first = await channel.deliver(delivery("premier"))
    await channel.deliver(delivery("suite", reply_to=first.remote))
    assert await harness.shown() == ["premier", "suite"]


async def test_a_picture_that_was_brought_is_shown_by_its_post_alone(harness, channel):
    if "picture" not in channel.abilities:
        return  # refused plainly, above
    id = await channel.bring(PNG, "image/png", "La salle pleine")
    assert await harness.shown() == []
    told = delivery(picture={"id": id, "at": NOW.isoformat()})
    first = await channel.deliver(told)
    assert first.picture
    assert harness.pictures() == [["La salle pleine"]]
    changed = replace(told, message=Message("autre"), action="edit", remote=first.remote)
    await channel.edit(first.remote, changed)
    await channel.deliver(delivery("sans image"))
    assert harness.pictures() == [["La salle pleine"], []]


# -- boosting --------------------------------------------------------------------------------


def boost(address: str, **more) -> Delivery:
    told = delivery(**more)
    return replace(told, message=replace(told.message, boosts=address))


async def test_what_cannot_be_boosted_is_told_in_our_own_words(harness, channel):
    told = boost("https://mairie.example/@claix/0815")
    receipt = await channel.deliver(told)
    assert receipt.url != told.message.boosts
    assert await harness.shown() == [TEXT]


async def test_a_boost_is_there_once_and_says_so(harness, channel):
    if "boost" not in channel.abilities:
        return  # it was told in words, above
    address = harness.foreign_post()
    told = boost(address)
    first = await channel.deliver(told)
    assert first.url == address
    assert (await channel.deliver(told)).remote == first.remote
    assert (await channel.deliver(boost(address))).remote == first.remote
    assert harness.boosts() == [address]
    assert TEXT not in await harness.shown()


async def test_d1_a_boost_whose_answer_was_lost_is_found(harness, channel):
    if "boost" not in channel.abilities:
        return
    told = boost(harness.foreign_post())
    await channel.deliver(delivery("une autre nouvelle"))
    assert (await channel.find(told, SINCE)).receipt is None
    first = await channel.deliver(told)
    assert (await channel.find(told, SINCE)).receipt == first


async def test_a_boosted_post_is_not_edited_but_can_be_taken_back(harness, channel):
    if "boost" not in channel.abilities:
        return
    address = harness.foreign_post()
    first = await channel.deliver(boost(address))
    changed = boost(address, text="autre", action="edit", revision=1, remote=first.remote)
    assert (await channel.edit(first.remote, changed)).remote == first.remote
    assert harness.boosts() == [address]
    gone = boost(address, action="withdraw", revision=2, remote=first.remote)
    await channel.withdraw(first.remote, gone)
    await channel.withdraw(first.remote, gone)
    assert harness.boosts() == []


# -- failing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"), [("refuse", NotNow), ("lock", Locked), ("reject", Rejected)]
)
async def test_d7_a_failure_says_what_it_is_and_nothing_was_done(harness, channel, fault, error):
    if not needs(harness, fault=fault):
        assert fault not in harness.faults
        return
    harness.fail(fault)
    with pytest.raises(error) as caught:
        await channel.deliver(delivery())
    _said_to_people(caught.value)
    if fault != "refuse" or channel.kind != "console":
        assert await harness.shown() == []


async def test_d1_a_lost_answer_is_unclear_and_then_there_once(harness, channel):
    if not needs(harness, fault="lose"):
        assert "find" not in channel.abilities
        return
    told = delivery()
    harness.fail("lose")
    with pytest.raises(Unclear) as caught:
        await channel.deliver(told)
    _said_to_people(caught.value)
    if "find" in channel.abilities:
        found = await channel.find(told, SINCE)
        assert found.receipt is not None
        assert found.receipt.remote == (await channel.deliver(told)).remote
    else:
        await channel.deliver(told)
    assert await harness.shown() == [TEXT]


async def test_what_was_never_sent_is_searched_completely_and_not_found(harness, channel):
    if not needs(harness, ability="find"):
        with pytest.raises(TypeError):
            await channel.find(delivery(), SINCE)
        return
    await channel.deliver(delivery("une autre nouvelle\nhttps://alposs.fr/a?b=1&c=2"))
    found = await channel.find(delivery(), SINCE)
    assert (found.receipt, found.complete) == (None, True)


async def test_after_a_failure_it_goes_on(harness, channel):
    for fault in sorted(harness.faults - {"lock"}):
        if channel.kind == "console":
            continue  # a closed terminal stays closed
        harness.fail(fault)
        with pytest.raises(ChannelError):
            await channel.deliver(delivery(f"perdu {fault}"))
    if channel.kind != "console":
        await channel.deliver(delivery("reçu"))
        assert (await harness.shown())[-1] == "reçu"


def _said_to_people(error: BotError) -> None:
    for language in ("fr", "en"):
        said = error.say(language)
        assert said
        assert "?" not in said
        assert "Traceback" not in said
        assert "{" not in said
