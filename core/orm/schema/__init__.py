"""Brings a database to the tables of a registry, and takes away what an addon leaves. Layer: orm.

`change` plans and applies, `compare` finds what differs, `reflect` reads what the database holds, `drop` removes, `sqlite` does what SQLite
can't do in place. Nothing is ever dropped but by `drop` (design 1.13).
"""

from core.orm.schema.change import apply_changes, plan_changes
from core.orm.schema.compare import Change
from core.orm.schema.drop import drop_columns, drop_tables, plan_drops
from core.orm.schema.sqlite import schema_transaction

__all__ = [
    "Change",
    "apply_changes",
    "drop_columns",
    "drop_tables",
    "plan_changes",
    "plan_drops",
    "schema_transaction",
]
