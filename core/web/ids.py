"""Ids of records as texts from outside: addresses, parameters, forms (layer web)."""

from __future__ import annotations

_MOST_DIGITS = 18
"""More would not fit into every database; nobody has so many records."""


def id_of(text: str) -> int | None:
    """Return the id of a record that a text says; None where it says none, so that the caller can tell what is wrong in its own words.

    >>> id_of("42"), id_of("-1"), id_of("²"), id_of(""), id_of("9" * 19)
    (42, None, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
