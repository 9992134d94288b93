"""What the bot writes to its log: one event a line, on standard error."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

#: a line of the log
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _JsonLines(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (ISO 8601, UTC), level, logger, event; the traceback where there is one."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def begin(level: str = "warning", form: str = "text", *, verbose: bool = False) -> None:
    """One event a line on stderr; a person at a terminal is shown only what needs them."""
    quiet = sys.stderr.isatty() or level == "warning"
    least = logging.INFO if verbose else logging.WARNING
    least = least if quiet or verbose else getattr(logging, level.upper())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if form == "json" else logging.Formatter(LINE))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(least)
    for noisy in ("apscheduler", "nio", "alembic", "aiohttp", "urllib3", "peewee"):
        logging.getLogger(noisy).setLevel(max(least, logging.WARNING))
    # every refusal fails its schema; what it means is said by us
    logging.getLogger("nio.responses").setLevel(logging.ERROR)
