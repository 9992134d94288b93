"""Stories, found again by their blocking keys, their entries, or an old id."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from bot.store.index import Index
from bot.store.noun import Noun
from bot.store.tables import stories, story_aliases, story_entries, story_index, story_keys
from bot.store.values import pack, unpack
from bot.stories.story import Story
from bot.understanding.fact import Kind


class Stories(Noun):
    """The stories, by id; a merged one answers to its old id too."""

    def save(self, story: Story) -> None:
        """Remember a story with its keys and witnesses."""
        row = {
            "id": story.id,
            "kind": story.kind,
            "created": story.created,
            "updated": story.updated,
            "record": pack(story),
        }
        self._put(stories, row, keep=("created",))
        Index(self._db).note(story)
        self._db.execute(delete(story_keys).where(story_keys.c.story == story.id))
        self._db.execute(delete(story_entries).where(story_entries.c.story == story.id))
        keys = [{"key": key, "story": story.id} for key in dict.fromkeys(story.keys)]
        told = dict.fromkeys(witness.entry for witness in story.witnesses)
        if keys:
            self._db.execute(story_keys.insert(), keys)
        if told:
            self._db.execute(
                story_entries.insert(), [{"entry": entry, "story": story.id} for entry in told]
            )

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
        self._db.execute(delete(story_index).where(story_index.c.story == old))
        self._db.execute(delete(stories).where(stories.c.id == old))

    def aliases(self, id: str) -> list[str]:
        """The ids it had before merges."""
        query = select(story_aliases.c.old).where(story_aliases.c.new == id)
        return list(self._db.execute(query.order_by(story_aliases.c.old)).scalars())

    def candidates(self, keys: Iterable[str], since: datetime | None = None) -> list[Story]:
        """Stories that share a key, those that changed last first.

        :param since: only those that began or changed at or after it.
        """
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return []
        ids = select(story_keys.c.story).where(story_keys.c.key.in_(wanted))
        query = select(stories.c.record).where(stories.c.id.in_(ids))
        if since is not None:
            query = query.where(or_(stories.c.updated >= since, stories.c.created >= since))
        return [
            unpack(Story, row.record)
            for row in self._db.execute(query.order_by(stories.c.updated.desc(), stories.c.id))
        ]

    def of_entry(self, entry: str) -> list[Story]:
        """The stories that an entry tells, oldest first."""
        query = (
            select(stories.c.record)
            .join(story_entries, story_entries.c.story == stories.c.id)
            .where(story_entries.c.entry == entry)
            .order_by(stories.c.created, stories.c.id)
        )
        return [unpack(Story, row.record) for row in self._db.execute(query)]

    def recent(
        self,
        since: datetime | None = None,
        n: int | None = None,
        kinds: Collection[Kind] = (),
    ) -> list[Story]:
        """Those that changed at or after ``since``, latest first, at most ``n``.

        :param kinds: only of these kinds; empty: of all.
        """
        query = select(stories.c.record).order_by(stories.c.updated.desc(), stories.c.id)
        if kinds:
            query = query.where(stories.c.kind.in_(kinds))
        if since is not None:
            query = query.where(stories.c.updated >= since)
        if n is not None:
            query = query.limit(n)
        return [unpack(Story, row.record) for row in self._db.execute(query)]
