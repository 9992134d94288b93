"""Whose question was answered by which message: for “erreur” in reply, and to forget a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; what was answered before names nobody."""
    for name in ("sender", "answer"):
        op.add_column("heard", sa.Column(name, sa.Text(), nullable=False, server_default=""))
        op.create_index(f"ix_heard_{name}", "heard", [name])
