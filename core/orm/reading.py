"""`read` and `aggregate`: plain rows for lists, exports, charts and the API, without making records. Layer: orm."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.errors import DomainError, Where, unknown
from core.i18n import _
from core.orm import saving
from core.orm.employed import UNITS, check_paths, join_employment, local_day, split_key
from core.orm.fields import Field, Many2one, Reference
from core.orm.fields.number import Decimal
from core.orm.guard import Operation
from core.orm.query import Query
from core.orm.types import mean

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

FISCAL = {"fiscal_month": "month", "fiscal_quarter": "quarter", "fiscal_year": "year"}
"""Periods of the fiscal year of the company (CORE-11), and what they are in a year that begins in January."""
PERIODS = ("day", "week", "month", "quarter", "year", *FISCAL)
LATE = object()
LOGGED: dict[Operation, str] = {"export": "exported", "print": "printed"}
"""Operations whose every reading stands in the operation log, and what it is called there."""


def readable_fields(env: Environment, info: ModelInfo) -> list[str]:
    """Return the stored fields, without to-many ones, that the user may read."""
    hidden = env.hidden_fields(info, "read")
    return [name for name, field in info.fields.items() if field.is_stored and not field.to_many and name not in hidden]


def read(
    env: Environment,
    info: ModelInfo,
    domain: Any,
    paths: Sequence[str] | None,
    order: str | None,
    limit: int | None,
    offset: int,
    operation: Operation,
    among: int | None = None,
) -> list[dict[str, Any]]:
    """Return rows as `BoundModel.read` describes. One statement, plus those for values that only records can tell."""
    env.before_query()
    query = Query(env, info, operation).where(domain)
    if among is not None:
        query.among(among)
    query.order(order).page(limit, offset)
    names = list(dict.fromkeys(["id", *(readable_fields(env, info) if paths is None else paths)]))
    columns: list[Any] = []
    late: list[str] = []
    for name in names:
        column = _column(query, name)
        if column is LATE:
            late.append(name)
        else:
            columns.append(column)
    plain = [name for name in names if name not in late]
    rows = env.session.connection().execute(query.select(columns)).all()
    found = [dict(zip(plain, row, strict=True)) for row in rows]
    if late:
        _add_late(env, info, found, late)
        found = [{name: row[name] for name in names} for row in found]
    if operation in LOGGED:
        saving.note_stored(env, info, [row["id"] for row in found], LOGGED[operation])
    return found


def _column(query: Query, path: str) -> Any:
    """Return the column of a path, or LATE if only a record can tell the value."""
    if path.endswith(".display_name") and _refers(query, path.removesuffix(".display_name")):
        return LATE
    fields = query.check_path(path, named=False)
    if any(field.to_many for field in fields):
        return LATE
    last = path.rsplit(".", 1)[-1]
    if last == "display_name":
        info = query.env.registry[fields[-1].comodel] if fields else query.info  # type: ignore[attr-defined]  # a relation
        if not _plain_name(info) or info.rec_name in query.env.hidden_fields(info, "read"):
            return LATE
        return query.tree.column(path, query.env)
    if not fields or last == "id":
        return query.tree.column(path, query.env)
    field = fields[-1]
    if any(item.computed and not item.is_stored and not item.related for item in fields) or field.kind == "reference":
        return LATE
    return query.tree.column(path, query.env)


def _refers(query: Query, path: str) -> bool:
    """Whether a path ends at a `Reference`, whose record may be of any model."""
    fields = query.check_path(path)
    return bool(fields) and isinstance(fields[-1], Reference)


def _plain_name(info: ModelInfo) -> bool:
    """Whether display_name is just the naming field; of a relation it is the name of the record there, not its id."""
    overridden = any("display_name" in layer.__dict__ for layer in info.layers)
    named = None if info.rec_name is None else info.fields[info.rec_name]
    return not overridden and named is not None and named.is_stored and not isinstance(named, Many2one)


def _add_late(env: Environment, info: ModelInfo, rows: list[dict[str, Any]], paths: list[str]) -> None:
    records = {record.id: record for record in env.load(info.name, [row["id"] for row in rows])}
    held = _load_referred(env, info, list(records.values()), paths)
    for row in rows:
        for path in paths:
            row[path] = _value(env, records[row["id"]], path)
    del held


def _load_referred(env: Environment, info: ModelInfo, records: Sequence[Any], paths: Sequence[str]) -> list[Any]:
    """Load what references mean, with one statement a model; as long as the records are held they are not loaded again."""
    wanted: dict[str, dict[int, None]] = {}
    for name in dict.fromkeys(path.split(".")[0] for path in paths):
        field = info.fields.get(name)
        if not isinstance(field, Reference) or not field.is_stored:
            continue
        for record in records:
            model, number = getattr(record, f"{name}_model"), getattr(record, f"{name}_id")
            if model in env.registry.models:
                wanted.setdefault(model, {})[number] = None
    return [record for model, ids in wanted.items() for record in env.load(model, list(ids))]


def _value(env: Environment, record: Any, path: str) -> Any:
    """Return the value at a path of a record, hiding related records the user may not see; to-many as a list.

    A `Reference` gives its model and id, since an id alone would tell nothing.
    """
    values: list[Any] = [record]
    many = refers = False
    for name in path.split("."):
        step: list[Any] = []
        for value in values:
            field = value._info.fields.get(name)
            refers = isinstance(field, Reference)
            if field is not None and field.to_many:
                many = True
                step.extend(getattr(value, name))
            else:
                step.append(getattr(value, name))
        values = [
            value for value in step if value is not None and (not hasattr(value, "_info") or env.may(value, "read"))
        ]
    plain = [{"model": value._info.name, "id": value.id} if refers else _plain(value) for value in values]
    return plain if many else (plain[0] if plain else None)


def _plain(value: Any) -> Any:
    return value.id if hasattr(value, "_info") else value


Measure = Callable[[sa.ColumnElement[Any]], sa.ColumnElement[Any]]
MEASURES: Mapping[str, Measure] = {
    "sum": lambda column: sa.func.coalesce(sa.func.sum(column), sa.literal(0, column.type)),
    "count": lambda column: sa.func.count(column),
    "count_distinct": lambda column: sa.func.count(sa.distinct(column)),
    "avg": lambda column: sa.func.avg(column),
    "min": lambda column: sa.func.min(column),
    "max": lambda column: sa.func.max(column),
}
UNORDERED = frozenset({"boolean", "json", "reference"})
"""Kinds of which no value is the least or the greatest."""
NUMERIC = frozenset({"integer", "float", "decimal", "money"})


def aggregate(
    env: Environment,
    info: ModelInfo,
    domain: Any,
    measures: Mapping[str, Any] | None,
    by: Sequence[str],
    order: str | None,
    limit: int | None,
    at_most: int | None = None,
) -> list[dict[str, Any]]:
    """Return groups as `BoundModel.aggregate` describes, in one statement."""
    env.before_query()
    query = Query(env, info, "read").where(domain).page(limit)
    if at_most is not None and not by:
        return [_first_totals(query, measures or {"id": "count"}, at_most)]
    if at_most is not None:
        return _first_counts(query, by, at_most)
    groups = {key: _group_column(query, key) for key in by}
    values = _measure_columns(query, measures or {"id": "count"})
    labelled = {key: column.label(f"g{number}") for number, (key, column) in enumerate(groups.items())}
    labelled |= {key: column.label(f"m{number}") for number, (key, column) in enumerate(values.items())}
    statement = query.select(labelled.values()).group_by(*groups.values())
    for key, descending in _result_order(order, labelled) if order else [(key, False) for key in groups]:
        column = sa.desc(labelled[key]) if descending else sa.asc(labelled[key])
        statement = statement.order_by(column.nulls_last() if not descending else column.nulls_first())
    rows = env.session.connection().execute(statement).all()
    keys = list(labelled)
    found = [dict(zip(keys, row, strict=True)) for row in rows]
    for key in (key for key in by if ":" in key):
        for row in found:
            row[key] = _date(row[key])
    return found


def _first_totals(query: Query, measures: Mapping[str, Any], at_most: int) -> dict[str, Any]:
    """Return measures over the first ``at_most`` records that come along, so that the cost has a limit."""
    plain = {path: _stored(query, path)[0] for path in measures}
    for path, name in measures.items():
        _measure(path, name, *_stored(query, path))
    inner = (
        query.page(at_most).select([column.label(f"m{n}") for n, column in enumerate(plain.values())]).subquery("first")
    )
    columns = [
        _measure(path, name, inner.c[f"m{n}"], _stored(query, path)[1])
        for n, (path, name) in enumerate(measures.items())
    ]
    row = query.env.session.connection().execute(sa.select(*columns).select_from(inner)).one()
    return dict(zip(measures, row, strict=True))


def _first_counts(query: Query, by: Sequence[str], at_most: int) -> list[dict[str, Any]]:
    """Return the number of records by group among the first ``at_most`` that come along."""
    limit = query.limit
    columns = [_group_column(query, key).label(f"g{number}") for number, key in enumerate(by)]
    inner = query.page(at_most).select(columns).subquery("first")
    groups = [inner.c[f"g{number}"] for number in range(len(by))]
    statement = sa.select(*groups, sa.func.count()).group_by(*groups).order_by(*(each.nulls_last() for each in groups))
    rows = query.env.session.connection().execute(statement.limit(limit)).all()
    return [
        {**{key: _date(value) if ":" in key else value for key, value in zip(by, row[:-1], strict=True)}, "id": row[-1]}
        for row in rows
    ]


def first_of_groups(
    env: Environment, info: ModelInfo, domain: Any, by: Sequence[str], order: str | None, count: int
) -> list[dict[str, Any]]:
    """Return ids as `BoundModel.first_of_groups` describes, in one statement."""
    env.before_query()
    query = Query(env, info, "read").where(domain).order(order)
    groups = {key: _group_column(query, key) for key in by}
    ordering, query.ordering = query.ordering, []
    position = sa.func.row_number().over(partition_by=list(groups.values()), order_by=[*ordering, info.table.c.id])
    labelled = [column.label(f"g{number}") for number, column in enumerate(groups.values())]
    inner = query.select([info.table.c.id.label("id"), *labelled, position.label("position")]).subquery("grouped")
    statement = sa.select(inner).where(inner.c.position <= count).order_by(inner.c.position)
    found = [
        dict(zip(("id", *groups, "position"), row, strict=True)) for row in env.session.connection().execute(statement)
    ]
    for key in (key for key in by if ":" in key):
        for row in found:
            row[key] = _date(row[key])
    return found


def _result_order(order: str, labelled: Mapping[str, Any]) -> list[tuple[str, bool]]:
    terms: list[tuple[str, bool]] = []
    for part in order.split(","):
        words = part.split()
        if not words or words[0] not in labelled:
            raise unknown("column of the result", words[0] if words else "", labelled, DomainError)
        terms.append((words[0], len(words) > 1 and words[1].lower() == "desc"))
    return terms


def _measure_columns(query: Query, measures: Mapping[str, Any]) -> dict[str, sa.ColumnElement[Any]]:
    found: dict[str, sa.ColumnElement[Any]] = {}
    for path, wanted in measures.items():
        several = not isinstance(wanted, str)
        for name in wanted if several else [wanted]:
            found[f"{path}:{name}" if several else path] = _measure(path, name, *_stored(query, path))
    return found


def _measure(path: str, name: str, column: sa.ColumnElement[Any], field: Field[Any] | None) -> sa.ColumnElement[Any]:
    """Return the column of one measure of a field.

    Raises:
        DomainError: There is no such measure, or not of such a field.
    """
    if name not in MEASURES:
        raise unknown("measure", str(name), MEASURES, DomainError)
    if name in {"sum", "avg"} and (field is None or field.kind not in NUMERIC):
        raise DomainError(
            _('"%(path)s" is no number: it has no %(measure)s.', path=path, measure=name), code="domain.measure"
        )
    if name in {"min", "max"} and field is not None and field.kind in UNORDERED:
        raise DomainError(
            _('"%(path)s" has no order: it has no %(measure)s.', path=path, measure=name), code="domain.measure"
        )
    return mean(column) if name == "avg" and isinstance(field, Decimal) else MEASURES[name](column)


def _stored(query: Query, path: str) -> tuple[sa.ColumnElement[Any], Field[Any] | None]:
    fields = query.check_path(path)
    if any(field.to_many for field in fields) or any(
        field.computed and not field.is_stored and not field.related for field in fields
    ):
        raise DomainError(_('"%(path)s" has no column to group or measure by.', path=path), code="domain.not_stored")
    return query.tree.column(path, query.env), fields[-1] if fields and not path.endswith(".id") else None


def _group_column(query: Query, key: str) -> sa.ColumnElement[Any]:
    path, _colon, period = key.partition(":")
    asked = split_key(period)
    if asked is not None:
        return _unit_column(query, path, *asked)
    column, field = _stored(query, path)
    if not period:
        return column
    if period not in PERIODS:
        raise unknown("period", period, PERIODS, DomainError)
    if field is None or field.kind not in {"date", "datetime"}:
        raise DomainError(
            _('"%(path)s" is no date: it has no %(period)s.', path=path, period=period), code="domain.period"
        )
    dialect = query.env.session.get_bind().dialect.name
    column = local_day(column, field, query.env)
    unit = FISCAL.get(period, period)
    later = (getattr(query.env.company, "fiscal_year_start", None) or 1) - 1 if period in FISCAL else 0
    if dialect == "postgresql":
        shift = sa.func.make_interval(0, later)
        return sa.cast(sa.func.date_trunc(unit, column.op("-")(shift)).op("+")(shift), sa.Date)
    # From the first of the month, since SQLite would make 3 March of 31 May less three months.
    moved = sa.func.date(sa.type_coerce(column, sa.Text), "start of month", f"-{later} months") if later else column
    first = _sqlite_period(sa.type_coerce(moved, sa.Text), unit)
    return sa.func.date(first, f"+{later} months") if later else first


def _unit_column(query: Query, path: str, unit: str, on: str) -> sa.ColumnElement[Any]:
    """Return the unit to which the person at a path belonged on a day of the record."""
    query.check_path(f"{path}.{UNITS[unit]}")
    query.check_path(on)
    person, day = query.tree.walk(path), query.tree.walk(on)
    check_paths(person, day, Where(model=query.info.name, field=path))
    return join_employment(query.tree, person, day, query.env).c[f"{unit}_id"]


def _sqlite_period(column: sa.ColumnElement[Any], period: str) -> sa.ColumnElement[Any]:
    if period == "week":
        return sa.func.date(column, "-6 days", "weekday 1")
    if period == "month":
        return sa.func.date(column, "start of month")
    if period == "year":
        return sa.func.date(column, "start of year")
    if period == "quarter":
        month = sa.cast(sa.func.strftime("%m", column), sa.Integer)
        back = sa.cast((month - 1) % 3, sa.Text)
        return sa.func.date(column, "start of month", sa.literal("-").concat(back).concat(" months"))
    return sa.func.date(column)


def _date(value: Any) -> Any:
    """Make a date of the text that SQLite gives for a period."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value
