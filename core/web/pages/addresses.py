"""Addresses of the pages; the only place that knows how they are built (layer web)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

RECORDS = "/records"


def records_url(model: str, **query: Any) -> str:
    """Return the page of a model's records.

    Args:
        model: Name of the model.
        query: Parameters; None and empty ones are left out, lists are joined by commas, domains become JSON.
    """
    return with_query(f"{RECORDS}/{model}", query)


def record_url(model: str, number: int | str, **query: Any) -> str:
    """Return the page of one record; ``new`` as number is the form of a new one, ``5/edit`` a page below that of record 5."""
    return with_query(f"{RECORDS}/{model}/{number}", query)


def choices_url(model: str, field: str, domain: Any = None) -> str:
    """Return where the selection box of a relation searches.

    Args:
        model: Model that has the field.
        field: The relation.
        domain: Narrows the choices; None does not.
    """
    return with_query(f"/choices/{model}/{field}", {"domain": domain})


def why_url(model: str, number: int) -> str:
    """Return the page that tells an administrator why somebody may see a record, and who can."""
    return with_query("/access/why", {"model": model, "record": number})


def with_query(path: str, query: Mapping[str, Any]) -> str:
    """Return a path with the parameters that have a value."""
    given = {name: _text(value) for name, value in query.items() if value not in (None, "", [], (), {})}
    return f"{path}?{urlencode(given)}" if given else path


def with_more(url: str, **query: Any) -> str:
    """Return an address, which may have parameters already, with more of them."""
    return with_query(url, query) if "?" not in url else url + with_query("", query).replace("?", "&", 1)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    if isinstance(value, (list, tuple, Mapping)):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)
