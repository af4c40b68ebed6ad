"""What crm_stock offers other addons."""

from addons.crm_stock.services.in_units import in_units
from addons.crm_stock.services.limits import Need, needs
from addons.crm_stock.services.loans import lent_lines, make_return
from addons.crm_stock.services.requests import StockLine, available, request_issue, request_receipt
from addons.crm_stock.services.shortages import Shortage, shortages
from addons.crm_stock.services.warehouses import default_warehouse

__all__ = [
    "Need",
    "Shortage",
    "StockLine",
    "available",
    "default_warehouse",
    "in_units",
    "lent_lines",
    "make_return",
    "needs",
    "request_issue",
    "request_receipt",
    "shortages",
]
