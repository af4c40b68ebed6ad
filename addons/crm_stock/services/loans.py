"""Goods lent come back, whole or in part (STOCK-06)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from core.api import ConflictError, ValidationError, _


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


def need_loan(document: Any) -> None:
    """Check the loan that a return is against, whenever it is saved or posted.

    Raises:
        ValidationError: It names no confirmed loan, or that of another warehouse.
    """
    loan = document.loan
    if loan is None or loan.kind != "loan" or loan.state != "confirmed":
        raise ValidationError(_("Choose the loan that the goods come back against."), field="loan")
    if loan.warehouse != document.warehouse:
        raise ValidationError(
            _("Goods come back to the warehouse that lent them: %(name)s.", name=loan.warehouse.name), field="warehouse"
        )


def need_loan_lines(document: Any) -> None:
    """Check a return that is being posted: its loan may have been reversed, or another one named, since its lines were entered.

    Raises:
        ValidationError: A line is not against the loan of the document.
    """
    need_loan(document)
    for line in document.lines:
        if line.loan_line is None or line.loan_line.document != document.loan:
            raise ValidationError(
                _("%(product)s is not out on this loan.", product=line.product.name),
                field="product",
                hint=_("choose the loan that it comes back against"),
            )


def need_nothing_back(loan: Any) -> None:
    """Raise ConflictError for a loan that is being reversed though something came back of it."""
    if any(line.came_back for line in loan.lines):
        raise ConflictError(
            _("Goods of %(number)s came back already.", number=loan.number),
            hint=_("reverse the later documents first"),
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
