"""How lines of the log look: instant in UTC, level, logger, process, then what is said; to the standard error stream and nowhere else."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

__all__ = ["LOGGING", "UtcFormatter"]


class UtcFormatter(logging.Formatter):
    """Writes instants as ISO texts in UTC, and keeps a message to one line."""

    converter = time.gmtime  # type: ignore[assignment]  # how the standard library itself says it
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """Return a record as a line; a line break in it would be a line that nobody wrote."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "zhike.api.logs.UtcFormatter",
            "fmt": "%(asctime)s %(levelname)s %(name)s[%(process)d] %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
"""For `logging.config.dictConfig`."""
