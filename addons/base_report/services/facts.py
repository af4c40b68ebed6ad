"""Reads what a question asks: one statement for each measure and span, whatever the number of cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_report.services.dimensions import Dimension
from addons.base_report.services.measures import Offered, Parts
from addons.base_report.services.periods import Span
from addons.base_report.services.question import Question
from core.api import Environment

MOST_GROUPS = 5000
"""Groups of one measure at most; more than these no page can show."""


@dataclass(frozen=True)
class Fact:
    """One group of records of one measure."""

    measure: int
    """Place of the measure in the question."""
    by: Any
    """Value of the first dimension."""
    then: Any
    """Value of the second one."""
    period: int | None
    """Place of the period in its span; None: not grouped by time."""
    parts: Parts


@dataclass(frozen=True)
class Facts:
    """All groups of a question."""

    present: Sequence[Fact]
    compared: Sequence[Fact]
    is_too_much: bool


def read_facts(env: Environment, question: Question) -> Facts:
    """Return the groups, read with the rights of ``env``.

    Raises:
        CoreError: The conditions of the question name something that is not there or not to be seen.
    """
    present, too_much = _read(env, question, question.span)
    compared: list[Fact] = []
    if question.compared is not None and not too_much:
        compared, too_much = _read(env, question, question.compared)
    return Facts([], [], True) if too_much else Facts(present, compared, False)


def _read(env: Environment, question: Question, span: Span) -> tuple[list[Fact], bool]:
    places = {first: place for place, first in enumerate(question.periods(span))}
    found: list[Fact] = []
    for number, measure in enumerate(question.measures):
        keys = [_by(dimension, measure) for dimension in (question.by, question.then)]
        time = f"{measure.date}:{question.unit}" if question.unit else None
        grouped = list(dict.fromkeys(key for key in (*keys, time) if key is not None))
        rows = env[measure.measure.model].aggregate(
            question.conditions(measure, span), measure.measure.wanted, grouped, None, MOST_GROUPS + 1
        )
        if len(rows) > MOST_GROUPS:
            return [], True
        for row in rows:
            by, then = (None if key is None else row[key] for key in keys)
            parts = {name: value for name, value in row.items() if name not in grouped}
            if parts["id:count"]:
                found.append(Fact(number, by, then, _place(row, time, places), parts))
    return found, False


def _by(dimension: Dimension | None, measure: Offered) -> str | None:
    return None if dimension is None else dimension.by(measure)


def _place(row: Mapping[str, Any], time: str | None, places: Mapping[dt.date, int]) -> int | None:
    return None if time is None else places[row[time]]
