"""Log in and out (CORE-04): a form for people, JSON for programs that want a session (layer web).

Each login opens a new session and ends the one the browser had, so that a key set by somebody else is worth nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.errors import AuthenticationError
from core.i18n import _
from core.web import languages
from core.web.errors import malformed
from core.web.identity import COOKIE, check_origin
from core.web.request import Response, json_response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Request

LONGEST_LOGIN = 255
LONGEST_PASSWORD = 1024
_YEAR_S = 365 * 24 * 3600
_TONGUES = (("zh_CN", "中文"), ("en", "English"))


def show_login(call: Call) -> Response:
    """GET /login: the form; who is logged in already goes on."""
    if call.identity is not None:
        return _go_to(_next_of(call.request.args.get("next", "")))
    response = _form(call, 200)
    if "lang" in call.request.args:
        response.set_cookie(
            languages.COOKIE, call.lang, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=_https(call)
        )
    return response


def log_in(call: Call) -> Response:
    """POST /login: ``login`` and ``password`` as a form or JSON.

    A form is answered by going to ``next``, or the form again with 401. JSON is answered with the user and the token that changes need.
    The refused attempt is answered and not raised, since its entry in the login log has to be committed.
    """
    request = call.request
    check_origin(request)
    login, password = _given(request)
    uid = None
    if _is_plausible(login, password):
        accounts = call.host.accounts
        uid = accounts.authenticate(call.env, login, password, address=request.address, agent=request.agent)
    if uid is None:
        return _refuse(call, login)
    if call.identity is not None and call.identity.session_id is not None:
        call.host.accounts.end_session(call.env, call.identity.session_id, address=request.address)
    key = call.host.accounts.start_session(call.env, uid, address=request.address, agent=request.agent)
    response = _answer(call, uid, key)
    response.set_cookie(
        COOKIE,
        key,
        max_age=call.host.settings.session_max_hours * 3600,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=_https(call),
    )
    return response


def log_out(call: Call) -> Response:
    """POST /logout: end the session at once."""
    if call.identity is not None and call.identity.session_id is not None:
        call.host.accounts.end_session(call.env, call.identity.session_id, address=call.request.address)
    response = Response(status=204) if call.request.is_api else _go_to("/login")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=_https(call))
    return response


ENDPOINTS = (
    Endpoint("/login", ("GET",), show_login, auth="optional"),
    Endpoint("/login", ("POST",), log_in, auth="optional", writes=True, rate="login"),
    Endpoint("/logout", ("POST",), log_out, writes=True),
)


def _given(request: Request) -> tuple[str, str]:
    """Return name and password as sent.

    Raises:
        RequestError: They are missing or no texts.
    """
    given: Any = request.form if request.mimetype != "application/json" else request.json_body()
    login, password = (given.get(name) if hasattr(given, "get") else None for name in ("login", "password"))
    if not isinstance(login, str) or not isinstance(password, str):
        raise malformed(_('"login" and "password" are needed.'))
    return login, password


def _is_plausible(login: str, password: str) -> bool:
    """Whether there can be such an account at all; the answer to others is the same as to a wrong password."""
    return (
        0 < len(login) <= LONGEST_LOGIN
        and login.isprintable()
        and 0 < len(password) <= LONGEST_PASSWORD
        and not any("\ud800" <= char <= "\udfff" for char in password)
    )


def _refuse(call: Call, login: str) -> Response:
    error = AuthenticationError(_("The user name or the password is wrong."))
    if call.request.is_api:
        # An answer instead of an exception: the transaction with the entry of the log is to be committed.
        return call.problem(error)
    return _form(call, 401, fault=call.text(error.message), login=login)


def _answer(call: Call, uid: int, key: str) -> Response:
    if not call.request.is_api:
        return _go_to(_next_of(call.request.form.get("next", "")))
    session = call.host.accounts.find_session(call.env, key, touch=False)
    user = call.env.browse("core.user", uid)
    return json_response(
        {
            "user": {"id": uid, "name": user.name, "login": user.login},
            "must_change_password": bool(user.must_change_password),
            "csrf": None if session is None else session.csrf,
        }
    )


def _form(call: Call, status: int, *, fault: str | None = None, login: str = "") -> Response:
    request = call.request
    target = _next_of(request.form.get("next", "") or request.args.get("next", ""))
    company = call.env.company
    tongues = [
        {"tag": name.replace("_", "-"), "label": label, "url": f"/login?lang={name}", "chosen": name == call.lang}
        for name, label in _TONGUES
    ]
    return call.page(
        "login.html",
        status,
        fault=fault,
        login=login[:LONGEST_LOGIN],
        next=target,
        company=None if company is None else company.name,
        languages=tongues,
    )


def _next_of(target: str) -> str:
    """Return where to go on: a path of ours, never another site."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if is_path and "\\" not in target and len(target) <= 2000 else "/"


def _go_to(path: str) -> Response:
    return Response(status=303, headers={"Location": path})


def _https(call: Call) -> bool:
    return call.host.settings.secure_cookies
