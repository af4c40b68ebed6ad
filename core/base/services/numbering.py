"""Drawing document numbers (CORE-54).

The counter row moves by one upsert with RETURNING inside the business transaction: on PostgreSQL the row lock, on SQLite
the write lock of the transaction makes concurrent savers wait, so that no number comes twice and, since a rolled-back
transaction takes its step back along, none is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.base.services.number_pattern import NumberPattern, parse_pattern, period_key
from core.errors import UnknownNameError, ValidationError, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

Codes = Mapping[str, str | None]
"""Codes of one record by the name of their part: ``company``, ``department``, ``category``."""


def draw_numbers(
    env: Environment,
    code: str,
    count: int = 1,
    *,
    day: dt.date | None = None,
    codes: Callable[[int], Codes] | None = None,
) -> list[str]:
    """Draw ``count`` numbers of the rule ``code`` at once, in ascending order of the counter.

    Args:
        env: The environment; the counter moves in its transaction.
        code: Code of the numbering rule.
        count: How many numbers; 0 gives an empty list and touches nothing.
        day: The date the numbers carry; None takes today.
        codes: Gives the codes of the record at a position from 0; asked only if the pattern needs any. None: there are none.

    Raises:
        UnknownNameError: There is no such rule; the nearest code is proposed.
        ValidationError: The pattern is wrong.
    """
    if count <= 0:
        return []
    rule = _rule(env, code)
    pattern: NumberPattern = parse_pattern(rule.pattern)
    date = day or env.today()
    last = _advance(env, rule, period_key(rule.reset, date), count)
    numbers: list[str] = []
    for position in range(count):
        given: dict[str, str | None] = {"prefix": rule.prefix}
        if codes is not None and pattern.codes - given.keys():
            given.update(codes(position))
        text = pattern.format(last - count + 1 + position, date, given)
        numbers.append(text if "prefix" in pattern.codes else f"{rule.prefix or ''}{text}")
    return numbers


def record_codes(record: Any) -> Codes:
    """Return the codes that ``record`` gives to a pattern: of its company, department (or its owner's) and category.

    A company gives ``code``, a department its ``number``, a category its ``key`` or ``code``; what is missing is None.
    """
    owner = getattr(record, "owner", None)
    company = getattr(record, "company", None) or getattr(owner, "company", None)
    department = getattr(record, "department", None) or getattr(owner, "department", None)
    category = getattr(record, "category", None)
    return {
        "company": getattr(company, "code", None),
        "department": getattr(department, "number", None),
        "category": getattr(category, "key", None) or getattr(category, "code", None),
    }


def check_manual_number(env: Environment, code: str, number: str) -> str:
    """Return ``number``, given by hand, stripped; refuse it where the rule allows none.

    Uniqueness is the business of the field's unique index.

    Raises:
        UnknownNameError: There is no such rule.
        ValidationError: The rule does not allow manual numbers.
    """
    if not _rule(env, code).manual:
        raise ValidationError(
            _(
                'The number "%(number)s" can\'t be given by hand: it is drawn by the rule "%(code)s".',
                number=number,
                code=code,
            ),
            code="validation.manual_number",
            hint=_("allow manual numbers in the numbering rule"),
        )
    return number.strip()


def _rule(env: Environment, code: str) -> Any:
    """Return the row of the rule, read past access rights: whoever saves a record draws its number."""
    table = env.registry["core.numbering"].table
    columns = (table.c.id, table.c.code, table.c.prefix, table.c.pattern, table.c.reset, table.c.start, table.c.manual)
    connection = env.connection
    rule = connection.execute(sa.select(*columns).where(table.c.code == code)).first()
    if rule is None:
        raise unknown("numbering rule", code, connection.scalars(sa.select(table.c.code)), UnknownNameError)
    return rule


def _advance(env: Environment, rule: Any, period: str, count: int) -> int:
    """Move the counter of ``period`` by ``count`` in one statement and return its new value."""
    table = env.registry["core.numbering.counter"].table
    connection = env.connection
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert
    at = env.now()
    values = {
        "rule_id": rule.id,
        "period": period,
        "value": (rule.start or 1) - 1 + count,
        "created_at": at,
        "created_by_id": env.uid,
        "updated_at": at,
        "updated_by_id": env.uid,
        "version": 1,
    }
    statement = insert(table).values(**values)
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.rule_id, table.c.period],
        set_={
            "value": table.c.value + count,
            "updated_at": at,
            "updated_by_id": env.uid,
            "version": table.c.version + 1,
        },
    ).returning(table.c.value)
    return int(connection.execute(statement).scalar_one())
