"""What people put right: a field of a fact that is set for good, whatever witnesses say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.understanding.fact import AnyFact

#: what is no field of the happening itself, but of how it was understood
_OWN = frozenset({"confidence", "evidence", "award_id", "series", "laureate_basis", "label"})


@dataclass(frozen=True, slots=True)
class Correction:
    """One field of one sort of fact. ``value`` is a text, a number, a list of texts, or None."""

    fact: str  # the class: "EventFact"
    field: str
    value: Any


def corrected(facts: Iterable[AnyFact], corrections: Iterable[Correction]) -> tuple[AnyFact, ...]:
    """The facts with what people put right; one that a correction does not concern stays."""
    found = list(facts)
    for one in corrections:
        for at, fact in enumerate(found):
            if type(fact).__name__ == one.fact and one.field in correctable(fact):
                value: Any = tuple(one.value) if isinstance(one.value, list) else one.value
                changed: dict[str, Any] = {one.field: value}
                found[at] = replace(fact, **changed)
                break
    return tuple(found)


def correctable(fact: AnyFact) -> tuple[str, ...]:
    """The fields of a fact that people may put right."""
    return tuple(field.name for field in fields(fact) if field.name not in _OWN)


def with_correction(corrections: Iterable[Correction], new: Correction) -> tuple[Correction, ...]:
    """The corrections with one more; one of the same field gives way."""
    kept = [one for one in corrections if (one.fact, one.field) != (new.fact, new.field)]
    return (*kept, new)
