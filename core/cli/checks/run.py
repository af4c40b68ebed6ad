"""The order of the checks: each stage only where the one before found nothing that makes it pointless. Layer: cli."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from core.app import Application
from core.cli.checks import addons, files, runtime, schema, storage
from core.cli.checks.finding import Examination, Finding, from_error
from core.cli.installation import Installation
from core.cli.neutral import table_names
from core.errors import CoreError
from core.i18n import _
from core.orm import bookkeeping
from core.orm.engine import READONLY

Check = Callable[[Examination], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    addons.broken,
    addons.versions,
    addons.views,
    addons.rights,
    addons.untranslated,
    schema.differs,
    schema.leftovers,
    storage.sqlite,
    storage.postgresql,
    files.attachments,
    runtime.administrators,
    runtime.jobs,
    runtime.clock,
)
"""All that need a database with something installed, in the order in which they are told."""


def examine(installation: Installation) -> Iterator[Finding]:
    """Yield what is wrong with an installation; changes nothing.

    Args:
        installation: Its settings may be unreadable, its database not there.
    """
    try:
        app = installation.application
        database = installation.database
    except CoreError as error:
        for fault in error.faults or (error,):
            yield from_error("config.wrong", fault)
        return
    yield from files.folders(app)
    yield from files.secret_key(app)
    yield from files.front_end()
    if not installation.file_is_there():
        yield storage.missing_file(database)
        return
    try:
        with database.engine.connect().execution_options(**{READONLY: True}) as connection, connection.begin():
            yield from _with_connection(app, installation, connection)
    except sa.exc.DBAPIError as error:
        yield storage.unreachable(database, error)


def _with_connection(app: Application, installation: Installation, connection: sa.Connection) -> Iterator[Finding]:
    if not bookkeeping.exists(connection):
        yield Finding("database.empty", "error", _("Nothing is installed in the database."), _('run "tangram init"'))
        return
    try:
        installation.database.registry_for(connection)
        assembly = app.assembly(installation.database_name)
    except CoreError as error:
        yield from_error("registry.fails", error)
        return
    states = bookkeeping.addon_states(connection)
    case = Examination(app, installation.database, connection, assembly, states, table_names(connection))
    for check in CHECKS:
        try:
            yield from check(case)
        except CoreError as error:
            # One check that fails must not hide what the others find.
            yield from_error("doctor.check", error)
