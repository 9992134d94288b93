"""Stories, found again by their blocking keys, their entries, or an old id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, exists, or_, select, update

from bot.store.index import Index
from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import (
    announcement_stories,
    announcements,
    deliveries,
    stories,
    story_aliases,
    story_entries,
    story_index,
    story_keys,
    subscriptions,
)
from bot.store.values import unpack
from bot.stories.lapsed import lapsed
from bot.stories.story import Story
from bot.understanding.fact import Kind

_FORGET_KEYS = Statement(delete(story_keys).where(story_keys.c.story == bindparam("which")))
_FORGET_ENTRIES = Statement(
    delete(story_entries).where(story_entries.c.story == bindparam("which"))
)
_KEY = Statement(story_keys.insert(), ("key", "story"))
_ENTRY = Statement(story_entries.insert(), ("entry", "story"))
_ALIASES = Statement(
    select(story_aliases.c.old)
    .where(story_aliases.c.new == bindparam("which"))
    .order_by(story_aliases.c.old)
)
_CANDIDATES = Statement(
    select(stories.c.record)
    .where(
        stories.c.id.in_(
            select(story_keys.c.story).where(
                story_keys.c.key.in_(bindparam("keys", expanding=True))
            )
        ),
        or_(stories.c.updated >= bindparam("since"), stories.c.created >= bindparam("since")),
    )
    .order_by(stories.c.updated.desc(), stories.c.id)
)
_OF_ENTRY = Statement(
    select(stories.c.record)
    .join(story_entries, story_entries.c.story == stories.c.id)
    .where(story_entries.c.entry == bindparam("which"))
    .order_by(stories.c.created, stories.c.id)
)
#: what else speaks of a story: it stays as long as that is there
_SPOKEN_OF = (
    story_index.c.story,
    story_aliases.c.new,
    announcements.c.story,
    announcement_stories.c.story,
    deliveries.c.story,
    subscriptions.c.story,
)
_EVER = datetime(1, 1, 2, tzinfo=UTC)
#: stories are forgotten so many at a time
_CHUNK = 500


class Stories(Noun):
    """The stories, by id; a merged one answers to its old id too."""

    def save(self, story: Story) -> None:
        """Remember a story with its keys and witnesses."""
        row = {
            "id": story.id,
            "kind": story.kind,
            "created": story.created,
            "updated": story.updated,
            "record": story,
        }
        new = self._put_first(stories, row)
        if not new:
            self._put(stories, row, keep=("created",))
            _FORGET_KEYS.run(self._db, which=story.id)
            _FORGET_ENTRIES.run(self._db, which=story.id)
        if story.relevant:
            Index(self._db).note(story, new=new)
        elif not new:  # remembered only: nobody finds it
            Index(self._db).drop(story.id)
        keys = [{"key": key, "story": story.id} for key in dict.fromkeys(story.keys)]
        told = dict.fromkeys(witness.entry for witness in story.witnesses)
        _KEY.run_each(self._db, keys)
        _ENTRY.run_each(self._db, [{"entry": entry, "story": story.id} for entry in told])

    def get(self, id: str) -> Story | None:
        """A story by its id or by one it had before a merge."""
        row = self._db.execute(
            select(stories.c.record).where(stories.c.id == self.name_of(id))
        ).first()
        return unpack(Story, row.record) if row else None

    def name_of(self, id: str) -> str:
        """The present id of a story."""
        found = self._db.execute(
            select(story_aliases.c.new).where(story_aliases.c.old == id)
        ).scalar()
        return id if found is None else str(found)

    def alias(self, old: str, new: str) -> None:
        """``old`` was merged into ``new``: its row goes, its id stays an alias for ever."""
        target = self.name_of(new)
        if target == old:
            msg = f"story {old} cannot be merged into itself"
            raise ValueError(msg)
        self._db.execute(update(story_aliases).where(story_aliases.c.new == old).values(new=target))
        self._put(story_aliases, {"old": old, "new": target})
        self._db.execute(delete(story_keys).where(story_keys.c.story == old))
        self._db.execute(delete(story_entries).where(story_entries.c.story == old))
        Index(self._db).drop(old)
        self._db.execute(delete(stories).where(stories.c.id == old))

    def aliases(self, id: str) -> list[str]:
        """The ids it had before merges."""
        return [row.old for row in _ALIASES.each(self._db, which=id)]

    def snapshot(self, ids: Iterable[str]) -> dict[str, Any]:
        """Some stories, and the ids that are aliases of them, as JSON values: for undo."""
        wanted = list(dict.fromkeys(ids))
        rows = self._db.execute(
            select(stories.c.id, stories.c.record).where(stories.c.id.in_(wanted))
        )
        names = self._db.execute(select(story_aliases).where(story_aliases.c.new.in_(wanted)))
        return {
            "stories": {row.id: row.record for row in rows},
            "aliases": {row.old: row.new for row in names},
        }

    def restore(self, ids: Iterable[str], then: Mapping[str, Any]) -> None:
        """Make these stories and their aliases be exactly what :meth:`snapshot` gave of them."""
        gone = list(dict.fromkeys(ids))
        self._db.execute(delete(story_aliases).where(story_aliases.c.new.in_(gone)))
        for table in (story_keys, story_entries):
            self._db.execute(delete(table).where(table.c.story.in_(gone)))
        for id in gone:
            Index(self._db).drop(id)
        self._db.execute(delete(stories).where(stories.c.id.in_(gone)))
        for record in then["stories"].values():
            self.save(unpack(Story, record))
        for old, new in then["aliases"].items():
            self._put(story_aliases, {"old": old, "new": new})

    def candidates(self, keys: Iterable[str], since: datetime | None = None) -> list[Story]:
        """Stories that share a key, those that changed last first.

        :param since: only those that began or changed at or after it.
        """
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return []
        rows = _CANDIDATES.each(self._db, keys=wanted, since=since or _EVER)
        return [unpack(Story, row.record) for row in rows]

    def of_entry(self, entry: str) -> list[Story]:
        """The stories that an entry tells, oldest first."""
        return [unpack(Story, row.record) for row in _OF_ENTRY.each(self._db, which=entry)]

    def recent(
        self,
        since: datetime | None = None,
        n: int | None = None,
        kinds: Collection[Kind] = (),
    ) -> list[Story]:
        """The relevant ones that changed at or after ``since``, latest first, at most ``n``.

        :param kinds: only of these kinds; empty: of all.
        """
        query = (
            select(stories.c.record)
            .join(story_index, story_index.c.story == stories.c.id)
            .order_by(stories.c.updated.desc(), stories.c.id)
        )
        if kinds:
            query = query.where(stories.c.kind.in_(kinds))
        if since is not None:
            query = query.where(stories.c.updated >= since)
        if n is not None:
            query = query.limit(n)
        return [unpack(Story, row.record) for row in self._db.execute(query)]

    def forget(self, before: datetime, now: datetime, most: int = 5000) -> int:
        """Drop those that were only remembered, and are of no more use (see ``lapsed``): their
        entries can be forgotten then. Of what was told, merged or waits for people nothing goes.

        :param before: what changed at or after it stays.
        :param most: no more at once: others write too.
        """
        query = select(stories.c.record).where(
            stories.c.updated < before,
            *(~exists().where(other == stories.c.id) for other in _SPOKEN_OF),
        )
        every = (unpack(Story, row.record) for row in self._db.execute(_oldest_first(query)))
        gone = list(islice((one.id for one in every if lapsed(one, before, now)), most))
        for start in range(0, len(gone), _CHUNK):
            some = gone[start : start + _CHUNK]
            for table in (story_keys, story_entries):
                self._db.execute(delete(table).where(table.c.story.in_(some)))
            self._db.execute(delete(stories).where(stories.c.id.in_(some)))
        return len(gone)


def _oldest_first(query: Any) -> Any:
    return query.order_by(stories.c.updated, stories.c.id)
