"""What the last reads of each source came to, and when it published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three columns; nothing is known yet."""
    for name in ("reason", "recent"):
        op.add_column("sources", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("sources", sa.Column("news", sa.JSON(), nullable=False, server_default="[]"))
