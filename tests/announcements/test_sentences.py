"""Every sentence of the language files is used, and both languages have the same ones."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOM = Path(__file__).parents[2] / "bot" / "announcements"


def leaves(table, prefix=""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def test_both_languages_have_the_same_sentences(languages):
    french = dict(leaves(languages["fr"].table("sentences")))
    english = dict(leaves(languages["en"].table("sentences")))
    assert french.keys() == english.keys()


def asked():
    """Patterns of the keys that the code asks for: f"award.given_{kind}" stands for several."""
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = (
                    re.escape(part.value) if isinstance(part, ast.Constant) else "[a-z_]+"
                    for part in node.values
                )
                yield "".join(parts)


def test_every_sentence_is_used(languages):
    patterns = set(asked())
    unused = [
        key
        for key, _ in leaves(languages["fr"].table("sentences"))
        if not any(re.fullmatch(pattern, key) for pattern in patterns)
    ]
    assert not unused


@pytest.mark.parametrize("code", ["fr", "en"])
def test_french_spaces_are_unbreakable(languages, code):
    for key, text in leaves(languages[code].table("sentences")):
        if code == "fr":
            assert not re.search(r" [:;!?»]|« ", text), key
        assert "'" not in text, key
