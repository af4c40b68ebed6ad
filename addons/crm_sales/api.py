"""What sales offer to other addons."""

from addons.crm_sales.models.document import company_currency
from addons.crm_sales.services.order_states import EFFECTIVE

__all__ = ["EFFECTIVE", "company_currency"]
