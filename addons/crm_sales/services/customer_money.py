"""What a customer bought, paid and owes (SALE-42)."""

from decimal import Decimal
from typing import Any

from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import AccessDenied


def money_of(customer: Any) -> dict[str, Decimal]:
    """Return ``ordered``, ``received``, ``outstanding`` and ``overdue`` of a customer in base currency; two statements.

    Only contracts that the user may read count; all are 0 for who may read none.
    """
    env = customer.env
    try:
        sums = env["crm.order"].aggregate(
            [["customer", "=", customer.id], ["state", "in", EFFECTIVE]], {"base_amount": "sum", "received_base": "sum"}
        )[0]
        late = env["crm.payment.plan"].aggregate(
            [["customer", "=", customer.id], ["date", "<", env.today()], ["open_base", ">", 0]], {"open_base": "sum"}
        )[0]
    except AccessDenied:
        return {}
    ordered, received = sums["base_amount"] or Decimal(0), sums["received_base"] or Decimal(0)
    return {
        "ordered": ordered,
        "received": received,
        "outstanding": ordered - received,
        "overdue": late["open_base"] or Decimal(0),
    }
