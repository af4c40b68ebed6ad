"""Invoices for contracts (FIN-15)."""

from decimal import Decimal
from typing import Any

from addons.crm_finance.services.invoices import check_invoice, check_line
from addons.crm_sales.api import company_currency
from core.api import Model, constrains, depends, fields, today, transition


class Invoice(Model):
    """An invoice over one or several contracts of a customer. Taxes are none of its business (D18)."""

    _name = "crm.invoice"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Invoice"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Char(label="Invoice number", required=True, index="substring", size=64, copy=False)
    kind = fields.Lookup("invoice_kind", label="Kind of invoice")
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict")
    date = fields.Date(label="Invoice date", default=today, required=True, index=True)
    currency = fields.Char(size=3, default=company_currency, required=True)
    rate = fields.Decimal(label="Exchange rate", scale=6, compute="_compute_amount", store=True)
    amount = fields.Money(compute="_compute_amount", store=True, index=True)
    base_amount = fields.Money(label="Amount in base currency", compute="_compute_amount", store=True)
    state = fields.Selection(
        {"issued": "Issued", "void": "Void"}, default="issued", readonly=True, copy=False, index=True
    )
    lines = fields.One2many("crm.invoice.line", "invoice", label="Contracts", copy=True)
    notes = fields.Text()

    @depends("lines.amount", "lines.order.rate")
    def _compute_amount(self: Any) -> None:
        self.amount = sum((each.amount or Decimal(0) for each in self.lines), Decimal(0))
        rates = [each.order.rate for each in self.lines if each.order]
        self.rate = rates[0] if rates else 1
        self.base_amount = self.amount * (self.rate or 0)

    @constrains("number", "customer", "currency", "lines", "amount", "date")
    def _check_invoice(self: Any) -> None:
        check_invoice(self)

    @transition("state", source=["issued"], target="void", label="Void", groups=["crm_sales.cashier"])
    def void(self: Any) -> None:
        """Take the invoice back: its contracts are not invoiced by it any more."""


class InvoiceLine(Model):
    """What an invoice bills of one contract, and the receipt it is for if there is one."""

    _name = "crm.invoice.line"
    _label = "Contract invoiced"
    _order = "id"
    _rec_name = None
    _recycle = False

    invoice = fields.Many2one("crm.invoice", required=True, index=True, ondelete="cascade")
    order = fields.Many2one("crm.order", label="Contract", required=True, index=True, ondelete="restrict")
    receipt = fields.Many2one("crm.receipt", index=True, ondelete="set null")
    amount = fields.Money(required=True)
    number = fields.Char(label="Invoice number", related="invoice.number")
    date = fields.Date(label="Invoice date", related="invoice.date", store=True, index=True)
    state = fields.Selection(related="invoice.state")

    @constrains("amount", "order", "invoice")
    def _check_line(self: Any) -> None:
        check_line(self)
