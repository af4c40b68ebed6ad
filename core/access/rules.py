"""Domains of record rules, with expressions in their values. Layer: access.

A rule is read once; for each user its expressions are filled in. Where one of them gives nothing (a user without a department in
``["department", "=", "{{ user.department }}"]``) the rule matches no row at all, because "equal to nothing" would open every row whose
field is empty. Who means that writes ``is_not_set``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.access.expressions import compile_value, has_expression
from core.errors import Where
from core.orm.domain import All, Any_, Condition, Node, Not, conditions, parse
from core.orm.paths import walk

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo

__all__ = ["RULE_NAMES", "RuleDomain", "read_rule", "shown"]

RULE_NAMES = frozenset({"user", "company", "today"})
"""What the expressions of a rule may name."""

RuleDomain = Callable[[Mapping[str, Any]], Node | None]
"""Gives the domain for the values of `RULE_NAMES`; None: it matches no row."""


class _Nothing(Exception):
    """An expression gave None."""


def read_rule(raw: Any, model: ModelInfo, models: Mapping[str, ModelInfo], where: Where) -> RuleDomain:
    """Return the function that fills the domain of a rule.

    Args:
        raw: The domain as written.
        model: The model it is about.
        models: Models of the registry, by name, to walk its paths.
        where: Place of the domain.

    Raises:
        CoreError: It is no domain, names an unknown field, or an expression in it is wrong.
    """
    node = parse(raw, where=where)
    for condition in conditions(node):
        walk(models, model, condition.path, where)
    fill = _filler(node, where)

    def render(names: Mapping[str, Any]) -> Node | None:
        try:
            return fill(names)
        except _Nothing:
            return None

    return render


def _filler(node: Node, where: Where) -> Callable[[Mapping[str, Any]], Node]:
    match node:
        case Condition(path=path, operator=operator, value=value, position=position) if has_expression(value):
            compiled = compile_value(value, where, names=RULE_NAMES)
            return lambda names: Condition(path, operator, _plain(compiled(names)), position)
        case Not(node=inner):
            part = _filler(inner, where)
            return lambda names: Not(part(names))
        case All(nodes=nodes):
            parts = [_filler(item, where) for item in nodes]
            return lambda names: All(tuple(part(names) for part in parts))
        case Any_(nodes=nodes):
            parts = [_filler(item, where) for item in nodes]
            return lambda names: Any_(tuple(part(names) for part in parts))
    return lambda _names: node


def _plain(value: Any) -> Any:
    """Return ids for records; raise `_Nothing` where a value is missing."""
    if value is None:
        raise _Nothing
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in value]
    if hasattr(type(value), "expression_names") or hasattr(type(value), "_info"):
        return value.id
    return value


def shown(raw: Any, names: Mapping[str, Any]) -> Any:
    """Return the domain as written with the expressions replaced by their values, for people to read; None stands for nothing."""
    if not has_expression(raw):
        return raw

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        return None if value is None else _plain(value)

    return plain(compile_value(raw, names=RULE_NAMES)(names))
