"""What became of a post's picture is kept with its delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let deliveries say it; those that went out had none."""
    op.add_column("deliveries", sa.Column("picture", sa.JSON()))
