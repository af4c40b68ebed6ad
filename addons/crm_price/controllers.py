"""Pages of prices: the tab beside a quote or order, and the earlier prices of a product."""

from __future__ import annotations

from addons.crm_price.services.pages import check_data, find_document, history_data
from core.api import Environment, Page, Request, ValidationError, _, id_of, route


@route("/check/<model>/<int:number>")
def check(request: Request, env: Environment, model: str, number: int) -> Page:
    """GET: the prices of a quote or order line by line (PRICE-08), a part of a page."""
    del request
    return Page("crm_price/check.html", None, check_data(find_document(env, model, number)))


@route("/history/<int:product>")
def history(request: Request, env: Environment, product: int) -> Page:
    """GET: earlier prices of a product (PRICE-10); ``customer`` sets theirs apart, ``unit`` is the base unit unless given."""
    data = history_data(env, product, _id(request, "customer"), _id(request, "unit"))
    return Page("crm_price/history.html", _("Price history"), data, model="crm.product")


def _id(request: Request, name: str) -> int | None:
    text = request.args.get(name)
    if not text:
        return None
    number = id_of(text)
    if number is None:
        raise ValidationError(_('"%(name)s" must be the number of a record.', name=name), field=name)
    return number
