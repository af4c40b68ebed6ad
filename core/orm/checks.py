"""Turns the named checks of a model into CHECK constraints where the database can say them. Layer: orm.

A check whose domain needs other tables, the clock or a language stays in Python alone (`core.orm.saving.check`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from core.errors import CoreError
from core.orm.domain import Condition, Node, compile_domain, conditions, parse
from core.orm.jointree import JoinTree
from core.orm.naming import bounded

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

LOCAL_KINDS = frozenset({"char", "text", "integer", "float", "decimal", "money", "boolean", "date", "selection"})


class _NoEnvironment:
    """Stands for the environment while tables are built: there is no clock, no user and one language."""

    lang = default_lang = "en"

    def __init__(self, models: Mapping[str, ModelInfo]) -> None:
        self.registry = models


def add_checks(models: Mapping[str, ModelInfo]) -> None:
    """Add the CHECK constraints of all models to their tables. A wrong domain is left for `core.orm.saving.check` to tell."""
    env = cast("Environment", _NoEnvironment(models))
    for info in models.values():
        for name, domain in info.checks.items():
            node = parse(domain)
            if not _is_local(info, node):
                continue
            try:
                tree = JoinTree(models, info)
                condition = compile_domain(node, tree, env, two_valued=True)
            except CoreError:
                continue
            if not tree.joins:
                info.table.append_constraint(sa.CheckConstraint(condition, name=_check_name(name, domain)))


def _is_local(info: ModelInfo, node: Node) -> bool:
    """Whether all fields are columns that the model's own addon declares, compared with plain values."""
    return all(_is_plain(info, condition) for condition in conditions(node))


def _is_plain(info: ModelInfo, condition: Condition) -> bool:
    field = info.fields.get(condition.path[0])
    return (
        len(condition.path) == 1
        and field is not None
        and field.is_stored
        and not field.from_extension
        and not field.computed
        and not field.translate
        and field.kind in LOCAL_KINDS
        and condition.operator in {"=", "!=", "<", "<=", ">", ">=", "in", "not_in", "is_set", "is_not_set"}
        and not isinstance(condition.value, dict)
    )


def _check_name(name: str, domain: Any) -> str:
    """Return a name that changes with the rule, since constraints are compared by name."""
    text = json.dumps(domain, default=str, sort_keys=True)
    return bounded(f"{name}_{hashlib.sha256(text.encode()).hexdigest()[:6]}")
