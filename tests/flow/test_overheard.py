"""Of a story that nobody heard of nothing is told; with a better account it is told once."""

from __future__ import annotations

from datetime import timedelta

#: German is not understood, but the names are there
WEAK = (
    "Nachrichten aus den Alpen",
    "In Paris sprach man heute von Territoria 2025. Und von Grenoble-Alpes Métropole.",
)
#: what the vote thinks of so few words changes with each lesson: here the rules decide alone
BY_RULES = "[relevance]\nlearned = false\n"
STRONG = (
    "Grenoble-Alpes Métropole primée",
    "Grenoble-Alpes Métropole a reçu mardi à Paris le prix Territoria 2025 de la transition numérique.",
)


async def stories(rig):
    return await rig.house.store.read(lambda tx: tx.stories.recent())


async def found(rig):
    return await rig.house.store.read(lambda tx: tx.index.find("metropole"))


async def key(rig, guid, source):
    url = f"https://lettre{source}.example/{guid}"
    (row,) = await rig.house.store.read(lambda tx: tx.entries.by_url(url))
    return row.decision["key"]


async def test_d1_remembered_then_told_once(make_rig) -> None:
    rig = await make_rig(sources=2, bot_more=BY_RULES)
    rig.publish("weak", *WEAK, source=0)
    await rig.settle()
    assert rig.side().messages == []
    assert await stories(rig) == []
    assert await found(rig) == []
    assert await key(rig, "weak", 0) == "irrelevant"
    rig.publish("strong", *STRONG, source=1)
    await rig.settle()
    (story,) = await stories(rig)
    assert [one.id for one in await found(rig)] == [story.id]
    assert {one.source for one in story.witnesses} == set(rig.sources)
    (post,) = rig.side().messages
    assert "Grenoble-Alpes Métropole" in post.text
    rig.publish("weak", WEAK[0] + " (suite)", WEAK[1], source=0)  # edited: still the same story
    await rig.settle()
    assert len(await stories(rig)) == len(rig.side().messages) == 1


async def test_d1_told_then_heard_again(make_rig) -> None:
    rig = await make_rig(sources=2, bot_more=BY_RULES)
    rig.publish("strong", *STRONG, source=1)
    await rig.settle()
    rig.publish("weak", *WEAK, source=0)
    await rig.settle()
    (story,) = await stories(rig)
    assert len(story.witnesses) == 2
    assert len(rig.side().messages) == 1
    assert await key(rig, "weak", 0) == "known"


async def test_r6_the_bot_forgets_what_it_only_overheard(make_rig) -> None:
    rig = await make_rig(sources=2, bot_more=BY_RULES)
    rig.publish("weak", *WEAK, source=0)
    rig.publish(
        "strong", "Un prix à Voiron", "Voiron reçoit le label Territoire Numérique Libre.", 1
    )
    await rig.settle()
    (told,) = await stories(rig)
    remembered = "https://lettre0.example/weak"
    store = rig.house.store
    (row,) = await store.read(lambda tx: tx.entries.by_url(remembered))
    for days, left in ((50, 1), (11, 0)):
        rig.now += timedelta(days=days)
        await rig.work("housekeeping")
        found = await store.read(lambda tx: tx.stories.of_entry(row.entry.id))
        assert len(found) == left
    assert await store.read(lambda tx: tx.entries.by_url(remembered))
    rig.now += timedelta(days=181)
    await rig.work("housekeeping")
    assert await store.read(lambda tx: tx.entries.by_url(remembered)) == []
    assert await stories(rig) == [told]
