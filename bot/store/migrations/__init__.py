"""Schema migrations (Alembic): one small named step a file."""
