"""Parts and work of a repair, each charged to the customer, on the warranty, or free (SERV-14)."""

from decimal import Decimal
from typing import Any

from addons.crm_service.services.repair_line import fill_part, usual_charge
from core.api import Model, ValidationError, _, constrains, current_user, depends, fields, today

CHARGES = {"customer": "Customer pays", "warranty": "On warranty", "free": "Free of charge"}


class RepairLine(Model):
    """What parts and work have in common: quantity, price, who pays. What is left empty is filled in."""

    _name = "crm.repair.line"
    _label = "Line of a repair"
    _abstract = True

    sequence = fields.Integer(default=10)
    quantity = fields.Decimal(default=1, required=True, min=0)
    price = fields.Money(label="Unit price", min=0, required=True)
    charge = fields.Selection(
        CHARGES, label="Who pays", required=True, help="Empty: the warranty, if the repair is on it, else the customer."
    )
    amount = fields.Money(
        label="Customer pays", compute="_compute_amount", store=True, help="0 on warranty or free of charge."
    )

    @depends("quantity", "price", "charge")
    def _compute_amount(self: Any) -> None:
        self.fill_in()
        self.amount = (self.quantity or 0) * (self.price or 0) if self.charge == "customer" else Decimal(0)

    def fill_in(self: Any) -> None:
        """Fill in who pays and the price where they are empty."""
        if self.charge is None:
            self.charge = usual_charge(self.repair)
        if self.price is None:
            self.price = Decimal(0)

    @constrains("quantity")
    def _check_quantity(self: Any) -> None:
        if not self.quantity:
            raise ValidationError(_("A quantity above 0 is needed."), field="quantity")


class RepairPart(Model):
    """A part put in. Its cost is that of the product when the line is made; what stock says it cost takes its place."""

    _name = "crm.repair.part"
    _inherit = ["crm.repair.line"]
    _label = "Part replaced"
    _order = "sequence, id"

    repair = fields.Many2one("crm.repair", required=True, index=True, ondelete="cascade")
    product = fields.Many2one("crm.product", required=True, index=True, ondelete="restrict")
    unit = fields.Many2one("crm.product.unit", label="Unit of measure", required=True, index=True, ondelete="restrict")
    price = fields.Money(label="Unit price", min=0, required=True, help="Empty: the list price of the unit.")
    serial = fields.Char(label="Serial number")
    base_quantity = fields.Decimal(
        label="Quantity in base units", compute="_compute_base_quantity", store=True, help="What stock counts in."
    )
    unit_cost = fields.Decimal(label="Cost of one base unit", scale=6, readonly=True)
    cost = fields.Money(label="Own cost", compute="_compute_cost", store=True)

    @property
    def display_name(self) -> str:
        """The name of the product."""
        return str(self.product.name) if self.product else ""

    @depends("product", "unit")
    def _compute_amount(self: Any) -> None:
        super()._compute_amount()  # type: ignore[misc]  # a layer below has it

    def fill_in(self: Any) -> None:
        """Fill in unit, price and cost too, by the product."""
        fill_part(self)
        super().fill_in()  # type: ignore[misc]  # a layer below has it

    @depends("quantity", "unit", "product")
    def _compute_base_quantity(self: Any) -> None:
        self.fill_in()
        self.base_quantity = (self.quantity or 0) * (self.unit.ratio if self.unit else 1)

    @depends("base_quantity", "unit_cost")
    def _compute_cost(self: Any) -> None:
        self.cost = (self.base_quantity or 0) * (self.unit_cost or 0)


class RepairWork(Model):
    """Work on a repair, in hours or pieces."""

    _name = "crm.repair.work"
    _inherit = ["crm.repair.line"]
    _label = "Work done"
    _order = "sequence, id"

    repair = fields.Many2one("crm.repair", required=True, index=True, ondelete="cascade")
    name = fields.Char(label="Service done", required=True)
    worker = fields.Many2one("core.user", label="Done by", default=current_user, ondelete="restrict")
    date = fields.Date(label="Done on", default=today, required=True)
    quantity = fields.Decimal(label="Hours", default=1, required=True, min=0)
    unit_cost = fields.Money(label="Own cost of an hour", min=0, default=0, required=True)
    cost = fields.Money(label="Own cost", compute="_compute_cost", store=True)

    @depends("quantity", "unit_cost")
    def _compute_cost(self: Any) -> None:
        self.cost = (self.quantity or 0) * (self.unit_cost or 0)
