"""POST /preferences: keep one preference at once, such as a collapsed navigation (layer web; CORE-07)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.i18n import _
from core.web.errors import malformed
from core.web.request import Response
from core.web.routes import Endpoint

if TYPE_CHECKING:
    from core.web.call import Call


def keep(call: Call) -> Response:
    """Take ``{"key": …, "value": …}``; null as value goes back to the default. Answers 204.

    Raises:
        RequestError: The body is none of that (400).
        UnknownNameError: There is no such preference.
        ValidationError: The value is none of those possible.
    """
    body = call.request.json_body()
    if not isinstance(body, Mapping) or not isinstance(body.get("key"), str) or "value" not in body:
        raise malformed(_('"key" and "value" are needed.'))
    call.host.accounts.write_preference(call.env, body["key"], body["value"])
    return Response(status=204)


ENDPOINTS = (Endpoint("/preferences", ("POST",), keep, writes=True),)
