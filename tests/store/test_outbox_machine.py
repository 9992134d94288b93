"""The outbox against a simple model: whatever happens in whatever order, three things hold.

No message is ever in two hands; nothing that was sent, or may have been, is sent again without a
doubt being told; and nothing is lost: in the end every announcement was sent or has a said end.
"""

import asyncio
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.announcements.announcement import Message
from bot.errors import Locked, NotNow, Rejected, Unclear
from bot.outbox import decide
from bot.outbox.delivery import Delivery
from bot.store.database import Store
from bot.store.drafts import Draft

START = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
NAMES = st.sampled_from(["a", "b", "c", "d"])


class Outbox(RuleBasedStateMachine):
    """Workers that claim, send, fail, die; and a server that remembers what reached it."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.store = self.run(Store.open(data_dir=self.folder))
        self.now = START
        self.hands: list[Delivery] = []  # claimed, by workers that live
        self.late: list[Delivery] = []  # their lease ran out; they may still report
        self.posted: dict[str, str] = {}  # what the server has: announcement -> text
        self.posts: list[str] = []  # announcements, in the order in which they were posted
        self.revisions: dict[str, int] = {}
        self.drafts: dict[str, int] = {}  # announcement -> the draft in which it waits
        self.messages: dict[str, Message] = {}  # key -> what it was first sent with

    def run(self, work):
        return self.loop.run_until_complete(work)

    def write(self, work):
        return self.run(self.store.write(work))

    def teardown(self):
        try:
            self.settle_everything()
        finally:
            self.run(self.store.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    # -- what happens ----------------------------------------------------------------------------

    @rule(name=NAMES, priority=st.sampled_from([0, 0, 10]))
    def announce(self, name, priority):
        revision = self.revisions.get(name, -1) + 1
        row = Delivery(
            id=0,
            channel="c",
            announcement=name,
            story=name,
            revision=revision,
            action="post" if revision == 0 else "edit",
            key=f"{name}-{revision}",
            message=Message(f"{name} {revision}"),
            created=self.now,
            due=self.now,
            priority=priority,
        )
        self.revisions[name] = revision
        assert len(self.write(lambda tx: tx.deliveries.add([row, row]))) == 1

    @rule(name=NAMES)
    def draft(self, name):
        """Newer words that people look at first."""
        revision = self.revisions.get(name, -1) + 1
        row = Delivery(
            id=0,
            channel="c",
            announcement=name,
            story=name,
            revision=revision,
            action="post" if revision == 0 else "edit",
            key=f"{name}-{revision}",
            message=Message(f"{name} {revision}"),
            created=self.now,
            due=self.now,
            state="draft",
        )

        def work(tx):
            known = tx.drafts.of(name)
            draft = Draft(0, "announcement", {"key": "always"}, "reaction", self.now, self.now)
            id = known.id if known else tx.drafts.begin(draft)
            assert len(tx.deliveries.add([replace(row, draft=id)] * 2)) == 1
            return id

        self.drafts[name] = self.write(work)
        self.revisions[name] = revision

    @precondition(lambda self: self.drafts)
    @rule(data=st.data(), say=st.sampled_from(["yes", "yes", "no"]), twice=st.booleans())
    def answer(self, data, say, twice):
        name = data.draw(st.sampled_from(sorted(self.drafts)))
        self.decide(name, say)
        if twice:
            self.decide(name, "yes")

    def decide(self, name, say):
        id = self.drafts.get(name)

        def work(tx):
            if say == "no":
                letters = tx.drafts.letters(id)
                assert tx.drafts.reject(id, "no", "@m:x", self.now)
                return letters
            states = tx.drafts.approve(id, "yes", "@m:x", self.now)
            return states if states is None else tx.drafts.get(id)

        if id is None:
            return
        self.write(work)
        del self.drafts[name]
        assert self.write(lambda tx: tx.drafts.approve(id, "yes", "@m:x", self.now)) is None

    @rule(limit=st.integers(1, 3))
    def claim(self, limit):
        took = self.write(lambda tx: tx.deliveries.claim("c", self.now, lease=LEASE, limit=limit))
        held = {one.id for one in self.hands if one.lease_until > self.now}
        assert not held & {one.id for one in took}
        waiting = self.run(self.store.read(lambda tx: tx.deliveries._find(True)))
        assert not {row.key for row in waiting if row.state == "draft"} & {x.key for x in took}
        self.hands += took

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def succeed(self, data):
        one = self.take(data)
        self.reach(one)
        self.settle(one, decide.done(f"remote-{one.announcement}"))

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), kind=st.sampled_from([NotNow, Rejected, Locked]))
    def refuse(self, data, kind):
        one = self.take(data)
        self.settle(one, decide.failed(one, kind(channel="c", cause="no"), self.now, 0.5))

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), arrives=st.booleans())
    def lose_the_answer(self, data, arrives):
        one = self.take(data)
        if arrives:
            self.reach(one)
        self.settle(one, decide.failed(one, Unclear(channel="c", cause="?"), self.now, 0.5))

    @precondition(lambda self: self.hands)
    @rule(data=st.data(), arrives=st.booleans())
    def die(self, data, arrives):
        one = self.take(data)
        if arrives:
            self.reach(one)

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def give_back(self, data):
        one = self.take(data)
        self.write(lambda tx: tx.deliveries.release([one]))

    @rule(minutes=st.sampled_from([0, 1, 6, 70]))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)
        # A worker whose lease ran out sends nothing more, as the pipeline's time limit makes it.
        self.late += [one for one in self.hands if one.lease_until <= self.now]
        self.hands = [one for one in self.hands if one.lease_until > self.now]

    @precondition(lambda self: self.late)
    @rule()
    def report_too_late(self):
        one = self.late.pop()
        taken = any(other.id == one.id for other in self.hands)
        kept = self.settle(one, decide.failed(one, NotNow(channel="c", cause="no"), self.now, 0.5))
        assert not (taken and kept)

    @rule()
    def retry_what_is_aside(self):
        def work(tx):
            for one in tx.deliveries.aside():
                tx.deliveries.retry(one.id, self.now)

        self.write(work)

    @rule()
    def restart(self):
        self.hands, self.late = [], []
        self.run(self.store.close())
        self.store = self.run(Store.open(data_dir=self.folder))

    # -- how a worker and the server behave ------------------------------------------------------

    def take(self, data):
        return self.hands.pop(data.draw(st.integers(0, len(self.hands) - 1)))

    def reach(self, one):
        """The message arrives, by the rules: a doubt is looked for first."""
        assert self.messages.setdefault(one.key, one.message) == one.message  # D4
        if one.action == "edit":
            assert one.announcement in self.posted
            assert one.remote == f"remote-{one.announcement}"
            self.posted[one.announcement] = one.message.text
        elif one.announcement in self.posted:
            assert one.doubt, "a second post without a doubt"
        else:
            self.posted[one.announcement] = one.message.text
            self.posts.append(one.announcement)

    def settle(self, one, outcome):
        return self.write(lambda tx: tx.deliveries.settle(one, outcome, self.now))

    # -- what always holds -----------------------------------------------------------------------

    @invariant()
    def one_living_post_an_announcement(self):
        rows = self.run(self.store.read(lambda tx: tx.deliveries._find(True)))
        for name in self.revisions:
            posts = [row for row in rows if row.announcement == name and row.action == "post"]
            over = ("superseded", "withdrawn", "rejected")
            alive = [row for row in posts if row.state not in over]
            refused = any(row.state == "rejected" for row in posts)
            assert len(alive) == 1 or (refused and not alive), [(x.key, x.state) for x in posts]
            newest = max(row.revision for row in rows if row.announcement == name)
            assert newest == self.revisions[name]
        for row in rows:
            assert (row.state == "sending") == bool(row.lease)
            if row.state == "sent":
                assert row.remote

    def settle_everything(self):
        """The weather clears: in the end everything is told, in its last words."""
        self.hands = []
        for name in list(self.drafts):
            self.decide(name, "yes")
        for _ in range(200):
            self.now += timedelta(hours=2)
            self.retry_what_is_aside()
            self.hands = self.write(
                lambda tx: tx.deliveries.claim("c", self.now, lease=LEASE, limit=5)
            )
            if not self.hands:
                break
            for one in self.hands:
                self.reach(replace(one))
                self.settle(one, decide.done(f"remote-{one.announcement}"))
        assert len(self.posts) == len(set(self.posts))
        counts = self.run(self.store.read(lambda tx: tx.deliveries.counts()))
        assert {state for _, state in counts} <= {"sent", "superseded", "rejected"}
        rows = self.run(self.store.read(lambda tx: tx.deliveries._find(True)))
        for name, revision in self.revisions.items():
            mine = [row for row in rows if row.announcement == name]
            sent = [row for row in mine if row.state == "sent"]
            newest = max(mine, key=lambda row: row.revision)
            assert newest.revision == revision
            if sent:  # the last words that were let through, or needed no letting through
                last = max(sent, key=lambda row: row.revision)
                assert self.posted[name] == last.message.text
                assert newest.state == "rejected" or newest == last
            else:  # people did not let it through
                assert name not in self.posted
                assert any(row.state == "rejected" and row.action == "post" for row in mine)


Outbox.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_d1_the_outbox_never_loses_and_never_doubles = Outbox.TestCase
