"""The same word may be a level of one scale and a category: both marks stand at one place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.config.knowledge import Award
from bot.understanding.understand import understand

TWICE = Award.model_validate(
    {
        "name": {"fr": "Prix de la Ville libre", "en": "Free Town Award"},
        "free_software": True,
        "categories": ["or", "argent"],
        "scales": [{"levels": ["bronze", "argent", "or"]}],
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "Claix (or) et Vif (argent) reçoivent le prix de la Ville libre 2025.",
        "Le prix de la Ville libre 2025 a été remis à Claix (or) et à Vif (argent).",
    ],
)
def test_a_word_that_is_a_level_and_a_category_stops_nothing(text, knowledge, make_entry):
    known = replace(knowledge, awards={**knowledge.awards, "ville-libre": TWICE}, _made={})
    facts = understand(make_entry(text, "", "2025-11-20"), known).facts
    assert {name for fact in facts for name in fact.laureates} == {"Claix", "Vif"}
    assert {fact.category for fact in facts} == {"or", "argent"}
