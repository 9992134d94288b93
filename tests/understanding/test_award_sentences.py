"""One sentence at a time: is an award or label said to have been obtained?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.understanding.awards import Awards
from bot.understanding.language import prepare

FILE = Path(__file__).resolve().parents[1] / "news" / "sentences_fr.json"
SENTENCES: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))


def _language(sentence: dict[str, Any]) -> str:
    english = sentence["form"].startswith("en_") and sentence["form"] != "en_procurement"
    return "en" if english else "fr"


@pytest.mark.parametrize("where", ["title", "text"])
@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda one: f"{one['form']}-{one['text'][:30]}")
def test_obtained_or_not(sentence, where, knowledge, make_entry) -> None:
    """Said by a town of itself: "notre commune" and "la commune" have somebody to mean."""
    title, text = (sentence["text"], "") if where == "title" else (None, sentence["text"])
    entry = make_entry(
        title,
        text,
        "2026-11-20",
        role="municipal",
        name="Ville de Meylan",
        language=_language(sentence),
    )
    found = Awards(knowledge).match(prepare(entry, knowledge)).facts
    assert bool(found) == sentence["match"], sentence["form"]
