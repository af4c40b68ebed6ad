"""``/healthz``: the process answers; ``/readyz``: its databases do, and their registries can be built (layer web)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from core.i18n import _
from core.web.accesslog import ERRORS
from core.web.errors import RequestError
from core.web.request import json_response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.web.host import WebHost
    from core.web.request import Request, Response


def endpoints(host: WebHost) -> list[Endpoint]:
    """Return the endpoints for load balancers and supervisors; they tell strangers nothing but yes or no."""
    return [
        Endpoint("/healthz", ("GET",), alive, auth="none", bare=True),
        Endpoint("/readyz", ("GET",), partial(ready, host), auth="none", bare=True),
    ]


def alive(request: Request) -> Response:
    """Answer that the process is there."""
    return json_response({"status": "ok"})


def ready(host: WebHost, request: Request) -> Response:
    """Answer that every database can be served.

    Raises:
        RequestError: One can't be reached, or was never initialised (503); the log tells which and why.
    """
    for name in host.databases():
        try:
            sequence = host.database(name).registry().sequence
        except Exception as error:  # whatever keeps a database from being served is the same to who asks
            ERRORS.exception("database %s is not ready", name)
            raise _not_ready() from error
        if not sequence:
            ERRORS.error("database %s was never initialised", name)
            raise _not_ready()
    return json_response({"status": "ready"})


def _not_ready() -> RequestError:
    return RequestError(503, _("The system is not ready."), code="request.not_ready", headers={"Retry-After": "5"})
