"""How large an upload may be, and reading one before the transaction begins (layer web)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.web.request import MAX_BODY

if TYPE_CHECKING:
    from core.config import Settings
    from core.web.request import Request

_MARGIN = 1 << 20
"""For the other parts of the form."""


def largest_body(settings: Settings) -> int:
    """Return the bytes of the largest body that any request may have."""
    return max(MAX_BODY, (settings.attachment_max_mb << 20) + _MARGIN)


def read_upload(request: Request, settings: Settings) -> None:
    """Read the parts of an upload: a large file to a temporary file, the fields to memory.

    Raises:
        RequestEntityTooLarge: The body is larger than `largest_body` allows.
    """
    request.max_content_length = largest_body(settings)
    request.max_form_memory_size = _MARGIN
    len(request.form)
