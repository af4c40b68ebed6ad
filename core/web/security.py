"""Headers that every answer carries, so that a browser does with it only what we mean (layer web)."""

from __future__ import annotations

from collections.abc import Mapping

from core.web.request import Request, Response

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""For pages: everything from ourselves, nothing inline, in nobody's frame."""
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For answers that are no page: a browser that is pointed at one runs nothing of it."""
_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def secure(response: Response, request: Request, *, https_only: bool) -> None:
    """Add the headers that the answer does not have yet.

    Args:
        response: The answer; changed.
        request: What it answers.
        https_only: Whether the deployment is reached by HTTPS only, which browsers are then told to remember.
    """
    is_page = response.mimetype == "text/html"
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if https_only:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
