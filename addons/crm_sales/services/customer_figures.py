"""What sales say of customers in their summary and rankings (BASE-16, BASE-61)."""

from addons.crm_base.api import CustomerFigure
from addons.crm_sales.services.order_states import EFFECTIVE
from core.api import _

_EFFECTIVE = [["state", "in", EFFECTIVE]]

FIGURES = (
    CustomerFigure(
        "crm_sales.purchases",
        _("Contract amount"),
        "crm.order",
        "base_amount:sum",
        domain=_EFFECTIVE,
        in_summary=True,
    ),
    CustomerFigure("crm_sales.profit", _("Gross profit"), "crm.order", "profit:sum", domain=_EFFECTIVE),
    CustomerFigure(
        "crm_sales.profit_rate",
        _("Profit rate"),
        "crm.order",
        "profit:sum",
        domain=_EFFECTIVE,
        per="crm_sales.purchases",
    ),
    CustomerFigure("crm_sales.expenses", _("Expenses"), "crm.order", "expenses:sum", domain=_EFFECTIVE),
    CustomerFigure(
        "crm_sales.open_opportunities",
        _("Open opportunities"),
        "crm.opportunity",
        "amount:sum",
        date=None,
        domain=[["state", "=", "open"]],
        in_summary=True,
    ),
    CustomerFigure(
        "crm_sales.receivable", _("Outstanding"), "crm.payment.plan", "open_base:sum", date=None, in_summary=True
    ),
)
