"""A worker that dies hundreds of times, a server that drops, delays and errs, clocks that run on
for days: each announcement is there exactly once (D1, D2, D3), whatever the server's habits.

The rules are the outbox's own (``decide``), the channel and the HTTP are real; only the row is
kept in a variable instead of the database.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.announcement import Message
from bot.channels.account import Account, write_secret
from bot.channels.mastodon import Mastodon, MastodonOptions
from bot.config.wiring import AccountSettings
from bot.errors import ChannelError
from bot.outbox import decide
from bot.outbox.delivery import Delivery

POSTS = 25
DEATHS = 130  # for each of the three servers
FAULTS = ["cut", "lose", "lose", "429", "500", "500-after", "500-before-key", "502", "503", "html"]


class Killed(Exception):
    """kill -9: what was not recorded is forgotten."""


class Worker:
    """One row at a time, as the pipeline treats it; it may die before and after each act."""

    def __init__(self, channel, server, chance) -> None:
        self.channel, self.server, self.chance = channel, server, chance
        self.deaths = 0

    def now(self) -> datetime:
        return self.server.clock.now()

    def perhaps_die(self) -> None:
        if self.deaths < DEATHS and self.chance.random() < 0.5:
            self.deaths += 1
            raise Killed

    async def attempt(self, row: Delivery) -> decide.Settlement:
        """Look, send, or both; dying where a process may die."""
        now, channel = self.now(), self.channel
        traits = {"abilities": channel.abilities, "window": channel.window}
        step = decide.next_step(row, now, **traits)
        if step == "look":
            try:
                found = await channel.find(row, row.first_attempt)
            except ChannelError as error:
                return decide.failed_look(row, error, now, 0.5)
            self.perhaps_die()  # it was found, and forgotten
            if found.receipt is not None:
                return decide.done(found.receipt.remote)
            step = decide.after_look(row, now, found=False, complete=found.complete, **traits)
        assert step == "send"
        self.perhaps_die()  # C5: claimed, not sent
        try:
            receipt = await channel.deliver(row)
        except ChannelError as error:
            return decide.failed(row, error, now, 0.5)
        self.perhaps_die()  # C8: done over there, not recorded here
        return decide.done(receipt.remote)

    async def bring_through(self, row: Delivery) -> Delivery:
        """Until it is settled for good."""
        for _ in range(200):
            if self.chance.random() < 0.6 and self.deaths < DEATHS:
                self.server.faults(self.chance.choice(FAULTS))
            claimed = replace(
                row, attempts=row.attempts + 1, first_attempt=row.first_attempt or self.now()
            )
            try:
                outcome = await self.attempt(claimed)
            except Killed:
                row = replace(claimed, state="unclear", doubt=True)  # its lease runs out
                self.server.advance(300)
            else:
                row = replace(claimed, state=outcome.state, doubt=outcome.doubt)
            if row.state in ("sent", "aside"):
                return row
            # minutes mostly; now and then an outage of two hours or of thirty
            self.server.advance(self.chance.choice([60, 60, 600, 3000, 7200, 30 * 3600]))
        raise AssertionError(f"stuck: {row}")


@pytest.mark.parametrize("server_kind", ["mastodon", "mastodon 4.6", "gotosocial"])
async def test_d1_hundreds_of_deaths_and_each_post_once(
    make_mastodon_server, tmp_path, server_kind
):
    server = make_mastodon_server("gotosocial" if server_kind == "gotosocial" else "mastodon")
    server.repeats_answer_500 = server_kind == "mastodon 4.6"
    server.rates.requests = server.rates.statuses = 10_000
    write_secret(tmp_path / "jeton", server.token)
    settings = AccountSettings(
        kind="mastodon", server=server.url, token_file=str(tmp_path / "jeton")
    )
    channel = Mastodon(
        "pouet", MastodonOptions(account="alpes"), Account("alpes", settings, tmp_path)
    )
    await channel.start()
    worker = Worker(channel, server, random.Random(server_kind))
    wanted = []
    for number in range(POSTS):
        text = f"Nouvelle {number}.\n\nhttps://alposs.fr/le-meme-lien"
        wanted.append(text)
        row = Delivery(
            id=number,
            channel="pouet",
            announcement=f"a{number}",
            story=None,
            revision=0,
            action="post",
            key=f"cle-{number}",
            message=Message(text),
            created=datetime.now(UTC),
            due=datetime.now(UTC),
        )
        settled = await worker.bring_through(row)
        assert settled.state == "sent", settled
        server._faults.waiting.clear()
        server.advance(timedelta(minutes=20).total_seconds())
    await channel.stop()
    assert worker.deaths >= DEATHS / 2
    assert Counter(status.text for status in server.statuses()) == Counter(wanted)
