"""Drafts: messages that people look at before they are posted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and let deliveries name their draft."""
    moment = sa.DateTime(timezone=True)
    op.add_column("deliveries", sa.Column("draft", sa.Integer()))
    op.add_column(
        "deliveries",
        sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index("ix_deliveries_draft", "deliveries", ["draft"])
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("expires", moment),
        sa.Column("show_at", moment, nullable=False),
        sa.Column("shows", sa.Integer(), nullable=False),
        sa.Column("shown", moment),
        sa.Column("settled", moment),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_drafts_settled", "drafts", ["settled"])
