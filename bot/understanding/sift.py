"""Whether a source's own filters let an entry pass, and if not, which one stopped it."""

from __future__ import annotations

from bot.config.filters import Filters, folded, matches
from bot.entries.entry import Entry
from bot.understanding.fact import Understanding


def stopped(entry: Entry, meant: Understanding, filters: Filters) -> dict[str, str] | None:
    """None: it passes. Else the decision as `why` will say it, ``key`` and fields."""
    if filters.languages and entry.language not in filters.languages:
        listed = ", ".join(filters.languages)
        return {"key": "filter-language", "language": entry.language, "wanted": listed}
    if filters.include or filters.exclude:
        words = folded("\n".join((entry.text, *entry.tags)))
        for pattern in filters.exclude:
            if matches(pattern, words):
                return {"key": "filter-exclude", "pattern": pattern}
        if filters.include and not any(matches(pattern, words) for pattern in filters.include):
            return {"key": "filter-include", "patterns": ", ".join(filters.include)}
    if filters.kinds and meant.kind not in filters.kinds:
        return {"key": "filter-kind", "kind": meant.kind}
    return None
