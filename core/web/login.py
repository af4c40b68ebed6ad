"""Log in and out (CORE-04): a form for people, JSON for programs that want a session (layer web).

Each login opens a new session and ends the one the browser had, so that a key set by somebody else is worth nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import AuthenticationError
from core.i18n import _
from core.web.errors import RequestError, malformed
from core.web.identity import check_origin
from core.web.pages.cards import card, go_on, minutes_of
from core.web.request import Response, json_response
from core.web.routes import Endpoint
from core.web.sessioncookie import forget_session, keep_session

if TYPE_CHECKING:
    from core.errors import Message
    from core.web.call import Call
    from core.web.host import LoginAttempt
    from core.web.request import Request

LONGEST_LOGIN = 255
_NOTICES = {
    "reset": _("Your password was changed. Log in with the new one."),
    "registered": _(
        "You are registered. The administrator gives you a position and a role; until then you see nothing yet."
    ),
}
"""What another page may have this one say, by its parameter ``done``."""


def show_login(call: Call) -> Response:
    """GET /login: the form; who is logged in already goes on."""
    if call.identity is not None:
        return go_on(call.request.args.get("next", ""))
    notice = _NOTICES.get(call.request.args.get("done", ""))
    return _form(call, 200, notice=None if notice is None else call.text(notice))


def log_in(call: Call) -> Response:
    """POST /login: ``login``, ``password`` and perhaps ``remember`` as a form or JSON.

    A form is answered by going to ``next``, or the form again with 401 or 429. JSON is answered with the user and the token that
    changes need. The refused attempt is answered and not raised, since its entry in the login log has to be committed.
    """
    request, accounts = call.request, call.host.accounts
    check_origin(request)
    login, password, remember = _given(request)
    attempt = accounts.authenticate(call.env, login, password, address=request.address, agent=request.agent)
    if attempt.user_id is None:
        return _refuse(call, login, attempt)
    if call.identity is not None and call.identity.session_id is not None:
        accounts.end_session(call.env, call.identity.session_id, address=request.address)
    key = accounts.start_session(
        call.env, attempt.user_id, remember=remember, address=request.address, agent=request.agent
    )
    response = _answer(call, attempt.user_id, key)
    is_kept = remember and accounts.remember_days(call.env) > 0
    seconds = accounts.session_seconds(call.env, remember=True) if is_kept else None
    keep_session(call, response, key, seconds=seconds)
    return response


def log_out(call: Call) -> Response:
    """POST /logout: end the session at once."""
    if call.identity is not None and call.identity.session_id is not None:
        call.host.accounts.end_session(call.env, call.identity.session_id, address=call.request.address)
    response = Response(status=204) if call.request.is_api else Response(status=303, headers={"Location": "/login"})
    forget_session(call, response)
    return response


ENDPOINTS = (
    Endpoint("/login", ("GET",), show_login, auth="optional"),
    Endpoint("/login", ("POST",), log_in, auth="optional", writes=True, rate="login"),
    Endpoint("/logout", ("POST",), log_out, writes=True, first_login=True),
)


def _given(request: Request) -> tuple[str, str, bool]:
    """Return name, password and the wish to be remembered, as sent.

    Raises:
        RequestError: They are missing or no texts.
    """
    given: Any = request.form if request.mimetype != "application/json" else request.json_body()
    login, password = (given.get(name) if hasattr(given, "get") else None for name in ("login", "password"))
    if not isinstance(login, str) or not isinstance(password, str):
        raise malformed(_('"login" and "password" are needed.'))
    return login, password, given.get("remember") in (True, "1")


def _refuse(call: Call, login: str, attempt: LoginAttempt) -> Response:
    error = _error_of(attempt)
    if call.request.is_api:
        # An answer instead of an exception: the transaction with the entry of the log is to be committed.
        return call.problem(error)
    response = _form(
        call,
        429 if attempt.was_locked else 401,
        fault=call.text(error.message),
        hint=None if error.hint is None else call.text(error.hint),
        login=login,
    )
    if attempt.was_locked:
        response.headers["Retry-After"] = str(attempt.wait_s)
    return response


def _error_of(attempt: LoginAttempt) -> AuthenticationError | RequestError:
    if attempt.was_locked:
        return RequestError(
            429,
            _("Too many attempts to log in."),
            code="account.locked",
            hint=_wait_hint(attempt.wait_s),
            headers={"Retry-After": str(attempt.wait_s)},
        )
    hint = _wait_hint(attempt.wait_s)
    if not attempt.wait_s:
        minutes = minutes_of(attempt.lock_s)
        hint = _("%(count)s more tries, then it is locked for %(minutes)s min.", count=attempt.left, minutes=minutes)
    return AuthenticationError(_("The user name or the password is wrong."), hint=hint)


def _wait_hint(seconds: int) -> Message:
    return _("Wait %(minutes)s min before you try again.", minutes=minutes_of(seconds))


def _answer(call: Call, uid: int, key: str) -> Response:
    if not call.request.is_api:
        return go_on(call.request.form.get("next", ""))
    session = call.host.accounts.find_session(call.env, key, touch=False)
    user = call.env.browse("core.user", uid)
    return json_response(
        {
            "user": {"id": uid, "name": user.name, "login": user.login},
            "must_change_password": bool(user.must_change_password),
            "csrf": None if session is None else session.csrf,
        }
    )


def _form(
    call: Call,
    status: int,
    *,
    fault: str | None = None,
    hint: str | None = None,
    notice: str | None = None,
    login: str = "",
) -> Response:
    request, accounts = call.request, call.host.accounts
    return card(
        call,
        "login.html",
        status,
        fault=fault,
        hint=hint,
        notice=notice,
        login=login[:LONGEST_LOGIN],
        next=request.form.get("next", "") or request.args.get("next", ""),
        remember_days=accounts.remember_days(call.env),
        remember=bool(request.form.get("remember")),
        may_register=accounts.may_register(call.env),
    )
