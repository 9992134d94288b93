"""The account's cross-signing identity: made, recovered, renewed, and seen by a client that trusts
only cross-signed devices."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from element import Strict
from matrix_rooms import delivery

from bot.channels import matrix_setup
from bot.channels.account import Account
from bot.channels.matrix_identity import IdentityRefused, WrongRecoveryKey, sign_where_ours
from bot.config.wiring import AccountSettings


class Setup:
    """``setup`` for one account, each step on its own."""

    def __init__(self, synapse, bot, folder: Path) -> None:
        self.synapse, self.bot, self.folder = synapse, bot, folder
        self.words = ""

    async def log_in(self, work) -> matrix_setup.MatrixLogin:
        return await matrix_setup.login(
            self.synapse.url,
            self.bot.user_id,
            password=self.bot.password,
            data_dir=self.folder,
            account_id="alpes",
            identify=work,
        )

    async def first(self) -> matrix_setup.MatrixLogin:
        async def work(keeper):
            assert (await keeper.standing()).identity == "none"
            assert not await keeper.recoverable()
            await keeper.make()
            self.words = await keeper.store()
            assert await keeper.recoverable()
            assert (await sign_where_ours(keeper)).signed

        return await self.log_in(work)


@pytest.fixture
def bot_setup(synapse, people, tmp_path):
    return Setup(synapse, people[0], tmp_path / "data")


async def test_a_client_that_trusts_only_cross_signed_devices_trusts_the_bot(
    bot_setup, synapse, people
):
    bot, member = people
    strict = Strict(synapse, member)
    login = await bot_setup.first()
    assert strict.trusts(bot.user_id, login.device_id)
    assert not strict.trusts(bot.user_id, bot.device)  # another device of the account, unsigned
    folder = bot_setup.folder / "matrix" / "alpes"
    path = folder / "cross-signing.json"
    assert path.stat().st_mode & 0o777 == 0o600
    # what is kept is locked: with another pickle.key it is not ours
    held = json.loads(path.read_text())
    assert set(held) == {"master", "self_signing", "user_signing"}
    assert set(held["master"]) == {"iv", "ciphertext", "mac"}
    async with matrix_setup.identity(
        login, data_dir=bot_setup.folder, account_id="alpes"
    ) as keeper:
        assert not keeper.opened
        standing = await keeper.standing()
        assert (standing.identity, standing.signed) == ("ours", True)
    (folder / "pickle.key").write_text("another")
    async with matrix_setup.identity(
        login, data_dir=bot_setup.folder, account_id="alpes"
    ) as keeper:
        assert (await keeper.standing()).identity == "foreign"
    # the server holds no private key in clear
    stored = synapse.request(
        "GET",
        f"/_matrix/client/v3/user/{bot.user_id}/account_data/m.cross_signing.master",
        None,
        bot.token,
    )
    [locked] = stored["encrypted"].values()
    assert set(locked) == {"iv", "ciphertext", "mac"}


async def test_d9_a_lost_store_is_a_new_device_signed_by_the_recovery_key(
    bot_setup, synapse, people
):
    bot, member = people
    strict = Strict(synapse, member)
    first = await bot_setup.first()
    master = strict.master_of(bot.user_id)
    shutil.rmtree(bot_setup.folder)

    async def recover(keeper):
        assert (await keeper.standing()).identity == "foreign"
        for wrong in ("", "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"):
            with pytest.raises(WrongRecoveryKey) as raised:
                await keeper.recover(wrong)
            assert bot.user_id in raised.value.say("fr")
        await keeper.recover(bot_setup.words.replace(" ", "  "))
        assert (await sign_where_ours(keeper)).signed
        assert await keeper.recoverable()  # the same recovery key goes on

    second = await bot_setup.log_in(recover)
    assert second.device_id != first.device_id
    assert strict.trusts(bot.user_id, second.device_id)
    assert strict.master_of(bot.user_id) == master  # whoever verified the bot need not again


async def test_without_the_recovery_key_a_new_identity_needs_the_password(
    bot_setup, synapse, people
):
    bot, member = people
    strict = Strict(synapse, member)
    await bot_setup.first()
    master = strict.master_of(bot.user_id)
    shutil.rmtree(bot_setup.folder)

    async def renew(keeper):
        for password in ("", "faux"):
            with pytest.raises(IdentityRefused) as raised:
                await keeper.make(password)
            assert "m.login.password" in raised.value.say("fr")
        assert strict.master_of(bot.user_id) == master
        await keeper.make(bot.password)
        assert (await sign_where_ours(keeper)).signed

    login = await bot_setup.log_in(renew)
    assert strict.trusts(bot.user_id, login.device_id)
    assert strict.master_of(bot.user_id) != master


async def test_a_device_not_signed_yet_is_signed_when_the_bot_starts(
    bot_setup, synapse, people, make_room, make_channel
):
    bot, member = people

    async def nothing(keeper):
        pass

    login = await bot_setup.log_in(nothing)
    strict = Strict(synapse, member)
    settings = AccountSettings(
        kind="matrix",
        server=login.server,
        user=login.user_id,
        device=login.device_id,
        token_file=str(login.token_file),
    )
    account = Account("alpes", settings, bot_setup.folder)
    room = make_room(encrypted=True)
    channel = make_channel(room, account=account)
    await channel.start()
    assert not channel._connection.vouched
    await channel.stop()
    assert not strict.trusts(bot.user_id, login.device_id)
    async with matrix_setup.identity(
        login, data_dir=bot_setup.folder, account_id="alpes"
    ) as keeper:
        await keeper.make()
    channel = make_channel(room, account=account)
    await channel.start()
    assert channel._connection.vouched
    assert strict.trusts(bot.user_id, login.device_id)


async def test_what_goes_wrong_with_the_identity_stops_nothing(
    bot_setup, synapse, make_room, make_channel, make_relay
):
    async def made(keeper):
        await keeper.make()

    login = await bot_setup.log_in(made)
    relay = await make_relay()
    relay.answer("/keys/signatures", 404, b'{"errcode": "M_UNRECOGNIZED", "error": "?"}')
    settings = AccountSettings(
        kind="matrix",
        server=relay.url,
        user=login.user_id,
        device=login.device_id,
        token_file=str(login.token_file),
    )
    room = make_room()
    channel = make_channel(room, account=Account("alpes", settings, bot_setup.folder))
    await channel.deliver(delivery())
    assert relay.count("/keys/signatures") == 1
    assert not channel._connection.vouched
    assert len(await room.messages()) == 1
