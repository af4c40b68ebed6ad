"""Search for a part of a text by an index over three characters in a row (``index="substring"``; CORE-38). Layer: orm.

On PostgreSQL a GIN index of the extension pg_trgm over the text in lower case, which the condition of ``ilike`` uses as it stands; on
SQLite an FTS5 table with the tokenizer ``trigram``, which `prefilter` asks beside that condition. Where the extension can't be had
all answers are the same, only slower.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import sqlalchemy as sa

from core.orm import fts
from core.orm.domain.text import LikePattern, has_case
from core.orm.naming import bounded

NEEDS_TRIGRAMS = "needs_trigrams"
"""Key in ``index.info`` of an index that only the extension pg_trgm makes possible."""

EXTENSION = "pg_trgm"
LENGTH = 3
_OPERATORS = "gin_trgm_ops"
_MOST = 16
"""Groups of three looked up; further ones hardly narrow the result."""


# Conditions -----------------------------------------------------------------------------------------------------------


def has_index_for(pattern: LikePattern) -> bool:
    """Whether the index narrows a search for this pattern."""
    return bool(_groups(pattern))


def prefilter(table: sa.FromClause, name: str, pattern: LikePattern) -> sa.ColumnElement[bool] | None:
    """Return, for SQLite, a condition by index that each text which fits the pattern fulfils in whatever case; None if there is none.

    Args:
        table: The table or an alias of it.
        name: Of the FTS5 table, see `fts_name`.
        pattern: What is looked for.
    """
    groups = _groups(pattern)
    if not groups:
        return None
    return fts.matches(table, name, " AND ".join(map(_query, groups)))


def _groups(pattern: LikePattern) -> list[str]:
    """Return all three characters in a row that a text must hold."""
    pieces = re.split("[%_]", pattern.text) if pattern.wild else [pattern.text]
    found = [piece[at : at + LENGTH] for piece in pieces for at in range(len(piece) - LENGTH + 1)]
    # Of some scripts FTS5 knows only one case of a letter that has two.
    return [group for group in dict.fromkeys(found) if not has_case(group)][:_MOST]


def _query(group: str) -> str:
    """Return FTS5's query for a group; the dotted capital I counts as i, as it does when texts are compared."""
    choices = [("i", "\u0130") if character in "iI" else (character,) for character in group]
    spelled = ['"' + "".join(each).replace('"', '""') + '"' for each in itertools.product(*choices)]
    return spelled[0] if len(spelled) == 1 else f"({' OR '.join(spelled)})"


# Indexes --------------------------------------------------------------------------------------------------------------


def fts_name(table_name: str, column_name: str) -> str:
    """Return the name of the FTS5 table on SQLite: ``crm_customer_phone_trigram_fts``."""
    return bounded(f"{table_name}_{column_name}_trigram_fts")


def fts_table(table_name: str, column_name: str) -> fts.FtsTable:
    """Return the index of a column on SQLite."""
    return fts.FtsTable(fts_name(table_name, column_name), table_name, column_name, "trigram")


def substring_indexes(table: sa.Table, column_name: str) -> sa.Index:
    """Add to ``table`` what makes searching parts of ``column_name`` fast, created and dropped with the table.

    Side effects: the GIN index (returned) becomes an index of the table on PostgreSQL where `is_usable`; on SQLite an FTS5 table.
    """
    fts.attach(table, fts_table(table.name, column_name))
    index = sa.Index(
        bounded(f"ix_{table.name}_{column_name}_trigram"),
        sa.func.lower(table.c[column_name]).label("lowered"),
        postgresql_using="gin",
        postgresql_ops={"lowered": _OPERATORS},
        info={fts.ONLY_ON: "postgresql", NEEDS_TRIGRAMS: True},
    )
    return index.ddl_if(dialect="postgresql", callable_=_can_create)


def _can_create(ddl: Any, target: Any, bind: sa.Connection | None, *_rest: Any, **_more: Any) -> bool:
    return bind is not None and is_usable(bind)


# The extension --------------------------------------------------------------------------------------------------------

_CLASSES = sa.table("pg_opclass", sa.column("oid"), sa.column("opcname"))
_VERSIONS = sa.table("pg_available_extension_versions", sa.column("name"), sa.column("trusted"))
_ROLES = sa.table("pg_roles", sa.column("rolname"), sa.column("rolsuper"))


def is_usable(connection: sa.Connection) -> bool:
    """Whether the database has the extension where indexes find it. One statement, on PostgreSQL only."""
    if connection.dialect.name != "postgresql":
        return False
    visible = sa.func.pg_opclass_is_visible(_CLASSES.c.oid)
    return bool(connection.scalar(sa.select(sa.exists().where(_CLASSES.c.opcname == _OPERATORS, visible))))


def is_possible(connection: sa.Connection) -> bool:
    """Whether the extension is there, or this user may create it: a trusted one by the right to create in the database."""
    if is_usable(connection):
        return True
    if connection.dialect.name != "postgresql":
        return False
    superuser = sa.select(_ROLES.c.rolsuper).where(_ROLES.c.rolname == sa.func.current_user()).scalar_subquery()
    trusted = sa.and_(_VERSIONS.c.trusted, sa.func.has_database_privilege(sa.func.current_database(), "CREATE"))
    there = sa.exists().where(_VERSIONS.c.name == EXTENSION, sa.or_(trusted, superuser))
    return bool(connection.scalar(sa.select(there)))


def ensure(connection: sa.Connection) -> bool:
    """Create the extension unless it is there; return whether it can be used. A refusal leaves the transaction usable."""
    if is_usable(connection):
        return True
    if not is_possible(connection):
        return False
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.DBAPIError:
        # Some hosts refuse what the catalogue allows.
        return False
    return is_usable(connection)
