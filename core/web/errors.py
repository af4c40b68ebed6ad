"""The only place where errors become HTTP: status, headers and the problem document of RFC 9457 (layer web).

Every error of the family has a stable code, and the problem's type is that code as a URN; nobody has to read texts. Unexpected
exceptions tell the client nothing but the id of the request, under which the log has the traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from werkzeug import exceptions as http

from core.errors import (
    AccessDenied,
    AddonError,
    AuthenticationError,
    ConflictError,
    CoreError,
    DefinitionError,
    DependencyError,
    DomainError,
    JobError,
    Message,
    MissingRecord,
    RetryableError,
    UnknownNameError,
    ValidationError,
    Where,
)
from core.i18n import _

PROBLEM_TYPE = "application/problem+json"
URN = "urn:tangram:error:"
"""A problem's type is this and the error's code."""


class RequestError(CoreError):
    """The request itself is at fault, not what it asks for.

    Args:
        status: HTTP status of the answer.
        message: As for `CoreError`.
        headers: More headers of the answer.
        more: As for `CoreError`.
    """

    code = "request"

    def __init__(self, status: int, message: Any, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.status = status
        self.headers = dict(headers or {})


_STATUS: tuple[tuple[type[CoreError], int], ...] = (
    (AuthenticationError, 401),
    # HiddenRecord is both: what may not be seen answers as what is not there.
    (MissingRecord, 404),
    (AccessDenied, 403),
    (ConflictError, 409),
    (DomainError, 400),
    (ValidationError, 422),
    (UnknownNameError, 422),
    (JobError, 422),
    (AddonError, 422),
    (DependencyError, 422),
)
"""First match counts. What is missing here is a fault of ours or of an addon: 500."""

_TITLES: Mapping[int, Message] = {
    400: _("The request can't be understood"),
    401: _("Please log in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("This can't be done here"),
    409: _("Conflict"),
    412: _("The record is another one by now"),
    413: _("Too large"),
    415: _("Unsupported format"),
    422: _("Something is not right"),
    429: _("Too many requests"),
    500: _("Something went wrong"),
    503: _("Not ready"),
}


def status_of(error: BaseException) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, RequestError):
        return error.status
    if isinstance(error, http.HTTPException):
        return error.code or 500
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def title_of(status: int) -> Message:
    """Return the few words that stand for a status."""
    return _TITLES.get(status) or _("Error %(status)s", status=status)


def headers_of(error: BaseException) -> dict[str, str]:
    """Return the headers that an error asks for."""
    if isinstance(error, RequestError):
        return error.headers
    if isinstance(error, AuthenticationError):
        return {"WWW-Authenticate": 'Bearer realm="tangram"'}
    if isinstance(error, RetryableError):
        return {"Retry-After": "1"}
    return {}


def understood(error: BaseException) -> CoreError:
    """Return an error of our family for any exception; an unexpected one becomes a neutral error of code ``internal``."""
    if isinstance(error, CoreError):
        return error
    if isinstance(error, http.MethodNotAllowed):
        methods = ", ".join(sorted(error.valid_methods or ()))
        message = _("This address does not take this method.")
        return RequestError(405, message, code="request.method", headers={"Allow": methods})
    if isinstance(error, http.RequestEntityTooLarge):
        return too_large()
    if isinstance(error, http.NotFound):
        return not_found()
    if isinstance(error, http.HTTPException):
        return RequestError(error.code or 500, title_of(error.code or 500), code="request.refused")
    return internal()


def internal(error: CoreError | None = None) -> CoreError:
    """Return what a client is told of a fault of ours; of ``error`` only the hint that helps where the database was not upgraded."""
    message = _("An unexpected error. The administrator finds it in the log by its number.")
    hint = error.hint if error is not None and error.code == "database.schema" else None
    return CoreError(message, code="internal", hint=hint)


def not_found(hint: Any = None) -> CoreError:
    """Build (not raise) the one answer to what is not there and to what the user may not see.

    Args:
        hint: Only where the user may know of what is near.
    """
    return MissingRecord(_("There is nothing here, or nothing that you may see."), code="missing_record", hint=hint)


def too_large() -> RequestError:
    """Build (not raise) the refusal of a body that is too large."""
    return RequestError(413, _("The request is too large."), code="request.too_large")


def malformed(message: Any, *, hint: Any = None, key: str | None = None) -> RequestError:
    """Build (not raise) the refusal of a request that can't be understood."""
    return RequestError(400, message, code="request.malformed", hint=hint, where=Where(key=key))


@contextmanager
def query_faults() -> Iterator[None]:
    """Make 400 of what is wrong with the query of a request: unknown fields, orders, domains, wrong types of values."""
    try:
        yield
    except (UnknownNameError, DomainError, ValidationError, DefinitionError) as error:
        raise _as_query_fault(error) from error


def _as_query_fault(error: CoreError) -> RequestError:
    return RequestError(400, error.message, code=error.code, hint=error.hint, where=error.where, faults=error.faults)


def problem(error: CoreError, render: Callable[[Any], str], request_id: str) -> dict[str, Any]:
    """Return the problem document of an error.

    Args:
        error: What happened.
        render: Turns a message into text in the reader's language.
        request_id: Id of the request, under which the log knows it.
    """
    status = status_of(error)
    shown = [_fault(fault, render) for fault in leaves(error)] if status in (400, 409, 422) else []
    return {
        "type": URN + error.code,
        "title": render(title_of(status)),
        "status": status,
        **_fault(error, render),
        "faults": shown,
        "request_id": request_id,
    }


def _fault(error: CoreError, render: Callable[[Any], str]) -> dict[str, Any]:
    """Return what one fault tells; never files and lines of ours."""
    where = error.where
    return {
        "code": error.code,
        "detail": render(error.message),
        "hint": None if error.hint is None else render(error.hint),
        "model": where.model,
        "field": where.field,
        "key": where.key,
    }


def leaves(error: CoreError) -> Iterator[CoreError]:
    """Yield the single faults that an error gathers, or the error itself."""
    if not error.faults:
        yield error
    for fault in error.faults:
        yield from leaves(fault)
