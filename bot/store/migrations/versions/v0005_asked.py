"""What the bot has asked in rooms, to be answered by a tap or a reply."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "asked",
        sa.Column("event", sa.Text(), primary_key=True),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("expires", moment),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("settled", moment),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
    )
    op.create_index("ix_asked_open", "asked", ["account", "settled"])
    op.create_index("ix_asked_kind", "asked", ["kind"])
