"""Goods that a customer has, with their serial number and warranty (SERV-18)."""

from typing import Any

from addons.crm_service.services.warranty import last_day_of_warranty
from core.api import Model, ValidationError, _, constrains, depends, fields


class SoldItem(Model):
    """Goods delivered to a customer: one device with its serial number, or several without.

    The warranty runs from the acceptance of the installation, else from the delivery (D9).
    """

    _name = "crm.sold.item"
    _inherit = ["core.company_owned"]
    _label = "Sold item"
    _order = "delivered_on desc, id desc"
    _rec_name = "title"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    product = fields.Many2one("crm.product", required=True, index=True, ondelete="restrict")
    serial = fields.Char(label="Serial number", index="substring", help="Empty: goods without one, by quantity.")
    title = fields.Char(compute="_compute_title", store=True, index="fuzzy")
    quantity = fields.Decimal(default=1, required=True, help="In the base unit of the product.")
    returned = fields.Decimal(label="Returned quantity", default=0, required=True, readonly=True)
    delivered_on = fields.Date(label="Delivered on", required=True, index=True)
    accepted_on = fields.Date(label="Accepted on", help="Day on which the customer accepted the installation.")
    warranty_months = fields.Integer(label="Warranty in months", min=0, help="Empty: none was given.")
    warranty_end = fields.Date(label="Warranty until", compute="_compute_warranty_end", store=True, index=True)
    source = fields.Reference(readonly=True, copy=False, help="What it was delivered with.")
    place = fields.Char(label="Stands at", help="Address, floor and room.")
    tickets = fields.One2many("crm.ticket", "sold_item", label="Service tickets")
    notes = fields.Text()

    @depends("product.name", "product.model_number", "serial")
    def _compute_title(self: Any) -> None:
        names = (self.product.name, self.product.model_number) if self.product is not None else ()
        self.title = " ".join(part for part in (*names, self.serial) if part)[:255] or None

    @depends("delivered_on", "accepted_on", "warranty_months")
    def _compute_warranty_end(self: Any) -> None:
        begin = self.accepted_on or self.delivered_on
        self.warranty_end = last_day_of_warranty(begin, self.warranty_months) if begin else None

    @constrains("quantity", "serial")
    def _check_quantity(self: Any) -> None:
        if self.quantity <= 0:
            raise ValidationError(_("A quantity above 0 is needed."), field="quantity")
        if self.serial and self.quantity != 1:
            raise ValidationError(_("A serial number stands for one piece."), field="quantity")

    @constrains("accepted_on", "delivered_on")
    def _check_dates(self: Any) -> None:
        if self.accepted_on and self.accepted_on < self.delivered_on:
            raise ValidationError(_("Nothing is accepted before it is delivered."), field="accepted_on")
