"""The tables, as the present code reads them.

How a database comes to have them stands in ``migrations/versions``; a test proves that the two
agree. Times are aware UTC moments, structures are JSON.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.store.moment import Moment

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("state", JSON, nullable=False),
    Column("title", Text, nullable=False),
    Column("first_seen", Moment),
    Column("next_due", Moment),
    Column("last_try", Moment),
    Column("last_ok", Moment),
    Column("changed_at", Moment),
    Column("failures", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("moved", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recent", Text, nullable=False),
    Column("news", JSON, nullable=False),
    # of several workers on PostgreSQL: see bot/store/leases.py
    Column("host", Text, nullable=False, server_default=""),
    Column("lease", Text, nullable=False, server_default=""),
    Column("lease_until", Moment),
    Index("ix_sources_next_due", "next_due"),
    Index("ix_sources_lease_until", "lease_until"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("url", Text),
    Column("title", Text),
    Column("fingerprint", Text, nullable=False),
    Column("published", Moment, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("last_seen", Moment, nullable=False),
    Column("record", JSON, nullable=False),  # the Entry
    Column("understanding", JSON),
    Column("decision", JSON),
    Index("ix_entries_source", "source", "first_seen"),
    Index("ix_entries_url", "url"),
    Index("ix_entries_last_seen", "last_seen"),
)

entry_names = Table(
    "entry_names",
    metadata,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # an alternate key of the entry (R6, R7)
    Column("entry", Text, ForeignKey("entries.id", ondelete="CASCADE"), nullable=False),
    Index("ix_entry_names_entry", "entry"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    Column("record", JSON, nullable=False),  # the Story
    Index("ix_stories_updated", "updated"),
)

story_keys = Table(
    "story_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("story", Text, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_story_keys_story", "story"),
)

story_entries = Table(
    "story_entries",
    metadata,
    Column("entry", Text, primary_key=True),
    Column("story", Text, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_story_entries_story", "story"),
)

story_index = Table(
    "story_index",
    metadata,
    Column("story", Text, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True),
    Column("words", Text, nullable=False),  # see bot/store/index.py
    Column("number", Integer),  # its row in the full-text index, higher the later it was saved
    Column("series", Text, nullable=False),
    Column("first_day", Text),
    Column("last_day", Text),
    Column("deadline", Text),
    Index("ix_story_index_last_day", "last_day"),
    Index("ix_story_index_deadline", "deadline"),
    Index("ix_story_index_series", "series"),
    Index("ix_story_index_number", "number"),
)

story_aliases = Table(
    "story_aliases",
    metadata,
    Column("old", Text, primary_key=True),
    Column("new", Text, nullable=False),
    Index("ix_story_aliases_new", "new"),
)

announcements = Table(
    "announcements",
    metadata,
    Column("id", Text, primary_key=True),
    Column("story", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("occasion", Text, nullable=False),
    Column("reply_to", Text),
    Column("created", Moment, nullable=False),
    Column("record", JSON, nullable=False),  # the Announcement
    Index("ix_announcements_story", "story"),
)

announcement_stories = Table(
    "announcement_stories",
    metadata,
    Column(
        "announcement", Text, ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("story", Text, primary_key=True),  # a digest tells of several
    Index("ix_announcement_stories_story", "story"),
)

channels = Table(
    "channels",
    metadata,
    Column("id", Text, primary_key=True),
    Column("first_seen", Moment),
    Column("paused_until", Moment),
    Column("paused_why", Text, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("announcement", Text, nullable=False),
    Column("story", Text),
    Column("revision", Integer, nullable=False),
    Column("action", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("message", JSON, nullable=False),  # the Message, never changed (D4)
    Column("created", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("doubt", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_attempt", Moment),
    Column("lease", Text, nullable=False),
    Column("lease_until", Moment),
    Column("sent_at", Moment),
    Column("remote", Text),
    Column("remote_url", Text),
    Column("reply_to", Text),
    Column("priority", Integer, nullable=False),
    Column("expires", Moment),
    Column("error", Text, nullable=False),
    Column("draft", Integer),
    Column("pinned", Boolean, nullable=False, server_default=false()),
    Column("picture", JSON(none_as_null=True)),  # see Delivery
    UniqueConstraint("channel", "announcement", "revision", name="uq_deliveries_once"),
    Index("ix_deliveries_queue", "channel", "state", "due"),
    Index("ix_deliveries_sent", "channel", "sent_at"),
    Index("ix_deliveries_story", "story"),
    Index("ix_deliveries_announcement", "announcement"),
    Index("ix_deliveries_draft", "draft"),
    sqlite_autoincrement=True,  # an id is never used again, even after its row is forgotten
)

notices = Table(
    "notices",
    metadata,
    Column("key", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

heard = Table(
    "heard",
    metadata,
    Column("event", Text, primary_key=True),  # a person's message that was answered
    Column("at", Moment, nullable=False),
    Column("sender", Text, nullable=False, server_default=""),  # "" once forgotten
    Column("answer", Text, nullable=False, server_default=""),  # the bot's message
    Index("ix_heard_at", "at"),
    Index("ix_heard_sender", "sender"),
    Index("ix_heard_answer", "answer"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("sender", Text, nullable=False),
    Column("face", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("thing", Text, nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("undone", Integer),
    Index("ix_audit_sender", "sender"),
    sqlite_autoincrement=True,  # the log only grows: a number is never used again
)

asked = Table(
    "asked",
    metadata,
    Column("event", Text, primary_key=True),  # the bot's message that waits for an answer
    Column("room", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", JSON, nullable=False),
    Column("asker", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("placed", Boolean, nullable=False),
    Column("settled", Moment),
    Column("choice", Text, nullable=False),
    Column("who", Text, nullable=False),
    Index("ix_asked_open", "account", "settled"),
    Index("ix_asked_kind", "kind"),
)

overrides = Table(
    "overrides",
    metadata,
    Column("room", Text, primary_key=True),  # bot, sources, channels
    Column("id", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # dotted; "": the whole of a source added in chat
    Column("value", JSON),
    Column("at", Moment, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),  # the number that people see
    Column("kind", Text, nullable=False),  # announcement, flood
    Column("reason", JSON, nullable=False),
    Column("by", Text, nullable=False),  # reaction, message
    Column("limits", JSON, nullable=False),  # channel -> what it takes
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("show_at", Moment, nullable=False),
    Column("shows", Integer, nullable=False),
    Column("shown", Moment),
    Column("settled", Moment),
    Column("choice", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("carried", Boolean, nullable=False),
    Index("ix_drafts_settled", "settled"),
    sqlite_autoincrement=True,
)

people = Table(
    "people",
    metadata,
    Column("account", Text, primary_key=True),
    Column("person", Text, primary_key=True),  # @user:server
    Column("destination", Text, nullable=False),  # as deliveries.channel has it
    Column("room", Text, nullable=False),  # in which the two are alone
    Column("language", Text, nullable=False),
    Column("met", Moment, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("account", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),  # the person's own count
    Column("kind", Text, nullable=False),  # alert, reminder
    Column("words", JSON, nullable=False),
    Column("story", Text),
    Column("language", Text, nullable=False),
    Column("created", Moment, nullable=False),
    Column("tap", Text, nullable=False, server_default=""),  # the ⏰ that asked for it
    Index("ix_subscriptions_kind", "kind", "story"),
)

hubs = Table(
    "hubs",
    metadata,
    Column("source", Text, primary_key=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("next_ask", Moment, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("error", Text, nullable=False),
    Index("ix_hubs_token", "token", unique=True),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),  # the machine's name
    Column("pid", Integer, nullable=False),
    Column("version", Text, nullable=False),
    Column("started", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("leads", Boolean, nullable=False),
    Column("read", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
)
