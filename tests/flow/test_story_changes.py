"""People merge, split, correct and withdraw: the posts say so, and nothing is posted twice."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.commands.command import Question
from bot.commands.correct import Correct
from bot.commands.merge import Merge
from bot.commands.retract import Retract, take_back
from bot.commands.split import Split
from bot.commands.undo import Undo
from bot.errors import CommandError

TITLE = "{} reçoit le label Territoire Numérique Libre"
TEXT = "La ville de {} obtient le label Territoire Numérique Libre, niveau Bronze, décerné par l’ADULLACT."


class Moderator:
    """A context over a rig's running house."""

    language, question = "fr", Question("@mod:x", "!r", role="moderator", event="$ask")

    def __init__(self, rig):
        self.rig = rig

    def now(self):
        return self.rig.now

    def config(self):
        return self.rig.house.config

    async def store(self):
        return self.rig.house.store

    @property
    def tools(self):
        async def house():
            return self.rig.house

        async def knowledge():
            return self.rig.house.knowledge

        return {"house": house, "knowledge": knowledge}

    async def do(self, command, **arguments):
        return (await command().run(self, arguments)).text


@pytest.fixture
async def bot(make_rig):
    """A bot with two sources and one channel, and who moderates it."""
    rig = await make_rig(sources=2)
    return SimpleNamespace(rig=rig, mod=Moderator(rig))


def publish(rig, town, source=0, level="Bronze"):
    rig.publish(town, TITLE.format(town), TEXT.format(town).replace("Bronze", level), source)


async def stories(rig):
    return await rig.house.store.read(lambda tx: tx.stories.recent())


async def dump(rig):
    """Everything that the store says of stories."""
    ids = [story.id for story in await stories(rig)]
    return await rig.house.store.read(
        lambda tx: (tx.stories.snapshot(ids), {id: tx.stories.aliases(id) for id in ids})
    )


async def numbers(rig):
    """{words of a post: its number}, of what was sent."""
    sent = await rig.house.store.read(lambda tx: tx.deliveries.last_sent(n=50))
    return {one.message.text.split()[0]: str(one.id) for one in sent if one.action == "post"}


def there(rig):
    return [one.text for one in rig.side().there()]


async def test_a_correction_edits_the_post_once_and_no_source_takes_it_back(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    await rig.settle(2)
    [number] = (await numbers(rig)).values()
    assert "label Bronze" in there(rig)[0]
    said = await mod.do(Correct, number=number, field="niveau", value=("Or",))
    assert "niveau\u00a0: Bronze → Or" in said
    assert "Messages modifiés\u00a0: 1" in said
    await rig.settle(2)
    assert len(rig.side().messages) == 1
    assert "label Or" in there(rig)[0]
    assert len(rig.side().messages[0].edits) == 1
    publish(rig, "Claix", level="Badge")  # the source changes its mind
    publish(rig, "Claix", source=1, level="Argent")  # another one says something else
    await rig.settle(3)
    assert len(rig.side().messages) == 1
    assert "label Or" in there(rig)[0]
    assert (
        await mod.do(Correct, number=number, field="niveau", value=("Or",)) == "C’était déjà ainsi."
    )


async def test_undo_of_a_correction_restores_the_story_exactly_and_the_post(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    await rig.settle(2)
    before, text = await dump(rig), there(rig)
    [number] = (await numbers(rig)).values()
    await mod.do(Correct, number=number, field="lauréats", value=("Vif", "et", "Varces"))
    await rig.settle(2)
    assert there(rig) != text
    await mod.do(Undo)
    assert await dump(rig) == before
    await rig.settle(2)
    assert there(rig) == text
    assert len(rig.side().messages) == 1


async def test_two_stories_become_one_and_nothing_is_posted_again(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    publish(rig, "Vizille")
    await rig.settle(2)
    known = await numbers(rig)
    said = await mod.do(Merge, first=known["Claix"], second=known["Vizille"])
    assert "C’est une seule nouvelle" in said
    [story] = await stories(rig)
    assert len(story.witnesses) == 2
    await rig.settle(2)
    assert len(rig.side().messages) == 2  # both were there before, both say the same now
    assert len(set(there(rig))) == 1
    publish(rig, "Vizille", source=1)  # a third source tells what became one
    await rig.settle(3)
    assert len(rig.side().messages) == 2
    with pytest.raises(CommandError, match="une seule nouvelle"):
        await mod.do(Merge, first=known["Claix"], second=known["Vizille"])
    with pytest.raises(CommandError, match="changé de nouveau"):
        await mod.do(Undo)  # a source told more meanwhile: not undone blindly


async def test_undo_of_a_merge_restores_both_stories_exactly(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    publish(rig, "Vizille")
    await rig.settle(2)
    before, texts = await dump(rig), there(rig)
    known = await numbers(rig)
    await mod.do(Merge, first=known["Claix"], second=known["Vizille"])
    await rig.settle(2)
    await mod.do(Undo)
    assert await dump(rig) == before
    await rig.settle(2)
    assert there(rig) == texts
    assert len(rig.side().messages) == 2
    await rig.down()
    await rig.up()
    await rig.settle(3)
    assert len(rig.side().messages) == 2


async def test_d1_what_waits_is_not_posted_after_a_merge_and_waits_again_after_undo(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    await rig.settle(2)
    publish(rig, "Vizille")
    await rig.work("collect")  # queued, and not sent yet
    found = {one.facts[0].laureates[0]: one.id for one in await stories(rig)}
    assert len(found) == 2, "the second story is known"
    await mod.do(Merge, first=found["Claix"], second=found["Vizille"])
    await rig.settle(2)
    assert len(rig.side().messages) == 1
    await mod.do(Undo)
    await rig.settle(2)
    assert sorted(text.split()[0] for text in there(rig)) == ["Claix", "Vizille"]
    assert len(rig.side().messages) == 2


async def test_what_nobody_let_through_is_no_more_let_through_by_a_merge_and_its_undo(make_rig):
    rig = await make_rig(sources=2, more="moderated = true\n[approval]\n")
    mod = Moderator(rig)
    await rig.up() if rig.house is None else None
    publish(rig, "Claix")
    await rig.settle(2)
    await rig.decide("yes")
    await rig.settle(2)
    publish(rig, "Vizille")
    await rig.settle(2)
    assert [text.split()[0] for text in there(rig)] == ["Claix"]
    found = {one.facts[0].laureates[0]: one.id for one in await stories(rig)}
    await mod.do(Merge, first=found["Claix"], second=found["Vizille"])
    await rig.settle(2)
    assert await rig.house.store.read(lambda tx: tx.drafts.waiting()) == [], "nothing left to ask"
    await mod.do(Undo)
    await rig.settle(2)
    assert [text.split()[0] for text in there(rig)] == ["Claix"]
    [draft] = await rig.house.store.read(lambda tx: tx.drafts.waiting())
    await rig.decide("yes", draft.id)
    await rig.settle(2)
    assert sorted(text.split()[0] for text in there(rig)) == ["Claix", "Vizille"]


async def test_d5_undo_of_a_merge_does_not_bring_back_what_a_person_withdrew(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    await rig.settle(2)
    publish(rig, "Vizille")
    await rig.work("collect")
    [waiting] = await rig.house.store.read(lambda tx: tx.deliveries.waiting())
    await take_back(mod, waiting.announcement)
    found = {one.facts[0].laureates[0]: one.id for one in await stories(rig)}
    await mod.do(Merge, first=found["Claix"], second=found["Vizille"])
    await mod.do(Undo)
    await rig.settle(3)
    assert [text.split()[0] for text in there(rig)] == ["Claix"]


async def test_a_source_that_tells_of_something_else_becomes_a_story_of_its_own(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    publish(rig, "Claix", source=1)
    await rig.settle(2)
    [number] = (await numbers(rig)).values()
    assert len(rig.side().messages) == 1
    shown = await mod.do(Split, number=number)
    assert "La lettre 0" in shown
    assert "2. La lettre" in shown
    said = await mod.do(Split, number=number, source="La lettre 1")
    assert "parle d’autre chose" in said
    assert sorted(len(one.witnesses) for one in await stories(rig)) == [1, 1]
    await rig.settle(2)
    posted = len(rig.side().messages)
    publish(rig, "Claix", source=1, level="Badge")  # edited: it does not go back to the other one
    await rig.settle(3)
    assert sorted(len(one.witnesses) for one in await stories(rig)) == [1, 1]
    assert len(rig.side().messages) == posted


async def test_undo_of_a_split_joins_them_exactly_and_takes_back_what_it_told(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    publish(rig, "Claix", source=1)
    await rig.settle(2)
    [number] = (await numbers(rig)).values()
    before, texts = await dump(rig), there(rig)
    await mod.do(Split, number=number, source="2")
    await rig.settle(2)
    await mod.do(Undo)
    assert await dump(rig) == before
    await rig.settle(2)
    assert there(rig) == texts


async def test_d5_what_was_withdrawn_is_gone_and_never_told_again(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    await rig.settle(2)
    [number] = (await numbers(rig)).values()
    asked = await Retract().run(mod, {"number": number})
    assert "Retirer partout" in asked.text
    assert len(there(rig)) == 1  # nothing yet
    answer = await take_back(mod, asked.asks.about["announcement"])
    assert answer.text.startswith("C’est retiré de")
    await rig.settle(2)
    assert there(rig) == []
    publish(rig, "Claix", source=1)
    publish(rig, "Claix", level="Or")
    await rig.settle(3)
    assert there(rig) == []
    assert len(rig.side().messages) == 1
    assert "plus rien à retirer" in await mod.do(Retract, number=number)
    with pytest.raises(CommandError, match="ne s’annule pas"):
        await mod.do(Undo, number="1")


async def test_one_that_was_not_sent_yet_is_never_sent(bot):
    rig, mod = bot.rig, bot.mod
    publish(rig, "Claix")
    await rig.work("collect")
    [waiting] = await rig.house.store.read(lambda tx: tx.deliveries.waiting())
    await take_back(mod, waiting.announcement)
    await rig.settle(3)
    assert rig.side().messages == []


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        (Correct, {"number": "999"}, "Je ne connais pas l’annonce"),
        (Correct, {"number": ""}, "De quelle annonce"),
        (Correct, {"number": "1", "field": "nivau", "value": ("5",)}, "«\u00a0niveau\u00a0»"),
        (Correct, {"number": "1", "field": "année", "value": ("longtemps",)}, "ne comprends pas"),
        (Correct, {"number": "1", "field": "date", "value": ("32/01/2026",)}, "ne comprends pas"),
        (Correct, {"number": "1", "field": "prix", "value": ("rien",)}, "ne comprends pas"),
        (Merge, {"first": "1", "second": "1"}, "déjà une seule"),
        (Merge, {"first": "1", "second": "77"}, "Je ne connais pas l’annonce"),
        (Split, {"number": "1", "source": "2"}, "une source"),
        (Retract, {"number": "999"}, "Je ne connais pas l’annonce"),
    ],
)  # fmt: skip
async def test_what_cannot_be_done_is_told_and_changes_nothing(bot, command, arguments, told):
    rig = bot.rig
    publish(rig, "Claix")
    await rig.settle(2)
    before = await dump(rig)
    with pytest.raises(CommandError, match=told):
        await bot.mod.do(command, **arguments)
    assert await dump(rig) == before
    assert await rig.house.store.read(lambda tx: tx.audit.latest()) == []
