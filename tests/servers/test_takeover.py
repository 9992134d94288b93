"""Two bots on one PostgreSQL database and one Synapse, each on a machine of its own: the one that
leads is killed in the midst of a message, the other takes its place on its own Matrix device."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta

import pytest
from feed_server import News
from talk import FREE, Talk

from bot.channels import matrix_setup
from bot.outbox.decide import IN_FLIGHT, LEASE

pytestmark = [pytest.mark.servers, pytest.mark.slow]

HOURS = 3 * 3600


class Machines:
    """Two workers with data folders, Matrix devices and logs of their own."""

    def __init__(self, bot, postgres) -> None:
        self.postgres, self.url = postgres, postgres().replace("postgres:@", "postgres@")
        self.bot, self.one, self.other = bot, bot.twin("one"), bot.twin("other")
        self.tokens: dict[str, str] = {}
        self.devices: dict[str, str] = {}

    async def set_up(self, server: str, login) -> None:
        """On each machine, as ``alposs-bot setup`` does: a device, its keys, its token."""
        for name, worker in (("one", self.one), ("other", self.other)):
            made = await matrix_setup.login(
                server,
                login.user_id,
                password=login.password,
                data_dir=worker.data,
                account_id="element",
            )
            self.tokens[name] = made.token_file.read_text().strip()
            self.devices[name] = made.device_id

    def start(self, name: str) -> None:
        getattr(self, name).start(ALPOSS_MATRIX_TOKEN=self.tokens[name])

    def ask(self, question: str):
        return self.postgres.ask(self.url, question)

    async def wait(self, worker, true, what: str) -> None:
        await asyncio.to_thread(worker.wait_for, true, what, 90)


@pytest.fixture
def machines(bot_process, postgres):
    made = Machines(bot_process, postgres)
    yield made
    made.one.kill()
    made.other.kill()


def news(town: str) -> News:
    title = f"{town} obtient le niveau 3 du label Territoire Numérique Libre 2024"
    return News(title, published=datetime.now(UTC) - timedelta(seconds=5 * HOURS))


def told(messages, bot: str, words: str) -> int:
    """How many messages of the bot's own say this; an edit is none."""
    return sum(
        words in one["content"].get("body", "") and "m.new_content" not in one["content"]
        for one in messages
        if one["sender"] == bot
    )


@pytest.mark.timeout(300)
async def test_d9_another_machine_takes_over_the_rooms_in_the_midst_of_a_message(
    machines, synapse, people, make_room, make_reader, make_relay, feed_server
):
    login, member = people
    bot, relay = machines.bot, await make_relay()
    await machines.set_up(synapse.url, login)
    plain = Talk(make_room(), member)
    hidden = Talk(make_room(encrypted=True), member, await make_reader(member))
    bot.write(
        "bot.toml",
        f'[store]\nurl = "{machines.url}"\n[fetch]\nallow = ["127.0.0.0/8"]\n'
        "[web]\nport = 0\n[news]\nflood_cap = 0\n",
    )
    bot.write(
        "accounts/element.toml",
        f'kind = "matrix"\nserver = "{relay.url}"\nuser = "{login.user_id}"\n'
        'token_env = "ALPOSS_MATRIX_TOKEN"\n',
    )
    for name, talk in (("salon", plain), ("coulisses", hidden)):
        channel = f'kind = "matrix"\naccount = "element"\nroom = "{talk.room.id}"\n{FREE}'
        bot.write(f"channels/{name}.toml", channel)
    # The bot's clock may go ahead of itself, never of the server's: by it messages are looked for.
    bot.move_clock(-4 * HOURS)
    bot.source("commune", feed_server.url)
    feed_server.news = [News("Le marché change de place")]

    machines.start("one")
    leads = "worker [^ ]+ leads now"
    await machines.wait(machines.one, lambda: "leads now" in machines.one.said(), leads)
    for talk in (plain, hidden):
        await talk.until_joined()
        await talk.answer(await talk.say("!aide"), 60)
    seen = "SELECT count(*) FROM sources WHERE first_seen IS NOT NULL"
    await machines.wait(machines.one, lambda: machines.ask(seen) == [(1,)], "the first sight")
    machines.start("other")
    await machines.wait(
        machines.other,
        lambda: machines.ask("SELECT count(*) FROM workers") == [(2,)],
        "a second worker",
    )
    feed_server.news.insert(0, news("Claix"))
    bot.move_clock(HOURS)
    for talk in (plain, hidden):
        await talk.announcement("Claix", 60)

    # The encrypted room has the next message; whoever sent it never hears so.
    taken = relay.keep("/send/m.room.encrypted/")
    feed_server.news[:0] = [news("Voiron"), news("Meylan")]
    bot.move_clock(HOURS)
    async with asyncio.timeout(60):
        await taken.wait()
    in_hand = "SELECT count(*) FROM deliveries WHERE state = 'sending'"
    assert machines.ask(in_hand) != [(0,)]
    machines.one.process.send_signal(signal.SIGSTOP)  # it hears nothing any more, and still leads
    asked = [(talk, await talk.say("!aide")) for talk in (plain, hidden)]
    assert "leads now" not in machines.other.said()
    machines.one.kill()

    await machines.wait(machines.other, lambda: "leads now" in machines.other.said(), leads)
    for talk, question in asked:
        await talk.answer(question, 60)
    # What was in hand does not wait for the end of a dead worker's lease.
    taken_over = "takes over what was in hand"
    await machines.wait(machines.other, lambda: taken_over in machines.other.said(), taken_over)
    bot.move_clock(IN_FLIGHT.total_seconds())
    done = "SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'superseded')"
    await machines.wait(machines.other, lambda: machines.ask(done) == [(0,)], "all to be posted")
    assert await asyncio.to_thread(machines.other.stop) == 0

    for talk in (plain, hidden):
        messages = await talk.messages()
        for town in ("Claix", "Meylan", "Voiron"):
            assert told(messages, login.user_id, town) == 1, town
        assert {one["type"] for one in messages} == {"m.room.message"}  # all could be read
    for talk, question in asked:
        assert len(await talk.answers(question)) == 1
    mine = [one for one in await hidden.room.messages() if one["sender"] == login.user_id]
    assert {one["type"] for one in mine} == {"m.room.encrypted"}  # nothing in clear
    devices = {one["content"]["device_id"] for one in mine}
    assert devices == set(machines.devices.values())
    moments = "SELECT first_attempt, sent_at FROM deliveries WHERE attempts > 1"
    [*waited] = machines.ask(moments)
    assert waited
    assert all(sent - tried < LEASE for tried, sent in waited), waited
