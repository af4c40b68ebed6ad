"""Required fields and formats that an administrator set (CORE-60), enforced on every save wherever it comes from.

A created record is checked whole; of a changed one only the fields that changed, so that a new rule does not stop
background work on old records.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import CoreError, ValidationError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

_CACHE = "base.field_rules"


def rules_of(env: Environment, model: str) -> list[Any]:
    """Return the active rules of ``model`` as rows; all rules are read once per transaction, past access rights."""
    rules: dict[str, list[Any]] | None = env.cache.get(_CACHE)
    if rules is None:
        table = env.registry["core.field_rule"].table
        rules = {}
        for row in env.connection.execute(sa.select(table).where(table.c.active).order_by(table.c.id)):
            rules.setdefault(row.model, []).append(row)
        env.cache[_CACHE] = rules
    return rules.get(model, [])


def required_fields(env: Environment, model: str) -> frozenset[str]:
    """Return the names of the fields that rules require, for the required marks of a form."""
    return frozenset(row.field for row in rules_of(env, model) if row.required)


def forget_rules(env: Environment) -> None:
    """Drop the rules kept for this transaction, after one changed."""
    for one in env.family:
        one.cache.pop(_CACHE, None)


def faults_of(
    env: Environment,
    model: str,
    read: Callable[[str], Any],
    changed: Iterable[str] | None = None,
    record_id: int | None = None,
) -> list[CoreError]:
    """Return what rules find wrong with one record; empty if nothing.

    Args:
        env: The environment.
        model: Name of the model.
        read: Gives the value of a field by name.
        changed: Names of the fields to look at; None looks at all, as for a new record.
        record_id: Id of the record, for the message; None for a new one.
    """
    names = None if changed is None else set(changed)
    fields = env.registry[model].fields
    faults: list[CoreError] = []
    for rule in rules_of(env, model):
        field = fields.get(rule.field)
        # A rule for a field whose addon is disabled sleeps.
        if field is None or (names is not None and rule.field not in names):
            continue
        fault = check_rule(rule, field.label, read(rule.field), empty=field.is_empty)
        if fault is not None:
            where = Where(model=model, field=rule.field, record=record_id)
            faults.append(ValidationError(rule.message or fault, code="validation.rule", where=where))
    return faults


def check_rule(
    rule: Any, label: str, value: Any, *, empty: Callable[[Any], bool] = lambda value: value in (None, "")
) -> Any:
    """Return the message of what is wrong with ``value``, or None; an empty value breaks only ``required``.

    Args:
        rule: A row or record of `core.field_rule`.
        label: Label of the field.
        value: The value.
        empty: Tells whether a value counts as missing.
    """
    if empty(value):
        return _("%(label)s is required.", label=label) if rule.required else None
    if isinstance(value, str):
        return _check_text(rule, label, value)
    if isinstance(value, (int, float, decimal.Decimal)) and not isinstance(value, bool):
        return _check_number(rule, label, decimal.Decimal(str(value)))
    return None


def check_pattern(pattern: str | None) -> None:
    """Refuse a pattern that is no regular expression.

    Raises:
        ValidationError: It does not compile; the message says where.
    """
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise ValidationError(
            _("The pattern is no regular expression: %(error)s.", error=str(error)), field="pattern"
        ) from None


def _check_text(rule: Any, label: str, value: str) -> Any:
    if rule.min_length is not None and len(value) < rule.min_length:
        return _("%(label)s needs at least %(count)s characters.", label=label, count=rule.min_length)
    if rule.max_length is not None and len(value) > rule.max_length:
        return _("%(label)s may have at most %(count)s characters.", label=label, count=rule.max_length)
    if rule.pattern and not re.fullmatch(rule.pattern, value):
        return _("%(label)s does not have the expected format.", label=label)
    return None


def _check_number(rule: Any, label: str, value: decimal.Decimal) -> Any:
    if rule.minimum is not None and value < rule.minimum:
        return _("%(label)s must be at least %(limit)s.", label=label, limit=f"{rule.minimum.normalize():f}")
    if rule.maximum is not None and value > rule.maximum:
        return _("%(label)s must be at most %(limit)s.", label=label, limit=f"{rule.maximum.normalize():f}")
    return None
