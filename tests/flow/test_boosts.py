"""Posts of watched accounts are boosted in place of being retold, once, where that can be."""

from datetime import timedelta

import pytest

LABEL = "{town} obtient le niveau {level} du label Territoire Numérique Libre 2024"
POST = "https://lettre0.example/claix"


@pytest.fixture
def watching(make_rig):
    """A bot that watches an account whose posts are to be boosted; its channels can resolve one."""

    async def make(**more):
        rig = await make_rig(source_more="boost = true\n", **more)
        rig.side(0).others.add(POST)
        await rig.up() if rig.house is None else None
        return rig

    return make


def there(rig, index=0):
    """What readers see: “↻ address” for a boost, else the first words."""
    return [
        f"↻ {one.boosts}" if one.boosts else one.text.partition("\n")[0]
        for one in rig.side(index).there()
    ]


def publish(rig, level=3, source=0, town="Claix"):
    rig.publish(town.lower(), LABEL.format(town=town, level=level), source=source)


async def test_a_post_that_tells_the_story_is_boosted_and_told_where_it_cannot_be(watching):
    rig = await watching(channels=2)
    publish(rig)
    await rig.settle()
    assert there(rig) == [f"↻ {POST}"]
    [told] = there(rig, 1)  # that server cannot find the post
    assert told.startswith("Claix obtient le niveau 3")


async def test_d5_what_comes_after_a_boost_neither_edits_nor_repeats_it(watching):
    rig = await watching(sources=2)
    publish(rig)
    await rig.settle(3)
    publish(rig, level=4)  # its author corrects it
    await rig.settle(3)
    publish(rig, level=4, source=1)  # another source tells it too
    await rig.settle(3)
    [boost] = rig.side().messages
    assert boost.boosts == POST
    boost.gone = True  # a moderator took it back over there
    publish(rig, level=5)
    await rig.settle(30)
    assert there(rig) == []


async def test_only_the_first_witness_is_boosted(watching):
    rig = await watching(sources=2)
    rig.side().others = {"https://lettre1.example/claix"}
    publish(rig)
    await rig.settle(3)
    publish(rig, source=1)
    await rig.settle(3)
    [told] = there(rig)
    assert told.startswith("Claix obtient")


@pytest.mark.parametrize("step", range(0, 40, 3))
async def test_d1_a_crash_at_any_step_leaves_one_boost(watching, step):
    rig = await watching()
    publish(rig)
    rig.crash.arm(step)
    for verb in ("collect", "deliver", "deliver"):
        rig.now += timedelta(minutes=30)
        if not await rig.work(verb):
            break
    rig.crash.left = None
    await rig.settle(6)
    assert there(rig) == [f"↻ {POST}"]
    assert len(rig.side().messages) == 1


@pytest.mark.parametrize("fault", ["refuse", "lose-answer", "error-after", "limit"])
async def test_a_boost_that_fails_is_tried_again_and_is_there_once(watching, fault):
    rig = await watching()
    publish(rig)
    rig.side().fail(fault, fault)
    await rig.settle(12)
    assert there(rig) == [f"↻ {POST}"]
    assert len(rig.side().messages) == 1


async def test_a_draft_says_that_it_would_be_a_boost(watching):
    rig = await watching(more="moderated = true\n[approval]\n")
    publish(rig)
    await rig.settle(2)
    [draft] = [text for text in rig.side().asked.values() if "À relire" in text]
    assert f"partage du message {POST}" in draft
    assert there(rig) == []
    await rig.decide("yes")
    await rig.settle(2)
    assert there(rig) == [f"↻ {POST}"]


async def test_words_of_a_person_are_said_in_place_of_a_boost(watching):
    rig = await watching(more="moderated = true\n[approval]\n")
    publish(rig)
    await rig.settle(2)
    await rig.decide("Bravo à Claix, niveau 3 du label")
    await rig.settle(1)
    await rig.decide("yes")
    await rig.settle(2)
    assert there(rig) == ["Bravo à Claix, niveau 3 du label"]


async def test_boosts_keep_the_pace_of_posts(watching):
    rig = await watching(more="per_day = 1\n")
    rig.side().others.add("https://lettre0.example/vizille")
    publish(rig)
    publish(rig, town="Vizille")
    await rig.settle(5)
    assert len(there(rig)) == 1
    await rig.settle(24)
    assert len(there(rig)) == 2


async def test_what_answers_a_boost_stands_alone(watching):
    rig = await watching()
    meeting = "https://lettre0.example/reunion"
    rig.side().others.add(meeting)
    words = "Rencontre logiciel libre à Grenoble {} à 18 h, à La Turbine, gratuit"
    rig.publish("reunion", words.format("le 20 novembre 2025"), words.format("le 20 novembre 2025"))
    await rig.settle(3)
    assert there(rig) == [f"↻ {meeting}"]
    moved = words.format("reportée au 27 novembre 2025")
    rig.publish("reunion", moved, moved)
    await rig.settle(3)
    assert len(rig.side().messages) == 2
    assert rig.side().messages[1].reply_to is None
