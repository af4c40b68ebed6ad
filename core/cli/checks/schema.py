"""Tables against definitions, and what nobody owns any more. Layer: cli."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from core.cli.checks.finding import Examination, Finding
from core.i18n import _
from core.jobs import QUEUE_TABLES
from core.orm import bookkeeping, schema
from core.orm.bookkeeping import TABLE_ITSELF

SHOWN = 20
"""Differences told one by one."""


def differs(case: Examination) -> Iterator[Finding]:
    """``schema.differs``: the database lacks what the definitions say; ``schema.blocked``: it can't be brought there by itself."""
    changes = schema.plan_changes(case.connection, case.registry.metadata)
    hint = _('run "tangram addons upgrade"')
    for change in changes[:SHOWN]:
        if change.kind == "blocked":
            message = _("A column would have to change its type in a way that could lose values.")
            remedy = _("give the field a new name and move the values in a migration")
            yield Finding("schema.blocked", "error", message, remedy, f"{change.table}.{change.name}")
        else:
            words = {"step": change.kind.replace("_", " ")}
            message = _('The database is not as the definitions say; missing step: "%(step)s".', words)
            place = f"{change.table}.{change.name}" if change.name else change.table
            yield Finding("schema.differs", "error", message, hint, place)
    if len(changes) > SHOWN:
        message = _("%(count)s more differences.", count=len(changes) - SHOWN)
        yield Finding("schema.differs", "error", message, hint)


def leftovers(case: Examination) -> Iterator[Finding]:
    """``schema.orphan_table`` and ``schema.orphan_column``: neither an enabled nor a disabled addon knows them."""
    owners = bookkeeping.owners(case.connection)
    declared = {**bookkeeping.METADATA.tables, **case.registry.metadata.tables}
    inspector = sa.inspect(case.connection)
    hint = _(
        '"tangram addons remove" drops what an addon left; what no addon owns may be dropped by hand after a backup'
    )
    for name in case.tables:
        table = declared.get(name)
        owner = owners.get((name, TABLE_ITSELF))
        if table is None:
            # The queue of the jobs looks after its own tables.
            if owner not in case.states and name not in QUEUE_TABLES:
                yield Finding("schema.orphan_table", "warning", _("No addon owns this table."), hint, name)
            continue
        for column in inspector.get_columns(name):
            owner = owners.get((name, column["name"]))
            if column["name"] not in table.c and owner not in case.states:
                message = _("No addon owns this column.")
                yield Finding("schema.orphan_column", "warning", message, hint, f"{name}.{column['name']}")
