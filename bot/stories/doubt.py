"""Two accounts are of one story, and only what they name joins them: which of their facts are believed?

Those of the account that was there first; but if both entries name the laureate whom the second one
read, and not the first one's, then the first was read wrongly. What is not believed stays a witness
(``Witness.alike``): it adds nothing to the facts, and no other account joins the story through it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.stories.account import Account
from bot.stories.contradict import any_same
from bot.stories.story import Story, Witness


def believed(witnesses: tuple[Witness, ...]) -> tuple[Witness, ...]:
    """Those whose facts count: all but what is only alike, where others have facts."""
    sure = tuple(one for one in witnesses if not one.alike)
    return sure if any(one.facts for one in sure) else witnesses


def settled(story: Story, witness: Witness) -> tuple[Story, Witness]:
    """A story and an account that joins it by what it names, the better read of them believed."""
    mine = Account.of(witness)
    others = [one for one in believed(story.witnesses) if one.entry != witness.entry and one.facts]
    if not others or not mine.laureates:
        return story, witness
    told = [Account.of(one) for one in others]
    here = any(one.tells_of_any(mine.laureates) for one in told)
    there = any(mine.tells_of_any(one.laureates) for one in told)
    if any(any_same(mine.laureates, one.laureates) for one in told) or there or not here:
        return story, witness
    doubted = tuple(
        replace(one, alike=witness.alike) if one in others else one for one in story.witnesses
    )
    return replace(story, witnesses=doubted), replace(witness, alike=())
