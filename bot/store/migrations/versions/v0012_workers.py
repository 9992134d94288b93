"""Several workers on one database: who they are, and which of them is reading a source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and let sources name who reads them."""
    moment = sa.DateTime(timezone=True)
    for name in ("host", "lease"):
        op.add_column("sources", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("sources", sa.Column("lease_until", moment))
    op.create_index("ix_sources_lease_until", "sources", ["lease_until"])
    op.create_table(
        "workers",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("started", moment, nullable=False),
        sa.Column("seen", moment, nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
    )
