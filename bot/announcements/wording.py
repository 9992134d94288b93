"""What a kind of news says, before it is fitted into a channel's form."""

from __future__ import annotations

from dataclasses import dataclass

from bot.announcements.voice import Voice
from bot.understanding.language import fold


@dataclass(frozen=True, slots=True)
class Wording:
    """``paragraphs`` for a post, the most important first; ``line`` for a room, after the bold
    ``label``, and ``note`` what a room adds but a digest does not. ``action`` is a link of its own with its words: (“Proposer”, address)."""

    label: str
    paragraphs: tuple[str, ...]
    line: str
    action: tuple[str, str] | None = None
    past: bool = False
    note: str = ""


def where(place: str | None, city: str | None, voice: Voice, *, town_only: bool = False) -> str:
    """“à La Rampe, à Échirolles”, “à Strasbourg”; "" where nothing is known.

    ``town_only`` says just the town of "Palais des Congrès, Paris".
    """
    if place and town_only and "," in place:
        place = place.rsplit(",", 1)[1].strip()
    said: list[str] = []
    city = voice.town(voice.set(city)) if city else None
    if place:
        place = voice.town(voice.set(place))
        if city and fold(place) != fold(city) and fold(place).endswith(fold(city)):
            rest = place[: -len(city)]
            if rest.rstrip() != rest.rstrip(" ,–-("):  # “Bobine, Grenoble”
                place = rest.rstrip(" ,–-(")
            else:  # “École normale supérieure de Lyon” has said it
                city = None
        venue, comma, rest = place.partition(",")
        said.append(voice.at(venue, venue=bool(city) or not voice.is_town(venue)) + comma + rest)
    if city and fold(city) != fold(place or ""):
        said.append(voice.at(city))
    return ", ".join(said)
