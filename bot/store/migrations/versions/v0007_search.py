"""A full-text index of the stories: FTS5 in SQLite where it is compiled in, GIN in PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each story's kind becomes one of its words; then all of them are indexed."""
    op.add_column("story_index", sa.Column("number", sa.Integer()))
    op.create_index("ix_story_index_number", "story_index", ["number"])
    op.execute(
        "UPDATE story_index SET words = words || 'xx' || replace((SELECT kind FROM stories "
        "WHERE stories.id = story_index.story), '_', '') || ' '"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_story_index_words ON story_index "
            "USING gin (to_tsvector('simple', words))"
        )
        return
    compiled_in = sa.text("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'")
    if not op.get_bind().execute(compiled_in).scalar():
        return
    op.execute(
        "UPDATE story_index SET number = ranked.number FROM (SELECT id, row_number() OVER "
        "(ORDER BY updated, id) AS number FROM stories) AS ranked WHERE ranked.id = story_index.story"
    )
    op.execute("CREATE VIRTUAL TABLE story_fts USING fts5(words, content='')")
    op.execute("INSERT INTO story_fts (rowid, words) SELECT number, words FROM story_index")
