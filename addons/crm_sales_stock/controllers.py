"""Pages of orders that move stock: the tab beside an order, requests and returns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from addons.crm_sales_stock.services.order_stock import page_data, tab_data
from addons.crm_sales_stock.services.request import announce_return, request_stock_out
from addons.crm_sales_stock.services.typed import quantities_of
from core.api import (
    ConflictError,
    Environment,
    Page,
    Request,
    ValidationError,
    _,
    go_to,
    id_of,
    record_url,
    route,
)


@route("/orders/<int:number>/stock")
def order_stock(request: Request, env: Environment, number: int) -> Page:
    """GET: how the order stands in the warehouse, a part of a page."""
    del request
    return Page("crm_sales_stock/tab.html", None, tab_data(env["crm.order"].get(number)))


@route("/orders/<int:number>/request", methods=["GET", "POST"])
def request_goods(request: Request, env: Environment, number: int) -> Any:
    """GET: what is open, with what is there; POST: ask the warehouse for it."""
    return _answer(request, env, number, is_return=False)


@route("/orders/<int:number>/return", methods=["GET", "POST"])
def return_goods(request: Request, env: Environment, number: int) -> Any:
    """GET: what was delivered; POST: announce to the warehouse what comes back of it."""
    return _answer(request, env, number, is_return=True)


def _answer(request: Request, env: Environment, number: int, *, is_return: bool) -> Any:
    order = env["crm.order"].get(number)
    error = None
    if request.method == "POST":
        try:
            with env.savepoint():
                document = _make(order, request.form, is_return)
                target = record_url("crm.stock.document", document.id)
            may_see = env["crm.stock.document"].find(document.id) is not None
            return go_to(target if may_see else record_url("crm.order", number), _done(document))
        except (ValidationError, ConflictError) as refused:
            order, error = env["crm.order"].get(number), refused.message
    title = _("Take goods back") if is_return else _("Request from stock")
    data = page_data(order, request.form if error is not None else None, error, is_return=is_return)
    return Page("crm_sales_stock/request.html", title, data, model="crm.order", status=200 if error is None else 422)


def _make(order: Any, form: Any, is_return: bool) -> Any:
    sent = {name.removeprefix("line-"): text for name, text in form.items() if name.startswith("line-")}
    options: dict[str, Any] = {
        "warehouse": id_of(form.get("warehouse", "")),
        "date": _day(form.get("date", "")),
        "at_once": "at_once" in form,
    }
    if is_return:
        return announce_return(order, quantities_of(sent), replace="replace" in form, **options)
    return request_stock_out(order, quantities_of(sent), **options)


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError(_('"%(text)s" is no day.', text=text[:40]), field="date") from error


def _done(document: Any) -> Any:
    if document.state == "confirmed":
        return _("%(number)s is confirmed", number=document.number)
    return _("%(number)s waits for the keeper", number=document.number)
