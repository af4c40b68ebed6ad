"""What the end of a repair means for finance."""

from __future__ import annotations

from typing import Any

from addons.crm_service_finance.services.charges import charge, take_back
from core.api import hookimpl


@hookimpl
def repair_confirmed(repair: Any) -> None:
    """Charge the customer."""
    charge(repair)


@hookimpl
def repair_reopened(repair: Any) -> None:
    """Take the charge back."""
    take_back(repair)
