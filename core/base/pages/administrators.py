"""What the pages of administration share: who may open them, what their forms send (layer base)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from core.access.declarations import ADMINISTRATOR
from core.base.services.special_rights import require_special_right
from core.errors import AccessDenied
from core.i18n import _
from core.web.errors import RequestError, malformed

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.request import Response

Page = Callable[..., "Response"]


def for_administrators(page: Page) -> Page:
    """Let a page answer administrators only; everybody else gets 403, whatever it would have shown."""

    @wraps(page)
    def guarded(call: Call, **parts: Any) -> Response:
        require_administrator(call)
        return page(call, **parts)

    return guarded


def require_administrator(call: Call) -> None:
    """Refuse everybody but administrators.

    Raises:
        AccessDenied: The user is none.
    """
    if not call.env.guard.has_group(call.env, ADMINISTRATOR):
        raise AccessDenied(_("Only administrators open this page."), code="access_denied.administration")


def with_right(right: str) -> Callable[[Page], Page]:
    """Let a page answer holders of a special right only."""

    def wrap(page: Page) -> Page:
        @wraps(page)
        def guarded(call: Call, **parts: Any) -> Response:
            require_special_right(call.env, right)
            return page(call, **parts)

        return guarded

    return wrap


def numbers_of(call: Call, name: str, *, most: int = 1000) -> list[int]:
    """Return the ids that a form sends under one name.

    Raises:
        RequestError: One is no number, or there are too many (400).
    """
    sent = call.request.form.getlist(name)
    if len(sent) > most:
        raise malformed(_("Too many at once."), key=name)
    return [number_of(text, name) for text in sent]


def number_of(text: str, name: str) -> int:
    """Return an id that was sent as text.

    Raises:
        RequestError: It is none (400).
    """
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise malformed(_('"%(text)s" is no number of a record.', text=text[:40]), key=name)
    return int(text)


def bad_value(name: str, value: str) -> RequestError:
    """Build (not raise) the refusal of a parameter whose value is none of those there are (400)."""
    return malformed(_('"%(value)s" is not known here.', value=value[:80]), key=name)
