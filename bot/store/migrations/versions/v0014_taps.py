"""A reminder knows the tap that asked for it: taken back, it ends the reminder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Reminders that are there came by words, as far as is known."""
    op.add_column("subscriptions", sa.Column("tap", sa.Text(), nullable=False, server_default=""))
