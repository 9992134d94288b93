"""Letters to people: alerts and reminders, never lost, never twice, true to what changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rig import Rig
from test_promises import label

from bot.announcements.personal import Subscription, said_words
from bot.channels import memory
from bot.store.people import Person

ANNE, BOB = "@anne:x", "@bob:x"
EVENT = "AlpOSS 2026 aura lieu le 17 février 2026 à La Rampe, à Échirolles"


class People:
    """Those who wrote to the bot of a rig."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.account = rig.channels[0]

    def side(self, person: str = ANNE) -> memory.OtherSide:
        side = memory.other_side(f"{self.account}/{person}")
        side.clock = lambda: self.rig.now
        return side

    def told(self, person: str = ANNE) -> list[str]:
        return [message.text for message in self.side(person).there()]

    async def ask(self, person: str = ANNE, *, words: str = "", event: bool = False) -> int:
        """Ask for an alert on words, or for a reminder of the event; its number."""

        def work(tx):
            tx.people.put(Person(self.account, person, f"!{person}", "fr"), self.rig.now)
            coming = next((one.id for one in tx.stories.recent(kinds=("event",))), None)
            wanted = Subscription(
                self.account, person, 0, "alert" if words else "reminder", self.rig.now,
                said_words(words), coming if event else None,
            )  # fmt: skip
            return tx.people.add(wanted)[0].number

        return await self.rig.house.store.write(work)

    async def store(self, work):
        return await self.rig.house.store.write(work)


@pytest.fixture
async def people(make_rig):
    made = People(await make_rig())
    made.side(ANNE), made.side(BOB)
    return made


async def until(rig: Rig, *when: int) -> None:
    """Let the hours go by, until this UTC moment."""
    end = datetime(*when, tzinfo=UTC)
    while rig.now < end:
        await rig.settle(1)


async def test_an_alert_comes_once_however_many_sources_and_alerts_agree(people):
    rig = people.rig
    await people.ask(words="label libres ÉCHIROLLES")
    await people.ask(words="territoires numeriques")
    await people.ask(BOB, words="label grenoble")
    rig.publish("a", label("Échirolles"))
    await rig.settle(2)
    rig.publish("b", f"Le {label('Échirolles')} : bravo !")
    await rig.settle(30)
    [text] = people.told()
    assert text == (
        "Votre alerte «\u00a0label libres echirolles\u00a0»\u00a0: Échirolles, Territoire Numérique "
        "Libre, niveau 4 sur 5 (ADULLACT, 2024). https://lettre0.example/a\nL’arrêter\u00a0: !stop 1"
    )
    assert people.told(BOB) == []
    assert len(rig.side().there()) == 1


async def test_what_was_there_before_the_alert_is_no_news(people):
    rig = people.rig
    rig.publish("a", label("Échirolles"))
    await rig.settle(2)
    await people.ask(words="echirolles")
    rig.publish("a", label("Échirolles"), "Un mot de plus.")
    await rig.settle(3)
    assert people.told() == []
    rig.publish("old", label("Claix"))
    rig.items[rig.sources[0]]["old"] = rig.items[rig.sources[0]]["old"].__class__(
        guid="old", url="https://lettre0.example/old", title="À Échirolles, " + label("Claix"),
        summary="", language="fr", published=rig.now - timedelta(days=60),
    )  # fmt: skip
    rig.show()
    await rig.settle(3)
    assert people.told() == []


async def test_no_alert_rings_at_night_and_none_floods(people):
    rig = people.rig
    await people.ask(words="label")
    await until(rig, 2025, 11, 3, 22)
    towns = ("Claix", "Vizille", "Domène", "Seyssins", "Meylan", "Voreppe", "Voiron", "Crolles")
    more = ("Grenoble", "Échirolles", "Saint-Égrève", "Fontaine", "Vif", "Sassenage", "Gières")
    for town in (*towns, *more):
        rig.publish(town, label(town))
    await until(rig, 2025, 11, 4, 6)
    assert people.told() == []
    await until(rig, 2025, 11, 4, 18)
    assert len(people.told()) == 12
    await until(rig, 2025, 11, 6, 18)
    assert len(people.told()) == len(set(people.told())) == 15


async def test_a_reminder_comes_at_18_on_the_eve_once(people):
    rig = people.rig
    rig.publish("e", EVENT)
    await rig.settle(2)
    await people.ask(event=True)
    rig.now = datetime(2026, 2, 16, 14, tzinfo=UTC)
    await until(rig, 2026, 2, 16, 17)
    assert people.told() == []
    await until(rig, 2026, 2, 16, 18)
    [text] = people.told()
    assert text.startswith("Rappel\u00a0: AlpOSS 2026, mardi 17 février 2026, La Rampe, Échirolles")
    await until(rig, 2026, 2, 19, 0)
    assert len(people.told()) == 1
    assert await people.store(lambda tx: tx.people.of(people.account, ANNE)) == []


async def test_a_moved_event_moves_its_reminder_and_says_so(people):
    rig = people.rig
    rig.publish("e", EVENT)
    await rig.settle(2)
    await people.ask(event=True)
    rig.now = datetime(2026, 2, 10, 9, tzinfo=UTC)
    rig.publish("m", "AlpOSS 2026 est reporté du 17 février 2026 au 24 février 2026 à Échirolles")
    await until(rig, 2026, 2, 18, 12)
    [moved] = people.told()
    assert moved.startswith("Un événement que je dois vous rappeler a changé.")
    assert "24 février 2026" in moved
    assert moved.endswith("Je vous le rappelle lundi 23 février 2026 à 18\u00a0h.")
    await until(rig, 2026, 2, 25, 0)
    assert [text.split("\u00a0")[0] for text in people.told()[1:]] == ["Rappel"]


async def test_a_cancelled_event_is_told_and_no_reminder_comes(people):
    rig = people.rig
    rig.publish("e", EVENT)
    await rig.settle(2)
    await people.ask(event=True)
    rig.now = datetime(2026, 2, 16, 20, tzinfo=UTC)  # its eve, at 21:00 in Paris
    rig.publish("c", "AlpOSS 2026, prévu le 17 février 2026 à Échirolles, est annulé")
    await until(rig, 2026, 2, 19, 0)
    told = people.told()
    assert "ne vous le rappellerai donc pas" in told[-1]
    assert "ANNUL" in told[-1]
    assert sum("Rappel\u00a0:" in text for text in told) <= 1


async def test_stop_ends_what_waits_too(people):
    rig = people.rig
    first = await people.ask(words="label")
    await people.ask(words="prix")
    await until(rig, 2025, 11, 3, 22)
    rig.publish("a", label("Échirolles"))
    await rig.settle(2)
    assert (
        await people.store(lambda tx: len(tx.deliveries.waiting(f"{people.account}/{ANNE}"))) == 1
    )
    await people.store(lambda tx: tx.people.stop(people.account, ANNE, first))
    await rig.settle(20)
    assert people.told() == []
    [left] = await people.store(lambda tx: tx.people.of(people.account, ANNE))
    assert left.words == ("prix",)


@pytest.mark.parametrize("faults", [["lose-answer"], ["lose-request"], ["error-after", "error"],
                                    ["refuse", "limit"]])  # fmt: skip
async def test_d_a_letter_is_never_lost_and_never_twice(people, faults):
    await people.ask(words="label")
    people.side().fail(*faults)
    people.rig.publish("a", label("Échirolles"))
    await people.rig.settle(8)
    assert len(people.told()) == 1


@pytest.mark.parametrize("step", range(0, 60, 4))
async def test_d_a_crash_anywhere_loses_no_letter_and_doubles_none(people, step):
    rig = people.rig
    await people.ask(words="label")
    rig.publish("e", EVENT)
    rig.publish("a", label("Échirolles"))

    def doom():
        for channel in rig.house.channels.values():
            make = channel.to_person

            def to_person(*args, make=make, **more):
                made = make(*args, **more)
                for verb in ("deliver", "find"):
                    setattr(made, verb, rig._doomed(getattr(made, verb)))
                return made

            channel.to_person = to_person

    doom()
    rig.now += timedelta(hours=2)
    rig.crash.arm(step)
    for what in ("collect", "remind", "deliver"):
        if rig.house is None:
            break
        await rig.work(what)
    await rig.down()
    await rig.settle(5)
    assert len(people.told()) == 1


async def test_others_see_nothing_of_it(people):
    rig = people.rig
    await people.ask(words="label")
    rig.publish("a", label("Échirolles"))
    await rig.settle(3)
    [letter] = await people.store(lambda tx: tx.deliveries.last_sent(f"{people.account}/{ANNE}", 9))
    seen = await people.store(
        lambda tx: (
            tx.deliveries.last_sent(None, 99),
            tx.deliveries.of_story(*(one.id for one in tx.stories.recent())),
            tx.deliveries.waiting(),
            tx.deliveries.counts(),
        )
    )
    assert ANNE not in str(seen)
    assert letter.story is None


async def test_a_merged_story_takes_its_reminders_along_and_undo_brings_them_back(people):
    rig = people.rig
    rig.publish("e", EVENT)
    await rig.settle(2)
    await people.ask(event=True)
    await people.ask(BOB, event=True)

    def merge(tx):
        [old] = tx.stories.recent(kinds=("event",))
        other = replace(old, id="other", keys=())
        tx.stories.save(other)
        tx.people.add(Subscription(people.account, BOB, 0, "reminder", rig.now, story="other"))
        before = tx.stories.snapshot([old.id, "other"])
        tx.stories.alias(old.id, "other")
        return old.id, before

    old, before = await people.store(merge)
    rig.now = datetime(2026, 2, 16, 16, tzinfo=UTC)
    await until(rig, 2026, 2, 16, 20)
    for person in (ANNE, BOB):
        [text] = people.told(person)
        assert text.startswith("Rappel\u00a0: AlpOSS 2026")
    await people.store(lambda tx: tx.stories.restore([old, "other"], before))
    asked = await people.store(lambda tx: tx.people.reminders())
    assert [(one.person, one.story) for one in asked] == [(ANNE, old), (BOB, old), (BOB, "other")]


async def test_who_never_comes_is_not_waited_for_and_alarms_nobody(people):
    """A letter that cannot be delivered is nobody else's business, and ends."""
    rig = people.rig
    await people.ask(words="label")
    people.side().fail(*["refuse"] * 5000)
    rig.publish("a", label("Échirolles"))
    await rig.settle(6)
    assert await people.store(lambda tx: tx.deliveries.oldest()) is None
    rig.now += timedelta(days=8)
    await rig.work("housekeeping")
    assert await people.store(lambda tx: tx.deliveries.waiting(f"{people.account}/{ANNE}")) == []


async def test_of_those_who_wait_for_nothing_only_the_latest_rooms_stay_open(people, monkeypatch):
    from bot.steps import people as letters

    monkeypatch.setattr(letters, "OPEN", 3)
    rig = people.rig
    crowd = [f"@p{n}:x" for n in range(12)]
    for person in crowd:
        people.side(person)
        await people.ask(person, words="echirolles")
    rig.publish("a", label("Échirolles"))
    await rig.settle(3)
    assert all(len(people.told(person)) == 1 for person in crowd)
    assert len(rig.house.people) == 3
    assert len([id for id in rig.house.started if "/" in id]) == 3
    rig.publish("b", label("Échirolles").replace("2024", "2023"))  # the others' open again
    await rig.settle(30)
    assert all(len(people.told(person)) == 2 for person in crowd)
    assert len(rig.house.people) == 3
