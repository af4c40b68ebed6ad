"""``/forgotten`` and ``/reset`` (CORE-06): ask for a link by mail, choose a password by it (layer web).

The link never begins with what a request merely claims to be addressed to: that could be another site, and the mail would bring the
token there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.errors import ValidationError
from core.i18n import _
from core.web.call import Answered
from core.web.identity import check_origin
from core.web.pages.account_forms import check_same, faults_of, rule_text, texts
from core.web.pages.cards import card, go_on
from core.web.request import Response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.config import Settings
    from core.web.call import Call
    from core.web.request import Request

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_TOKEN = 200


def base_of_links(settings: Settings, request: Request) -> str | None:
    """Return the address that links in mails begin with, without a slash at its end; None: there is none to be trusted.

    Args:
        settings: A host name among ``hosts`` is ours, and so is ``public_url``.
        request: The request; one to this machine itself may name it.
    """
    own = request.host_url.rstrip("/")
    name = (urlsplit(own).hostname or "").lower()
    if name in settings.hosts:
        return own
    if settings.public_url:
        return settings.public_url
    return own if name in _LOCAL else None


def show_forgotten(call: Call) -> Response:
    """GET /forgotten: asks for the user name or mail address, or says that only the administrator helps."""
    return card(
        call, "account_forgotten.html", state="form" if _is_possible(call) else "impossible", fault=None, typed=""
    )


def ask(call: Call) -> Response:
    """POST /forgotten: the same answer whoever is meant, if anybody."""
    check_origin(call.request)
    (typed,) = texts(call, "who")
    base = base_of_links(call.host.settings, call.request)
    if base is None or not call.host.accounts.links_possible(call.env):
        return card(call, "account_forgotten.html", state="impossible", fault=None, typed="")
    if not typed.strip():
        fault = call.text(_("Fill in the user name or the mail address."))
        return card(call, "account_forgotten.html", 422, state="form", fault=fault, typed="")
    request = call.request
    if call.host.accounts.ask_for_link(call.env, typed, base, address=request.address, agent=request.agent):
        return card(call, "account_forgotten.html", state="sent", fault=None, typed="")
    fault = call.text(_("Too many links were asked for. Try again in an hour, or ask the administrator."))
    response = card(call, "account_forgotten.html", 429, state="form", fault=fault, typed=typed[:255])
    response.headers["Retry-After"] = "3600"
    return response


def show_reset(call: Call) -> Response:
    """GET /reset?token=…: asks for the new password; opening the link does not use it up."""
    token = call.request.args.get("token", "")
    if not _holds(call, token):
        return _secret(card(call, "account_reset.html", 410, token="", faults={}, rule="", is_good=False))
    return _form(call, 200, token, {})


def reset(call: Call) -> Response:
    """POST /reset: ``token``, ``password``, ``again``."""
    check_origin(call.request)
    token, password, again = texts(call, "token", "password", "again")
    if not _holds(call, token):
        return _secret(card(call, "account_reset.html", 410, token="", faults={}, rule="", is_good=False))
    try:
        check_same(password, again)
        call.host.accounts.use_link(call.env, token, password, address=call.request.address)
    except ValidationError as error:
        raise Answered(_form(call, 422, token, faults_of(call, error))) from error
    return go_on("/login?done=reset")


ENDPOINTS = (
    Endpoint("/forgotten", ("GET",), show_forgotten, auth="optional"),
    Endpoint("/forgotten", ("POST",), ask, auth="optional", writes=True, rate="login"),
    Endpoint("/reset", ("GET",), show_reset, auth="optional", rate="login"),
    Endpoint("/reset", ("POST",), reset, auth="optional", writes=True, rate="login"),
)


def _is_possible(call: Call) -> bool:
    is_known = base_of_links(call.host.settings, call.request) is not None
    return is_known and call.host.accounts.links_possible(call.env)


def _holds(call: Call, token: str) -> bool:
    is_plausible = 0 < len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()
    return is_plausible and call.host.accounts.link_holds(call.env, token)


def _form(call: Call, status: int, token: str, faults: dict[str, str]) -> Response:
    return _secret(
        card(call, "account_reset.html", status, token=token, faults=faults, rule=rule_text(call), is_good=True)
    )


def _secret(response: Response) -> Response:
    """Keep the address of the page, which holds the token, from every other."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
