"""Parts of pages that join sales and service."""

from __future__ import annotations

from addons.crm_sales_service.services.sales_history import sales_data
from core.api import Environment, Page, Request, route


@route("/history/<int:number>")
def history(request: Request, env: Environment, number: int) -> Page:
    """GET: the contracts of the customer of a ticket, a part of a page (SERV-01)."""
    del request
    return Page("crm_sales_service/history.html", None, sales_data(env, number))
