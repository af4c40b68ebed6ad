"""One number of statistics as chart and tables show it, with the list of the records behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addons.base_report.services.dimensions import Dimension
from addons.base_report.services.facts import Fact
from addons.base_report.services.measures import Offered
from addons.base_report.services.question import Question
from core.api import Cell, Environment, formats, formatter_for, records_url

NO_FILTERS = "-"
Condition = tuple[Dimension, str, Any]
"""Dimension, operator and value of a group."""


class Cells:
    """Makes the cells of one answer.

    Args:
        env: The environment of the reader.
        question: What was asked.
        with_links: Whether cells lead to records; not in files.
    """

    def __init__(self, env: Environment, question: Question, *, with_links: bool = True) -> None:
        self._formatter = formatter_for(env)
        spans = [question.span, *([question.compared] if question.compared is not None else [])]
        self._spans = [[span, *(question.part_of(span, first) for first in question.periods(span))] for span in spans]
        self.question = question
        self.with_links = with_links

    def cell(
        self,
        measure: int,
        facts: Sequence[Fact],
        conditions: Sequence[Condition],
        *,
        period: int | None = None,
        is_compared: bool = False,
    ) -> Cell:
        """Return a measure over facts.

        Args:
            measure: Place of the measure in the question; only its facts count.
            facts: Facts of the present or of the span compared with.
            conditions: The groups the cell stands for.
            period: Place of its period; None: the whole span.
            is_compared: Whether it is of the span compared with.
        """
        offered = self.question.measures[measure]
        own = [fact.parts for fact in facts if fact.measure == measure]
        value = offered.measure.of(own)
        is_there = own and (period is None or period + 1 < len(self._spans[is_compared]))
        url = self.url(measure, conditions, period, is_compared) if is_there and self.with_links else None
        return self.shown(offered, value, url)

    def count(self, facts: Sequence[Fact], measure: int = 0) -> int:
        """Return how many records of a measure lie in facts."""
        return sum(fact.parts["id:count"] for fact in facts if fact.measure == measure)

    def shown(self, offered: Offered, value: Any, url: str | None) -> Cell:
        """Return a value of a measure as it is shown."""
        if value is None:
            # A sum of nothing is drawn as 0, so that a line does not break off.
            is_zero = offered.measure.adds_up and self.question.chart == "line"
            return Cell(formats.NONE, formats.NONE, 0.0 if is_zero else None, url)
        lang = self._formatter.lang
        kind = offered.kind
        if kind == "money":
            text = formats.money(value, lang, self._formatter.currency, sign=False)
        elif kind in ("integer", "float", "decimal"):
            text = formats.number(value, lang)
        else:
            text = self._formatter.show(offered.field, value).text
            return Cell(text, text, None, url)
        return Cell(text, formats.large(value, lang), float(value), url)

    def url(self, measure: int, conditions: Sequence[Condition], period: int | None, is_compared: bool) -> str:
        """Return the list of exactly the records that were counted."""
        offered = self.question.measures[measure]
        domain = self.question.conditions(offered, self._spans[is_compared][0 if period is None else period + 1])
        domain += [dimension.domain(offered, operator, value) for dimension, operator, value in conditions]
        # Without "f" the list would put its usual filters on top, and show fewer records than were counted.
        return records_url(offered.measure.model, view="list", f=NO_FILTERS, domain=domain)


def change(now: Cell, before: Cell, lang: str) -> tuple[str, str]:
    """Return how much more or less a number became, as text and tone (``ok``, ``er`` or empty)."""
    if now.value is None or now.text == formats.NONE or not before.value:
        return formats.NONE, ""
    share = (now.value - before.value) / abs(before.value)
    arrow = "↑ " if share > 0 else "↓ " if share < 0 else ""
    return f"{arrow}{formats.percent(abs(share), lang, 1)}", "ok" if share > 0 else "er" if share < 0 else ""
