"""Domains: conditions as data, compiled to SQL and evaluated on records with the same answers. Layer: orm.

A path is walked: links to one record that are missing give None; a link to many means "some row satisfies". Comparisons have two
values, never NULL: ``=`` and ``!=`` treat None as a value, ``< <= > >= like ilike fuzzy`` are false for None, ``not_in`` and
``not_ilike`` true. Modules: `node` (the tree, `D`), `parse`, `check` (binding to a model), `periods`
(relative dates), `compile` with `sql` (SQLAlchemy), `evaluate` (Python), `text` (wildcards, case).
"""

from core.orm.domain.check import bind, operators_for
from core.orm.domain.compile import compile_domain, condition_on
from core.orm.domain.evaluate import evaluate, matcher
from core.orm.domain.node import OPERATORS, All, Any_, Condition, D, Node, Not, conditions
from core.orm.domain.parse import MAX_DEPTH, parse

__all__ = [
    "MAX_DEPTH",
    "OPERATORS",
    "All",
    "Any_",
    "Condition",
    "D",
    "Node",
    "Not",
    "bind",
    "compile_domain",
    "condition_on",
    "conditions",
    "evaluate",
    "matcher",
    "operators_for",
    "parse",
]
