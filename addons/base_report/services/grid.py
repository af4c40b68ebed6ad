"""The table of groups and periods of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_report.services.cells import Condition
from addons.base_report.services.dimensions import TREES
from addons.base_report.services.facts import Fact
from addons.base_report.services.findings import Findings, group_is, group_of, grouped, inner_of, period_of
from core.api import Cell, _, formats

MOST_CELLS = 20_000
"""Cells of one table."""


@dataclass(frozen=True)
class Row:
    """A row of the table of groups and periods."""

    label: str
    cells: tuple[Cell, ...]
    """For each head one for each measure."""
    depth: int = 0
    is_group: bool = False
    """Whether the rows that follow are its parts."""
    share: str | None = None
    """Part of the whole; None where parts do not add up."""
    part: float = 0
    """The same from 0 to 1, for a bar."""


@dataclass(frozen=True)
class Grid:
    """The table of groups and periods."""

    corner: str
    heads: tuple[str, ...]
    """Periods, and at last the total."""
    measures: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row


@dataclass(frozen=True)
class GridMaker:
    """Makes the table of what was found."""

    found: Findings

    def grid(self) -> Grid | None:
        """Return the table of groups and periods; None where it would be too large to read."""
        question = self.found.question
        assert self.found.by is not None  # asked for only then
        places: list[int | None] = [*range(len(question.periods(question.span)) if question.unit else 0), None]
        members = grouped(self.found.present, group_of)
        values = self.found.ordered(self.found.by, self.found.present, group_of)
        if len(values) * len(places) * len(question.measures) > MOST_CELLS:
            return None
        rows: list[Row] = []
        if self.found.by.dimension.key in TREES and self.found.then is None:
            rows = self._tree_rows(values, members, places)
        else:
            for value in values:
                condition = group_is(self.found.by.dimension, value)
                rows.append(
                    self._row(
                        self.found.by.label(value), members[value], [condition], places, 0, self.found.then is not None
                    )
                )
                rows += self._inner_rows(members[value], condition, places) if self.found.then is not None else []
        corner = self.found.by.dimension.label
        if self.found.then is not None:
            corner = f"{corner} / {self.found.then.dimension.label}"
        heads = [self.found.say(_("Total")) if place is None else self.found.period_label(place) for place in places]
        total = self._row(self.found.say(_("Total")), self.found.present, [], places)
        return Grid(corner, tuple(heads), tuple(each.full for each in question.measures), tuple(rows), total)

    def _inner_rows(self, members: Sequence[Fact], outer: Condition, places: Sequence[int | None]) -> list[Row]:
        assert self.found.then is not None  # asked for only then
        inner = grouped(members, inner_of)
        found = []
        for value in self.found.ordered(self.found.then, members, inner_of):
            conditions = [outer, group_is(self.found.then.dimension, value)]
            found.append(self._row(self.found.then.label(value), inner[value], conditions, places, 1))
        return found

    def _tree_rows(
        self, values: Sequence[Any], members: Mapping[Any, list[Fact]], places: Sequence[int | None]
    ) -> list[Row]:
        """Return rows of which one with others below it counts them too."""
        assert self.found.by is not None  # asked for only then
        found = []
        for node in self.found.by.tree(values):
            facts = [fact for value in node.below for fact in members.get(value, ())]
            label = self.found.by.label(node.value)
            if node.own:
                label = self.found.say(_("%(name)s itself")) % {"name": label}
            condition = (
                (self.found.by.dimension, "under", node.value)
                if node.is_group
                else group_is(self.found.by.dimension, node.value)
            )
            found.append(self._row(label, facts, [condition], places, node.depth, node.is_group))
        return found

    def _row(
        self,
        label: str,
        facts: Sequence[Fact],
        conditions: Sequence[Condition],
        places: Sequence[int | None],
        depth: int = 0,
        is_group: bool = False,
    ) -> Row:
        by_period = grouped(facts, period_of)
        cells = tuple(
            self.found.cells.cell(
                number, facts if place is None else by_period.get(place, ()), conditions, period=place
            )
            for place in places
            for number in range(len(self.found.question.measures))
        )
        first = self.found.question.measures[0].measure
        whole = first.of([fact.parts for fact in self.found.present if fact.measure == 0])
        own = first.of([fact.parts for fact in facts if fact.measure == 0])
        if not first.adds_up or not whole or len(self.found.question.measures) > 1:
            return Row(label, cells, depth, is_group)
        part = float(own or 0) / float(whole)
        return Row(
            label, cells, depth, is_group, formats.percent(part, self.found.env.lang, 1), max(0.0, min(1.0, part))
        )
