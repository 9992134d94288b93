"""The Matcher door: a kind of matcher reads a prepared entry and returns facts with evidence.

To add a kind: one file here with a subclass of :class:`Matcher`. Matchers are strangers to each
other; what they share (sentences, stems, dates, places) is prepared once per entry.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from bot.understanding.fact import AnyFact, Kind, Reason

if TYPE_CHECKING:
    from bot.understanding.knowledge import Knowledge
    from bot.understanding.language import Prepared


@dataclass(frozen=True, slots=True)
class Finding:
    """What one matcher found. ``weight`` says how much the entry is *about* it (title 1.0,
    a passing sentence 0.2): the entry's kind is its weightiest finding's.

    ``kind`` is what the entry is if this finding weighs most (an event may be news of it:
    ``event_update``). ``relevant`` is what the matcher itself can tell of a watched series, a
    place within reach, the free-software character or the publisher; None: it cannot tell."""

    facts: tuple[AnyFact, ...] = ()
    reasons: tuple[Reason, ...] = ()
    weight: float = 0.0
    kind: Kind | None = None
    relevant: bool | None = None


class Matcher(ABC):
    """One kind of matcher, built once from knowledge. Pure: no clock, no network."""

    kind: ClassVar[str]

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge

    @abstractmethod
    def match(self, entry: Prepared) -> Finding:
        """Read one prepared entry."""
