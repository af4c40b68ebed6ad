"""``/password`` (CORE-05): change the own password by giving the old one (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ValidationError
from core.i18n import _
from core.render.shell import Notice
from core.web.call import Answered
from core.web.pages.account_forms import check_same, faults_of, rule_text, texts
from core.web.pages.frame import framed, go_to
from core.web.routes import Endpoint
from core.web.sessioncookie import renew

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.web.call import Call
    from core.web.request import Response

PATH = "/password"


def show(call: Call) -> Response:
    """GET /password."""
    return _form(call, 200, {})


def change(call: Call) -> Response:
    """POST /password: ``old_password``, ``password``, ``again``. The user's other sessions end, this one gets another key."""
    old, password, again = texts(call, "old_password", "password", "again")
    keep = None if call.identity is None else call.identity.session_id
    try:
        check_same(password, again)
        call.host.accounts.change_password(call.env, old, password, keep_session=keep, address=call.request.address)
    except ValidationError as error:
        raise Answered(_form(call, 422, faults_of(call, error))) from error
    response = go_to("/profile", Notice(call.text(_("Your password was changed. Your other sessions have ended."))))
    renew(call, response)
    return response


ENDPOINTS = (
    Endpoint(PATH, ("GET",), show),
    Endpoint(PATH, ("POST",), change, writes=True, rate="login"),
)


def _form(call: Call, status: int, faults: Mapping[str, str]) -> Response:
    title = call.text(_("Change password"))
    return framed(call, "account_password.html", title, status=status, faults=faults, rule=rule_text(call))
