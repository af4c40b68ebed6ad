"""What the addon does for the core: leads from the form of a product to all that belongs to it."""

from collections.abc import Sequence

from core.api import Environment, Link, _, hookimpl


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> Sequence[Link] | None:
    """Lead from a product to its view (PROD-11)."""
    del env
    if model != "crm.product":
        return None
    return [Link(_("Product view"), f"/x/crm_product/product/{record_id}", icon="layout-dashboard", sequence=5)]
