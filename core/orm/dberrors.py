"""Turns errors of SQLAlchemy and the drivers into ours, at the edge of the ORM and nowhere else. Layer: orm.

PostgreSQL names the index or constraint at fault, SQLite the columns, the index or nothing at all; `translate` finds model and
fields from that in the registry. It is slow and only runs when something went wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from core.errors import ConflictError, CoreError, RetryableError, ValidationError, Where
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry

_RETRY_STATES = {"40001", "40P01", "55P03"}
"""SQLSTATE of a serialization failure, a deadlock, a lock that was not had in time."""

_UNFIT_STATES = {"22001", "22003", "22007", "22008", "22P02", "22P05", "22021", "22012"}
"""SQLSTATE of values too long, out of range or not of the column's type."""

_STATES = {"23505": "unique", "23503": "foreign key", "23001": "foreign key", "23514": "check", "23502": "not null"}

_LACKING_STATES = {"42703", "42P01"}
"""SQLSTATE of a column or table that is not there."""

_SQLITE_LACKING = re.compile(
    r"no such (?:table|column): (?P<name>[\w.]+)|(?P<table>\w+) has no column named (?P<column>\w+)"
)

UPGRADE = _("run: tangram addons upgrade")
"""What helps where the database does not fit the code."""

_SQLITE_BUSY = {5, 6}
"""Primary result codes SQLITE_BUSY and SQLITE_LOCKED; the extended ones differ in the higher byte."""

_SQLITE_MESSAGES = (
    ("unique", re.compile(r"UNIQUE constraint failed: (?:index '(?P<constraint>.+)'|(?P<columns>.+))")),
    ("foreign key", re.compile(r"FOREIGN KEY constraint failed")),
    ("check", re.compile(r"CHECK constraint failed: (?P<constraint>.+)")),
    ("not null", re.compile(r"NOT NULL constraint failed: (?P<columns>.+)")),
)


@dataclass(frozen=True)
class _Violation:
    """What the driver tells of a broken rule, as far as it does."""

    kind: str
    verb: str
    """The statement's first word: INSERT, UPDATE or DELETE."""
    constraint: str = ""
    table: str = ""
    columns: tuple[str, ...] = ()


def translate(error: BaseException, registry: Registry | None = None) -> CoreError:
    """Return (not raise) our error for one of SQLAlchemy or a driver.

    Args:
        error: What was caught; one of ours, alone or wrapped by SQLAlchemy, is returned as it is.
        registry: Where tables and columns get the names of models and fields; None gives messages without them.

    Returns:
        `ValidationError` for a value that is taken, missing, refused or does not fit, or a record that does not exist;
        `ConflictError` for a record that is still in use or was changed meanwhile; `RetryableError` for concurrency;
        a plain `CoreError` of code ``database.schema`` where the database lacks a table or column, of code ``database`` for anything else.
    """
    if isinstance(error, CoreError):
        return error
    if isinstance(error, StaleDataError):
        # Running the transaction again reads the other's change and goes on from there.
        return RetryableError(
            _("Somebody else has changed this record meanwhile."),
            code="conflict.version",
            hint=_("load it anew and repeat your change"),
        )
    original = error.orig if isinstance(error, sa.exc.StatementError) else error
    if isinstance(original, CoreError):
        return original
    if is_concurrency(original):
        return RetryableError(_("The database is busy with another change; please try again."))
    violation = _violation(error, original)
    if violation is not None:
        return _RULES[violation.kind](violation, _Names(registry))
    if (lacking := _lacking(original)) is not None:
        message = _("The database lacks %(name)s: the code changed and the database was not upgraded.", name=lacking)
        return CoreError(message, code="database.schema", hint=UPGRADE)
    if _is_unfit(original):
        return ValidationError(_("A value is too long, out of range or of a wrong type."), code="validation.range")
    return CoreError(_("The database could not do this."), code="database", hint=type(original).__name__)


def is_concurrency(original: BaseException | None) -> bool:
    """Whether a driver's error means that the same transaction may succeed when it is run again."""
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) in _SQLITE_BUSY
    return getattr(original, "sqlstate", None) in _RETRY_STATES


def _lacking(original: BaseException | None) -> str | None:
    """Return the table or column that the database does not have, None if the error is about something else."""
    if getattr(original, "sqlstate", None) in _LACKING_STATES:
        found = re.search(r'(?:column|relation) "?([\w.]+)"?', str(original))
        return found[1] if found else "?"
    if getattr(original, "sqlite_errorcode", None) is None:
        return None
    told = _SQLITE_LACKING.search(str(original))
    if told is None:
        return None
    return told["name"] or f"{told['table']}.{told['column']}"


def _is_unfit(original: BaseException | None) -> bool:
    # Two of SQLite and its driver for integers beyond 64 bits, one of psycopg for a text that PostgreSQL can't hold.
    text = str(original)
    if isinstance(original, OverflowError) or text == "integer overflow" or "NUL (0x00)" in text:
        return True
    return getattr(original, "sqlstate", None) in _UNFIT_STATES


def _violation(error: BaseException, original: BaseException | None) -> _Violation | None:
    statement = getattr(error, "statement", None) or ""
    verb = statement.lstrip().split(None, 1)[0].upper() if statement.strip() else ""
    diagnosis = getattr(original, "diag", None)
    if diagnosis is not None:
        kind = _STATES.get(getattr(original, "sqlstate", None) or "")
        if kind is None:
            return None
        columns = (diagnosis.column_name,) if diagnosis.column_name else ()
        return _Violation(kind, verb, diagnosis.constraint_name or "", diagnosis.table_name or "", columns)
    for kind, pattern in _SQLITE_MESSAGES:
        found = pattern.match(str(original))
        if found:
            parts = found.groupdict()
            named = [name.split(".", 1) for name in (parts.get("columns") or "").split(", ") if "." in name]
            table = named[0][0] if named else _statement_table(statement)
            return _Violation(kind, verb, parts.get("constraint") or "", table, tuple(name[1] for name in named))
    return None


def _statement_table(statement: str) -> str:
    found = re.match(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', statement, re.IGNORECASE)
    return found.group(1) if found else ""


# Names ----------------------------------------------------------------------------------------------------------------


class _Names:
    """Finds models and fields by what a database calls them."""

    def __init__(self, registry: Registry | None) -> None:
        self.models: list[ModelInfo] = list(registry.models.values()) if registry is not None else []
        self.tables = registry.metadata.tables if registry is not None else {}

    def model(self, table: str) -> ModelInfo | None:
        return next((info for info in self.models if info.table.name == table), None)

    def label(self, table: str) -> str:
        """Return what users call the records of a table; the table's own name if nothing else is known."""
        info = self.model(table)
        return str(info.label or info.name) if info else table

    def fields(self, table: str, columns: Iterable[str]) -> list[tuple[str, str]]:
        """Return pairs (name, label) of the fields that the columns hold; a column without a field names itself."""
        info = self.model(table)
        known = {field.column: (field.name, str(field.label)) for field in info.fields.values()} if info else {}
        return [known.get(name, (name, name)) for name in columns]

    def where(self, table: str, columns: Sequence[str]) -> Where:
        info = self.model(table)
        fields = self.fields(table, columns)
        return Where(model=info.name if info else None, field=fields[0][0] if info and fields else None)

    def constraint(self, name: str) -> tuple[str, tuple[str, ...]]:
        """Return table and columns of an index, foreign key or check; ("", ()) if there is none of that name."""
        for table in self.tables.values():
            items: list[Any] = [*table.indexes, *table.constraints]
            for item in items:
                if item.name is not None and str(item.name) == name:
                    if isinstance(item, sa.CheckConstraint):
                        return table.name, _columns_of_check(item)
                    return table.name, tuple(column.name for column in item.columns)
        return "", ()


def _columns_of_check(check: sa.CheckConstraint) -> tuple[str, ...]:
    found = sa.sql.visitors.iterate(check.sqltext)
    return tuple(dict.fromkeys(item.name for item in found if isinstance(item, sa.Column)))


# Rules ----------------------------------------------------------------------------------------------------------------


def _unique(violation: _Violation, names: _Names) -> CoreError:
    table, columns = _place(violation, names)
    fields = [_(label) for _name, label in names.fields(table, columns)]
    if not fields:
        return ValidationError(
            _("There is another record with the same values."), code="validation.unique", where=names.where(table, ())
        )
    return ValidationError(
        _('%(model)s: there is another record with the same "%(fields)s".', model=_(names.label(table)), fields=fields),
        code="validation.unique",
        where=names.where(table, columns),
    )


def _foreign_key(violation: _Violation, names: _Names) -> CoreError:
    table, columns = _place(violation, names)
    if violation.verb == "DELETE":
        return _still_used(violation, names, table, columns)
    fields = [_(label) for _name, label in names.fields(table, columns)]
    if not fields:
        return ValidationError(
            _("%(model)s: a record referred to does not exist.", model=_(names.label(table))),
            code="validation.missing_record",
            where=names.where(table, ()),
        )
    return ValidationError(
        _('%(model)s: the record given as "%(fields)s" does not exist.', model=_(names.label(table)), fields=fields),
        code="validation.missing_record",
        where=names.where(table, columns),
    )


def _still_used(violation: _Violation, names: _Names, table: str, columns: tuple[str, ...]) -> CoreError:
    hint = _("delete or change these records first")
    if violation.constraint:
        fields = [_(label) for _name, label in names.fields(table, columns)] or violation.constraint
        message = _(
            'The record is still in use by "%(model)s" (%(fields)s).', model=_(names.label(table)), fields=fields
        )
        return ConflictError(message, code="conflict.in_use", hint=hint, where=names.where(table, columns))
    # SQLite does not say who refers, so all that could are named.
    users = referring(names.tables.values(), violation.table)
    if not users:
        return ConflictError(_("The record is still in use."), code="conflict.in_use", hint=hint)
    message = _(
        "The record is still in use by one of: %(models)s.",
        models=[_(each) for each in sorted({names.label(name) for name, _column in users})],
    )
    return ConflictError(message, code="conflict.in_use", hint=hint, where=names.where(violation.table, ()))


def referring(tables: Iterable[sa.Table], target: str) -> list[tuple[str, str]]:
    """Return (table, column) of the foreign keys that refuse the deletion of a row of ``target`` while they refer to it."""
    return [
        (table.name, key.column_keys[0])
        for table in tables
        for key in table.foreign_key_constraints
        if key.referred_table.name == target and (key.ondelete or "").upper() not in ("CASCADE", "SET NULL")
    ]


def _check(violation: _Violation, names: _Names) -> CoreError:
    table, columns = _place(violation, names)
    fields = ", ".join(label for _name, label in names.fields(table, columns))
    return ValidationError(
        _(
            "%(model)s: a value breaks the rule %(rule)s.",
            model=_(names.label(table)),
            rule=f'"{fields}"' if fields else f'"{violation.constraint}"',
        ),
        code="validation.check",
        where=names.where(table, columns),
    )


def _not_null(violation: _Violation, names: _Names) -> CoreError:
    table, columns = _place(violation, names)
    fields = [_(label) for _name, label in names.fields(table, columns)]
    return ValidationError(
        _('%(model)s: "%(fields)s" is required.', model=_(names.label(table)), fields=fields),
        code="validation.required",
        where=names.where(table, columns),
    )


def _place(violation: _Violation, names: _Names) -> tuple[str, tuple[str, ...]]:
    """Return table and columns at fault, looked up by the constraint's name where the driver gives no more."""
    if violation.columns:
        return violation.table, violation.columns
    table, columns = names.constraint(violation.constraint) if violation.constraint else ("", ())
    return table or violation.table, columns


_RULES = {
    "unique": _unique,
    "foreign key": _foreign_key,
    "check": _check,
    "not null": _not_null,
}
