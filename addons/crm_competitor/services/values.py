"""How values of attributes are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.api import Environment, _, formats, formatter_for

KINDS = {"score": "number", "number": "number", "yes_no": "yes", "text": "text"}
"""Type of attribute → the field of ``crm.competitor.value`` that holds its value."""


def shown_value(env: Environment, kind: str | None, unit: str | None, value: Any) -> str:
    """Return a value in words, with its unit; empty for None.

    Args:
        env: Whose language.
        kind: Type of the attribute; None while none is chosen.
        unit: Its unit, or None.
        value: What stands in the field that `KINDS` names.
    """
    if value is None or value == "" or kind is None:
        return ""
    if kind == "text":
        return str(value)
    if kind == "yes_no":
        return formatter_for(env).text(_("Yes") if value == "yes" else _("No"))
    number = formats.number(Decimal(value).normalize(), env.lang)
    return f"{number} {unit}" if unit else number
