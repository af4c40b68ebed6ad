"""What was found for a question, with the names of its groups: what charts and tables are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from addons.base_report.services.cells import Cells, Condition
from addons.base_report.services.dimensions import Dimension
from addons.base_report.services.facts import Fact
from addons.base_report.services.groups import Groups, in_order
from addons.base_report.services.measures import text
from addons.base_report.services.periods import period_label
from addons.base_report.services.question import Question
from core.api import Environment, formats


@dataclass(frozen=True)
class Findings:
    """The facts of a question and what is needed to show them."""

    env: Environment
    question: Question
    cells: Cells
    by: Groups | None
    """Groups of the first dimension; None where there is none."""
    then: Groups | None
    present: Sequence[Fact]
    compared: Sequence[Fact]

    def period_label(self, place: int) -> str:
        """Return what a period of the span is called."""
        span = self.question.span
        start = self.question.periods(span)[place]
        # A file is read without the page around it, which says the year.
        in_year = span.start.year == span.last.year and self.cells.with_links
        return period_label(self.question.unit, start, self.env.lang, self.question.first_month, in_year=in_year)

    def ordered(self, groups: Groups, facts: Sequence[Fact], value_of: Callable[[Fact], Any]) -> list[Any]:
        """Return the values of groups in order; see `in_order`."""
        return in_order(groups, facts, value_of, self.size)

    def size(self, facts: Sequence[Fact]) -> Any:
        """Return the first measure over facts; None for no value."""
        return self.question.measures[0].measure.of([fact.parts for fact in facts if fact.measure == 0])

    def joined(self, labels: Iterable[str]) -> str:
        """Return labels as one text."""
        return ("、" if formats.is_chinese(self.env.lang) else ", ").join(labels)

    def say(self, message: Any) -> str:
        """Return a message in the reader's language."""
        return text(self.env, message)


def group_is(dimension: Dimension, value: Any) -> Condition:
    """Return the condition that a record lies in a group; None: in none."""
    return (dimension, "is_not_set" if value is None else "=", value)


def period_of(fact: Fact) -> Any:
    """Return the place of the period of a fact."""
    return fact.period


def group_of(fact: Fact) -> Any:
    """Return the value of the first dimension of a fact."""
    return fact.by


def inner_of(fact: Fact) -> Any:
    """Return the value of the second dimension of a fact."""
    return fact.then


def grouped(facts: Sequence[Fact], key: Callable[[Fact], Any]) -> dict[Any, list[Fact]]:
    """Return facts by what a function gives for them."""
    found: dict[Any, list[Fact]] = {}
    for fact in facts:
        found.setdefault(key(fact), []).append(fact)
    return found
