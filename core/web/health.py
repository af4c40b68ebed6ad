"""``/healthz``: the process answers; ``/readyz``: its databases do, and their registries can be built (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from core.i18n import _
from core.orm.dberrors import UPGRADE
from core.orm.schema.lacking import lacking
from core.web.accesslog import ERRORS
from core.web.errors import RequestError
from core.web.request import json_response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.errors import Message
    from core.orm.database import Database
    from core.orm.registry import Registry
    from core.web.host import WebHost
    from core.web.request import Request, Response


def endpoints(host: WebHost) -> list[Endpoint]:
    """Return the endpoints for load balancers and supervisors; they tell strangers nothing but yes or no."""
    return [
        Endpoint("/healthz", ("GET",), alive, auth="none", bare=True),
        Endpoint("/readyz", ("GET",), Readiness(host).answer, auth="none", bare=True),
    ]


def alive(request: Request) -> Response:
    """Answer that the process is there."""
    return json_response({"status": "ok"})


class Readiness:
    """Answers whether the databases can be served.

    Args:
        host: Whose databases.
    """

    def __init__(self, host: WebHost) -> None:
        self._host = host
        self._whole: WeakSet[Registry] = WeakSet()
        """Registries whose tables are known to be there."""

    def answer(self, request: Request) -> Response:
        """Answer that every database can be served.

        Raises:
            RequestError: One can't be reached, was never initialised, or lacks tables or columns of the code (503); the log tells which
                and why.
        """
        for name in self._host.databases():
            try:
                database = self._host.database(name)
                registry = database.registry()
                sequence = registry.sequence
                missing = self._missing(database, registry) if sequence else []
            except Exception as error:  # whatever keeps a database from being served is the same to who asks
                ERRORS.exception("database %s is not ready", name)
                raise _not_ready() from error
            if not sequence:
                ERRORS.error("database %s was never initialised", name)
                raise _not_ready()
            if missing:
                ERRORS.error("database %s lacks %s; run: tangram addons upgrade", name, ", ".join(missing[:20]))
                raise _not_ready(UPGRADE)
        return json_response({"status": "ready"})

    def _missing(self, database: Database, registry: Registry) -> list[str]:
        """Return what the database lacks; looked at until it lacks nothing, then once for each registry."""
        if registry in self._whole:
            return []
        with database.engine.connect() as connection:
            missing = lacking(registry.metadata, connection)
        if not missing:
            self._whole.add(registry)
        return missing


def _not_ready(hint: Message | None = None) -> RequestError:
    message = _("The system is not ready.")
    return RequestError(503, message, code="request.not_ready", hint=hint, headers={"Retry-After": "5"})
