"""What crm_product offers other addons."""

from addons.crm_product.services.find_product import find_product
from addons.crm_product.services.units import plain, split, to_base

__all__ = ["find_product", "plain", "split", "to_base"]
