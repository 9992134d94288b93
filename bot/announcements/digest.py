"""Many stories in few messages: what a flood holds back, and the week.

A digest keeps every story's line and link, in as many parts as the channel's limit asks for, but
never more than a few: a thread of dozens would be the flood that it is there to prevent. What is
over is counted in the last part, with the way to where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from html import escape
from urllib.parse import urlsplit

from bot.announcements.announcement import Announcement, Message, announcement_id
from bot.announcements.compose import Room, less, sure, warning, words
from bot.announcements.voice import Voice
from bot.announcements.words import count, cut, safe_link, within
from bot.config.wiring import ChannelSettings
from bot.languages import Language
from bot.stories.cite import cited
from bot.stories.story import Story
from bot.understanding.fact import CallFact, EventFact
from bot.understanding.knowledge import Knowledge

#: In this order, and under these words of ``[sentences.digest]``.
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "awards": ("award", "label"),
    "events": ("event", "event_update"),
    "calls": ("call_for_papers",),
    "releases": ("release",),
    "others": ("other",),
}
#: A digest of fewer stories is none (VOICE.md).
LEAST = 2
#: A digest has at most so many parts.
MOST_PARTS = 6

Routed = tuple[Announcement, str]


def flood(
    announcements: Iterable[Routed], cap: int
) -> tuple[tuple[Routed, ...], tuple[Routed, ...]]:
    """At most ``cap`` new stories in each channel (0: no cap); the rest as one digest for each.

    Returns what is told by itself, and the digests; ``Announcement.stories`` of a digest are the
    stories it tells. Answers to what was told before (a move, a cancellation) are never held.
    """
    everything = tuple(announcements)
    if cap <= 0:
        return everything, ()
    kept: list[Routed] = []
    digests: list[Routed] = []
    for channel in dict.fromkeys(channel for _, channel in everything):
        here = [one for one, at in everything if at == channel]
        new = sorted((one for one in here if one.purpose == "new"), key=lambda one: -one.priority)
        # One story alone makes no digest: then another one keeps it company.
        room = cap if len(new) <= cap else min(cap, len(new) - LEAST)
        alone = {one.id for one in new[:room]}
        kept += [(one, channel) for one in here if one.purpose != "new" or one.id in alone]
        if rest := [one.story for one in here if one.purpose == "new" and one.id not in alone]:
            digests.append((_digest("flood", channel, rest), channel))
    return tuple(kept), tuple(digests)


def flooded(announcements: Iterable[Routed], cap: int) -> tuple[str, ...]:
    """The channels that are over the cap."""
    new = [(one.id, channel) for one, channel in announcements if one.purpose == "new"]
    channels = [channel for _, channel in new]
    return tuple(id for id in dict.fromkeys(channels) if cap and channels.count(id) > cap)


def summary(channel: str, stories: Sequence[str]) -> Announcement:
    """The digest that people have asked for in the place of a flood."""
    return _digest("flood", channel, stories)


def week(
    stories: Iterable[Story], channel: str, now: datetime, knowledge: Knowledge
) -> Announcement | None:
    """The digest of the running week for ``channel``: what was new in the last seven days, and
    what is due in the next seven; None for fewer than two stories."""
    today = now.astimezone(knowledge.timezone).date()
    ahead = today + timedelta(days=7)
    told = [
        story
        for story in stories
        if story.relevant
        and (now - story.created <= timedelta(days=7) or _due(story, today, ahead))
    ]
    if len(told) < LEAST:
        return None
    told.sort(key=lambda story: (_rank(story), _day(story), story.created, story.id))
    year, number, _ = today.isocalendar()
    monday = today - timedelta(days=today.weekday())
    made = _digest(f"week {monday.isoformat()}", channel, [story.id for story in told])
    name = f"digest-{channel}-{year}-{number:02d}"  # one a week, whatever it holds
    return replace(made, story=name, id=announcement_id(name, "digest", made.occasion))


def _digest(occasion: str, channel: str, stories: Sequence[str]) -> Announcement:
    seed = "|".join((channel, occasion, *sorted(stories)))
    name = f"digest-{blake2b(seed.encode(), digest_size=6).hexdigest()}"
    id = announcement_id(name, "digest", occasion)
    return Announcement(id, name, "digest", occasion, stories=tuple(stories))


def _rank(story: Story) -> int:
    return next(at for at, kinds in enumerate(_GROUPS.values()) if story.kind in kinds)


def _day(story: Story) -> str:
    for fact in story.facts:
        day = fact.start if isinstance(fact, EventFact) else None
        day = fact.deadline if isinstance(fact, CallFact) else day
        if day:
            return day
    return ""


def _due(story: Story, today: date, ahead: date) -> bool:
    day = _day(story)
    fact = story.facts[0] if story.facts else None
    if isinstance(fact, EventFact) and fact.status in ("cancelled", "past"):
        return False
    return len(day) == 10 and today.isoformat() <= day <= ahead.isoformat()


@dataclass(frozen=True, slots=True)
class _Line:
    """One story of a digest."""

    label: str
    words: str
    name: str
    url: str

    def text(self, form: str) -> str:
        """As a post says it, and as a room does."""
        if form == "room":
            return f"{self.label} {self.words} [{self.name}] {self.url}".strip()
        return f"{self.label} {self.words} {self.url}".strip()

    def html(self) -> str:
        """For a room."""
        link = f'<a href="{escape(self.url, quote=True)}">{escape(self.name)}</a>'
        named = link if self.url else escape(self.name)
        label = f"<strong>{escape(self.label)}</strong> " if self.label else ""
        return f"{label}{escape(self.words)} {named}"


def compose_digest(
    announcement: Announcement,
    stories: Mapping[str, Story],
    channel: ChannelSettings,
    limits: Room,
    language: Language,
    knowledge: Knowledge,
    *,
    now: datetime | None = None,
    url: str | None = None,
) -> tuple[tuple[Announcement, Message], ...]:
    """The digest in as many messages as it needs, each an announcement of its own; later parts
    answer the first. A story that is no longer there is left out.

    ``url`` is a public page that holds the whole week: with it a post tells what it has room for
    and leads there for the rest.
    """
    voice = Voice(language, knowledge)
    limits = less(limits, warning(channel))
    told = [stories[id] for id in announcement.stories if id in stories]
    lines = [_line(announcement, story, channel, voice, now) for story in told]
    if not lines:
        return ()
    heading = _heading(announcement, told, limits, voice)
    link = safe_link(url)
    if link and limits.form == "status" and announcement.occasion.startswith("week "):
        text = _week_post(told, lines, heading, link, limits, voice)
        return (
            (announcement, _message(announcement, text, None, (link,), limits, voice, channel)),
        )
    parts: list[list[_Line]] = [[]]
    reserve = " " + voice.say("digest.part", part=99, parts=99)
    for line in lines:
        if parts[-1] and not _fits([*parts[-1], line], heading + reserve, limits):
            parts.append([])
        parts[-1].append(_shortened(line, heading + reserve, limits))
    if len(parts) > MOST_PARTS:
        parts = _few(parts, heading + reserve, limits, voice)
    return tuple(
        _part(announcement, at, len(parts), part, heading, limits, voice, channel)
        for at, part in enumerate(parts)
    )


def _few(
    parts: Sequence[list[_Line]], heading: str, limits: Room, voice: Voice
) -> list[list[_Line]]:
    """The first parts, the last of them ending with how many more there are, and where."""
    kept = [list(part) for part in parts[:MOST_PARTS]]
    left = [line for part in parts[MOST_PARTS:] for line in part]
    while True:
        more = _more(left, voice)
        if len(kept[-1]) <= 1 or _fits([*kept[-1], more], heading, limits):
            break
        left.insert(0, kept[-1].pop())
    kept[-1].append(more)
    return kept


def _more(left: Sequence[_Line], voice: Voice) -> _Line:
    """“53 autres nouvelles : https://…”, the site of the first of them."""
    sites = (urlsplit(line.url) for line in left if line.url)
    site = next((f"{at.scheme}://{at.netloc}/" for at in sites), "")
    key = f"digest.more_{'one' if len(left) == 1 else 'many'}"
    return _Line("", voice.say(key, count=len(left)), voice.say("digest.there"), site)


def _line(
    announcement: Announcement,
    story: Story,
    channel: ChannelSettings,
    voice: Voice,
    now: datetime | None,
) -> _Line:
    facts = sure(story, channel)
    witness = cited(story.witnesses, facts)[0]
    today = now.astimezone(voice.knowledge.timezone).date() if now else None
    wording = words(announcement, story, facts, voice, today=today)
    french = voice.language.code == "fr"
    label = f"{wording.label}\u00a0:" if french else f"{wording.label}:"
    name = cut(voice.set(witness.name), 60, None)
    return _Line(label, wording.line, name, safe_link(witness.url) or "")


def _heading(announcement: Announcement, told: Sequence[Story], limits: Room, voice: Voice) -> str:
    """“La semaine : 1 prix, 2 événements” in a room, a title in a post."""
    weekly = announcement.occasion.startswith("week ")
    if limits.form == "room":
        label = voice.say("labels.digest" if weekly else "labels.flood")
        colon = "\u00a0: " if voice.language.code == "fr" else ": "
        return f"{label}{colon}{counts(told, voice)}"
    if not weekly:
        return voice.say("digest.flood", count=len(told))
    monday = date.fromisoformat(announcement.occasion.removeprefix("week "))
    sunday = monday + timedelta(days=6)
    same = monday.month == sunday.month
    first = voice.day(
        monday.isoformat(), weekday=False, month=not same, year=monday.year != sunday.year
    )
    last = voice.day(sunday.isoformat(), weekday=False)
    return voice.say("digest.title", span=voice.say("digest.week_span", first=first, last=last))


def counts(stories: Sequence[Story], voice: Voice) -> str:
    """“1 prix, 2 événements, 1 date limite”."""
    said: list[str] = []
    for group, kinds in _GROUPS.items():
        number = sum(story.kind in kinds for story in stories)
        if number:
            key = f"digest.counts_{group}_{'one' if number == 1 else 'many'}"
            said.append(voice.say(key, count=number))
    return ", ".join(said)


def _week_post(
    told: Sequence[Story],
    lines: Sequence[_Line],
    heading: str,
    link: str,
    limits: Room,
    voice: Voice,
) -> str:
    """Prix : {…}. À venir : {…}. Date limite : {…}. ¶ {4} autres nouvelles : {URL}"""
    for kept in range(len(lines), -1, -1):
        groups: list[str] = []
        for group, kinds in _GROUPS.items():
            items = [
                line.words.rstrip(".")
                for story, line in zip(told[:kept], lines[:kept], strict=True)
                if story.kind in kinds
            ]
            if items:
                joined = voice.say("award.between_groups").join(items)
                groups.append(voice.say(f"digest.{group}", items=joined))
        rest = len(lines) - kept
        more = "digest.whole" if not rest else f"digest.other_{'one' if rest == 1 else 'many'}"
        paragraphs = [f"{heading}.", " ".join(groups), voice.say(more, count=rest, url=link)]
        whole = "\n\n".join(part for part in paragraphs if part)
        if within(whole, limits.characters, limits.per_url):
            return whole
    return link


def _body(part: Sequence[_Line], heading: str, form: str) -> str:
    gap = "\n" if form == "room" else "\n\n"
    return f"{heading}.{gap}" + "\n".join(line.text(form) for line in part)


def _fits(part: Sequence[_Line], heading: str, limits: Room) -> bool:
    return within(_body(part, heading, limits.form), limits.characters, limits.per_url)


def _shortened(line: _Line, heading: str, limits: Room) -> _Line:
    """A line that alone is too long loses words, never its link."""
    if _fits([line], heading, limits):
        return line
    spent = count(_body([replace(line, words="")], heading, limits.form), limits.per_url)
    return replace(line, words=cut(line.words, limits.characters - spent, limits.per_url))


def _part(
    announcement: Announcement,
    at: int,
    parts: int,
    part: Sequence[_Line],
    heading: str,
    limits: Room,
    voice: Voice,
    channel: ChannelSettings,
) -> tuple[Announcement, Message]:
    if parts > 1:
        heading += " " + voice.say("digest.part", part=at + 1, parts=parts)
    one = announcement
    if at:
        occasion = f"{announcement.occasion} part {at + 1}"
        id = announcement_id(announcement.story, "digest", occasion)
        one = replace(announcement, id=id, occasion=occasion, reply_to=announcement.id)
    html = None
    if limits.html:
        items = "".join(f"<li>{line.html()}</li>" for line in part)
        html = f"<strong>{escape(heading)}.</strong><ul>{items}</ul>"
    text = _body(part, heading, limits.form)
    if count(text, limits.per_url) > limits.characters:
        text, html = cut(text, limits.characters, limits.per_url), None
    links = tuple(line.url for line in part if line.url)
    return one, _message(announcement, text, html, links, limits, voice, channel)


def _message(
    announcement: Announcement,
    text: str,
    html: str | None,
    links: tuple[str, ...],
    limits: Room,
    voice: Voice,
    channel: ChannelSettings,
) -> Message:
    told: dict[str, object] = {
        "digest": announcement.story,
        "stories": list(announcement.stories),
    }
    return Message(
        text=text,
        html=html,
        language=voice.language.code,
        visibility=getattr(channel, "visibility", "public"),
        spoiler=warning(channel),
        story=announcement.story,
        links=links,
        data=told if limits.form == "json" else {},
    )
