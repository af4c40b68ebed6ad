"""A registry that knows one company, and a reader of cards that knows one card."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.api import hookimpl


@hookimpl
def registry_look_up(name: str, tax_number: str | None) -> Mapping[str, Any] | None:
    """Know 远航科技 only."""
    found = {"legal_name": "深圳远航科技有限公司", "representative": "赵雷", "registered_on": dt.date(2012, 3, 9)}
    return found if name == "远航科技" else None


@hookimpl
def read_card(content: bytes) -> Mapping[str, Any] | None:
    """Know a card that is a line of text, such as ``card:赵雷``."""
    kind, _colon, name = content.decode("utf-8", "replace").partition(":")
    return {"name": name, "customer": "远航科技"} if kind == "card" else None
