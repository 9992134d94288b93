"""Entries replayed in memory: what would be told of them, where, and which tell one story.

A :class:`World` is a configuration with what it knows. Entries come into it in the order in which
the bot first saw them, each at its own moment, and go the way of ``steps/settle.py``; nothing
outside of it changes. What is no news by itself is not replayed: it is no witness of a story here
(``match.overheard``). What people did by hand (merges, corrections, drafts) is in no world: two
of them differ by their configuration and their understanding alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from bot.announcements import route
from bot.config.wiring import ChannelSettings
from bot.steps.settle import WINDOW
from bot.stories import match, merge
from bot.understanding import sift

if TYPE_CHECKING:
    from bot.config.read import Config
    from bot.entries.entry import Entry
    from bot.stories.story import Happening, Story
    from bot.understanding.fact import Understanding
    from bot.understanding.knowledge import Knowledge

#: where a bot without a channel would tell
PREVIEW = "preview"
#: the weightiest first
Change = Literal["announced", "dropped", "elsewhere", "merged", "separated", "understood"]
CHANGES: tuple[Change, ...] = get_args(Change)


@dataclass(slots=True)
class Outcome:
    """What became of one entry in a world."""

    meant: Understanding
    stopped: Mapping[str, str] | None = None  # by its source's filters, as `why` says it
    told: set[tuple[str, str]] = field(default_factory=set)  # (purpose, channel)
    stories: list[str] = field(default_factory=list)  # ids


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that two worlds treat differently."""

    entry: str
    changes: tuple[Change, ...]
    before: Outcome
    after: Outcome
    merged: tuple[str, ...] = ()  # earlier entries with which it would now be one story
    separated: tuple[str, ...] = ()  # and those with which it would be no longer


class World:
    """What a configuration makes of entries that are handed to it one by one."""

    def __init__(self, config: Config, knowledge: Knowledge) -> None:
        self.config = config
        self.knowledge = knowledge
        self.sources = {id: one for id, one in config.sources.items() if one.enabled}
        self.channels = {id: one for id, one in config.channels.items() if one.enabled} or {
            PREVIEW: ChannelSettings(kind="console")
        }
        self.outcomes: dict[str, Outcome] = {}
        self._stories: dict[str, Story] = {}
        self._by_key: dict[str, set[str]] = {}
        self._told: set[tuple[str, str]] = set()

    def take(self, entry: Entry, meant: Understanding, now: datetime, *, first: bool) -> None:
        """Take in an entry as it was understood.

        :param now: when the bot first saw it.
        :param first: at the first sight of its source: it is no news to anybody (R8).
        """
        source = self.sources.get(entry.publisher.source)
        stopped = sift.stopped(entry, meant, source.filters) if source else None
        self.outcomes[entry.id] = outcome = Outcome(meant, stopped)
        if stopped:
            return
        trust = source.trust if source else 0
        for one in match.happenings(entry, meant, self.knowledge, trust=trust):
            self._happened(one, outcome, now, first=first)

    def _happened(
        self, happening: Happening, outcome: Outcome, now: datetime, *, first: bool
    ) -> None:
        near = {id for key in match.keys(happening) for id in self._by_key.get(key, ())}
        candidates = [
            story
            for id in sorted(near.union(outcome.stories))
            if (story := self._stories[id]).updated >= now - WINDOW
        ]
        before = match.choose(happening, candidates)
        after = (
            merge.join(before, happening, self.knowledge, now)
            if before
            else merge.begin(happening, self.knowledge, now)
        )
        alone = before is not None and len(after.witnesses) == len(before.witnesses)
        quiet = first if before is None else before.quiet and (first or alone)
        self._stories[after.id] = after = replace(after, quiet=quiet)
        for key in after.keys:
            self._by_key.setdefault(key, set()).add(after.id)
        if after.id not in outcome.stories:
            outcome.stories.append(after.id)
        if first:
            return
        routed = route.route(
            before,
            after,
            self.channels,
            sources=self.sources,
            told=self._told,
            now=now,
            settings=self.config.bot,
            knowledge=self.knowledge,
        )
        self._told |= {(one.id, channel) for one, channel in routed}
        outcome.told |= {(one.purpose, channel) for one, channel in routed}

    def beside(self, entry: str, order: Mapping[str, int]) -> set[str]:
        """The earlier entries that tell one of its stories; ``order`` says which are earlier."""
        return {
            witness.entry
            for id in self.outcomes[entry].stories
            for witness in self._stories[id].witnesses
            if order[witness.entry] < order[entry]
        }


def differences(before: World, after: World) -> Iterator[Difference]:
    """What the second world treats differently, in the order of the entries."""
    order = {id: at for at, id in enumerate(before.outcomes)}
    for id, was in before.outcomes.items():
        now = after.outcomes[id]
        old, new = before.beside(id, order), after.beside(id, order)
        merged = sorted(new - old, key=order.__getitem__)
        # what tells no story any more was not separated from others: it was dropped
        separated = sorted(old - new, key=order.__getitem__) if now.stories else []
        changes = tuple(_changes(was, now, merged=bool(merged), separated=bool(separated)))
        if changes:
            yield Difference(id, changes, was, now, tuple(merged), tuple(separated))


def _changes(was: Outcome, now: Outcome, *, merged: bool, separated: bool) -> Iterator[Change]:
    if now.told and not was.told:
        yield "announced"
    elif was.told and not now.told:
        yield "dropped"
    elif was.told != now.told:
        yield "elsewhere"
    if merged:
        yield "merged"
    if separated:
        yield "separated"
    if _bare(was.meant) != _bare(now.meant):
        yield "understood"


def _bare(meant: Understanding) -> tuple[Any, ...]:
    """What is understood: neither how sure it is nor by which words."""
    facts = tuple(replace(fact, confidence=1.0, evidence=()) for fact in meant.facts)
    return meant.kind, meant.relevant, facts
