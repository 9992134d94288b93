"""A person verifies the bot by emoji from a client that speaks Element's protocol."""

from __future__ import annotations

import asyncio
import logging

import pytest
from element import Asking, Strict

from bot.channels import matrix_setup
from bot.channels.account import Account
from bot.channels.matrix_emoji import EMOJIS, told
from bot.channels.matrix_identity import sign_where_ours
from bot.config.wiring import AccountSettings


@pytest.fixture
async def verifiable(synapse, people, make_room, make_channel, make_reader, tmp_path):
    """Starts the bot with an identity; gives (login, reader, room, channel)."""
    bot, member = people

    async def start(*, encrypted=False, asker=member, allowed=(member.user_id,)):
        async def identify(keeper):
            await keeper.make()
            await sign_where_ours(keeper)

        login = await matrix_setup.login(
            synapse.url,
            bot.user_id,
            password=bot.password,
            data_dir=tmp_path,
            account_id="alpes",
            identify=identify,
        )
        settings = AccountSettings(
            kind="matrix",
            server=login.server,
            user=login.user_id,
            device=login.device_id,
            token_file=str(login.token_file),
            admins=tuple(allowed),
        )
        reader = await make_reader(asker)
        room = make_room(encrypted=encrypted)
        channel = make_channel(room, account=Account("alpes", settings, tmp_path))
        await channel.start()
        return login, reader, room, channel

    return start


@pytest.mark.parametrize("where", ["encrypted", "plain", "device"])
async def test_the_bot_is_verified_by_emoji(verifiable, synapse, people, where, caplog):
    bot, member = people
    login, reader, room, _ = await verifiable(encrypted=where == "encrypted")
    asking = Asking(synapse, reader, bot.user_id, "" if where == "device" else room.id)
    caplog.set_level(logging.WARNING)
    await asking.request()
    await asking.start()
    emojis = told(await asking.exchange(), "fr")
    # The bot shows the same ones, in the room and in its log.
    if where != "device":
        shown = [event["content"].get("body", "") for event in await reader.read(room.id)]
        for _ in range(1200):
            if any(emojis in body for body in shown):
                break
            await asyncio.sleep(0.1)
            shown = [event["content"].get("body", "") for event in await reader.read(room.id)]
        assert any(emojis in body for body in shown)
        assert all(event["type"] == "m.room.encrypted" for event in await room.messages()) == (
            where == "encrypted"
        )
    for _ in range(100):  # it writes them when it has read our key, which may be after us
        if emojis in caplog.text:
            break
        await asyncio.sleep(0.1)
    assert emojis in caplog.text
    await asking.accept(asking.own_keys())
    verified = await asking.check()
    master = Strict(synapse, member).master_of(bot.user_id)
    assert master in verified.values()  # by it, every device that the account signs
    assert f"ed25519:{login.device_id}" in verified
    if where != "device":
        for _ in range(1200):
            bodies = [event["content"].get("body", "") for event in await reader.read(room.id)]
            if any("C’est vérifié" in body for body in bodies):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(bodies)


async def test_the_older_way_of_authenticating_keys_is_understood(verifiable, synapse, people):
    _, reader, room, _ = await verifiable()
    asking = Asking(synapse, reader, people[0].user_id, room.id)
    await asking.request(methods=("m.sas.v1",))
    await asking.start(message_authentication_codes=["hkdf-hmac-sha256"])
    await asking.exchange()
    await asking.accept(asking.own_keys())
    assert len(await asking.check()) == 2


async def test_wrong_keys_and_wrong_turns_end_it(verifiable, synapse, people):
    """A key that is not the server's, a step out of turn, methods that are not known."""
    bot = people[0]
    _, reader, room, channel = await verifiable()

    async def asked():
        asking = Asking(synapse, reader, bot.user_id, room.id)
        await asking.request()
        return asking

    asking = await asked()
    await asking.start()
    await asking.exchange()
    [id] = asking.own_keys()
    await asking.accept({id: channel._connection.client.olm.account.identity_keys["ed25519"]})
    assert (await asking.awaited("cancel"))["code"] == "m.key_mismatch"
    asking = await asked()
    await asking.start()
    await asking.exchange()
    await asking.accept({"ed25519:UNKNOWN": "AAAA"})
    assert (await asking.awaited("cancel"))["code"] == "m.key_mismatch"
    asking = await asked()
    await asking.awaited("ready")
    await asking.send("key", {"key": asking.mine})
    assert (await asking.awaited("cancel"))["code"] == "m.unexpected_message"
    for more in (
        {"method": "m.reciprocate.v1"},
        {"short_authentication_string": ["decimal"]},
        {"key_agreement_protocols": ["curve25519"]},
        {"message_authentication_codes": None},
    ):
        asking = await asked()
        await asking.start(**more)
        assert (await asking.awaited("cancel"))["code"] == "m.unknown_method"
    asking = await asked()
    await asking.start(from_device="ANOTHER")
    assert (await asking.awaited("cancel"))["code"] == "m.user_error"
    asking = await asked()
    await asking.start()
    await asking.awaited("accept")
    await asking.send("key", {"key": "no key"})
    assert (await asking.awaited("cancel"))["code"] == "m.invalid_message"
    assert not channel._connection.verifier._open


async def test_s8_only_admins_and_the_invited_are_answered(verifiable, synapse, people):
    bot = people[0]
    _, reader, room, channel = await verifiable(allowed=("@autre:alpes.test",))
    asking = Asking(synapse, reader, bot.user_id, room.id)
    await asking.request()
    elsewhere = Asking(synapse, reader, "@un-autre:alpes.test", room.id)
    await elsewhere.request()  # between others: none of the bot's business
    # what came later has been handled: the requests were passed over
    await asking.send("start", {"from_device": asking.device, "method": "m.sas.v1"})
    before = channel._connection.client.next_batch
    await room.call("PUT", "send/m.room.message/x", {"msgtype": "m.text", "body": "réveil"})
    for _ in range(1200):
        if channel._connection.client.next_batch != before:
            break
        await asyncio.sleep(0.05)
    assert [type for type, _ in await asking.events()] == []
    assert not channel._connection.verifier._open


def test_the_sixty_four_emojis():
    assert len(EMOJIS) == len(set(EMOJIS)) == 64
    assert all(len(one) == 3 for one in EMOJIS)
    assert told([0, 45, 63], "fr") == "🐶 Chien, ✂️ Ciseaux, 📌 Punaise"
    assert told([0, 45, 63], "en") == "🐶 Dog, ✂️ Scissors, 📌 Pin"
    from nio.crypto import Sas

    assert [one[0] for one in EMOJIS] == [emoji for emoji, _ in Sas.emoji]
