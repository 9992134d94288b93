"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "announcements",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text()),
        sa.Column("created", moment, nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
    )
    op.create_index("ix_announcements_story", "announcements", ["story"])
    op.create_table(
        "announcement_stories",
        sa.Column(
            "announcement",
            sa.Text(),
            sa.ForeignKey("announcements.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("story", sa.Text(), primary_key=True),
    )
    op.create_index("ix_announcement_stories_story", "announcement_stories", ["story"])
    op.create_table(
        "channels",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("first_seen", moment),
        sa.Column("paused_until", moment),
        sa.Column("paused_why", sa.Text(), nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("announcement", sa.Text(), nullable=False),
        sa.Column("story", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("due", moment, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("doubt", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_attempt", moment),
        sa.Column("lease", sa.Text(), nullable=False),
        sa.Column("lease_until", moment),
        sa.Column("sent_at", moment),
        sa.Column("remote", sa.Text()),
        sa.Column("remote_url", sa.Text()),
        sa.Column("reply_to", sa.Text()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("expires", moment),
        sa.Column("error", sa.Text(), nullable=False),
        sa.UniqueConstraint("channel", "announcement", "revision", name="uq_deliveries_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_announcement", "deliveries", ["announcement"])
    op.create_index("ix_deliveries_queue", "deliveries", ["channel", "state", "due"])
    op.create_index("ix_deliveries_sent", "deliveries", ["channel", "sent_at"])
    op.create_index("ix_deliveries_story", "deliveries", ["story"])
    op.create_table(
        "entries",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("published", moment, nullable=False),
        sa.Column("first_seen", moment, nullable=False),
        sa.Column("last_seen", moment, nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.Column("understanding", sa.JSON()),
        sa.Column("decision", sa.JSON()),
    )
    op.create_index("ix_entries_last_seen", "entries", ["last_seen"])
    op.create_index("ix_entries_source", "entries", ["source", "first_seen"])
    op.create_index("ix_entries_url", "entries", ["url"])
    op.create_table(
        "entry_names",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column(
            "entry", sa.Text(), sa.ForeignKey("entries.id", ondelete="CASCADE"), nullable=False
        ),
    )
    op.create_index("ix_entry_names_entry", "entry_names", ["entry"])
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=False),
    )
    op.create_table(
        "notices",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", moment, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_seen", moment),
        sa.Column("next_due", moment),
        sa.Column("last_try", moment),
        sa.Column("last_ok", moment),
        sa.Column("changed_at", moment),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
    )
    op.create_index("ix_sources_next_due", "sources", ["next_due"])
    op.create_table(
        "stories",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("updated", moment, nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
    )
    op.create_index("ix_stories_updated", "stories", ["updated"])
    op.create_table(
        "story_aliases",
        sa.Column("old", sa.Text(), primary_key=True),
        sa.Column("new", sa.Text(), nullable=False),
    )
    op.create_index("ix_story_aliases_new", "story_aliases", ["new"])
    op.create_table(
        "story_entries",
        sa.Column("entry", sa.Text(), primary_key=True),
        sa.Column(
            "story", sa.Text(), sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    op.create_index("ix_story_entries_story", "story_entries", ["story"])
    op.create_table(
        "story_keys",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column(
            "story", sa.Text(), sa.ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True
        ),
    )
    op.create_index("ix_story_keys_story", "story_keys", ["story"])
