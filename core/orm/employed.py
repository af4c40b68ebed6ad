"""Where a person belonged on the day of a record: the history of employments joined to a statement (layer orm; CORE-14, CORE-79).

Statistics count a record for the department, team, company or position that its owner had on its day, not for the present one. Grouping and
the condition ``employed`` use the same join, so that what is counted and what is listed are the same records.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DomainError, Where
from core.i18n import _
from core.orm.domain.text import LOCAL_DATE_FUNCTION
from core.orm.jointree import JoinTree, column_of
from core.orm.paths import Walked

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.fields import Field

PERSON = "core.user"
EMPLOYMENT = "core.employment"
UNITS = {"company": "company", "department": "department", "position": "position", "team": "main_team"}
"""What a person belongs to, as the history calls it and as the person's own field is called."""


def check_paths(person: Walked, on: Walked, where: Where) -> None:
    """Refuse paths of which no single person and no single day come.

    Raises:
        DomainError: One of them is of the wrong kind, or crosses a list.
    """
    if person.related_model != PERSON or person.crosses_many:
        raise DomainError(_("Only a single person can be employed."), code="domain.employed", where=where)
    if on.kind not in ("date", "datetime") or on.crosses_many:
        raise DomainError(_("The day of an employment is a date or time."), code="domain.employed", where=where)


def join_employment(tree: JoinTree, person: Walked, on: Walked, env: Environment) -> sa.FromClause:
    """Return the row of the history that holds for a person on a day, joined on first use; all its columns are NULL where none does.

    Of periods that overlap, the one that began last counts, so there is never more than one row.

    Args:
        tree: Joins of the statement.
        person: Leads from the root to the person.
        on: Leads from the root to the day.
        env: Tells the time zone in which an instant lies on a day.
    """
    key = ("", *(hop.name for hop in person.hops), _name(person), "@", *(hop.name for hop in on.hops), _name(on))

    def make() -> tuple[sa.FromClause, sa.ColumnElement[bool]]:
        who = column_of(tree.alias(person.hops), person.field, env)
        day = local_day(column_of(tree.alias(on.hops), on.field, env), on.field, env)
        periods = _periods(env).subquery()
        return periods, sa.and_(
            periods.c.user_id == who,
            periods.c.since <= day,
            sa.or_(periods.c.until.is_(None), periods.c.until >= day),
            sa.or_(periods.c.next_since.is_(None), periods.c.next_since > day),
        )

    return tree.attach(key, make)


def local_day(column: sa.ColumnElement[Any], field: Field[Any] | None, env: Environment) -> sa.ColumnElement[Any]:
    """Return the day of a date as it is, of an instant in the time zone of the database."""
    if field is None or field.kind != "datetime":
        return column
    zone = str(env.timezone)
    if env.session.get_bind().dialect.name == "postgresql":
        return sa.func.date(sa.func.timezone(zone, column))
    return sa.type_coerce(getattr(sa.func, LOCAL_DATE_FUNCTION)(column, zone), sa.Text)


def employment_of(person: Any, day: Any, env: Environment) -> Any:
    """Return the employment of a record of a person on a day, as `join_employment` finds it; None if there is none."""
    if person is None or day is None:
        return None
    if isinstance(day, datetime.datetime):
        day = day.astimezone(env.timezone).date()
    begun = [each for each in person.employments if each.since is not None and each.since <= day]
    last = max(begun, key=lambda each: (each.since, each.id or 0), default=None)
    return last if last is not None and (last.until is None or last.until >= day) else None


def _periods(env: Environment) -> sa.Select[Any]:
    """Select the history with the day on which the next period of the same person begins."""
    table = env.registry[EMPLOYMENT].table
    following = sa.func.lead(table.c.since).over(partition_by=table.c.user_id, order_by=(table.c.since, table.c.id))
    units = [table.c[f"{unit}_id"] for unit in UNITS]
    return sa.select(table.c.user_id, table.c.since, table.c.until, following.label("next_since"), *units)


def _name(walked: Walked) -> str:
    return "id" if walked.field is None else walked.field.name


def split_key(period: str) -> tuple[str, str] | None:
    """Return unit and path of the day of the end of a key such as ``owner:department@date``; None: it is of another kind."""
    unit, at, on = period.partition("@")
    return (unit, on) if at and unit in UNITS and on else None
