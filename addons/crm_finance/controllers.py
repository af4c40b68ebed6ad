"""Pages of finance: cash book and cash flow; ageing, monthly statement, and receiving money in one go."""

from __future__ import annotations

from typing import Any

from addons.crm_finance.services.ageing_page import ageing_data, ageing_sheet
from addons.crm_finance.services.book_page import book_data, book_sheet
from addons.crm_finance.services.cash_flow_page import cash_flow_data
from addons.crm_finance.services.entries import ENTRY
from addons.crm_finance.services.receive import receive_at_once
from addons.crm_finance.services.receive_page import need_cashier, payment_of, receive_data
from addons.crm_finance.services.statement_page import statement_data
from core.api import (
    ConflictError,
    Environment,
    Page,
    Request,
    Response,
    ValidationError,
    _,
    go_to,
    route,
    send_sheet,
    sheet_formats,
)

RECEIVABLE = "crm.receivable"


@route("/book")
def book(request: Request, env: Environment) -> Page:
    """GET: the cash book of a period, with running balance."""
    data = book_data(env, request.args, sheet_formats(request, ENTRY))
    return Page("crm_finance/book.html", _("Cash book"), data, model=ENTRY)


@route("/book/export/<form>")
def book_export(request: Request, env: Environment, form: str) -> Response:
    """GET: the cash book of a period as a file."""
    return send_sheet(request, ENTRY, form, book_sheet(env, request.args))


@route("/cash-flow")
def cash_flow(request: Request, env: Environment) -> Page:
    """GET: income, spending and their difference by day, week, month or year."""
    return Page("crm_finance/cash_flow.html", _("Cash flow"), cash_flow_data(env, request.args), model=ENTRY)


@route("/ageing")
def ageing(request: Request, env: Environment) -> Page:
    """GET: open receivables by days overdue, of each customer, person or contract."""
    data = ageing_data(env, request.args, sheet_formats(request, RECEIVABLE))
    return Page("crm_finance/ageing.html", _("Ageing of receivables"), data, model=RECEIVABLE)


@route("/ageing/export/<form>")
def ageing_export(request: Request, env: Environment, form: str) -> Response:
    """GET: the table of ageing as a file."""
    return send_sheet(request, RECEIVABLE, form, ageing_sheet(env, request.args))


@route("/statement")
def statement(request: Request, env: Environment) -> Page:
    """GET: what a customer owed and paid in a month."""
    data = statement_data(env, request.args)
    return Page("crm_finance/statement.html", _("Monthly statement"), data, model=RECEIVABLE)


@route("/receive", methods=["GET", "POST"])
def receive(request: Request, env: Environment) -> Any:
    """GET: what a customer owes and has paid ahead; POST: receive money, settle and invoice, all or nothing."""
    need_cashier(env)
    if request.method == "POST":
        try:
            done = receive_at_once(env, payment_of(env, request.form))
        except (ValidationError, ConflictError) as error:
            data = receive_data(env, request.form, request.form, error)
            return Page("crm_finance/receive.html", _("Receive money"), data, model=RECEIVABLE, status=422)
        return go_to(_after(done, request.form["customer"]), _("Saved"))
    return Page("crm_finance/receive.html", _("Receive money"), receive_data(env, request.args), model=RECEIVABLE)


def _after(done: Any, customer: str) -> str:
    if done.receipt is not None:
        return f"/records/crm.receipt/{done.receipt.id}"
    if done.invoice is not None:
        return f"/records/crm.invoice/{done.invoice.id}"
    return f"/x/crm_finance/receive?customer={customer}"
