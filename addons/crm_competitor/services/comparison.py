"""The comparison of competitors with us, attribute by attribute (COMP-06)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from addons.crm_competitor.services.values import KINDS, shown_value
from core.api import Environment

MOST = 8
"""Competitors beside one another at most."""
Values = Mapping[tuple[int | None, int], Mapping[str, Any]]
"""Competitor (None: we) and attribute → the row of the value that counts."""


@dataclass(frozen=True)
class Cell:
    """What is known of one attribute of one competitor."""

    text: str
    """Empty: nothing is known."""
    date: Any
    """The day it was found out, or None."""
    is_best: bool


@dataclass(frozen=True)
class Line:
    """One attribute."""

    name: str
    weight: Decimal | None
    """None where the attribute does not count in the total."""
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Comparison:
    """We and some competitors, side by side; the first column is ours."""

    columns: Sequence[Mapping[str, Any]]
    """Mappings with id, name and threat of each competitor."""
    lines: Sequence[Line]
    totals: Sequence[Decimal | None]
    """Weighted mean of the scores, 2 decimals half up: ours first; None where there is no score."""


def compare(env: Environment, chosen: Sequence[int] = ()) -> Comparison:
    """Return the comparison. Three statements, however many competitors and values there are.

    Of several values of one attribute the latest that is not in the future counts.

    Args:
        env: Whose rights hold.
        chosen: Ids of competitors, at most `MOST` of them are taken; none: the active ones, the most dangerous first.
    """
    domain: list[Any] = [["id", "in", list(chosen)]] if chosen else [["active", "=", True]]
    columns = env["crm.competitor"].read(
        domain, ["name", "threat.name", "threat.key"], "threat.sequence, name, id", limit=MOST
    )
    attributes = env["crm.competitor.attribute"].read(
        [["active", "=", True]], ["name", "kind", "unit", "weight", "better"]
    )
    sides: list[int | None] = [None, *(row["id"] for row in columns)]
    values = latest_values(env, [row["id"] for row in columns])
    lines = [_line(env, attribute, values, sides) for attribute in attributes]
    return Comparison(columns, lines, [weighted_score(attributes, values, side) for side in sides])


def latest_values(env: Environment, competitors: Sequence[int]) -> Values:
    """Return the value of each attribute that counts today, of us and of some competitors. One statement."""
    domain = [
        {"any": [["competitor", "in", list(competitors)], ["competitor", "is_not_set"]]},
        ["date", "<=", env.today()],
    ]
    rows = env["crm.competitor.value"].read(
        domain, ["competitor", "attribute", "date", "number", "yes", "text"], "date desc, id desc"
    )
    found: dict[tuple[int | None, int], Mapping[str, Any]] = {}
    for row in rows:
        found.setdefault((row["competitor"], row["attribute"]), row)
    return found


def weighted_score(attributes: Sequence[Mapping[str, Any]], values: Values, competitor: int | None) -> Decimal | None:
    """Return the weighted mean of the scores of one side, 2 decimals half up.

    Only attributes of type score count, and of these only those with a value: what is not known is neither good nor bad.

    Args:
        attributes: Rows with id, kind and weight.
        values: What is known.
        competitor: Id; None means us.
    """
    known = [
        (each["weight"], values[competitor, each["id"]]["number"])
        for each in attributes
        if each["kind"] == "score" and (competitor, each["id"]) in values
    ]
    weights = sum((weight for weight, _score in known), Decimal(0))
    if not weights:
        return None
    total = sum((weight * score for weight, score in known), Decimal(0))
    return (total / weights).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _line(env: Environment, attribute: Mapping[str, Any], values: Values, sides: Sequence[int | None]) -> Line:
    field = KINDS[attribute["kind"]]
    found = [values.get((side, attribute["id"])) for side in sides]
    best = _best(attribute, [None if row is None else row[field] for row in found])
    cells = [
        Cell("", None, is_best=False)
        if row is None
        else Cell(
            shown_value(env, attribute["kind"], attribute["unit"], row[field]),
            row["date"],
            is_best=best is not None and row[field] == best,
        )
        for row in found
    ]
    return Line(attribute["name"], attribute["weight"] if attribute["kind"] == "score" else None, cells)


def _best(attribute: Mapping[str, Any], found: Sequence[Any]) -> Any:
    """Return the best of the values; None where none is better than another, or only one side is known."""
    known = [value for value in found if value is not None]
    if attribute["kind"] not in ("score", "number") or len(known) < 2 or len(set(known)) == 1:
        return None
    better = attribute["better"] or ("high" if attribute["kind"] == "score" else None)
    return {"high": max, "low": min}[better](known) if better else None
