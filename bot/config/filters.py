r"""Filters of a source, and the patterns in them.

Patterns are RE2's (github.com/google/re2/wiki/Syntax): the time they take grows with the text and
with nothing else, whatever an admin writes (S9). Case and accents do not count, in the pattern as
in the text; so an accented letter is a letter for ``\\b`` and ``\\w`` too.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from bot.config.model import Settings, Wrong
from bot.config.syntax import LanguageCode

_LONGEST = 500  # characters of a pattern
_TWO = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'", "\u00a0": " ", "\u202f": " "}
)


def folded(text: str) -> str:
    """Without accents, ligatures and French spaces; case stays."""
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFD", text.translate(_TWO))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(f"(?m){folded(pattern)}", options)  # ^ and $ of each line


def matches(pattern: str, folded_text: str) -> bool:
    """Whether ``pattern`` is found in a text that :func:`folded` made."""
    return _compiled(pattern).search(folded_text) is not None


def _pattern(value: str) -> str:
    import re2

    wrong = Wrong(
        "un mot, ou une expression de RE2 (ni retour arrière comme \\1, ni (?=…))",
        "a word, or an expression of RE2 (neither back references like \\1 nor (?=…))",
    )
    if not value.strip() or len(value) > _LONGEST:
        raise wrong
    try:
        _compiled(value)
    except re2.error as error:
        raise wrong from error
    return value


#: A pattern that cannot stall.
Pattern = Annotated[str, AfterValidator(_pattern)]


class Filters(Settings):
    """What of a source is considered at all; each empty list lets everything pass. Words and
    patterns are looked for in title, text and tags, without regard to case and accents."""

    include: tuple[Pattern, ...] = Field((), description="At least one of these must be found.")
    exclude: tuple[Pattern, ...] = Field((), description="None of these may be found.")
    kinds: tuple[
        Literal["award", "label", "event", "event_update", "call_for_papers", "release", "other"],
        ...,
    ] = Field((), description="Only news understood as one of these (award, label, event…).")
    languages: tuple[LanguageCode, ...] = Field((), description="Only news in these languages.")
