"""Names of indexes and constraints: the same in every process and never too long for a database. Layer: orm."""

from __future__ import annotations

import hashlib

NAME_LIMIT = 60
"""Longest name given, in characters; PostgreSQL would silently cut off what exceeds 63 bytes."""


def bounded(name: str) -> str:
    """Return ``name``, or if it is longer than `NAME_LIMIT` its beginning with a digest of the whole."""
    if len(name) <= NAME_LIMIT:
        return name
    return f"{name[: NAME_LIMIT - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
