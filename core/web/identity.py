"""Who is asking: an API key in the header ``Authorization``, or a session by its cookie (layer web; design §2.6, CORE-04).

A key alone is enough. A session's cookie is sent by the browser without being asked, so a change made with it also needs the session's
token and must come from a page of ours.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from core.errors import AuthenticationError
from core.i18n import _
from core.web import csrf
from core.web.errors import RequestError

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.web.host import Accounts
    from core.web.request import Request

COOKIE = "tangram_session"
"""Name of the cookie that holds the key of the session; see `session_cookie`."""
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf_token"
_LONGEST = 512
"""Longer keys are none of ours."""


@dataclass(frozen=True)
class Credential:
    """What a request shows to say who is asking."""

    kind: Literal["key", "session"]
    secret: str

    @property
    def digest(self) -> str:
        """A name for the credential that may be kept in memory."""
        return f"{self.kind}:{hashlib.sha256(self.secret.encode()).hexdigest()}"


@dataclass(frozen=True)
class Identity:
    """Who is asking, once found in the database."""

    uid: int
    session_id: int | None = None
    """Id of the session; None for a key."""
    csrf: str | None = None
    """Token of the session, plain: pages hold it masked (`core.web.call.Call.csrf`); None for a key."""
    must_change: bool = False
    """Whether the user logged in with a password that somebody else set, and has to choose one before anything else.

    Never for a key: it was made on purpose, and has nothing to do with the password.
    """


def session_cookie(*, secure: bool) -> str:
    """Return the name of the session's cookie.

    Args:
        secure: Cookies are sent over HTTPS only. The prefix then makes browsers refuse one that another host of the same domain set.
    """
    return f"__Host-{COOKIE}" if secure else COOKIE


def credential_of(request: Request, *, secure: bool = False) -> Credential | None:
    """Return what the request shows, or None.

    Args:
        request: The request.
        secure: As for `session_cookie`; a cookie of the other name is not looked at.

    Raises:
        AuthenticationError: The header ``Authorization`` is of another kind.
    """
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _space, key = header.strip().partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not 0 < len(key) <= _LONGEST or not (key.isascii() and key.isprintable()):
            raise refused()
        return Credential("key", key)
    cookie = request.cookies.get(session_cookie(secure=secure), "")
    if 0 < len(cookie) <= _LONGEST and cookie.isascii() and cookie.isprintable():
        return Credential("session", cookie)
    return None


def identify(
    env: Environment, accounts: Accounts, credential: Credential, address: str | None, *, touch: bool = False
) -> Identity | None:
    """Return who shows the credential, or None if it is not (or no longer) good for anybody.

    Args:
        env: An environment of the system.
        accounts: Where sessions and keys are kept.
        credential: What was shown.
        address: Network address of the client.
        touch: Note the use, or log the refusal; needs a transaction that writes.
    """
    if credential.kind == "key":
        uid = accounts.verify_key(env, credential.secret, address=address, touch=touch)
        return None if uid is None else Identity(uid)
    session = accounts.find_session(env, credential.secret, touch=touch)
    return None if session is None else Identity(session.user_id, session.id, session.csrf, session.must_change)


def refused() -> AuthenticationError:
    """Build (not raise) the neutral answer to a key or session that is missing, wrong or ended."""
    return AuthenticationError(
        _("Please log in, or send a valid API key."), hint=_("send the header Authorization: Bearer <key>")
    )


def check_csrf(request: Request, identity: Identity) -> None:
    """Refuse a change that a foreign page made the browser send.

    Raises:
        RequestError: The token is missing or wrong, or the request comes from elsewhere (403).
    """
    if identity.csrf is None or request.is_safe:
        return
    check_origin(request)
    sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD) or ""
    if not csrf.matches(sent, identity.csrf):
        raise RequestError(
            403,
            _("The form is out of date or comes from another page."),
            code="request.csrf",
            hint=_("load the page anew and try again"),
        )


def check_origin(request: Request) -> None:
    """Refuse a change that browsers say comes from another site; others say nothing and pass.

    Raises:
        RequestError: It comes from elsewhere (403).
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
    )
    if foreign:
        raise RequestError(403, _("This request comes from another site."), code="request.origin")
