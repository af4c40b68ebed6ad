"""What other addons may use of service."""

from addons.crm_service.services.people import may_act, superiors
from addons.crm_service.services.sold_items import add_sold_item, items_of
from addons.crm_service.services.warranty import last_day_of_warranty

__all__ = ["add_sold_item", "items_of", "last_day_of_warranty", "may_act", "superiors"]
