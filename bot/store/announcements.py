"""Announcements: what was decided to be told, whatever the channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.announcements.announcement import Announcement
from bot.store.noun import Noun
from bot.store.statement import Statement
from bot.store.tables import announcement_stories, announcements, deliveries
from bot.store.values import unpack

_OF_STORY = Statement(
    select(announcements.c.record)
    .where(announcements.c.story.in_(bindparam("names", expanding=True)))
    .order_by(announcements.c.created, announcements.c.id)
)
_DIGESTS_OF = Statement(
    select(announcements.c.record)
    .where(
        announcements.c.id.in_(
            select(announcement_stories.c.announcement).where(
                announcement_stories.c.story.in_(bindparam("names", expanding=True))
            )
        )
    )
    .order_by(announcements.c.created, announcements.c.id)
)
_TOLD = Statement(
    select(deliveries.c.announcement, deliveries.c.channel)
    .join(announcements, announcements.c.id == deliveries.c.announcement)
    .where(announcements.c.story.in_(bindparam("names", expanding=True)))
    .distinct()
)


class Announcements(Noun):
    """The announcements, by id."""

    def save(self, announcement: Announcement, now: datetime) -> None:
        """Remember it; one that is already there stays as it is."""
        row = {
            "id": announcement.id,
            "story": announcement.story,
            "purpose": announcement.purpose,
            "occasion": announcement.occasion,
            "reply_to": announcement.reply_to,
            "created": now,
            "record": announcement,
        }
        self._put_new(announcements, [row])
        parts = dict.fromkeys(announcement.stories)
        self._put_new(
            announcement_stories,
            [{"announcement": announcement.id, "story": story} for story in parts],
        )

    def get(self, id: str) -> Announcement | None:
        """One announcement."""
        row = self._db.execute(
            select(announcements.c.record).where(announcements.c.id == id)
        ).first()
        return unpack(Announcement, row.record) if row else None

    def of_story(self, *stories: str) -> list[Announcement]:
        """All of a story (give its aliases too), oldest first."""
        rows = _OF_STORY.each(self._db, names=stories)
        return [unpack(Announcement, row.record) for row in rows]

    def digests_of(self, *stories: str) -> list[Announcement]:
        """The digests that tell of a story (give its aliases too), oldest first."""
        rows = _DIGESTS_OF.each(self._db, names=stories)
        return [unpack(Announcement, row.record) for row in rows]

    def told(self, *stories: str) -> set[tuple[str, str]]:
        """{(announcement id, channel id)} of a story that were queued, whatever became of them."""
        rows = _TOLD.each(self._db, names=stories)
        return {(row.announcement, row.channel) for row in rows}
