"""Routes: `route` marks a function of an addon's ``controllers.py``; `RouteTable` finds the one for a request (layer web).

    @route("/points/<int:customer>")
    def points(request, env, customer):            # GET /x/crm_loyalty/points/7
        return {"points": env["crm.customer"].get(customer).points}

An addon's routes lie below ``/x/<addon>/``, so that no addon takes an address of the core, of pages to come or of another addon. A
function runs in one transaction, which is rolled back when it raises, and may be run again when concurrency was in the way: what can't be
undone (a mail) is a background job. It returns a `Page` or `Redirect` (`core.web.answers`), a `Response`, data that becomes JSON, or None for
an empty answer.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule

from core.errors import CoreError, DefinitionError, Where, raise_faults, unknown
from core.i18n import _
from core.web.request import SAFE_METHODS, Request, Response

if TYPE_CHECKING:
    from core.orm.registry import Registry

__all__ = ["Endpoint", "Request", "Response", "RouteTable", "addon_routes", "collect_routes", "route"]

F = TypeVar("F", bound=Callable[..., Any])
Auth = Literal["user", "optional", "none"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PREFIX = "/x"
"""Addons' routes lie below this and the addon's name."""
_MARK = "__tangram_routes__"


@dataclass(frozen=True)
class Endpoint:
    """A function and how it is called."""

    rule: str
    """Path in Werkzeug's notation."""
    methods: tuple[str, ...]
    function: Callable[..., Any]
    auth: Auth = "user"
    """``optional``: with the system's environment, whoever asks, and told who it is if known; ``none``: not even asked."""
    writes: bool = False
    """Whether the transaction writes."""
    rate: Literal["caller", "login"] = "caller"
    """Which limit calls are counted against."""
    bare: bool = False
    """Called with the request and the parts of the path only, without a transaction."""
    first_login: bool = False
    """Also for users who still have to choose a password."""
    upload: bool = False
    """Takes a body as large as an upload may be, and reads it to a temporary file once it is known who sends it."""
    addon: str | None = None
    """Addon whose route it is, called with ``request`` and ``env``; None for the core, called with a `Call`."""


@dataclass(frozen=True)
class _Mark:
    path: str
    methods: tuple[str, ...]
    auth: Auth
    writes: bool
    upload: bool


def route(
    path: str,
    *,
    methods: Sequence[str] = ("GET",),
    auth: Literal["user", "none"] = "user",
    writes: bool | None = None,
    upload: bool = False,
) -> Callable[[F], F]:
    """Make a function ``(request, env, **parts of the path)`` answer requests to ``/x/<addon><path>``.

    Args:
        path: Begins with a slash; parts in Werkzeug's notation, such as ``/points/<int:customer>``.
        methods: HTTP methods it answers.
        auth: ``user``: somebody logged in or with an API key, whose environment the function gets; a change made with a session needs the
            token in the header ``X-CSRF-Token``. ``none``: anybody, as for calls of other systems; the function gets the environment of the
            system, which holds every right, and must itself check what it was sent.
        writes: Whether it changes data; None: unless all methods are GET.
        upload: Takes files (``request.files``) of a form sent as ``multipart/form-data``, up to the size the settings allow for attachments;
            other routes take bodies of 16 MB at most.

    Raises:
        DefinitionError: The path or a method is wrong.
    """
    chosen = tuple(method.upper() for method in ([methods] if isinstance(methods, str) else methods))
    for method in chosen:
        if method not in METHODS:
            raise unknown("method", method, METHODS, DefinitionError, code="route.method")
    if not path.startswith("/"):
        raise DefinitionError(_('A path begins with "/": %(path)s', path=path), code="route.path")
    if auth not in ("user", "none"):
        raise unknown("auth", str(auth), ("user", "none"), DefinitionError, code="route.auth")
    mark = _Mark(path, chosen, auth, not SAFE_METHODS.issuperset(chosen) if writes is None else writes, upload)

    def declare(function: F) -> F:
        setattr(function, _MARK, (*getattr(function, _MARK, ()), mark))
        return function

    return declare


def collect_routes(
    addon: str, module: ModuleType | None, functions: Iterable[Callable[..., Any]] = ()
) -> list[Endpoint]:
    """Return the routes of one addon.

    Args:
        addon: Name of the addon.
        module: Its ``controllers.py``, or None; functions imported there from elsewhere are left out.
        functions: More functions marked by `route`, from the hook ``declare_routes``.

    Raises:
        DefinitionError: A function of ``functions`` is not marked, or one does not take ``request``, ``env`` and the parts of its path;
            all faults at once.
    """
    own = [] if module is None else [item for item in vars(module).values() if callable(item)]
    declared = [item for item in own if getattr(item, "__module__", None) == getattr(module, "__name__", "")]
    found: list[Endpoint] = []
    faults: list[CoreError] = []
    for function in dict.fromkeys([*(item for item in declared if hasattr(item, _MARK)), *functions]):
        marks: tuple[_Mark, ...] = getattr(function, _MARK, ())
        if not marks:
            faults.append(DefinitionError(_("Not marked as a route: %(name)s", name=repr(function)), code="route.mark"))
        for mark in marks:
            rule = f"{PREFIX}/{addon}{mark.path}"
            endpoint = Endpoint(rule, mark.methods, function, mark.auth, mark.writes, upload=mark.upload, addon=addon)
            faults += _faults(endpoint)
            found.append(endpoint)
    raise_faults([fault.located(addon=addon) for fault in faults], DefinitionError, addon)
    return found


def _faults(endpoint: Endpoint) -> list[CoreError]:
    code = inspect.unwrap(endpoint.function).__code__
    where = Where(addon=endpoint.addon, file=code.co_filename, line=code.co_firstlineno)
    try:
        parts = Map([Rule(endpoint.rule)])._rules[0].arguments
    except (ValueError, LookupError) as error:
        return [
            DefinitionError(_("The path can't be read: %(reason)s", reason=str(error)), code="route.path", where=where)
        ]
    try:
        inspect.signature(endpoint.function).bind(None, None, **dict.fromkeys(parts))
    except TypeError as error:
        return [
            DefinitionError(
                _('"%(name)s" takes request, env and the parts of its path.', name=endpoint.function.__name__),
                code="route.signature",
                hint=str(error),
                where=where,
            )
        ]
    return []


def addon_routes(registry: Registry) -> tuple[list[Endpoint], list[CoreError]]:
    """Return the routes of all addons of a registry, and an error for each addon whose routes are wrong and therefore left out."""
    found: list[Endpoint] = []
    faults: list[CoreError] = []
    for loaded in registry.hooks.loaded.values() if registry.hooks is not None else ():
        try:
            more = registry.hooks.declarations("declare_routes", loaded.addon)  # type: ignore[union-attr]  # as just asked
            found += collect_routes(loaded.name, loaded.controllers, more)
        except CoreError as error:
            faults.append(error.located(addon=loaded.name))
    return found, faults


class RouteTable:
    """Finds the endpoint of a request.

    Args:
        endpoints: All of them.
    """

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        rules = [
            Rule(endpoint.rule, methods=endpoint.methods, endpoint=endpoint, strict_slashes=False)
            for endpoint in endpoints
        ]
        self._map = Map(rules, merge_slashes=False, redirect_defaults=False)

    def find(self, request: Request) -> tuple[Endpoint, Mapping[str, Any]]:
        """Return the endpoint for a request and the parts of its path.

        Raises:
            HTTPException: There is none for the path, or none for the method.
        """
        adapter: MapAdapter = self._map.bind("localhost")
        try:
            endpoint, parts = adapter.match(request.path, request.method)
        except HTTPException as error:
            # The answer of Werkzeug carries the request's environment; the mapping of errors needs only the class.
            error.response = None
            raise
        return endpoint, parts
