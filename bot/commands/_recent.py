"""What was said a moment ago, in memory only: what “oui” means, what “erreur” speaks of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.commands import _parse
from bot.commands._face import CHARACTERS
from bot.commands._parse import Call

#: seconds in which “oui” still means the last suggestion
YES_WITHIN = 300.0
#: answers whose words are kept
SAID = 200

Who = tuple[str, str]  # room, person


@dataclass
class Recent:
    """Of one account. ``clock``: seconds that only go forward."""

    clock: Callable[[], float]
    _offers: dict[Who, tuple[Call, float]] = field(default_factory=dict)
    _open: dict[Who, tuple[str, float]] = field(default_factory=dict)
    _said: dict[str, str] = field(default_factory=dict)  # by the answer's id, oldest first

    def offer(self, room: str, person: str, call: Call) -> None:
        """“oui” as this person's next words here means this."""
        self._offers[room, person] = (call, self.clock() + YES_WITHIN)

    def accepted(self, room: str, person: str, text: str) -> Call | None:
        """What was offered, if ``text`` takes it; whatever it is, the offer is over."""
        call, until = self._offers.pop((room, person), (None, 0.0))
        return call if call and self.clock() < until and _parse.is_yes(text) else None

    def ask(self, room: str, person: str, event: str | None) -> None:
        """The message in which this person was asked something last; None: nothing."""
        self._open.pop((room, person), None)
        if event is not None:
            self._open[room, person] = (event, self.clock() + YES_WITHIN)

    def open(self, room: str, person: str, text: str) -> str:
        """That message, as long as ``text``, a plain “oui” or “non”, may mean it; "" for none."""
        event, until = self._open.get((room, person), ("", 0.0))
        plain = _parse.is_yes(text) or _parse.is_no(text)
        return event if plain and self.clock() < until else ""

    def note(self, answer: str, question: str, text: str) -> None:
        """The words of an answer, by its id."""
        while len(self._said) >= SAID:
            del self._said[next(iter(self._said))]
        self._said[answer] = f"{question[:CHARACTERS]}\n→ {text}"

    def words(self, answer: str | None) -> str:
        """The words of an answer and of its question; "" where they are not known any more."""
        return self._said.get(answer or "", "")

    def forget(self, person: str) -> None:
        """Leave nothing of a person, nor of what was said to anybody."""
        self._said.clear()
        self._offers = {who: one for who, one in self._offers.items() if who[1] != person}
        self._open = {who: one for who, one in self._open.items() if who[1] != person}
