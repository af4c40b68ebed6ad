"""The cookie that keeps a session in the browser: set, renewed and taken away (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.web.identity import session_cookie

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response


def keep_session(call: Call, response: Response, key: str, *, seconds: int | None) -> None:
    """Give the browser the key of a session.

    Args:
        call: The request.
        response: The answer; changed.
        key: The key.
        seconds: How long the browser keeps it; None until it is closed.
    """
    secure = call.host.settings.secure_cookies
    response.set_cookie(
        session_cookie(secure=secure), key, max_age=seconds, path="/", httponly=True, samesite="Lax", secure=secure
    )


def forget_session(call: Call, response: Response) -> None:
    """Take the key from the browser."""
    secure = call.host.settings.secure_cookies
    response.delete_cookie(session_cookie(secure=secure), path="/", httponly=True, samesite="Lax", secure=secure)


def renew(call: Call, response: Response) -> None:
    """Give the session of a request another key; it lives as long as it would have."""
    identity = call.identity
    if identity is not None and identity.session_id is not None:
        key = call.host.accounts.renew_session(call.env, identity.session_id)
        keep_session(call, response, key, seconds=call.host.accounts.seconds_left(call.env, identity.session_id))
