"""Keep the expenses of what lines of claims belong to, such as contracts: the approved ones count (D5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.api import Environment, system_of

COUNTED = [["state", "in", ["approved", "paid"]], ["refused", "=", False]]


def follow_claims(env: Environment, changed: Mapping[int, Mapping[str, Any]], field: str) -> None:
    """Sum up the expenses of all records that claims name which were decided; two statements, and one for each record.

    They are written as the system, since they follow from claims, which were checked already. Of two claims approved at once for one record
    the later is run again, since both write the record.

    Args:
        env: Who decided.
        changed: Claims (ids) that were changed, with the values before, as of the hook ``records_saved``.
        field: The Many2one of lines that leads to the records, such as ``order``; their field ``expenses`` is written.
    """
    decided = [number for number, before in changed.items() if "state" in before]
    lines = system_of(env)["crm.expense.line"]
    rows = lines.read([["expense", "in", decided], [field, "is_set"]], [field]) if decided else []
    ids = sorted({row[field] for row in rows})
    if not ids:
        return
    sums = {
        row[field]: row["base_amount"]
        for row in lines.aggregate([[field, "in", ids], *COUNTED], {"base_amount": "sum"}, [field])
    }
    with env.system_changes():
        for record in env.load(lines.info.fields[field].comodel, ids):
            record.expenses = sums.get(record.id) or Decimal(0)
