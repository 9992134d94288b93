"""What chat needs: the messages it has answered, and stories found by word and by day."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: the fields of a fact whose words are searched, as they were called at this step
NAMED = (
    "award",
    "laureates",
    "level",
    "category",
    "organiser",
    "date",
    "name",
    "place",
    "city",
    "event",
    "project",
    "version",
    "publisher",
)
#: stories that are indexed at once
CHUNK = 500


def upgrade() -> None:
    """Make the tables, and index the stories that are there."""
    op.create_table(
        "heard",
        sa.Column("event", sa.Text(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_heard_at", "heard", ["at"])
    index = op.create_table(
        "story_index",
        sa.Column(
            "story", sa.Text(), sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Text()),
        sa.Column("last_day", sa.Text()),
        sa.Column("deadline", sa.Text()),
    )
    op.create_index("ix_story_index_last_day", "story_index", ["last_day"])
    op.create_index("ix_story_index_deadline", "story_index", ["deadline"])
    op.create_index("ix_story_index_series", "story_index", ["series"])
    db = op.get_bind()
    stored = db.execute(sa.text("SELECT id, record FROM stories")).all()
    for start in range(0, len(stored), CHUNK):
        rows = [_row(row.id, row.record) for row in stored[start : start + CHUNK]]
        db.execute(index.insert(), rows)


def _row(id: str, record: Any) -> dict[str, Any]:
    story = json.loads(record) if isinstance(record, str) else record
    said: list[str] = [story.get("title") or "", story.get("summary") or ""]
    first, last, deadline, series = [], [], [], ""
    for fact in story.get("facts") or ():
        for name in NAMED:
            value = fact.get(name)
            said += value if isinstance(value, list) else [value or ""]
        said.append(str(fact.get("year") or ""))
        series = series or fact.get("series") or ""
        if fact.get("is") == "EventFact" and fact.get("start"):
            first.append(fact["start"])
            last.append(fact.get("end") or fact["start"])
        if fact.get("deadline"):
            deadline.append(fact["deadline"])
    return {
        "story": id,
        "words": _words(" ".join(said)),
        "series": series,
        "first_day": min(first, default=None),
        "last_day": max(last, default=None),
        "deadline": max(deadline, default=None),
    }


def _words(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return " " + " ".join(re.findall(r"[^\W_]+", bare)) + " "
