"""Brings in a file for ``tangram import``: the mapping file, and faults told by row."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from addons.base_exchange.services.analysis import analyse
from addons.base_exchange.services.imports import keep_from_command
from addons.base_exchange.services.plan import Column, Plan
from addons.base_exchange.services.reading.limits import limits_of
from addons.base_exchange.services.reading.source import ReadOptions
from addons.base_exchange.services.run import Group, Outcome, bad_rows_of, run
from core.api import CoreError, Environment, FileImport, FileImported, ValidationError, Where, _, raise_faults

MOST_TOLD = 100
_READING = ("encoding", "delimiter", "sheet", "header_row")
_CHOICES = ("existing", "insert", "empty", "duplicates", "date_order")
_LISTS = ("nothing", "history")
_COLUMN = ("field", "create", "replace", "remove", "tidy", "blank", "leave_out")
_ALSO = (*_COLUMN[1:], "column", "between", "by", "value")


def import_file(env: Environment, request: FileImport) -> FileImported:
    """Bring in a file in the transaction of ``env``.

    Raises:
        ValidationError: The file, the mapping or a row is wrong; all faults at once, `MOST_TOLD` at most.
        AccessDenied: The user may not import into the model.
    """
    mapping = request.mapping or {}
    _refuse_unknown(mapping, ("columns", "ignore", "also", "key", *_READING, *_CHOICES, *_LISTS))
    limits = limits_of(env)
    options = ReadOptions(mapping.get("encoding"), mapping.get("delimiter"), int(mapping.get("sheet") or 0))
    plan, _facts = analyse(env, request.file, request.model, options, limits, mapping.get("header_row"))
    plan.empty = "clear"
    _apply(plan, mapping)
    if request.key is not None:
        plan.key = [request.key]
    plan.errors = "stop" if request.bad_rows is None else "skip"
    _refuse_unmatched(env, plan, mapping)
    with ExitStack() as stack:
        bad_rows = bad_rows_of(env, plan, stack)
        # The command itself undoes a trial, so that what it says is what would happen.
        outcome = run(env, request.file, plan, limits=limits, is_trial=False, bad_rows=bad_rows)
        if not outcome.is_kept:
            raise_faults(_faults(request, plan, outcome), ValidationError, str(request.file))
        if request.bad_rows is not None and bad_rows.count:
            request.bad_rows.write_bytes(bad_rows.opened().read())
    if not request.is_trial:
        keep_from_command(env, request.file.name, plan, outcome, request.batch)
    counts = outcome.counts
    return FileImported(counts.created, counts.updated, counts.skipped, counts.wrong)


def _apply(plan: Plan, mapping: Mapping[str, Any]) -> None:
    """Put on a plan what a mapping file says.

    Raises:
        ValidationError: A key is unknown, or a column is not in the file.
    """
    for name in _CHOICES:
        if name in mapping:
            setattr(plan, name, mapping[name])
    for name in _LISTS:
        setattr(plan, name, [str(each) for each in mapping.get(name) or ()])
    key = mapping.get("key")
    if key is not None:
        plan.key = [key] if isinstance(key, str) else list(key)
    headers = {column.header: column for column in plan.columns}
    said_of = _said_of_columns(mapping)
    for header, said in said_of.items():
        column = plan.columns[_place(header, headers, plan)]
        options = said if isinstance(said, Mapping) else {"field": said}
        _refuse_unknown(options, _COLUMN)
        target = options.get("field")
        for other in plan.columns:
            if other is not column and target and other.target == target and other.header not in said_of:
                other.target = None
        column.target, column.create = target, bool(options.get("create", False))
        column.is_name = column.is_name and column.header == target
        _choose(column, options)
    for field, said in (mapping.get("also") or {}).items():
        _add(plan, str(field), said, headers)


def _said_of_columns(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a mapping says of each heading; None for those that are not imported."""
    said = {str(header): options for header, options in (mapping.get("columns") or {}).items()}
    return {**said, **{str(header): None for header in mapping.get("ignore") or ()}}


def _place(name: str, headers: Mapping[str, Column], plan: Plan) -> int:
    """Return where a column stands.

    Raises:
        ValidationError: The file has none of this name; the nearest is proposed.
    """
    if name not in headers:
        raise _unknown(_('The file has no column "%(name)s".', name=name), name, list(headers))
    return plan.columns.index(headers[name])


def _choose(column: Column, options: Mapping[str, Any]) -> None:
    """Set how the cells of a column are read."""
    column.replace = {str(old): str(new) for old, new in (options.get("replace") or {}).items()}
    column.remove = [str(text) for text in options.get("remove") or ()]
    column.tidy = bool(options.get("tidy", False))
    column.blank = None if options.get("blank") is None else str(options["blank"])
    column.leave_out = [str(text or "") for text in options.get("leave_out") or ()]


def _add(plan: Plan, field: str, said: Any, headers: Mapping[str, Column]) -> None:
    """Give a field the same text in all rows, or what stands in one or several columns that other fields may be read from too.

    Raises:
        ValidationError: A key is unknown, or a column is not in the file.
    """
    options = said if isinstance(said, Mapping) else {"value": said}
    _refuse_unknown(options, _ALSO)
    added = Column(f"+{field}", field, bool(options.get("create", False)))
    if "column" in options:
        names = options["column"] if isinstance(options["column"], list) else [options["column"]]
        added.source, *added.joined = [_place(str(name), headers, plan) for name in names]
        added.between = str(options.get("between", " "))
        added.by = [str(path) for path in options.get("by") or ()]
    else:
        added.constant = str(options.get("value"))
    _choose(added, options)
    for other in plan.columns:
        if other.target == field:
            other.target = None
    plan.columns.append(added)


def _refuse_unmatched(env: Environment, plan: Plan, mapping: Mapping[str, Any]) -> None:
    """Refuse headings that mean nothing: on the command line nobody sees that a column was left out.

    Columns of an export that the system sets or computes are left out without a word.

    Raises:
        UnknownFieldError: A heading is no field; the nearest is proposed.
    """
    said = _said_of_columns(mapping).keys()
    info = env.registry[plan.model]
    if "id" not in plan.key:
        for column in plan.columns:
            if column.target == "id":
                column.target = None
    for column in plan.columns:
        if column.target is None and column.header not in said and not _is_of_system(column, info):
            info.field(column.header.partition(".")[0])


def _is_of_system(column: Column, info: Any) -> bool:
    head = column.header.partition(".")[0]
    stamps = ("id", "version", "display_name", "created_at", "created_by", "updated_at", "updated_by")
    return head in stamps or column.header in ("Reason", "原因") or head in info.fields


def _faults(request: FileImport, plan: Plan, outcome: Outcome) -> list[CoreError]:
    """Return what is wrong, in the order of the rows, each at its place."""
    placed = [(row, group) for group in outcome.groups.values() for row in group.rows]
    placed.sort(key=lambda each: (each[0], each[1].column or 0))
    return [_fault(request, plan, row, group) for row, group in placed[:MOST_TOLD]]


def _fault(request: FileImport, plan: Plan, row: int, group: Group) -> CoreError:
    where = Where(file=str(request.file), line=row, model=request.model, field=group.field)
    message: Any = group.message
    if group.column is not None and group.value is not None:
        header = plan.columns[group.column].header
        message = _('%(column)s "%(value)s": %(message)s', column=header, value=group.value, message=group.message)
    hint = _('did you mean "%(name)s"?', name=group.proposals[0]) if group.proposals else None
    return ValidationError(message, code=group.code, hint=hint, where=where)


def _refuse_unknown(given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in given:
        if name not in known:
            raise _unknown(_('The mapping has no "%(name)s".', name=name), str(name), list(known))


def _unknown(message: Any, name: str, known: list[str]) -> ValidationError:
    close = difflib.get_close_matches(name, known, n=1)
    hint = _('did you mean "%(name)s"?', name=close[0]) if close else _("known: %(names)s", names=", ".join(known))
    return ValidationError(message, code="import.mapping", hint=hint)
