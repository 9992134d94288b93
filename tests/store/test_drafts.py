"""Drafts, on both databases: what holds them, what settles them, what a restored backup makes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.announcements.announcement import Message
from bot.outbox.delivery import Delivery
from bot.store.asked import Asked
from bot.store.backup import RECONCILE
from bot.store.drafts import Draft

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
ONE = Draft(0, "announcement", {"key": "always"}, "reaction", NOW, NOW)


def letter(draft, channel="toot", **more):
    made = Delivery(
        0, channel, "a", "s", 0, "post", f"k-{channel}", Message("un texte"), NOW, NOW,
        state="draft", draft=draft,
    )  # fmt: skip
    return replace(made, **more)


@pytest.fixture
async def held(store):
    """A draft with two deliveries; its number."""

    def work(tx):
        id = tx.drafts.begin(ONE)
        assert len(tx.deliveries.add([letter(id), letter(id, "salon")])) == 2
        return id

    return await store.write(work)


async def test_what_is_held_can_be_found_and_cannot_be_claimed(store, held):
    def work(tx):
        assert tx.drafts.of("a").id == held
        assert [one.channel for one in tx.drafts.letters(held)] == ["salon", "toot"]
        assert tx.drafts.unapproved("toot") == {"s"}
        assert tx.deliveries.held_back("a", "toot")
        assert tx.deliveries.waiting() == []
        return tx.deliveries.claim("toot", NOW, lease=timedelta(minutes=5))

    assert await store.write(work) == []


async def test_the_first_answer_wins(store, held):
    assert (
        await store.write(lambda tx: tx.drafts.approve(held, "yes", "@m:x", NOW)) == ["queued"] * 2
    )
    assert not await store.write(lambda tx: tx.drafts.reject(held, "no", "@n:x", NOW))
    assert await store.write(lambda tx: tx.drafts.approve(held, "yes", "@n:x", NOW)) is None
    kept = await store.read(lambda tx: tx.drafts.get(held))
    assert (kept.choice, kept.who, kept.settled) == ("yes", "@m:x", NOW)
    assert not await store.read(lambda tx: tx.deliveries.held_back("a", "toot"))


async def test_one_more_channel_closes_the_question_and_shows_it_again(store, held):
    def work(tx):
        assert tx.drafts.note_shown(tx.drafts.get(held), NOW)
        tx.asked.put(Asked("$q", "!r", "alpes", "draft", held), NOW)
        assert tx.drafts.to_show(NOW) == []
        shown = tx.drafts.get(held)
        tx.drafts.join(held, replace(ONE, by="message", limits={"x": {"characters": 9}}), NOW)
        assert not tx.drafts.note_shown(shown, NOW)  # what is being sent just now is old
        assert tx.asked.get("$q").settled == NOW
        return tx.drafts.to_show(NOW)

    [again] = await store.write(work)
    assert (again.shows, again.by, again.limits) == (1, "message", {"x": {"characters": 9}})


async def test_a_question_is_settled_once_and_not_after_its_time(store):
    def work(tx):
        tx.asked.put(Asked("$1", "!r", "alpes", "draft", 1, expires=NOW), NOW)
        tx.asked.put(Asked("$2", "!r", "alpes", "draft", 2), NOW)
        return (
            tx.asked.settle("$1", "yes", "@m:x", NOW),
            tx.asked.settle("$2", "yes", "@m:x", NOW),
            tx.asked.settle("$2", "no", "@n:x", NOW),
            [one.event for one in tx.asked.open("alpes", NOW)],
        )

    assert await store.write(work) == (False, True, False, [])
    two = await store.read(lambda tx: tx.asked.get("$2"))
    assert (two.choice, two.who) == ("yes", "@m:x")
    assert await store.write(lambda tx: tx.asked.forget(NOW + timedelta(days=1))) == 2


async def test_a_question_that_nobody_answers_is_not_kept_for_ever(store):
    late = NOW + timedelta(days=9)

    def work(tx):
        tx.asked.put(Asked("$1", "!r", "alpes", "failing", "x"), NOW)
        tx.asked.put(Asked("$2", "!r", "alpes", "draft", 2, expires=late), NOW)
        tx.asked.put(Asked("$3", "!r", "alpes", "failing", "y"), late)
        gone = tx.asked.forget(NOW + timedelta(days=1))
        return gone, [one.event for one in tx.asked.open("alpes", NOW)]

    assert await store.write(work) == (1, ["$2", "$3"])


async def test_d9_after_a_restore_what_is_approved_is_looked_for_first(store, held):
    """The day that the backup does not know may have approved and posted it already."""
    since = {"since": NOW.isoformat(), "until": (NOW + timedelta(days=1)).isoformat()}

    def work(tx):
        tx.meta.put(RECONCILE, json.loads(json.dumps(since)))
        return tx.drafts.approve(held, "yes", "@m:x", NOW)

    assert await store.write(work) == ["unclear"] * 2
    found = await store.read(lambda tx: tx.deliveries.of_announcement("a", "toot"))
    assert (found[0].doubt, found[0].first_attempt) == (True, NOW)
