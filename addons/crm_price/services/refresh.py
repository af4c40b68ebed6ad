"""Look at the lowest prices anew when a document is submitted or confirmed: they may have changed since its lines were entered."""

from __future__ import annotations

from typing import Any

from addons.crm_price.services.control import mode_of, needs_approval, refuse_below
from addons.crm_price.services.line_floor import floor_of


def refresh(document: Any) -> None:
    """Bring lowest prices and the need for approval of a draft up to date; nothing is written if nothing changed.

    Raises:
        ValidationError: In mode A, a line is below its lowest price now.
    """
    if _is_stale(document):
        document.floors_at = document.env.now()
        document.env.flush()
    for line in document.lines:
        refuse_below(line)


def _is_stale(document: Any) -> bool:
    for line in document.lines:
        floor = floor_of(line)
        if floor.shown != line.floor_price or floor.is_below != line.is_below:
            return True
    mode = mode_of(document)
    return bool(mode != document.price_mode or needs_approval(document, mode) != document.needs_price_approval)
