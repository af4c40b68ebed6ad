"""One line for each request, and the set-up of logging for a server: JSON, or text for people (layer web).

Every line written while a request is answered carries its id, whoever writes it, so that one search finds them all.
"""

from __future__ import annotations

import datetime
import json
import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.web.request import Request, Response

ACCESS = logging.getLogger("core.web.access")
ERRORS = logging.getLogger("core.web.errors")
REQUEST_ID: ContextVar[str | None] = ContextVar("tangram_request_id", default=None)
"""Id of the request that the current thread answers; None between requests."""


def log_request(
    request: Request, response: Response, *, seconds: float, database: str | None, uid: int | None, statements: int
) -> None:
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
                "statements": statements,
                "render_ms": round(request.render_s * 1000, 1),
                "render_statements": request.render_statements,
                "bytes": response.content_length,
                "database": database,
                "user": uid,
                "address": request.address,
            }
        },
    )


class _RequestFilter(logging.Filter):
    """Adds the id of the request under way to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through."""
        record.request_id = REQUEST_ID.get()
        return True


class JsonLines(logging.Formatter):
    """Formats a log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if (request_id := getattr(record, "request_id", None)) is not None:
            line["request_id"] = request_id
        line |= getattr(record, "data", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """Formats a log record for people, the id of the request at the end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """Return the line without a traceback."""
        request_id = getattr(record, "request_id", None)
        line = super().formatMessage(record)
        return line if request_id is None else f"{line} [{request_id}]"


def set_up_logging(level: str, kind: str = "json") -> None:
    """Send all log records of the process to standard error, one line each; called by servers only.

    Args:
        level: Least severe level, such as ``info``.
        kind: ``json`` or ``text``.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if kind == "json" else TextLines())
    handler.addFilter(_RequestFilter())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
