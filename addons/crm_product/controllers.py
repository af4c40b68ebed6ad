"""Pages of products: the view of one with all that belongs to it."""

from addons.crm_product.services import product_view
from core.api import Environment, Page, Request, route


@route("/product/<int:product>")
def product(request: Request, env: Environment, product: int) -> Page:
    """GET /x/crm_product/product/7: everything about one product, each part under its own right and range (PROD-11)."""
    data = product_view.page_data(request, env, product)
    return Page("crm_product/product.html", data["row"]["name"], data, model="crm.product")
