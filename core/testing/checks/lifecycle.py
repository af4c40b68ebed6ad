"""Checks that install, upgrade, disable and remove the addon on a database of their own; layer ``core.testing``."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from packaging.version import InvalidVersion, Version

from core.app import Application
from core.data.schema import read_folder
from core.errors import CoreError
from core.orm import bookkeeping
from core.testing.checks.subject import Subject


def data_loads_twice_without_change(subject: Subject, app: Application) -> Iterator[str]:
    """Loading the addon's records again changes nothing."""
    try:
        reports = app.lifecycle().upgrade([subject.name])
    except Exception as error:  # noqa: BLE001 - a hook or migration may raise anything
        yield f"upgrading to the same files fails: {_told(subject, error)}"
        return
    for report in reports:
        for what in ("created", "updated", "removed"):
            if found := getattr(report, what):
                yield f"data/ of {report.addon} is not the same when loaded again: {', '.join(found)} {what}"
        for conflict in report.conflicts:
            yield f"data/ of {report.addon}: {conflict} in conflict with itself when loaded again"


def can_be_disabled_and_enabled(subject: Subject, app: Application) -> Iterator[str]:
    """Disabling keeps the data, enabling brings everything back, and what the addon stands on works meanwhile."""
    lifecycle = app.lifecycle()
    before = _rows(subject, app)
    try:
        lifecycle.disable([subject.name])
        with app.env() as env:
            for info in subject.own_models():
                if info.name in env:
                    yield f"{info.name} is still there while {subject.name} is disabled"
            for name in sorted({info.name for info in subject.touched_models()} & set(env.registry.models)):
                env[name].search(limit=1)
        lifecycle.enable([subject.name])
    except Exception as error:  # noqa: BLE001 - as above
        yield f"disabling and enabling again fails: {_told(subject, error)}"
        return
    after = _rows(subject, app)
    for table in sorted(before):
        if before[table] != after.get(table):
            yield f"{table} had {before[table]} rows before disabling and has {after.get(table)} after enabling again"


def leaves_nothing_when_removed(subject: Subject, app: Application) -> Iterator[str]:
    """Removing takes away every table, column, record and note of the addon, and nothing else of what it stands on."""
    tables = {info.table.name for info in subject.own_models()}
    columns = {
        (info.table.name, field.column)
        for info in subject.touched_models()
        for field in info.fields.values()
        if field.addon == subject.name and info.addon != subject.name and field.column
    }
    try:
        app.lifecycle().remove([subject.name])
    except Exception as error:  # noqa: BLE001 - as above
        yield f"removing fails: {_told(subject, error)}"
        return
    with app.database().engine.connect() as connection:
        inspector = sa.inspect(connection)
        for table in sorted(tables & set(inspector.get_table_names())):
            yield f"the table {table} is still there after removing"
        for table, column in sorted(columns):
            if inspector.has_table(table) and column in {each["name"] for each in inspector.get_columns(table)}:
                yield f"the column {table}.{column} is still there after removing"
        for name in bookkeeping.xids_of_addon(connection, subject.name):
            yield f"the record {subject.name}.{name} is still there after removing"
        if subject.name in bookkeeping.addon_states(connection):
            yield "the database still knows the addon after removing"
    with app.env() as env:
        for info in env.registry.models.values():
            env[info.name].search(limit=1)


def demo_loads(subject: Subject, app: Application) -> Iterator[str]:
    """The demo data load; ``app`` has an empty database."""
    if not subject.addon.files("demo", ".yaml", ".yml", ".csv"):
        return
    try:
        shipped = {spec.xid for spec in read_folder(subject.addon, "demo", subject.registry.models)}
        reports = app.lifecycle().install([subject.name], demo=True)
    except CoreError as error:
        yield from (subject.told(fault) for fault in error.faults or [error])
        return
    created = {xid for report in reports for xid in report.created}
    if not shipped:
        yield "demo/ holds no record; delete the files, or put records into them"
    for xid in sorted(shipped - created):
        yield f"demo/: {xid} was not made"


def migrations_are_named_by_versions(subject: Subject) -> Iterator[str]:
    """A migration is called ``<version>.py``, has ``before(env)`` or ``after(env)``, and is not ahead of the manifest."""
    current = subject.addon.manifest.parsed_version if subject.addon.manifest else None
    for path, tree in subject.python_files(tests=False):
        inside = path.relative_to(subject.path)
        if inside.parts[0] != "migrations" or inside.name.startswith("_"):
            continue
        try:
            version = Version(inside.stem)
        except InvalidVersion:
            yield f"{inside}: name it by the version it leads to, such as migrations/1.1.0.py"
            continue
        if current is not None and version > current:
            yield f"{inside}: leads to {version}, but manifest.yaml says version {current}; raise the version there"
        names = {getattr(node, "name", None) for node in tree.body}
        if not names & {"before", "after"}:
            yield f"{inside}: write before(env) or after(env); nothing else of a migration is called"


def _rows(subject: Subject, app: Application) -> dict[str, int]:
    """Return the number of rows of each table of the addon."""
    found: dict[str, int] = {}
    with app.database().engine.connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        for info in subject.own_models():
            if info.table.name in present:
                found[info.table.name] = connection.execute(
                    sa.select(sa.func.count()).select_from(info.table)
                ).scalar_one()
    return found


def _told(subject: Subject, error: Exception) -> str:
    if isinstance(error, CoreError):
        return subject.told(error)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(subject.path)]
    place = f"{subject.short(own[-1].filename, own[-1].lineno)}: " if own else ""
    return f"{place}{type(error).__name__}: {error}"
