"""Entries that tell the same happening become one story. Pure."""
