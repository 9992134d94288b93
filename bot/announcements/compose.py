"""In which words: an announcement of a story becomes a Message in a channel's own form.

===========  ============================================================================
``status``   paragraphs, ``Source : média, date``, the link, a blank line, hashtags
``room``     a bold label, one line, the link on the source's name; plain body and HTML
``terminal`` the paragraphs, readable, with the source and the link
``json``     the same text, and the facts as data
===========  ============================================================================

What does not fit is left out in this order: other witnesses, later paragraphs, hashtags, the end
of the first sentence. The source and the link always stay.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from html import escape
from typing import Any, Protocol, cast

from bot.announcements import award as awards
from bot.announcements import event as events
from bot.announcements import other
from bot.announcements.announcement import Announcement, Message, Visibility
from bot.announcements.voice import Voice
from bot.announcements.wording import Wording
from bot.announcements.words import count, cut, hashtags, safe_link, within
from bot.config.wiring import ChannelSettings
from bot.languages import Language
from bot.stories.cite import cited
from bot.stories.story import Story, Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, ReleaseFact
from bot.understanding.knowledge import Knowledge

#: Other witnesses named in one message.
_ALSO = 3
#: A publisher's name longer than this is cut.
_NAME = 60


#: what is told of each sort of fact: all but the words that prove it
_TOLD = {
    kind: tuple(field.name for field in fields(kind) if field.name != "evidence")
    for kind in (AwardFact, EventFact, CallFact, ReleaseFact)
}


class Room(Protocol):
    """What a channel takes: the attributes of ``channels.channel.Limits``."""

    @property
    def characters(self) -> int:
        """Grapheme clusters at most."""

    @property
    def per_url(self) -> int | None:
        """What an address counts; None: its own length."""

    @property
    def html(self) -> bool:
        """Does it show HTML?"""

    @property
    def form(self) -> str:
        """status, room, terminal or json."""


def compose(
    announcement: Announcement,
    story: Story,
    channel: ChannelSettings,
    limits: Room,
    language: Language,
    knowledge: Knowledge,
    *,
    now: datetime | None = None,
    alarm: bool = False,
) -> Message:
    """The exact words of ``announcement`` for ``channel``.

    ``now`` lets an event that is over say so; ``alarm`` offers the private reminder (⏰) in a
    room whose bot listens to it. The same arguments always give the same message.
    """
    voice = Voice(language, knowledge)
    facts = sure(story, channel)
    today = now.astimezone(knowledge.timezone).date() if now else None
    wording = words(announcement, story, facts, voice, today=today, alarm=alarm)
    witnesses = cited(story.witnesses, facts)
    tags = hashtags((*channel.hashtags, *_tags(facts, knowledge)))
    spoiler = warning(channel)
    message = fit(wording, witnesses, tags, less(limits, spoiler), voice)
    return Message(
        text=message[0],
        html=message[1],
        language=language.code if facts else story.language,
        visibility=cast(Visibility, getattr(channel, "visibility", "public")),
        spoiler=spoiler,
        story=story.id,
        links=tuple(
            dict.fromkeys(link for w in witnesses[:1] if (link := safe_link(w.url)) is not None)
        ),
        past=wording.past,
        data=_data(announcement, story, facts) if limits.form == "json" else {},
    )


@dataclass(frozen=True, slots=True)
class _Less:
    """A room with fewer characters."""

    characters: int
    per_url: int | None
    html: bool
    form: str


def warning(channel: ChannelSettings) -> str:
    """The channel's content warning, where its kind has one."""
    return str(getattr(channel, "spoiler", ""))


def less(limits: Room, spoiler: str) -> Room:
    """What is left of a room under a content warning: its length counts (Mastodon)."""
    if not spoiler:
        return limits
    left = limits.characters - count(spoiler, None)
    return _Less(left, limits.per_url, limits.html, limits.form)


def sure(story: Story, channel: ChannelSettings) -> tuple[AnyFact, ...]:
    """The facts that are certain enough for ``channel``; none of them: the plain form."""
    return tuple(fact for fact in story.facts if fact.confidence >= channel.confidence)


def words(
    announcement: Announcement,
    story: Story,
    facts: tuple[AnyFact, ...],
    voice: Voice,
    *,
    today: date | None = None,
    alarm: bool = False,
) -> Wording:
    """What is said, whatever the form."""
    reminding = announcement.purpose == "reminder"
    first = facts[0] if facts else None
    if isinstance(first, AwardFact):
        return awards.award([fact for fact in facts if isinstance(fact, AwardFact)], voice)
    if isinstance(first, EventFact):
        if reminding and first.status not in ("cancelled", "past"):
            return events.reminder(first, voice, tomorrow=announcement.occasion.startswith("1d"))
        if first.url in {witness.url for witness in story.witnesses}:
            first = replace(first, url=None)  # the article itself tells nobody where to register
        if announcement.purpose == "new" and _told_before_move(story):
            first = events.settled(first)
        return events.event(first, voice, today=today, alarm=alarm)
    if isinstance(first, CallFact):
        return other.call(first, voice, reminder=reminding)
    if isinstance(first, ReleaseFact):
        return other.release(first, voice)
    return other.untold(story.title, voice)


def _told_before_move(story: Story) -> bool:
    """Was the event known before it moved? Then the first post is edited, the move answers it."""
    first = story.witnesses[0].facts
    return any(isinstance(fact, EventFact) and fact.status != "moved" for fact in first)


def _tags(facts: tuple[AnyFact, ...], knowledge: Knowledge) -> list[str]:
    """The hashtags of what the facts are about."""
    found: list[str] = []
    for fact in facts:
        if isinstance(fact, AwardFact):
            award = knowledge.awards.get(fact.award_id or "")
            found += [award.hashtag] if award and award.hashtag else []
        elif isinstance(fact, EventFact | CallFact):
            series = knowledge.events.get(fact.series or "")
            found += [series.hashtag] if series and series.hashtag else []
    return found


def _data(
    announcement: Announcement, story: Story, facts: tuple[AnyFact, ...]
) -> dict[str, object]:
    kinds = {AwardFact: "award", EventFact: "event", CallFact: "call", ReleaseFact: "release"}
    told: list[dict[str, Any]] = []
    for fact in facts:
        bare = {name: getattr(fact, name) for name in _TOLD[type(fact)]}
        # Lists, as they come back from where the message is stored.
        plain = {key: list(v) if isinstance(v, tuple) else v for key, v in bare.items()}
        told.append({"is": kinds[type(fact)], **plain})
    return {
        "story": story.id,
        "announcement": announcement.id,
        "purpose": announcement.purpose,
        "kind": story.kind,
        "title": story.title,
        "facts": told,
        "sources": [
            {"name": w.name, "url": safe_link(w.url), "published": w.published.isoformat()}
            for w in cited(story.witnesses, facts)
        ],
    }


# --- forms --------------------------------------------------------------------------------


def fit(
    wording: Wording,
    witnesses: list[Witness],
    tags: tuple[str, ...],
    limits: Room,
    voice: Voice,
) -> tuple[str, str | None]:
    """Text and, for a room, HTML: within the limits."""
    if limits.form == "room":
        return _room(wording, witnesses, limits, voice)
    return _status(wording, witnesses, tags if limits.form == "status" else (), limits, voice), None


def _source(witness: Witness, voice: Voice) -> str:
    name = cut(voice.set(witness.name), _NAME, None)
    return voice.say("source", name=name, date=voice.moment(witness.published))


def _also(witnesses: list[Witness], voice: Voice) -> str:
    names = dict.fromkeys(
        cut(voice.set(w.name), _NAME, None) for w in witnesses[1:] if w.name != witnesses[0].name
    )
    if not names:
        return ""
    shown = list(names)[:_ALSO]
    more = len(names) - len(shown)
    listed = ", ".join(shown) + (" " + voice.say("more", count=more) if more else "")
    return voice.say("also", names=listed)


def _status(
    wording: Wording,
    witnesses: list[Witness],
    tags: tuple[str, ...],
    limits: Room,
    voice: Voice,
) -> str:
    source = _source(witnesses[0], voice)
    link = safe_link(witnesses[0].url)
    also = _also(witnesses, voice)
    action = voice.say("call.propose", url=wording.action[1]) if wording.action else ""
    if wording.action and wording.action[1] == link:
        action = ""

    def text(paragraphs: tuple[str, ...], extra: bool, tagged: bool, acting: bool) -> str:
        parts = [*paragraphs, *([action] if acting and action else [])]
        parts.append("\n".join(p for p in (source, also if extra else "", link or "") if p))
        parts.extend([" ".join(tags)] if tagged and tags else [])
        return "\n\n".join(part for part in parts if part)

    def fits(whole: str) -> bool:
        return within(whole, limits.characters, limits.per_url)

    for extra in (True, False):
        if fits(whole := text(wording.paragraphs, extra, True, True)):
            return whole
    for kept in range(len(wording.paragraphs) - 1, 0, -1):
        if fits(whole := text(wording.paragraphs[:kept], False, True, True)):
            return whole
    for tagged, acting in ((False, True), (False, False)):
        spent = count(text(("",), False, tagged, acting), limits.per_url) + 2
        first = cut(wording.paragraphs[0], limits.characters - spent, limits.per_url)
        whole = text((first,) if first else (), False, tagged, acting)
        if first and fits(whole):
            return whole
    whole = text((), False, False, False)
    if fits(whole):
        return whole
    if link and count(link, limits.per_url) <= limits.characters:
        return link
    return cut(source, limits.characters, limits.per_url)


def _room(
    wording: Wording, witnesses: list[Witness], limits: Room, voice: Voice
) -> tuple[str, str | None]:
    links: list[tuple[str, str]] = []
    if wording.action:
        links.append(wording.action)
    for witness in _told_once(witnesses):
        name = cut(voice.set(witness.name), _NAME, None)
        links.append((name, safe_link(witness.url) or ""))
    main = 2 if wording.action else 1
    label = voice.set(f"{wording.label} :") if voice.language.code == "fr" else f"{wording.label}:"
    # "also" introduces the other witnesses: “Aussi : Place Gre’net”
    also = voice.say("also", names="")

    def body(line: str, shown: list[tuple[str, str]]) -> tuple[str, str]:
        text, html = f"{label} {line}", f"<strong>{escape(label)}</strong> {escape(line)}"
        for at, (name, url) in enumerate(shown):
            if at == main:
                text, html = f"{text} {also.rstrip()}", f"{html} {escape(also.rstrip())}"
            text += f" [{name}] {url}".rstrip()
            html += (
                f' <a href="{escape(url, quote=True)}">{escape(name)}</a>'
                if url
                else f" {escape(name)}"
            )
        return text, html

    def fits(whole: tuple[str, str]) -> bool:
        return within(whole[0], limits.characters, limits.per_url)

    line = f"{wording.line} {wording.note}".rstrip()
    for said, shown in (
        (line, links[: main + 2]),
        (line, links[:main]),
        (wording.line, links[:main]),
    ):
        if fits(whole := body(said, shown)):
            return whole[0], whole[1] if limits.html else None
    spent = count(body("", links[:main])[0], limits.per_url)
    whole = body(cut(wording.line, limits.characters - spent, limits.per_url), links[:main])
    if not fits(whole):
        url = next((url for _, url in links[:main][::-1] if url), "")
        bare = url if url and count(url, limits.per_url) <= limits.characters else ""
        link = f'<a href="{escape(bare, quote=True)}">{escape(bare)}</a>'
        short = cut(f"{label} {wording.line}", limits.characters, limits.per_url)
        whole = (bare, link) if bare else (short, escape(short))
    return whole[0], whole[1] if limits.html else None


def _told_once(witnesses: list[Witness]) -> list[Witness]:
    """One witness of each publisher."""
    seen: dict[str, Witness] = {}
    for witness in witnesses:
        seen.setdefault(witness.name, witness)
    return list(seen.values())
