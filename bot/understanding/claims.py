"""Claims: what one sentence says of somebody and an award."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.understanding.language import Sentence

Basis = Literal["name", "source", "focus"]


@dataclass(slots=True)
class Laureate:
    """Somebody in a claim. ``start``/``end`` are where the text says so."""

    text: str  # "" for "notre commune" (source) and "la commune" (focus)
    basis: Basis
    start: int
    end: int
    level: int | None = None  # index into the entry's levels
    category: str | None = None
    category_span: tuple[int, int] | None = None


@dataclass(slots=True)
class Claim:
    """``laureates`` obtained the award (``sure``), or did not, or only hope to."""

    sentence: Sentence
    sure: bool
    laureates: list[Laureate]
    start: int
    end: int
    form: str  # active, passive, honour, goto, laureate, nominal, list
    refused: bool = False  # negation or loss: it speaks against other claims
    award: str | None = None
