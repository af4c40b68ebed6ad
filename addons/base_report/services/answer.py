"""An answer to a question: a chart, the table beside it and the table of groups and periods, all made of the same facts."""

from __future__ import annotations

from dataclasses import dataclass

from addons.base_report.services.cells import Cells
from addons.base_report.services.chart import Changes, ChartMaker
from addons.base_report.services.facts import read_facts
from addons.base_report.services.findings import Findings
from addons.base_report.services.grid import Grid, GridMaker
from addons.base_report.services.groups import read_groups
from addons.base_report.services.question import Question
from core.api import Chart, Environment


@dataclass(frozen=True)
class Answer:
    """Everything a page of statistics shows."""

    chart: Chart | None
    """None where only tables are asked for, or nothing was found."""
    changes: Changes
    """For each line of the chart, and at last for the total: for each measure text and tone of its change; empty without comparison."""
    grid: Grid | None
    """None where nothing is grouped."""
    count: int
    """Records of the first measure."""
    is_too_much: bool


def build_answer(env: Environment, question: Question, *, with_links: bool = True) -> Answer:
    """Return the answer, read with the rights of ``env``.

    One statement for each measure and span, and one for the names of each dimension of records.

    Raises:
        CoreError: The conditions of the question are wrong.
    """
    facts = read_facts(env, question)
    if facts.is_too_much:
        return Answer(None, (), None, 0, is_too_much=True)
    cells = Cells(env, question, with_links=with_links)
    everything = [*facts.present, *facts.compared]
    by = read_groups(env, question.by, [fact.by for fact in everything]) if question.by else None
    then = read_groups(env, question.then, [fact.then for fact in everything]) if question.then else None
    found = Findings(env, question, cells, by, then, facts.present, facts.compared)
    chart, changes = ChartMaker(found).chart() if facts.present or facts.compared else (None, ())
    grid = GridMaker(found).grid() if by is not None and facts.present else None
    return Answer(chart, changes, grid, cells.count(facts.present), is_too_much=False)
