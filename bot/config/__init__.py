"""Reads ``config/``: one TOML file a thing, every problem told at once, one validated value."""
