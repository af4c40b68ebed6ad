"""`WebApplication`: the WSGI application (layer web; design 1.15, 1.16).

One request is one transaction of the database that its host name means: read-only for what promises to change nothing, else run again when
concurrency was in the way. Each transaction takes the registry in force, so an addon that another process enabled is there with the next
request. Nothing is kept between requests but what can be lost: rates, and which credentials were noted as used a moment ago.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from werkzeug.middleware.proxy_fix import ProxyFix

from core.errors import AuthenticationError
from core.orm.engine import StatementCount, is_readonly, statements_of
from core.orm.environment import SYSTEM_UID, Environment
from core.orm.fuzzy import normalise
from core.web import files, health, login
from core.web.accesslog import ERRORS, REQUEST_ID, log_request
from core.web.api import endpoints as api
from core.web.call import Answered, Call, Later
from core.web.compression import compress
from core.web.errors import internal, status_of, title_of, understood
from core.web.identity import Credential, Identity, check_csrf, credential_of, identify, refused
from core.web.languages import Translators, choose_language
from core.web.metrics import Metrics
from core.web.pages import (
    about,
    account_first,
    account_links,
    account_password,
    account_profile,
    account_register,
    panels,
    workbench,
)
from core.web.pages import endpoints as pages
from core.web.pages.addonpages import answer_of
from core.web.ratelimit import CALLER, Rate, RateLimiter, Standing
from core.web.request import Request, Response, problem_response
from core.web.routes import PREFIX, Endpoint, RouteTable, addon_routes
from core.web.security import secure
from core.web.statics import StaticFiles
from core.web.templates import Templates
from core.web.tracing import Traces
from core.web.uploads import read_upload

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from core.orm.database import Database
    from core.orm.registry import Registry
    from core.web.host import WebHost

NOTE_EVERY_S = 60.0
"""Seconds after which the use of a key or session is noted again."""
MAX_NOTED = 20_000


@dataclass(frozen=True)
class Limits:
    """How often callers may ask, for each process."""

    caller: Rate = CALLER
    """One key, session or (without either) address."""
    login: Rate = field(default_factory=lambda: Rate(per_second=0.5, burst=20))
    """Attempts to log in from one address."""
    refused: Rate = field(default_factory=lambda: Rate(per_second=0.5, burst=30))
    """Wrong keys from one address."""


@dataclass
class _Progress:
    """What became known of a request, for its answer in case of an error and for the log."""

    database: str | None = None
    registry: Registry | None = None
    uid: int | None = None
    own_language: str | None = None
    endpoint: Endpoint | None = None
    standing: Standing | None = None
    """What the caller has left of the rate."""
    counts: list[StatementCount] = field(default_factory=list)
    """Statements of each transaction opened."""


class _MustWrite(Exception):
    """The route found inside a read-only transaction writes."""


class WebApplication:
    """Answers requests for all databases of an application.

    Args:
        host: The application.
        limits: How often callers may ask.
        clock: Gives seconds for the rates; a test passes its own.
    """

    def __init__(
        self, host: WebHost, *, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        limits = limits or Limits()
        self.host = host
        self._clock = clock
        self._callers = RateLimiter(limits.caller, clock)
        self._logins = RateLimiter(limits.login, clock)
        self._refused = RateLimiter(limits.refused, clock)
        self._translators = Translators()
        self._metrics = Metrics(host, clock)
        self._traces = Traces(host)
        statics = StaticFiles(host.static_folders)
        self._templates = Templates(statics.url)
        self._core = RouteTable(
            [
                *health.endpoints(host),
                *self._metrics.endpoints(),
                *statics.endpoints(),
                *login.ENDPOINTS,
                *account_first.ENDPOINTS,
                *account_links.ENDPOINTS,
                *account_register.ENDPOINTS,
                *account_password.ENDPOINTS,
                *account_profile.ENDPOINTS,
                *files.ENDPOINTS,
                *about.ENDPOINTS,
                *panels.ENDPOINTS,
                *workbench.ENDPOINTS,
                *host.endpoints(),
                *pages.ENDPOINTS,
                *api.ENDPOINTS,
            ]
        )
        self._addons: WeakKeyDictionary[Registry, RouteTable] = WeakKeyDictionary()
        self._noted: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        return self.respond(request)(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Return the answer to a request; never raises."""
        started = time.perf_counter()
        progress = _Progress()
        token = REQUEST_ID.set(request.id)
        try:
            response = self._answered(request, progress)
            self._tell(request, response, progress, time.perf_counter() - started)
        finally:
            # Uploads lie in temporary files until then.
            request.close()
            REQUEST_ID.reset(token)
        return response

    def _answered(self, request: Request, progress: _Progress) -> Response:
        try:
            response = self._answer(request, progress)
        except Answered as answered:
            response = answered.response
        except Exception as error:  # noqa: BLE001 - the last resort: whatever happened becomes an answer
            response = self._refusal(request, progress, error)
        if progress.standing is not None and request.is_api:
            for name, value in progress.standing.headers().items():
                response.headers.setdefault(name, value)
        secure(response, request, https_only=self.host.settings.secure_cookies)
        compress(response, request)
        response.headers["X-Request-Id"] = request.id
        return response

    def _tell(self, request: Request, response: Response, progress: _Progress, seconds: float) -> None:
        """Log and count a request that was answered."""
        statements = sum(each.number for each in progress.counts)
        log_request(
            request, response, seconds=seconds, database=progress.database, uid=progress.uid, statements=statements
        )
        self._metrics.observe(
            progress.endpoint.rule if progress.endpoint else None,
            request.method,
            response.status_code,
            seconds=seconds,
            statements=statements if progress.counts else None,
        )

    def _answer(self, request: Request, progress: _Progress) -> Response:
        # Which routes addons have is known only inside the transaction.
        found = None if request.path.startswith(f"{PREFIX}/") else self._core.find(request)
        progress.endpoint = found[0] if found else None
        if found is not None and found[0].bare:
            response: Response = found[0].function(request, **found[1])
            return response
        progress.standing = self._limit(request, found[0] if found else None)
        progress.database = self.host.settings.database_of_host(request.host)
        database = self.host.database(progress.database)
        if not self._take_upload(database, request, found[0] if found else None):
            request.get_data(cache=True)
        writes = found[0].writes if found else not request.is_safe

        def serve(env: Environment) -> Response:
            return self._serve(env, request, found or self._routes(env.registry).find(request), progress)

        try:
            with self._traces.around(request, database):
                response = self._transact(database, serve, writes=writes)
        except _MustWrite:
            response = self._transact(database, serve, writes=True)
        except Later as later:
            response = self._afterwards(database, request, later, progress)
        except AuthenticationError:
            self._note_refusal(database, request)
            raise
        if progress.uid is not None:
            self._note_use(database, request)
        return response

    def _take_upload(self, database: Database, request: Request, endpoint: Endpoint | None) -> bool:
        """Read the files of a request to an endpoint that takes uploads; tell whether it does. Strangers fill no disk."""
        if request.mimetype != "multipart/form-data" or (endpoint is not None and not endpoint.upload):
            return False
        with database.transaction(SYSTEM_UID, readonly=True) as env:
            chosen = endpoint or self._routes(env.registry).find(request)[0]
            if not chosen.upload:
                return False
            self._identify(env, request, chosen)
        read_upload(request, self.host.settings)
        return True

    def _afterwards(self, database: Database, request: Request, later: Later, progress: _Progress) -> Response:
        """Do what has to be done outside a transaction, and answer in one that only reads."""
        found = later.work()
        endpoint = replace(progress.endpoint or Endpoint("", (), later.show), function=later.show, writes=False)
        return self._transact(
            database, lambda env: self._serve(env, request, (endpoint, {"found": found}), progress), writes=False
        )

    def _transact(self, database: Database, serve: Callable[[Environment], Response], *, writes: bool) -> Response:
        if writes:
            return database.run(SYSTEM_UID, serve, attempts=self.host.settings.transaction_retries + 1)
        with database.transaction(SYSTEM_UID, readonly=True) as env:
            return serve(env)

    def _serve(
        self, env: Environment, request: Request, found: tuple[Endpoint, Mapping[str, Any]], progress: _Progress
    ) -> Response:
        """Answer inside the transaction."""
        endpoint, parts = found
        progress.registry, progress.endpoint = env.registry, endpoint
        progress.counts.append(statements_of(env.connection))
        self._metrics.saw(env.database.name, env.registry)
        if endpoint.writes and is_readonly(env.connection):
            raise _MustWrite
        env.reached_at = request.host_url.rstrip("/")
        identity = self._identify(env, request, endpoint)
        if endpoint.auth == "user" and identity is not None:
            env = env.as_user(identity.uid)
            progress.uid = identity.uid
            progress.own_language = env.user.language
            if identity.must_change and not endpoint.first_login:
                raise account_first.must_change()
            check_csrf(request, identity)
        translator = self._translators.of(env.registry)
        lang = self._language(request, progress)
        env.speak(lang)
        call = Call(request, env, identity, self.host, self._templates.of(env.registry), translator, lang)
        if endpoint.addon is not None:
            request.call = call
            return answer_of(call, endpoint.function(request, env, **parts))
        response: Response = endpoint.function(call, **parts)
        return response

    def _identify(self, env: Environment, request: Request, endpoint: Endpoint) -> Identity | None:
        """Return who asks; None where nobody has to be known.

        Raises:
            AuthenticationError: Somebody has to be, and is not.
        """
        if endpoint.auth == "none":
            return None
        credential = credential_of(request, secure=self.host.settings.secure_cookies)
        identity = None
        if credential is not None:
            identity = identify(env, self.host.accounts, credential, request.address)
        if identity is None and endpoint.auth == "user":
            raise refused()
        return identity

    def _routes(self, registry: Registry) -> RouteTable:
        """Return the routes of the addons of a registry; an addon whose routes are wrong has none, and the log says why."""
        table = self._addons.get(registry)
        if table is None:
            endpoints, faults = addon_routes(registry)
            for fault in faults:
                ERRORS.error("routes left out: %s", fault)
            table = self._addons[registry] = RouteTable(endpoints)
        return table

    def _limit(self, request: Request, endpoint: Endpoint | None) -> Standing:
        if endpoint is not None and endpoint.rate == "login":
            return self._logins.take(request.address or "")
        credential = self._credential(request)
        if credential is not None and credential.kind == "key":
            self._refused.check(request.address or "")
        return self._callers.take(credential.digest if credential else f"address:{request.address}")

    def _credential(self, request: Request) -> Credential | None:
        try:
            return credential_of(request, secure=self.host.settings.secure_cookies)
        except AuthenticationError:
            return None

    def _note_refusal(self, database: Database, request: Request) -> None:
        """Write a wrong key to the login log, unless too many come from there."""
        credential = self._credential(request)
        if credential is not None and credential.kind == "key":
            self._refused.take(request.address or "")
            self._note(database, credential, request)

    def _note_use(self, database: Database, request: Request) -> None:
        """Note that a key or session was used, at most once in `NOTE_EVERY_S`."""
        credential = self._credential(request)
        if credential is None:
            return
        now = self._clock()
        name = f"{database.name}:{credential.digest}"
        with self._lock:
            if now - self._noted.get(name, -NOTE_EVERY_S) < NOTE_EVERY_S:
                return
            if len(self._noted) >= MAX_NOTED:
                self._noted.clear()
            self._noted[name] = now
        self._note(database, credential, request)

    def _note(self, database: Database, credential: Credential, request: Request) -> None:
        database.run(
            SYSTEM_UID,
            lambda env: identify(env, self.host.accounts, credential, request.address, touch=True),
        )

    def _language(self, request: Request, progress: _Progress) -> str:
        known = self._translators.of(progress.registry).languages
        return choose_language(request, known, self.host.settings.language, progress.own_language)

    def _refusal(self, request: Request, progress: _Progress, raised: Exception) -> Response:
        """Return the answer to an error."""
        error = understood(raised)
        status = status_of(error)
        if status == 500:
            ERRORS.error("request %s failed", request.id, exc_info=raised, extra={"data": {"request_id": request.id}})
            error = internal(error)
        if status == 401 and request.is_safe and not request.is_api:
            target = request.full_path.rstrip("?")
            return Response(status=303, headers={"Location": f"/login?next={quote(target, safe='/')}"})
        if error.code == account_first.CODE and not request.is_api:
            return Response(status=303, headers={"Location": account_first.PATH})
        translator = self._translators.of(progress.registry)
        lang = self._language(request, progress)

        def text(message: Any) -> str:
            return translator.render(message, lang)

        response = problem_response(error, text, request.id)
        if not request.is_api:
            html = self._templates.of(progress.registry).render(
                "error.html",
                lang=lang,
                text=text,
                status=status,
                title=text(title_of(status)),
                detail=text(error.message),
                hint=None if error.hint is None else text(error.hint),
                request_id=request.id,
            )
            response.set_data(html)
            response.content_type = "text/html; charset=utf-8"
        return response


def wsgi_application(host: WebHost, *, limits: Limits | None = None) -> WSGIApplication:
    """Return what a server serves: the application, behind as many proxies as the settings trust.

    Args:
        host: The application.
        limits: How often callers may ask; None takes the usual ones.
    """
    application = WebApplication(host, limits=limits)
    # The readings of Chinese characters take a second to load; the first who searches should not wait for them.
    threading.Thread(target=normalise, args=("七",), name="warm-up", daemon=True).start()
    trusted = host.settings.trusted_proxies
    if not trusted:
        return application
    return ProxyFix(application, x_for=trusted, x_proto=trusted, x_host=trusted)
