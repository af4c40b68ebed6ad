"""``/register`` (CORE-08): people register themselves, where the parameter allows it (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import ValidationError
from core.web.call import Answered
from core.web.errors import not_found
from core.web.identity import check_origin
from core.web.pages.account_forms import check_same, faults_of, rule_text, texts
from core.web.pages.cards import card, go_on
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.web.call import Call
    from core.web.request import Response


def show(call: Call) -> Response:
    """GET /register; not there unless allowed."""
    _check_allowed(call)
    return _form(call, 200, {}, {"name": "", "login": "", "mail": ""})


def register(call: Call) -> Response:
    """POST /register: ``name``, ``login``, ``mail``, ``password``, ``again``."""
    check_origin(call.request)
    _check_allowed(call)
    name, login, mail, password, again = texts(call, "name", "login", "mail", "password", "again")
    try:
        check_same(password, again)
        call.host.accounts.register(call.env, name, login, mail, password, address=call.request.address)
    except ValidationError as error:
        kept = {"name": name[:255], "login": login[:255], "mail": mail[:255]}
        raise Answered(_form(call, 422, faults_of(call, error), kept)) from error
    return go_on("/login?done=registered")


ENDPOINTS = (
    Endpoint("/register", ("GET",), show, auth="optional"),
    Endpoint("/register", ("POST",), register, auth="optional", writes=True, rate="login"),
)


def _check_allowed(call: Call) -> None:
    if not call.host.accounts.may_register(call.env):
        raise not_found()


def _form(call: Call, status: int, faults: Mapping[str, str], values: Mapping[str, str]) -> Response:
    return card(call, "account_register.html", status, faults=faults, values=values, rule=rule_text(call))
