"""A story grows: every witness is kept, and the facts are made anew of what they all say.

Where witnesses disagree the organiser's own site is believed first, then the source of higher
trust, then the earlier one. What one leaves out another fills in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

from bot.entries.pictures import picture
from bot.stories import doubt
from bot.stories.correct import Correction, corrected, with_correction
from bot.stories.facts import merged
from bot.stories.likeness import signature
from bot.stories.match import grounds, keys
from bot.stories.story import Happening, Story, Witness
from bot.understanding.fact import AnyFact, AwardFact, CallFact, EventFact, Kind
from bot.understanding.knowledge import Knowledge

#: Sentences of the plain form are cut near this many characters.
_SUMMARY = 400
#: Characters of a text by which it is known again.
_HEARD = 3000
#: A story is found by its witnesses' keys; so many at most (a palmarès has many laureates).
_KEYS = 200


def begin(happening: Happening, knowledge: Knowledge, now: datetime) -> Story:
    """A new story with one witness. Its id is made of the entry and of what happened."""
    witness = _witness(happening, knowledge)
    seed = f"{happening.entry.id}|{_essence(happening)}"
    empty = Story(
        id=blake2b(seed.encode(), digest_size=6).hexdigest(),
        kind=happening.kind,
        facts=(),
        witnesses=(),
        title="",
        summary="",
        language=happening.entry.language,
        created=now,
        updated=now,
    )
    return _told(empty, (witness,), keys(happening), knowledge, now)


def join(story: Story, happening: Happening, knowledge: Knowledge, now: datetime) -> Story:
    """The story with one more witness; an entry that was edited takes its own place again."""
    witness = replace(_witness(happening, knowledge), alike=grounds(happening, story))
    if witness.alike:
        story, witness = doubt.settled(story, witness)
    places = [w.entry for w in story.witnesses]
    if witness.entry in places:
        at = places.index(witness.entry)
        witnesses = (*story.witnesses[:at], witness, *story.witnesses[at + 1 :])
    else:
        witnesses = (*story.witnesses, witness)
    return _told(story, witnesses, keys(happening), knowledge, now)


def merge(story: Story, other: Story, knowledge: Knowledge, now: datetime) -> Story:
    """Two stories that a person says are one: ``story`` keeps its id, ``other``'s becomes an
    alias (the store's doing). What people put right of either stays; ``story``'s counts more."""
    known = {w.entry for w in story.witnesses}
    witnesses = (*story.witnesses, *(w for w in other.witnesses if w.entry not in known))
    inside = {w.entry for w in witnesses}  # those that were two once are one again
    corrections = other.corrections
    for one in story.corrections:
        corrections = with_correction(corrections, one)
    both = replace(
        story,
        created=min(story.created, other.created),
        corrections=corrections,
        apart=tuple(dict.fromkeys(e for e in (*story.apart, *other.apart) if e not in inside)),
    )
    return _told(both, witnesses, other.keys, knowledge, now)


def leave(story: Story, entry: str, knowledge: Knowledge, now: datetime) -> Story | None:
    """The story without what ``entry`` said, None where nobody else tells it: for an edited
    entry that now tells of something else."""
    witnesses = tuple(w for w in story.witnesses if w.entry != entry)
    return _told(story, witnesses, (), knowledge, now) if witnesses else None


def correct(story: Story, one: Correction, knowledge: Knowledge, now: datetime) -> Story:
    """The story with a field that a person put right, for good."""
    corrections = with_correction(story.corrections, one)
    after = _told(replace(story, corrections=corrections), story.witnesses, (), knowledge, now)
    return replace(after, updated=now)


def split(
    story: Story, witness: Witness, knowledge: Knowledge, now: datetime
) -> tuple[Story, Story]:
    """The story without one witness, and the story that this witness tells alone: a person says
    that they are two. Neither takes the other's witnesses in again."""
    others = tuple(one for one in story.witnesses if one is not witness)
    seed = f"{story.id}|apart|{witness.entry}"
    rest = _told(story, others, (), knowledge, now)
    alone = Story(
        id=blake2b(seed.encode(), digest_size=6).hexdigest(),
        kind=witness.kind,
        facts=(),
        witnesses=(),
        title="",
        summary="",
        language=witness.language,
        created=now,
        updated=now,
        quiet=story.quiet,
        apart=tuple(one.entry for one in others),
    )
    return (
        replace(rest, apart=(*story.apart, witness.entry), updated=now),
        _told(alone, (witness,), story.keys, knowledge, now),
    )


def best(witnesses: Iterable[Witness]) -> list[Witness]:
    """Witnesses in the order in which they are believed."""
    return sorted(witnesses, key=lambda w: (not w.relevant, not w.official, -w.trust, w.published))


def _told(
    story: Story,
    witnesses: tuple[Witness, ...],
    more: tuple[str, ...],
    knowledge: Knowledge,
    now: datetime,
) -> Story:
    """The story as these witnesses tell it."""
    first = best(witnesses)[0]
    sure = doubt.believed(witnesses)
    facts = corrected(merged(sure, best(sure), knowledge), story.corrections)
    changed = bool(story.witnesses) and _bare(facts) != _bare(story.facts)
    return replace(
        story,
        kind=_kind(facts, first),
        facts=facts,
        witnesses=witnesses,
        title=first.title,
        summary=first.summary,
        language=first.language,
        updated=now if changed else story.updated,
        keys=tuple(dict.fromkeys((*story.keys, *more)))[:_KEYS],
        signature=first.signature,
        relevant=any(w.relevant for w in witnesses),
        alposs=any(w.alposs for w in witnesses),
    )


def _bare(facts: tuple[AnyFact, ...]) -> tuple[AnyFact, ...]:
    """What is told of facts: neither how sure they are nor by which words."""
    return tuple(replace(fact, confidence=1.0, evidence=()) for fact in facts)


def _kind(facts: tuple[AnyFact, ...], first: Witness) -> Kind:
    if any(isinstance(fact, EventFact) and fact.status != "scheduled" for fact in facts):
        return "event_update"
    return first.kind


def _witness(happening: Happening, knowledge: Knowledge) -> Witness:
    entry = happening.entry
    summary = entry.summary or entry.content
    return Witness(
        entry=entry.id,
        source=entry.publisher.source,
        name=entry.publisher.name,
        url=entry.url,
        published=entry.published,
        official=_official(happening, knowledge),
        trust=happening.trust,
        kind=happening.kind,
        facts=happening.facts,
        title=entry.title or first_words(summary),
        summary=summary[:_SUMMARY],
        language=entry.language,
        alposs=happening.alposs,
        focus=happening.focus,
        # only tellings without facts are ever compared by their words
        signature=() if happening.facts else signature(entry.text),
        picture=picture(entry.media),
        relevant=happening.relevant,
        heard=entry.text[:_HEARD] if happening.named or _is_prize(happening) else "",
        named=happening.named,
        towns=happening.towns,
        gist=happening.gist,
    )


def _is_prize(happening: Happening) -> bool:
    """Its winner may be called otherwise by others: then the words decide."""
    return any(isinstance(fact, AwardFact) and not fact.label for fact in happening.facts)


def first_words(text: str, length: int = 120) -> str:
    """A title for what has none (a Mastodon post): its first line, cut between words."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _official(happening: Happening, knowledge: Knowledge) -> bool:
    """Does the organiser itself speak: is this its own site?"""
    hosts: set[str] = set()
    for fact in happening.facts:
        if isinstance(fact, AwardFact):
            award = knowledge.awards.get(fact.award_id or "")
            hosts.update(award.organiser.hosts if award and award.organiser else ())
            continue
        named = fact.series if isinstance(fact, EventFact | CallFact) else None
        if series := knowledge.events.get(named or ""):
            hosts.update(series.hosts)
            hosts.update(host for organiser in series.organisers for host in organiser.hosts)
    spoken = {_site(happening.entry.publisher.home), _site(happening.entry.url)} - {""}
    return any(_within(at, _site(f"//{host}")) for at in spoken for host in hosts)


def _site(url: str | None) -> str:
    """Host and path: "alposs.fr/2026"."""
    if not url:
        return ""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")


def _within(at: str, site: str) -> bool:
    """Is an address on a site, which may be a folder ("pretalx.com/alposs-2026")?"""
    host, slash, path = at.partition("/")
    owner, _, folder = site.partition("/")
    if host != owner and not host.endswith(f".{owner}"):
        return False
    return not folder or f"{path}{slash}".startswith(f"{folder}/")


def _essence(happening: Happening) -> str:
    """What tells the happenings of one entry apart; it does not change when a date is mended."""
    if not happening.facts:
        return "plain"
    fact = happening.facts[0]
    if isinstance(fact, AwardFact):
        return f"award|{fact.award_id or fact.award}|{fact.year}"
    if isinstance(fact, EventFact):
        return f"event|{fact.series or fact.name}|{fact.start}"
    if isinstance(fact, CallFact):
        return f"call|{fact.series or fact.event}|{fact.event_start}"
    return f"release|{fact.project}|{fact.version}"
