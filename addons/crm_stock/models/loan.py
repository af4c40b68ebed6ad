"""Goods lent to a customer or employee, and what of them came back (STOCK-06)."""

from decimal import Decimal
from typing import Any

from addons.crm_product.api import plain
from addons.crm_stock.services.loans import need_loan, take_back_rest
from core.api import Model, ValidationError, _, action, constrains, depends, fields

ZERO = Decimal(0)


class StockLine(Model):
    """A line of a loan knows what came back of it; a line of a return knows the line of the loan it is against."""

    _inherit = "crm.stock.line"

    loan_line = fields.Many2one(
        "crm.stock.line", label="Line of the loan", readonly=True, copy=False, index=True, ondelete="restrict"
    )
    return_lines = fields.One2many("crm.stock.line", "loan_line", label="Returns against the loan")
    came_back = fields.Decimal(
        label="Came back", compute="_compute_came_back", store=True, help="In base units, of a loan."
    )
    still_lent = fields.Decimal(
        label="Still lent", compute="_compute_came_back", store=True, index=True, help="In base units, of a loan."
    )

    @depends(
        "base_quantity", "document.state", "document.kind", "return_lines.base_quantity", "return_lines.document.state"
    )
    def _compute_came_back(self: Any) -> None:
        back = [line for line in self.return_lines if line.document.state == "confirmed"]
        self.came_back = sum((line.base_quantity or ZERO for line in back), ZERO)
        document = self.document
        is_out = document is not None and document.kind == "loan" and document.state == "confirmed"
        self.still_lent = (self.base_quantity or ZERO) - self.came_back if is_out else ZERO

    @constrains("still_lent")
    def _check_came_back(self: Any) -> None:
        if self.still_lent < 0:
            raise ValidationError(
                _(
                    "%(product)s: only %(lent)s were lent, %(back)s can't come back.",
                    product=self.product.name,
                    lent=plain(self.base_quantity),
                    back=plain(self.came_back),
                ),
                field="quantity",
            )

    @constrains("product", "batch", "document")
    def _find_loan_line(self: Any) -> None:
        if self.document.kind != "loan_return" or self.loan_line is not None:
            return
        loan = self.document.loan
        fitting = [
            line
            for line in (loan.lines if loan else ())
            if line.product == self.product and (line.batch or "") == (self.batch or "") and line.still_lent > 0
        ]
        if not fitting:
            raise ValidationError(
                _("%(product)s is not out on this loan.", product=self.product.name),
                field="product",
                hint=_("choose the loan that it comes back against"),
            )
        self.loan_line = fitting[0]
        self.place = fitting[0].place


class StockDocument(Model):
    """A loan knows whether something of it is still out; a return knows its loan."""

    _inherit = "crm.stock.document"

    loan = fields.Many2one(
        "crm.stock.document",
        label="Comes back against",
        domain=[["kind", "=", "loan"], ["state", "=", "confirmed"], ["still_lent", ">", 0]],
        copy=False,
        index=True,
        ondelete="restrict",
    )
    still_lent = fields.Decimal(
        compute="_compute_still_lent", store=True, index=True, help="In base units of all its products together."
    )
    returns = fields.One2many("crm.stock.document", "loan", label="Returns of the loan")

    @depends("lines.still_lent")
    def _compute_still_lent(self: Any) -> None:
        self.still_lent = sum((line.still_lent or ZERO for line in self.lines), ZERO)

    @constrains("kind", "customer", "employee", "due_date")
    def _check_loan(self: Any) -> None:
        if self.kind != "loan":
            return
        if self.customer is None and self.employee is None:
            raise ValidationError(_("A loan names the customer or employee who has the goods."), field="customer")
        if self.due_date is None or self.due_date < self.date:
            raise ValidationError(
                _("A loan needs the day by which the goods come back, not before it begins."), field="due_date"
            )

    @constrains("kind", "loan", "warehouse")
    def _check_return(self: Any) -> None:
        if self.kind == "loan_return":
            need_loan(self)

    @action("Goods come back", groups=["crm_stock.keeper"], visible="record.kind == 'loan' and record.still_lent > 0")
    def take_back_rest(self: Any) -> Any:
        """Make a draft return with all that is still out, to be lowered to what comes back and confirmed."""
        return take_back_rest(self)
