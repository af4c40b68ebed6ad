"""How old open receivables are, by customer, salesperson or contract (FIN-19, FIN-20): figures only."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.api import Environment

LIMITS = (30, 60, 90, 180)
"""Most days overdue of each bucket but the last; a border belongs to the lower one (D10)."""
GROUPS = ("customer", "owner", "order")
ZERO = Decimal(0)


@dataclass(frozen=True)
class AgeingRow:
    """What is open of one customer, person or contract, in base currency."""

    key: int | None
    """Id of what is grouped by; None where there is none, and for the total."""
    parts: tuple[Decimal, ...]
    """Not due, then up to 30, 30-60, 60-90, 90-180 and over 180 days overdue."""
    oldest: dt.date | None
    """Earliest due date of what is open."""

    @property
    def total(self) -> Decimal:
        """All that is open."""
        return sum(self.parts, ZERO)

    @property
    def overdue(self) -> Decimal:
        """What is open and overdue; what is due on the day itself is not."""
        return sum(self.parts[1:], ZERO)


@dataclass(frozen=True)
class Ageing:
    """Rows with the largest first, the sum over all of them, and how many there are."""

    rows: Sequence[AgeingRow]
    total: AgeingRow
    count: int


def bounds(day: dt.date) -> list[tuple[dt.date | None, dt.date | None]]:
    """Return the first and the last due date of each part as of a day; None: without bound."""
    late = [(dt.timedelta(days=low), dt.timedelta(days=high)) for low, high in zip((0, *LIMITS), LIMITS, strict=False)]
    found: list[tuple[dt.date | None, dt.date | None]] = [(day, None)]
    found += [(day - high, day - low - dt.timedelta(days=1)) for low, high in late]
    return [*found, (None, day - dt.timedelta(days=LIMITS[-1] + 1))]


def due_domain(part: int, day: dt.date) -> list[Any]:
    """Return the condition on due dates of a part, by its place in `AgeingRow.parts`."""
    first, last = bounds(day)[part]
    return [*([["due_date", ">=", first]] if first else []), *([["due_date", "<=", last]] if last else [])]


def read_ageing(
    env: Environment, by: str, day: dt.date, *, among: Sequence[int] | None = None, limit: int = 50, offset: int = 0
) -> Ageing:
    """Return the ageing of open receivables that the user may read: two statements, whatever the number of receivables.

    Args:
        env: The environment of the reader.
        by: One of `GROUPS`.
        day: As of when days overdue are counted; what is open is as of now.
        among: Only these customers (ids); None means all.
        limit: Most rows.
        offset: Rows left out first.
    """
    table = env.registry["crm.receivable"].table
    key = table.c[f"{by}_id"]
    base = env["crm.receivable"].query().where(table.c.open_base > 0)
    if among is not None:
        base = base.where(table.c.customer_id.in_(among))
    sums = [_sum_of(table, first, last) for first, last in bounds(day)]
    whole = sa.func.sum(table.c.open_base)
    env.before_query()
    grouped = base.with_only_columns(key, sa.func.min(table.c.due_date), *sums).group_by(key)
    rows = env.session.execute(grouped.order_by(whole.desc(), key).limit(limit).offset(offset)).all()
    counted = sa.func.count(sa.distinct(sa.func.coalesce(key, 0)))
    (count, oldest, *parts) = env.session.execute(
        base.with_only_columns(counted, sa.func.min(table.c.due_date), *sums)
    ).one()
    return Ageing([_row(*each) for each in rows], _row(None, oldest, *parts), count)


def _sum_of(table: Any, first: dt.date | None, last: dt.date | None) -> Any:
    due, amount = table.c.due_date, table.c.open_base
    within = [*([due >= first] if first else []), *([due <= last] if last else [])]
    return sa.func.sum(sa.case((sa.and_(*within), amount), else_=sa.literal(0, amount.type)), type_=amount.type)


def _row(key: int | None, oldest: dt.date | None, *parts: Decimal | None) -> AgeingRow:
    return AgeingRow(key, tuple(part or ZERO for part in parts), oldest)
