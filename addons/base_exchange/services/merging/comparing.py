"""What the page shows that sets records side by side before they are merged, and what it sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.base_exchange.services.merging.merge import mergeable_fields
from addons.base_exchange.services.merging.references import referring_fields
from core.api import AccessDenied, Environment, ValidationError, _, formatter_for, id_of


def compared(
    env: Environment, model: str, ids: Sequence[int], winner: int | None, chosen: Mapping[str, int]
) -> dict[str, Any]:
    """Return records side by side.

    Args:
        env: Who looks.
        model: Name of the model.
        ids: The records; those that the user does not see are left out.
        winner: The one that stays; None proposes the one that most refers to.
        chosen: Field → record whose value was chosen; others are proposed.

    Returns:
        ``records`` (id, name, url), ``winner``, ``rows`` (name, label, is_same, cells with id, text, is_chosen), ``references``
        (label, counts in the order of the records).
    """
    fields = mergeable_fields(env, model)
    paths = ["display_name"]
    for field in fields:
        paths += [field.name, f"{field.name}.display_name"] if field.is_relation else [field.name]
    found = {row["id"]: row for row in env[model].read([["id", "in", list(ids)]], paths)}
    rows = [found[number] for number in ids if number in found]
    counted = references_of(env, model, [row["id"] for row in rows])
    if winner not in found:
        totals = {row["id"]: sum(counts[row["id"]] for _label, counts in counted) for row in rows}
        winner = max(rows, key=lambda row: (totals[row["id"]], -row["id"]))["id"] if rows else None
    rows.sort(key=lambda row: row["id"] != winner)
    shown = formatter_for(env)
    lines = []
    for field in fields:
        if all(_is_empty(row[field.name]) for row in rows):
            continue
        proposed = chosen.get(field.name) or next(row["id"] for row in rows if not _is_empty(row[field.name]))
        cells = [
            {
                "id": row["id"],
                "text": shown.show(field, row[field.name], row.get(f"{field.name}.display_name")).text,
                "is_chosen": row["id"] == proposed,
            }
            for row in rows
        ]
        is_same = len({str(row[field.name]) for row in rows}) == 1
        lines.append({"name": field.name, "label": _(field.label), "is_same": is_same, "cells": cells})
    lines.sort(key=lambda line: line["is_same"])
    return {
        "records": [
            {"id": row["id"], "name": row["display_name"], "url": f"/records/{model}/{row['id']}"} for row in rows
        ],
        "winner": winner,
        "rows": lines,
        "references": [
            {"label": label, "counts": [counts[row["id"]] for row in rows]}
            for label, counts in counted
            if any(counts.values())
        ],
    }


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def references_of(env: Environment, model: str, ids: Sequence[int]) -> list[tuple[Any, dict[int, int]]]:
    """Return what refers to records, as far as the user may read it: label of an object, and id → number."""
    counted: dict[str, dict[int, int]] = {}
    for field in referring_fields(env, model):
        info = env.registry[field.model_name]
        if info.is_log or field.name in env.hidden_fields(info, "read"):
            continue
        try:
            found = env[info.name].aggregate([[field.name, "in", list(ids)]], {"id": "count"}, [field.name])
        except AccessDenied:
            continue
        counts = counted.setdefault(info.label, dict.fromkeys(ids, 0))
        for row in found:
            if row[field.name] in counts:
                counts[row[field.name]] += row["id"]
    return [(_(label), counts) for label, counts in sorted(counted.items())]


def sent_choices(form: Any) -> tuple[int | None, list[int], dict[str, int]]:
    """Return the winner, all ids and the choices of a form.

    Raises:
        ValidationError: Something of it is no number.
    """
    ids = list(dict.fromkeys(_number(text) for text in form.getlist("id")))
    winner = _number(form["winner"]) if form.get("winner") else None
    chosen = {name[2:]: _number(text) for name, text in form.items() if name.startswith("v.")}
    return winner, ids, chosen


def _number(text: str) -> int:
    number = id_of(text)
    if number is None:
        raise ValidationError(_("This is no number of a record."), code="merge.number")
    return number
