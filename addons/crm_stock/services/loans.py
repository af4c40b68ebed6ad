"""Goods lent come back, whole or in part (STOCK-06)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import ConflictError, _


def take_back_rest(loan: Any) -> Any:
    """Return a new draft of a return against ``loan`` with everything that is still out.

    Raises:
        ConflictError: Nothing is out any more.
    """
    return make_return(loan, [(line, line.still_lent) for line in lent_lines(loan)])


def lent_lines(loan: Any) -> list[Any]:
    """Return the lines of a loan of which something is still out.

    Raises:
        ConflictError: Nothing is.
    """
    lines = [line for line in loan.lines if line.still_lent > 0]
    if not lines:
        raise ConflictError(_("Nothing of %(number)s is still lent.", number=loan.number))
    return lines


def make_return(loan: Any, parts: Sequence[tuple[Any, Decimal]]) -> Any:
    """Return a new draft of a return against ``loan``, in its environment.

    Args:
        loan: A record of ``crm.stock.document``.
        parts: Lines of the loan, and how much of each comes back, in base units.
    """
    return loan.env["crm.stock.document"].create(
        {
            "kind": "loan_return",
            "reason": "other",
            "loan": loan,
            "warehouse": loan.warehouse,
            "customer": loan.customer,
            "employee": loan.employee,
            "lines": [_back(line, quantity) for line, quantity in parts],
        }
    )


def _back(line: Any, quantity: Decimal) -> dict[str, Any]:
    return {
        "product": line.product,
        "unit": line.product.base_unit,
        "quantity": quantity,
        "place": line.place,
        "batch": line.batch,
        "loan_line": line,
    }
