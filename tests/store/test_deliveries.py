"""The outbox on both databases: order, leases, revisions, replies."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.announcements.announcement import Announcement, Message
from bot.outbox import decide
from bot.outbox.decide import PATIENCE, Settlement

LEASE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box(store):
    """The outbox's verbs, each in a transaction of its own."""

    class Box:
        async def add(self, *rows):
            return await store.write(lambda tx: tx.deliveries.add(rows))

        async def claim(self, at, channel="c", **more):
            return await store.write(
                lambda tx: tx.deliveries.claim(channel, at, lease=LEASE, **more)
            )

        async def head(self, at, channel="c", **more):
            return await store.read(lambda tx: tx.deliveries.head(channel, at, **more))

        async def settle(self, delivery, outcome, at):
            return await store.write(lambda tx: tx.deliveries.settle(delivery, outcome, at))

        async def send(self, at, remote="r", **more):
            """Claim one and send it; its announcement, or None."""
            claimed = await self.claim(at, **more)
            for one in claimed:
                assert await self.settle(one, decide.done(f"{remote}-{one.key}"), at)
            return [one.announcement for one in claimed]

        async def states(self):
            rows = await store.read(lambda tx: tx.deliveries._find(True))
            return {row.key: row.state for row in rows}

    return Box()


async def test_d_one_row_a_channel_announcement_and_revision(box, letter):
    [first] = await box.add(letter())
    assert await box.add(letter(), letter()) == []
    [second] = await box.add(letter(channel="d"))
    assert (first.id, second.id) == (1, 2)


async def test_d4_what_is_claimed_is_what_was_stored(box, letter, now):
    message = Message(
        "L’été « là »\u202f!",
        html="<b>x</b>",
        links=("https://a.example/",),
        data={"facts": [{"year": 2025, "level": None}]},
    )
    [stored] = await box.add(letter(message=message, expires=now + LEASE, priority=3))
    [claimed] = await box.claim(now)
    assert claimed == replace(
        stored,
        state="sending",
        attempts=1,
        first_attempt=now,
        lease=claimed.lease,
        lease_until=now + LEASE,
    )
    assert claimed.lease


async def test_d6_order_is_priority_then_age(box, letter, now):
    await box.add(letter("a"), letter("b"), letter("c", priority=10), letter("x", channel="d"))
    assert (await box.head(now)).announcement == "c"
    assert [await box.send(now) for _ in range(4)] == [["c"], ["a"], ["b"], []]


async def test_d6_several_at_once_keep_the_order(box, letter, now):
    await box.add(*(letter(name) for name in "abc"))
    assert await box.send(now, limit=2) == ["a", "b"]


async def test_d6_what_waits_for_one_of_several_is_not_overtaken(box, store, letter, now):
    first = Announcement("a", "s", "new")
    reply = Announcement("r", "s", "update", "moved", reply_to="a")
    for one in (first, reply):
        await store.write(lambda tx, one=one: tx.announcements.save(one, now))
    await box.add(letter("x"), letter("a"), letter("r"), letter("z"))
    assert await box.send(now, limit=8) == ["x", "a"]
    assert await box.send(now, limit=8) == ["r", "z"]


async def test_several_are_settled_together_each_by_its_own_lease(box, store, letter, now):
    await box.add(letter("a"), letter("b"), letter("c"), letter("d"))
    claimed = await box.claim(now, limit=4)
    lost = replace(claimed[1], lease="another's")
    ended = [
        (claimed[0], decide.done("r0")),
        (lost, decide.done("r1")),
        (claimed[2], Settlement("queued", now + MINUTE, error="later")),
    ]
    kept = await store.write(lambda tx: tx.deliveries.settle_all(ended, now))
    assert kept == [True, False, True]
    assert await store.write(lambda tx: tx.deliveries.settle_all([], now)) == []
    assert list((await box.states()).values()) == ["sent", "sending", "queued", "sending"]


async def test_d6_one_that_failed_holds_the_younger_until_its_turn(box, letter, now):
    await box.add(letter("a"), letter("b"))
    [first] = await box.claim(now)
    await box.settle(first, Settlement("queued", now + MINUTE), now)
    assert await box.claim(now) == []
    assert await box.head(now) is None
    assert await box.send(now + MINUTE) == ["a"]
    assert await box.send(now + MINUTE) == ["b"]


async def test_d6_one_that_is_only_due_later_holds_up_nobody(box, letter, now):
    await box.add(letter("a", due=now + MINUTE), letter("b"))
    assert await box.send(now) == ["b"]
    assert await box.send(now + MINUTE) == ["a"]


async def test_d7_one_that_always_fails_steps_back(box, letter, now):
    await box.add(letter("a"), letter("b"))
    for _ in range(PATIENCE):
        [one] = await box.claim(now)
        assert one.announcement == "a"
        await box.settle(one, Settlement("unclear", now + MINUTE, doubt=True), now)
        now += MINUTE
    now -= MINUTE
    assert await box.send(now) == ["b"]


async def test_d7_a_poison_row_set_aside_blocks_nobody(box, store, letter, now):
    await box.add(letter("a"), letter("b"))
    [poison] = await box.claim(now)
    await box.settle(poison, Settlement("aside", error="422"), now)
    assert await box.send(now) == ["b"]
    [aside] = await store.read(lambda tx: tx.deliveries.aside())
    assert (aside.announcement, aside.error) == ("a", "422")
    assert await store.write(lambda tx: tx.deliveries.retry(aside.id, now))
    assert await box.send(now) == ["a"]
    assert not await store.write(lambda tx: tx.deliveries.retry(aside.id, now))


async def test_d6_a_channel_that_fails_delays_no_other(box, letter, now):
    await box.add(letter("a"), letter("a", channel="d"))
    [one] = await box.claim(now)
    await box.settle(one, Settlement("queued", now + MINUTE), now)
    assert await box.send(now, channel="d") == ["a"]


async def test_d7_a_locked_channel_rests_as_a_whole(box, store, letter, now):
    await box.add(letter("a"), letter("b"))
    [one] = await box.claim(now)
    hour = now + timedelta(hours=1)
    await box.settle(one, Settlement("queued", hour, pause=hour, tell="locked"), now)
    assert await box.claim(now + 59 * MINUTE) == []
    assert await box.head(now + 59 * MINUTE) is None
    row = await store.read(lambda tx: tx.channels.get("c"))
    assert (row.paused_until, row.paused_why) == (hour, "locked")
    assert [await box.send(hour), await box.send(hour)] == [["a"], ["b"]]
    assert (await store.read(lambda tx: tx.channels.get("c"))).paused_until is None


async def test_c5_a_worker_that_dies_leaves_a_doubt(box, letter, now):
    await box.add(letter())
    [lost] = await box.claim(now)
    assert await box.claim(now + LEASE - MINUTE) == []
    [again] = await box.claim(now + LEASE)
    assert again.doubt
    assert (again.key, again.attempts, again.first_attempt) == (lost.key, 2, now)


async def test_c18_a_lost_lease_settles_nothing(box, letter, now):
    await box.add(letter())
    [slow] = await box.claim(now)
    [quick] = await box.claim(now + LEASE)
    assert not await box.settle(slow, decide.done("first"), now + LEASE)
    assert await box.settle(quick, decide.done("second"), now + LEASE)
    assert not await box.settle(quick, decide.done("third"), now + LEASE)


async def test_a_lease_can_be_held_longer(box, store, letter, now):
    await box.add(letter())
    [one] = await box.claim(now)
    assert await store.write(lambda tx: tx.deliveries.extend(one, now + 2 * LEASE))
    assert await box.claim(now + LEASE) == []
    assert await box.claim(now + 2 * LEASE)
    assert not await store.write(lambda tx: tx.deliveries.extend(one, now + 9 * LEASE))


async def test_c18_what_a_dead_leader_had_in_hand_is_free_before_its_lease_ends(
    box, store, letter, now
):
    await box.add(letter("a"), letter("b"), letter("c", channel="d"))
    [dead], [other] = await box.claim(now), await box.claim(now, channel="d")
    soon = now + decide.IN_FLIGHT
    assert await store.write(lambda tx: tx.deliveries.take_over({"c"}.__contains__, soon)) == 1
    assert await store.write(lambda tx: tx.deliveries.take_over({"c"}.__contains__, soon)) == 0
    assert await box.claim(soon - MINUTE / 60) == []  # it may still be on its way
    assert await box.claim(soon, channel="d") == []  # another one's, who lives
    [taken] = await box.claim(soon)
    assert (taken.announcement, taken.doubt) == ("a", True)
    # Whoever held it, should it wake up again, neither sends nor settles.
    assert not await store.write(lambda tx: tx.deliveries.extend(dead, soon + LEASE))
    assert not await box.settle(dead, decide.done("first"), soon)
    assert await box.settle(other, decide.done("other"), soon)


async def test_c15_what_was_not_tried_is_given_back_without_a_doubt(box, store, letter, now):
    await box.add(letter("a"), letter("b"))
    claimed = await box.claim(now, limit=2)
    await store.write(lambda tx: tx.deliveries.release(claimed))
    [again] = await box.claim(now + MINUTE)
    assert (again.announcement, again.attempts, again.doubt) == ("a", 1, False)
    assert again.first_attempt == now + MINUTE


async def test_a_certain_failure_forgets_the_first_try(box, letter, now):
    await box.add(letter())
    [one] = await box.claim(now)
    await box.settle(one, Settlement("queued", now + MINUTE), now)
    [again] = await box.claim(now + MINUTE)
    assert again.first_attempt == now + MINUTE


async def test_r10_a_newer_revision_takes_the_place_of_an_unsent_one(box, letter, now):
    await box.add(letter())
    [new] = await box.add(letter(revision=1, action="edit"))
    assert new.action == "post"
    assert await box.states() == {"a-0": "superseded", "a-1": "queued"}
    assert await box.add(letter()) == []


async def test_r10_but_not_of_one_that_may_be_there(box, letter, now):
    await box.add(letter())
    [one] = await box.claim(now)
    [edit] = await box.add(letter(revision=1, action="edit"))
    assert edit.action == "edit"
    await box.settle(one, Settlement("unclear", now, doubt=True), now)
    [again] = await box.claim(now, limit=5)
    assert again.key == "a-0"
    await box.settle(again, decide.done("remote"), now)
    [claimed] = await box.claim(now)
    assert (claimed.action, claimed.remote) == ("edit", "remote")


async def test_an_edit_passes_on_its_own_where_posts_must_wait(box, letter, now):
    await box.add(letter("a"))
    await box.send(now)
    await box.add(letter("b"), letter("a", 1, "edit"))
    assert (await box.head(now, posts=False)).key == "a-1"
    assert await box.send(now, posts=False) == ["a"]
    assert await box.send(now, posts=False) == []


async def test_quiet_hours_let_only_the_urgent_pass(box, letter, now):
    await box.add(letter("a"), letter("b", priority=10))
    assert await box.send(now, least=10) == ["b"]
    assert await box.send(now, least=10) == []


async def test_three_edits_end_in_the_last_one(box, letter, now):
    await box.add(letter())
    await box.send(now)
    for revision in (1, 2, 3):
        await box.add(letter(revision=revision, action="edit"))
    [edit] = await box.claim(now, limit=9)
    assert edit.revision == 3


async def test_d1_an_old_edit_never_follows_a_newer_one_of_higher_priority(box, letter, now):
    """Its worker died; the newer words went out meanwhile and must stay the last ones."""
    await box.add(letter())
    await box.send(now)
    await box.add(letter(revision=1, action="edit"))
    await box.claim(now)
    await box.add(letter(revision=2, action="edit", priority=10))
    assert await box.claim(now + MINUTE, limit=5) == []  # the older one is still in a hand
    later = now + LEASE + MINUTE
    assert [one.revision for one in await box.claim(later, limit=5)] == [2]
    assert (await box.states())["a-1"] == "superseded"


async def test_d1_an_edit_set_aside_in_doubt_is_void_once_a_newer_one_went_out(
    box, store, letter, now
):
    await box.add(letter())
    await box.send(now)
    await box.add(letter(revision=1, action="edit"))
    [old] = await box.claim(now)
    await box.settle(old, Settlement("aside", doubt=True), now)
    await box.add(letter(revision=2, action="edit"))
    assert await box.send(now) == ["a"]
    assert await store.write(lambda tx: tx.deliveries.retry(old.id, now))
    assert await box.claim(now, limit=5) == []
    assert (await box.states())["a-1"] == "superseded"


async def test_an_edit_of_a_rejected_post_becomes_the_post(box, letter, now):
    await box.add(letter())
    [one] = await box.claim(now)
    await box.add(letter(revision=1, action="edit"))
    await box.settle(one, Settlement("aside", error="422"), now)
    [new] = await box.claim(now)
    assert (new.key, new.action, new.remote) == ("a-1", "post", None)
    await box.settle(new, Settlement("aside", error="422"), now)
    [third] = await box.add(letter(revision=2, action="edit"))
    assert third.action == "post"


async def test_an_edit_of_a_held_post_waits(box, letter, now):
    await box.add(letter())
    [one] = await box.claim(now)
    await box.settle(one, Settlement("aside", doubt=True), now)
    [edit] = await box.add(letter(revision=1, action="edit"))
    assert (edit.action, edit.state) == ("edit", "queued")
    assert await box.claim(now) == []


async def test_nothing_is_edited_that_was_never_posted(box, letter, now):
    await box.add(letter(expires=now))
    assert await box.claim(now) == []
    await box.add(letter(revision=1, action="edit"))
    assert await box.states() == {"a-0": "expired", "a-1": "superseded"}


async def test_edits_of_a_post_that_expires_are_void(box, letter, now):
    await box.add(letter(expires=now + MINUTE))
    [one] = await box.claim(now)
    await box.add(letter(revision=1, action="edit"))
    await box.settle(one, Settlement("queued", now + MINUTE), now)
    assert await box.claim(now + MINUTE) == []
    assert await box.states() == {"a-0": "expired", "a-1": "superseded"}


async def test_what_is_taken_back_before_it_went_out_never_does(box, letter, now):
    await box.add(letter())
    await box.add(letter(revision=1, action="withdraw"))
    assert await box.states() == {"a-0": "withdrawn", "a-1": "superseded"}


async def test_what_went_out_is_taken_back_over_there(box, store, letter, now):
    await box.add(letter())
    await box.send(now)
    await box.add(letter(revision=1, action="withdraw"))
    [one] = await box.claim(now)
    assert (one.action, one.remote) == ("withdraw", "r-a-0")
    await box.settle(one, decide.done("r-a-0"), now)
    assert await box.states() == {"a-0": "withdrawn", "a-1": "sent"}
    assert await store.read(lambda tx: tx.deliveries.remote("a", "c")) is None


async def test_a_reply_waits_for_what_it_answers(box, store, letter, now):
    answer = Announcement("u", "s", "update", reply_to="a")
    await store.write(lambda tx: tx.announcements.save(answer, now))
    await box.add(letter("u"), letter("a", due=now + MINUTE))
    assert await box.claim(now) == []
    assert await box.send(now + MINUTE) == ["a"]
    [reply] = await box.claim(now + MINUTE)
    assert reply.reply_to == "r-a-0"


async def test_an_urgent_reply_does_not_wait_and_keeps_its_words(box, store, letter, now):
    answer = Announcement("u", "s", "cancellation", reply_to="a", priority=10)
    await store.write(lambda tx: tx.announcements.save(answer, now))
    await box.add(letter("a"), letter("u", priority=10))
    [urgent] = await box.claim(now)
    assert (urgent.announcement, urgent.reply_to) == ("u", None)
    await box.settle(urgent, Settlement("unclear", now, doubt=True), now)
    await box.send(now, limit=1)
    await box.send(now, limit=1)
    row = (await store.read(lambda tx: tx.deliveries.of_announcement("u")))[0]
    assert row.reply_to is None  # D4: the same key, the same content


async def test_the_pace_counts_what_went_out_or_may_have(box, store, letter, now):
    await box.add(letter("a"), letter("b"), letter("x", channel="d"))
    await box.send(now)
    await box.claim(now + MINUTE)
    times = await store.read(lambda tx: tx.deliveries.sent_times("c", now))
    assert times == [now, now + MINUTE]
    assert await store.read(lambda tx: tx.deliveries.sent_times("c", now + MINUTE)) == [
        now + MINUTE
    ]


async def test_counts_and_ages_for_status(box, store, letter, now):
    await box.add(letter("a"), letter("b", due=now + MINUTE), letter("c", due=now - MINUTE))
    await box.send(now)
    assert await store.read(lambda tx: tx.deliveries.counts()) == {
        ("c", "sent"): 1,
        ("c", "queued"): 2,
    }
    assert await store.read(lambda tx: tx.deliveries.oldest()) == now - MINUTE
    waiting = await store.read(lambda tx: tx.deliveries.waiting("c"))
    assert [one.announcement for one in waiting] == ["b", "c"]
    [last] = await store.read(lambda tx: tx.deliveries.last_sent())
    assert last.announcement == "a"
    assert await store.read(lambda tx: tx.deliveries.revision("a", "c")) == 0
    assert await store.read(lambda tx: tx.deliveries.revision("zz", "c")) == -1
    assert await store.read(lambda tx: tx.deliveries.due_next("c")) == now - MINUTE


async def test_an_admin_gives_one_up(box, store, letter, now):
    [one] = await box.add(letter())
    assert await store.write(lambda tx: tx.deliveries.drop(one.id))
    assert await box.claim(now) == []
    assert not await store.write(lambda tx: tx.deliveries.drop(one.id))


async def test_d9_after_a_restore_everything_new_is_looked_for_first(box, store, letter, now):
    since = now - timedelta(days=1)
    value = {"since": since.isoformat(), "until": (now + MINUTE).isoformat()}
    await store.write(lambda tx: tx.meta.put("reconcile", value))
    await box.add(letter("a"), letter("b", created=now + MINUTE))
    [old] = await box.claim(now)
    assert (old.doubt, old.first_attempt) == (True, since)
    await box.settle(old, decide.done("found"), now)
    [new] = await box.claim(now)
    assert not new.doubt
