"""Who may post in which warehouse (STOCK-02)."""

from typing import Any

from core.api import AccessDenied, Environment, _, has_right

RIGHT = "crm_stock.all_warehouses"


def keeps(env: Environment, warehouse: Any) -> bool:
    """Tell whether the user may post in a warehouse: one of its keepers, or with the right to all warehouses."""
    return has_right(env, RIGHT) or any(each.id == env.uid for each in warehouse.keepers)


def need_keeper(document: Any) -> None:
    """Raise AccessDenied unless the user may post the document; the system may, on behalf of what was checked already.

    A transfer is posted by the keeper of the warehouse it leaves.
    """
    env = document.env
    if not env.is_elevated and not keeps(env, document.warehouse):
        raise AccessDenied(_("You may not post in %(warehouse)s.", warehouse=document.warehouse.name))
