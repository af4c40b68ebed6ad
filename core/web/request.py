"""`Request` and `Response`: Werkzeug's, with what every handler of ours needs (layer web)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from functools import cached_property
from typing import Any

from werkzeug import Request as BaseRequest
from werkzeug import Response

from core.errors import CoreError
from core.i18n import _
from core.web.errors import PROBLEM_TYPE, RequestError, headers_of, problem, status_of
from core.web.jsondata import dump_json, parse_json

__all__ = ["MAX_BODY", "SAFE_METHODS", "Request", "Response", "json_response", "problem_response"]

MAX_BODY = 16 * 1024 * 1024
"""Largest body of a request, in bytes; uploads have a limit of their own."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}\Z")
_UNSPEAKABLE = re.compile(r"[^\x20-\x7e]")


class Request(BaseRequest):
    """One HTTP request."""

    max_content_length = MAX_BODY
    max_form_parts = 1000
    max_form_memory_size = MAX_BODY
    render_s: float = 0.0
    """Seconds spent in templates while answering."""
    render_statements: int = 0
    """Statements sent while a template was printing; there should be none, for templates get plain data."""

    call: Any = None
    """The `core.web.call.Call` under which a route of an addon is answered; functions of `core.api` that get the request use it."""

    @cached_property
    def id(self) -> str:
        """Id of the request: the one a proxy gave it in ``X-Request-Id`` if that is a sane one, else a new one."""
        given = self.headers.get("X-Request-Id", "")
        return given if _REQUEST_ID.match(given) else uuid.uuid4().hex

    @property
    def is_safe(self) -> bool:
        """Whether the method promises to change nothing."""
        return self.method in SAFE_METHODS

    @property
    def address(self) -> str | None:
        """Network address of the client."""
        return self.remote_addr

    @property
    def agent(self) -> str | None:
        """What the client calls itself, in printable characters."""
        return _UNSPEAKABLE.sub("?", self.headers.get("User-Agent", ""))[:255] or None

    @property
    def is_api(self) -> bool:
        """Whether a program asks: below ``/api/``, or where the body or the wanted answer is JSON."""
        if self.path.startswith("/api/") or self.mimetype == "application/json":
            return True
        wanted = self.accept_mimetypes.best_match(["application/json", "application/problem+json", "text/html"])
        return wanted != "text/html"

    def json_body(self, *, optional: bool = False) -> Any:
        """Return the body as JSON data.

        Args:
            optional: An empty body counts as None.

        Raises:
            RequestError: Another format (415) or no JSON (400).
        """
        data = self.get_data(cache=True)
        if optional and not data:
            return None
        if not (self.mimetype == "application/json" or self.mimetype.endswith("+json")):
            raise RequestError(
                415,
                _("The body must be JSON."),
                code="request.media_type",
                hint=_("send the header Content-Type: application/json"),
            )
        return parse_json(data)


def json_response(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return an answer of JSON."""
    return Response(dump_json(data), status, headers, content_type="application/json")


def problem_response(error: CoreError, render: Callable[[Any], str], request_id: str) -> Response:
    """Return the answer to an error, as data.

    Args:
        error: What happened.
        render: Turns a message into text in the reader's language.
        request_id: Id of the request.
    """
    document = dump_json(problem(error, render, request_id))
    return Response(document, status_of(error), headers_of(error), content_type=PROBLEM_TYPE)
