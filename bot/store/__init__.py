"""Everything remembered: SQLite by default, PostgreSQL for several workers."""
