"""The chart of an answer and the changes beside it; every number leads to its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from addons.base_report.services.cells import Condition, change
from addons.base_report.services.facts import Fact
from addons.base_report.services.findings import Findings, group_is, group_of, grouped, period_of
from addons.base_report.services.measures import Offered
from addons.base_report.services.periods import COMPARED
from core.api import PERIOD_LABELS, Cell, Chart, Line, _, formats

MOST_SLICES = 5
"""Slices, steps and series of a chart; the rest is gathered in one more."""
MOST_BARS = 15
Changes = tuple[tuple[tuple[str, str], ...], ...]
"""For each line of a chart, and at last for the total: for each measure text and tone of its change."""


@dataclass(frozen=True)
class _Series:
    """One row of bars: a measure, of the present or the span compared with, perhaps of some groups only."""

    label: str
    measure: int
    is_compared: bool = False
    conditions: tuple[Condition, ...] = ()
    values: frozenset[Any] | None = None
    """Groups of the first dimension that count; None: all."""


@dataclass(frozen=True)
class _Category:
    """One place on the axis."""

    label: str
    period: int | None
    conditions: tuple[Condition, ...]
    present: Sequence[Fact]
    compared: Sequence[Fact]
    values: frozenset[Any] = frozenset()
    """Groups of the first dimension that it stands for."""


@dataclass(frozen=True)
class ChartMaker:
    """Makes the chart of what was found."""

    found: Findings

    def chart(self) -> tuple[Chart, Changes]:
        """Return the chart and the changes beside it."""
        question = self.found.question
        is_round = question.chart in ("pie", "funnel")
        is_timed = bool(question.unit) and not (is_round and self.found.by is not None)
        categories = self._periods() if is_timed else self._members(MOST_SLICES if is_round else MOST_BARS)
        if not categories:
            categories = [self._whole(self.found.say(_("Total")))]
        is_split = is_timed and self.found.by is not None and len(question.measures) == 1 and not question.compare
        series = self._split_series() if is_split else []
        is_split = len(series) > 1
        series = series if is_split else self._series(only_first=is_round)
        lines = [self._line(category, series, is_split) for category in categories]
        last = self._line(self._whole(""), series, is_split)
        first = question.measures[0]
        title = first.full if is_round else self.found.joined(each.full for each in question.measures)
        dimension = self.found.by.dimension.label if self.found.by else ""
        if is_timed:
            words = self.found.say(PERIOD_LABELS[question.unit])
            dimension = words[:1].upper() + words[1:]
        chart = Chart(
            "bar" if question.chart == "table" else question.chart,
            title,
            dimension,
            tuple(each.label for each in series),
            tuple(lines),
            last.cells,
            last.total,
            last.count,
            is_split and first.measure.adds_up and question.chart == "bar",
            is_timed,
            apart=self._apart(series),
        )
        if not question.compare or is_round:
            return chart, ()
        changes = tuple(self._changes(line) for line in (*lines, last))
        if len(question.measures) == 1:
            chart = replace(chart, change=changes[-1][0][0])
        return chart, changes

    def _apart(self, series: Sequence[_Series]) -> tuple[int, ...]:
        """Return the series that count something else than the first one, which would be lost on its axis."""
        kinds = [_kind(self.found.question.measures[each.measure]) for each in series]
        return tuple(place for place, kind in enumerate(kinds) if kind != kinds[0])

    def _line(self, category: _Category, series: Sequence[_Series], is_split: bool) -> Line:
        def cell(each: _Series) -> Cell:
            members = category.compared if each.is_compared else category.present
            facts = members if each.values is None else [fact for fact in members if fact.by in each.values]
            conditions = [*category.conditions, *each.conditions]
            return self.found.cells.cell(
                each.measure, facts, conditions, period=category.period, is_compared=each.is_compared
            )

        found = tuple(cell(each) for each in series)
        measure = self.found.question.measures[0]
        members = category.present
        whole = measure.measure.of([fact.parts for fact in self.found.present if fact.measure == 0])
        own = measure.measure.of([fact.parts for fact in members if fact.measure == 0])
        total = self.found.cells.cell(0, members, category.conditions, period=category.period)
        is_single = len(series) == 1 or is_split
        share = None
        if measure.measure.adds_up and is_single and whole:
            share = formats.percent(float(own or 0) / float(whole), self.found.env.lang, 1)
        return Line(category.label, found, total if is_split else None, share)

    def _changes(self, line: Line) -> tuple[tuple[str, str], ...]:
        half = len(self.found.question.measures)
        pairs = zip(line.cells[:half], line.cells[half:], strict=True)
        return tuple(change(now, before, self.found.env.lang) for now, before in pairs)

    def _series(self, *, only_first: bool) -> list[_Series]:
        measures = self.found.question.measures[:1] if only_first else self.found.question.measures
        found = [_Series(each.full, number) for number, each in enumerate(measures)]
        if self.found.question.compare and not only_first:
            words = self.found.say(COMPARED[self.found.question.compare])
            several = len(measures) > 1
            found += [
                _Series(f"{each.full} · {words}" if several else words, number, is_compared=True)
                for number, each in enumerate(measures)
            ]
        return found

    def _split_series(self) -> list[_Series]:
        return [
            _Series(each.label, 0, conditions=each.conditions, values=each.values)
            for each in self._members(MOST_SLICES)
        ]

    def _whole(self, label: str) -> _Category:
        return _Category(label, None, (), self.found.present, self.found.compared)

    def _periods(self) -> list[_Category]:
        present, compared = (grouped(facts, period_of) for facts in (self.found.present, self.found.compared))
        return [
            _Category(self.found.period_label(place), place, (), present.get(place, ()), compared.get(place, ()))
            for place in range(len(self.found.question.periods(self.found.question.span)))
        ]

    def _members(self, most: int) -> list[_Category]:
        """Return the largest groups of the first dimension, and one of all others."""
        if self.found.by is None:
            return []
        present, compared = (grouped(facts, group_of) for facts in (self.found.present, self.found.compared))
        values = self.found.ordered(self.found.by, [*self.found.present, *self.found.compared], group_of)
        if len(values) > most + 1:
            # Declared orders stay; of those not declared the largest come first anyway.
            size = {value: abs(float(self.found.size(present.get(value, ())) or 0)) for value in values}
            kept = set(sorted(values, key=lambda value: -size[value])[:most])
            values = [value for value in values if value in kept]
        dimension = self.found.by.dimension

        def category(label: str, condition: Condition, members: Sequence[Any]) -> _Category:
            now, before = (
                [each for value in members for each in facts.get(value, ())] for facts in (present, compared)
            )
            return _Category(label, None, (condition,), now, before, frozenset(members))

        found = [category(self.found.by.label(value), group_is(dimension, value), [value]) for value in values]
        others = [value for value in {**present, **compared} if value not in values]
        if others:
            label = self.found.say(_("Other (%(count)s)", count=len(others)))
            found.append(category(label, (dimension, "not_in", list(values)), others))
        return found


def _kind(measure: Offered) -> str:
    return "count" if measure.field is None or measure.measure.how == "count" else measure.kind
