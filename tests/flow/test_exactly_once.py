"""From a memory source to a memory channel, crashing between any two steps: every story is told
exactly once, in its last words (D1, D2, D4, D6, P4)."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from datetime import timedelta
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from rig import TOWNS, Crashed, Rig

FAULTS = st.sampled_from(["refuse", "lose-request", "lose-answer", "limit", "error", "error-after"])
LEVELS = ("1", "2", "3", "4", "5")


class ExactlyOnce(RuleBasedStateMachine):
    """Publishes, corrects, crashes, restarts; at the end everything was told once."""

    more = ""  # settings of the channel

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.Runner()
        self.rig = Rig(Path(self.folder.name), more=self.more)
        self.told: dict[str, str] = {}
        # The source is known before its news comes: first sight tells nothing (R8).
        self.run(self.rig.settle(1))

    def run(self, work):
        return self.loop.run(work)

    @precondition(lambda self: len(self.told) < len(TOWNS))
    @rule(level=st.sampled_from(LEVELS))
    def publish(self, level: str) -> None:
        town = TOWNS[len(self.told)]
        self.rig.publish(
            town, f"{town} obtient le niveau {level} du label Territoire Numérique Libre 2024"
        )
        self.told[town] = level

    @precondition(lambda self: self.told)
    @rule(data=st.data(), level=st.sampled_from(LEVELS))
    def correct(self, data: st.DataObject, level: str) -> None:
        town = data.draw(st.sampled_from(sorted(self.told)))
        self.rig.publish(
            town, f"{town} obtient le niveau {level} du label Territoire Numérique Libre 2024"
        )
        self.told[town] = level

    @rule(fault=FAULTS)
    def trouble(self, fault: str) -> None:
        self.rig.side().fail(fault)

    @rule(minutes=st.sampled_from([1, 10, 70, 180]))
    def wait(self, minutes: int) -> None:
        self.rig.now += timedelta(minutes=minutes)

    @rule(verb=st.sampled_from(["collect", "deliver"]), crash=st.none() | st.integers(0, 12))
    def work(self, verb: str, crash: int | None) -> None:
        async def go() -> None:
            if self.rig.house is None:
                await self.rig.up()
            if crash is not None:
                self.rig.crash.arm(crash)
            if await self.rig.work(verb):
                self.rig.crash.left = None

        self.run(go())

    def teardown(self) -> None:
        if not hasattr(self, "rig"):
            return
        try:
            self.rig.side().faults.clear()
            self.run(self.rig.settle())
            texts = [message.text for message in self.rig.side().there()]
            for town, level in self.told.items():
                about = [text for text in texts if text.startswith(f"{town} ")]
                assert len(about) == 1, f"{town} was told {len(about)} times: {texts}"
                assert f"niveau {level} " in about[0], about[0]
            assert len(texts) == len(self.told)
            stuck = self.run(self.rig.house.store.read(lambda tx: tx.deliveries.waiting()))
            assert stuck == []
        finally:
            self.run(self.rig.down())
            self.loop.close()
            self.folder.cleanup()


class Moderated(ExactlyOnce):
    """The same where people look at everything first: answered twice, late, or amid a crash, what
    they let through is told once, and what they did not is told never."""

    more = 'moderated = true\n[approval]\nwhen = "always"\n'

    @rule(
        choice=st.sampled_from(["yes", "yes", "no", "later"]),
        crash=st.none() | st.integers(0, 6),
        twice=st.booleans(),
    )
    def answer(self, choice: str, crash: int | None, twice: bool) -> None:
        async def go() -> None:
            if self.rig.house is None:
                await self.rig.up()
            waiting = await self.rig.house.store.read(lambda tx: tx.drafts.waiting())
            if not waiting:
                return
            if crash is not None:
                self.rig.crash.arm(crash)
            with contextlib.suppress(Crashed):
                for _ in range(2 if twice else 1):
                    await self.rig.decide(choice, waiting[0].id)
            if self.rig.crash.dead:
                await self.rig.down()
            else:
                self.rig.crash.left = None

        self.run(go())

    def teardown(self) -> None:
        if not hasattr(self, "rig"):
            return
        try:
            self.rig.side().faults.clear()
            for _ in range(4):  # an answer may bring a correction that is asked about in turn
                self.run(self.rig.settle(12))
                self.run(self.rig.decide("yes"))
            self.run(self.rig.settle(24))
            self.see()
        finally:
            self.run(self.rig.down())
            self.loop.close()
            self.folder.cleanup()

    def see(self) -> None:
        rows = self.run(self.rig.house.store.read(lambda tx: tx.deliveries._find(True)))
        texts = [message.text for message in self.rig.side().there()]
        for town, level in self.told.items():
            mine = [row for row in rows if row.message.text.startswith(f"{town} ")]
            about = [text for text in texts if text.startswith(f"{town} ")]
            refused = {row.action for row in mine if row.state == "rejected"}
            assert len(about) == (0 if "post" in refused else 1), (town, texts)
            if not refused:
                assert f"niveau {level} " in about[0], about[0]
            for text in about:  # every word that stands there was let through
                assert any(
                    row.state == "sent" and row.draft and row.message.text == text for row in mine
                )
        assert {row.state for row in rows} <= {"sent", "superseded", "rejected"}


TestExactlyOnce = ExactlyOnce.TestCase
TestExactlyOnce.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

TestModerated = Moderated.TestCase
TestModerated.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
