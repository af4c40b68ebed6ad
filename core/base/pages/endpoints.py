"""The addresses of the built-in addon's pages (layer base)."""

from __future__ import annotations

from core.base.pages.side import show_side
from core.web.routes import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (Endpoint("/records/<model>/<number>/side", ("GET",), show_side),)
