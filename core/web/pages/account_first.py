"""``/first-login`` (CORE-03): who got the password from somebody else chooses one; until then every other page leads here (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ValidationError
from core.i18n import _
from core.web.call import Answered
from core.web.errors import RequestError
from core.web.pages.account_forms import check_same, faults_of, rule_text, texts
from core.web.pages.cards import card, go_on
from core.web.routes import Endpoint
from core.web.sessioncookie import renew

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

PATH = "/first-login"
CODE = "account.must_change_password"
"""Code of the refusal that programs get."""


def must_change() -> RequestError:
    """Build (not raise) the refusal of everything but choosing a password (403)."""
    return RequestError(
        403,
        _("Choose a password first: yours was set by somebody else."),
        code=CODE,
        hint=_("log in with a browser"),
    )


def show(call: Call) -> Response:
    """GET /first-login; whoever has nothing to choose goes to the start page."""
    if call.identity is None or not call.identity.must_change:
        return go_on("/")
    return _form(call, 200, {}, "")


def choose(call: Call) -> Response:
    """POST /first-login: ``password`` and ``again``, and ``login`` where it has to change."""
    identity = call.identity
    if identity is None or not identity.must_change:
        return go_on("/")
    login, password, again = texts(call, "login", "password", "again")
    try:
        check_same(password, again)
        call.host.accounts.finish_first_login(
            call.env, password, login, keep_session=identity.session_id, address=call.request.address
        )
    except ValidationError as error:
        raise Answered(_form(call, 422, faults_of(call, error), login)) from error
    response = go_on("/")
    renew(call, response)
    return response


ENDPOINTS = (
    Endpoint(PATH, ("GET",), show, first_login=True),
    Endpoint(PATH, ("POST",), choose, writes=True, first_login=True),
)


def _form(call: Call, status: int, faults: dict[str, str], login: str) -> Response:
    env = call.env
    return card(
        call,
        "account_first.html",
        status,
        faults=faults,
        asks_login=call.host.accounts.must_choose_login(env, env.user),
        login=login,
        present=env.user.login or "",
        rule=rule_text(call),
        csrf=call.csrf,
    )
