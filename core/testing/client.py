"""`Client`: an HTTP client inside the process that is logged in as a user; layer ``core.testing``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.test import Client as WerkzeugClient
from werkzeug.test import TestResponse

from core.app import resolve_login
from core.orm.environment import SYSTEM_UID, Environment
from core.web.application import WebApplication
from core.web.identity import COOKIE, CSRF_HEADER
from core.web.jsondata import dump_json, parse_json

if TYPE_CHECKING:
    from core.web.host import WebHost


class Client:
    """Sends requests to the web application of a host, without a server between.

    Args:
        host: The application.
        login: Who is logged in; no password is asked for. None: nobody.
        key: An API key to send instead.
        database: Name of the database in which the session is opened; None means the default one.
        base_url: Address under which the client sees the system; its host name chooses the database.
        web: The web application; None makes one for the host. Clients that share one share its limits.
    """

    __test__ = False  # pytest: this is no test class

    def __init__(
        self,
        host: WebHost,
        login: str | None = None,
        *,
        key: str | None = None,
        database: str | None = None,
        base_url: str = "http://localhost",
        web: WebApplication | None = None,
    ) -> None:
        self.host = host
        self.web = WebApplication(host) if web is None else web
        self.base_url = base_url
        self.headers: dict[str, str] = {"Accept": "application/json"}
        """Sent with every request."""
        self._werkzeug = WerkzeugClient(self.web)
        if key is not None:
            self.headers["Authorization"] = f"Bearer {key}"
        if login is not None:
            self.log_in(login, database)

    def log_in(self, login: str, database: str | None = None) -> None:
        """Open a session for a user, as a login with the right password would.

        Raises:
            MissingRecord: There is no active user with this login.
        """

        def start(env: Environment) -> tuple[str, str]:
            key = self.host.accounts.start_session(env, resolve_login(env, login), agent="test")
            session = self.host.accounts.find_session(env, key, touch=False)
            return key, "" if session is None else session.csrf

        key, csrf = self.host.database(database).run(SYSTEM_UID, start)
        self._werkzeug.set_cookie(COOKIE, key, domain=self.base_url.partition("//")[2].partition(":")[0])
        self.headers[CSRF_HEADER] = csrf

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = ...,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Send a request and return the answer as it is.

        Args:
            method: HTTP method.
            path: Path, with or without a query.
            json: Body as data.
            query: Parameters; lists and mappings are sent as JSON.
            headers: More headers; an empty text takes one of the client's own away.
            options: What else Werkzeug's test client takes, such as ``data``.
        """
        sent = {name: value for name, value in {**self.headers, **(headers or {})}.items() if value}
        if json is not ...:
            options |= {"data": dump_json(json), "content_type": "application/json"}
        if query is not None:
            options["query_string"] = {name: _parameter(value) for name, value in query.items() if value is not None}
        # Buffered: an answer that streams a file closes it.
        options.setdefault("buffered", True)
        return self._werkzeug.open(path, method=method, headers=sent, base_url=self.base_url, **options)

    def get(self, path: str, **query: Any) -> TestResponse:
        """Send GET with parameters."""
        return self.request("GET", path, query=query or None)

    def post(self, path: str, json: Any = ..., **options: Any) -> TestResponse:
        """Send POST."""
        return self.request("POST", path, json=json, **options)

    def get_json(self, path: str, **query: Any) -> Any:
        """Send GET and return the data answered.

        Raises:
            AssertionError: The answer is an error.
        """
        return data_of(self.get(path, **query))

    def post_json(self, path: str, json: Any = ...) -> Any:
        """Send POST and return the data answered; errors as for `get_json`."""
        return data_of(self.post(path, json))

    def patch_json(self, path: str, json: Any) -> Any:
        """Send PATCH and return the data answered; errors as for `get_json`."""
        return data_of(self.request("PATCH", path, json=json))

    def delete(self, path: str, **query: Any) -> TestResponse:
        """Send DELETE."""
        return self.request("DELETE", path, query=query or None)


def data_of(response: TestResponse) -> Any:
    """Return the data of an answer, None if it is empty.

    Raises:
        AssertionError: It is an error; the message tells what the answer says.
    """
    text = response.get_data(as_text=True)
    if response.status_code >= 400:
        raise AssertionError(f"{response.request.method} {response.request.path} → {response.status}: {text}")
    return parse_json(text) if text else None


def _parameter(value: Any) -> str:
    return value if isinstance(value, str) else dump_json(value)
