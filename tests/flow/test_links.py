"""A post and an answer to it link to the article that says what they say, as it stands now."""

from datetime import UTC, datetime

import pytest

HELD = "Install party Linux samedi 12 décembre 2026 à Claix"
AGAIN = "Rappel : install party Linux samedi 12 décembre 2026 à Claix"
OFF = "Annulée : install party Linux du samedi 12 décembre 2026 à Claix"


@pytest.fixture
async def rig(make_rig):
    rig = await make_rig(sources=2)
    if rig.house is not None:
        await rig.down()
    rig.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    await rig.settle(1)
    return rig


def told(rig):
    """Of each message there: its first words, and its links."""
    return [
        (one.text.partition("\n")[0], [w for w in one.text.split() if w.startswith("https://")])
        for one in rig.side().there()
    ]


async def cancelled(rig, link):
    await rig.settle(3)
    (first, first_link), (answer, answer_link) = told(rig)
    assert answer.startswith("ANNULÉ"), told(rig)
    assert answer_link == [link]
    assert first.startswith("ANNULÉ")
    assert first_link == [link], "the corrected post links to it too"


async def test_an_edited_article_that_calls_the_event_off_is_linked_not_the_reminder(rig):
    rig.publish("install", HELD)
    await rig.settle(2)
    rig.publish("rappel", AGAIN)
    await rig.settle(2)
    assert told(rig) == [(told(rig)[0][0], ["https://lettre0.example/install"])]
    rig.publish("install", OFF)
    await cancelled(rig, "https://lettre0.example/install")


async def test_the_edited_one_is_linked_even_if_the_reminder_is_older(rig):
    rig.publish("rappel", AGAIN)
    await rig.settle(2)
    rig.publish("install", HELD)
    await rig.settle(2)
    assert told(rig)[0][1] == ["https://lettre0.example/rappel"]
    rig.publish("install", OFF)
    await cancelled(rig, "https://lettre0.example/install")


@pytest.mark.parametrize("source", [0, 1])
async def test_a_new_entry_that_calls_the_event_off_is_linked_not_the_invitation(rig, source):
    rig.publish("install", HELD)
    await rig.settle(2)
    rig.publish("annul", OFF, source=source)
    await cancelled(rig, f"https://lettre{source}.example/annul")


async def test_an_invitation_is_not_boosted_once_another_source_calls_the_event_off(make_rig):
    rig = await make_rig(sources=2, source_more="boost = true\n", more="gather = 180\n")
    if rig.house is not None:
        await rig.down()
    rig.now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    await rig.settle(1)
    rig.side().others.add("https://lettre0.example/install")
    rig.publish("install", HELD)
    await rig.work("collect")
    rig.publish("annul", OFF, source=1)
    await rig.settle(6)
    assert rig.side().there(), "it is told"
    assert not any(one.boosts for one in rig.side().messages)
    assert all(link == ["https://lettre1.example/annul"] for _, link in told(rig)), told(rig)
