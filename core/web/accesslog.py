"""One line of JSON for each request, and the set-up of logging for a server (layer web)."""

from __future__ import annotations

import datetime
import json
import logging
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.web.request import Request, Response

ACCESS = logging.getLogger("core.web.access")
ERRORS = logging.getLogger("core.web.errors")


def log_request(request: Request, response: Response, *, seconds: float, database: str | None, uid: int | None) -> None:
    """Log what was asked and answered. Parameters and bodies are left out: they hold people's data."""
    ACCESS.info(
        "%s %s %s",
        request.method,
        request.path,
        response.status_code,
        extra={
            "data": {
                "request_id": request.id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "bytes": response.content_length,
                "database": database,
                "user": uid,
                "address": request.address,
            }
        },
    )


class JsonLines(logging.Formatter):
    """Formats a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        line |= getattr(record, "data", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(level: str) -> None:
    """Send all log records of the process to standard error, one line of JSON each; called by servers only.

    Args:
        level: Least severe level, such as ``info``.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
