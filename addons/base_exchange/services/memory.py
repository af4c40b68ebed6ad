"""Mappings kept for the next time: by model and headings, of the user first, then of anybody (CORE-63)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from addons.base_exchange.services.matching.headers import normalise
from addons.base_exchange.services.plan import Column, Plan
from addons.base_exchange.services.system import as_system
from core.api import Environment

_LOOKED_AT = 20
_CHOICES = ("key", "existing", "insert", "empty", "errors", "duplicates", "date_order")
"""Parts of a plan, besides the columns, that count for the next file with the same headings."""


def fingerprint(headings: Sequence[str]) -> str:
    """Return what is the same for files with the same headings, in any order."""
    text = json.dumps(sorted(normalise(heading) for heading in headings), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def remember(env: Environment, plan: Plan) -> None:
    """Keep a mapping that was used, for the user of ``env``; it replaces the one for the same headings."""
    system = as_system(env)
    mappings = system["base.import.mapping"]
    headings = [column.header for column in plan.columns]
    mark = fingerprint(headings)
    found = mappings.search([["model", "=", plan.model], ["user", "=", env.uid], ["fingerprint", "=", mark]])
    kept = {"headings": headings, "plan": plan.to_json()}
    if found:
        found[0].update(kept)
    else:
        mappings.create({"model": plan.model, "user": env.uid, "fingerprint": mark, **kept})
    system.flush()


def recall(env: Environment, model: str, headings: Sequence[str]) -> tuple[Plan | None, dict[str, Column]]:
    """Return what is known of files with these headings.

    Returns:
        The plan last used for exactly these headings, or None; and heading as `normalise` gives it → its column in an earlier import.
    """
    system = as_system(env)
    rows: list[dict[str, Any]] = system["base.import.mapping"].read(
        [["model", "=", model]], ["user", "fingerprint", "plan"], limit=_LOOKED_AT
    )
    rows.sort(key=lambda row: row["user"] != env.uid)
    mark = fingerprint(headings)
    exact = next((Plan.from_json(row["plan"]) for row in rows if row["fingerprint"] == mark), None)
    columns: dict[str, Column] = {}
    for plan in [exact] if exact is not None else [Plan.from_json(row["plan"]) for row in rows]:
        for column in plan.columns:
            key = normalise(column.header)
            # What was left out once may be wanted in another file.
            if key and (column.target or exact is not None):
                columns.setdefault(key, column)
    return exact, columns


def apply_choices(plan: Plan, earlier: Plan) -> None:
    """Take over the choices of an earlier plan that still fit the columns."""
    names = {column.target.partition(".")[0] for column in plan.columns if column.target}
    for name in _CHOICES:
        setattr(plan, name, getattr(earlier, name))
    if not set(plan.key) <= names:
        plan.key = []
