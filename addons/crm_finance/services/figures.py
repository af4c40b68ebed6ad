"""What finance says of customers in their summary and rankings (FIN-20)."""

from addons.crm_base.api import CustomerFigure
from core.api import _

_OPEN = ["open_base", ">", 0]

FIGURES = (
    CustomerFigure(
        "crm_finance.receivable",
        _("Receivables"),
        "crm.receivable",
        "open_base:sum",
        date=None,
        domain=[_OPEN],
        in_summary=True,
    ),
    CustomerFigure(
        "crm_finance.overdue",
        _("Overdue"),
        "crm.receivable",
        "open_base:sum",
        date=None,
        domain=[_OPEN, ["due_date", "<", "today"]],
        in_summary=True,
    ),
    CustomerFigure(
        "crm_finance.settled",
        _("Settled"),
        "crm.settlement",
        "base_amount:sum",
    ),
)
