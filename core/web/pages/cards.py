"""Pages of one card in the middle, as for logging in: the language switch, the card, nothing else (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from core.i18n.languages import LANGUAGES
from core.web import languages
from core.web.pages.targets import safe_target
from core.web.request import Response

if TYPE_CHECKING:
    from core.web.call import Call

_YEAR_S = 365 * 24 * 3600


def card(call: Call, template: str, status: int = 200, **data: Any) -> Response:
    """Return a page of one card, and keep the language if the reader just chose one.

    Args:
        call: The request.
        template: Template that extends ``card.html``.
        status: HTTP status.
        data: What the template shows; ``next`` is made safe here.
    """
    request = call.request
    company = call.env.company
    if "next" in data:
        data["next"] = safe_target(data["next"])
    own = call.env.user.language if call.identity is not None and call.env.uid == call.identity.uid else None
    response = call.page(
        template,
        status,
        company=None if company is None else company.name,
        # Who set a language of their own gets that one, whatever the switch says.
        languages=[] if own else [_switch(call, name, label) for name, label in LANGUAGES.items()],
        **data,
    )
    if "lang" in request.args:
        secure = call.host.settings.secure_cookies
        response.set_cookie(languages.COOKIE, call.lang, max_age=_YEAR_S, httponly=True, samesite="Lax", secure=secure)
    return response


def go_on(target: str) -> Response:
    """Return the answer that sends the browser to a path of ours."""
    return Response(status=303, headers={"Location": safe_target(target)})


def minutes_of(seconds: int) -> int:
    """Return seconds as whole minutes, rounded up."""
    return -(-seconds // 60)


def _switch(call: Call, name: str, label: str) -> dict[str, Any]:
    """Return one choice of the language switch: the same page in another language."""
    request = call.request
    kept = {key: value for key, value in request.args.items() if key in ("next", "token")}
    if request.form.get("next"):
        kept["next"] = safe_target(request.form["next"])
    return {
        "tag": name.replace("_", "-"),
        "label": label,
        "url": f"{request.path}?{urlencode({**kept, 'lang': name})}",
        "chosen": name == call.lang,
    }
