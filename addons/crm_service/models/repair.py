"""Repair orders: what came in, what was done to it, what it costs, and how it went back (SERV-13, SERV-14, SERV-16)."""

from decimal import Decimal
from typing import Any

from addons.crm_service.services.hand_back import hand_to_colleague, hand_to_customer
from addons.crm_service.services.repair import fill_repair, make_repair
from core.api import Model, ValidationError, _, action, constrains, depends, fields, today, transition


class Repair(Model):
    """Something of a customer that is repaired; made from a ticket. Its owner is who repairs it.

    Amounts are in the currency of the company: ``amount`` is what the customer pays, ``cost`` what parts and work cost us, ``result`` what is
    left after expenses.
    """

    _name = "crm.repair"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Repair order"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.repair", label="Repair number")
    owner = fields.Many2one("core.user", label="Repaired by", required=True)
    ticket = fields.Many2one("crm.ticket", required=True, index=True, ondelete="restrict", copy=False)
    customer = fields.Many2one("crm.customer", compute="_compute_customer", store=True, index=True)
    contact = fields.Many2one("crm.contact", index=True, ondelete="set null")
    product = fields.Many2one("crm.product", label="Product received", required=True, index=True, ondelete="restrict")
    serial = fields.Char(label="Serial number", index="substring", track=True)
    accessories = fields.Text(help="What came with it, such as cable and bag.")
    fault = fields.Text(label="Fault reported", required=True)
    finding = fields.Text(label="Fault found", copy=False)
    date = fields.Date(label="Received on", default=today, required=True, index=True)
    promised_on = fields.Date(label="Promised for", index=True, track=True)
    in_warranty = fields.Boolean(
        default=False, help="Then parts and work are on the warranty, unless a line says otherwise."
    )
    state = fields.Selection(
        {"received": "In repair", "repaired": "Repaired", "handed_back": "Handed back", "cancelled": "Cancelled"},
        default="received",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        track=True,
    )
    finished_on = fields.Date(label="Repaired on", readonly=True, copy=False, index=True)
    parts = fields.One2many("crm.repair.part", "repair", label="Parts replaced", copy=True)
    work = fields.One2many("crm.repair.work", "repair", label="Work done", copy=True)
    amount = fields.Money(label="Customer pays", compute="_compute_amount", store=True, index=True)
    cost = fields.Money(label="Own cost", compute="_compute_amount", store=True)
    hours = fields.Decimal(label="Hours of work", scale=2, compute="_compute_amount", store=True)
    expenses = fields.Money(
        label="Approved expenses", default=0, required=True, readonly=True, copy=False, help="Of this repair."
    )
    result = fields.Money(label="Result of the job", compute="_compute_result", store=True)
    notes = fields.Text()

    @depends("ticket.customer")
    def _compute_customer(self: Any) -> None:
        fill_repair(self)

    @depends("parts.amount", "parts.cost", "work.amount", "work.cost", "work.quantity")
    def _compute_amount(self: Any) -> None:
        lines = [*self.parts, *self.work]
        self.amount = sum((line.amount or 0 for line in lines), Decimal(0))
        self.cost = sum((line.cost or 0 for line in lines), Decimal(0))
        self.hours = sum((line.quantity or 0 for line in self.work), Decimal(0))

    @depends("amount", "cost", "expenses")
    def _compute_result(self: Any) -> None:
        self.result = (self.amount or 0) - (self.cost or 0) - (self.expenses or 0)

    @constrains("date", "promised_on")
    def _check_promised(self: Any) -> None:
        if self.promised_on and self.promised_on < self.date:
            raise ValidationError(_("The repair is promised for a day before it came in."), field="promised_on")

    @transition("state", source=["received"], target="repaired", label="Finish repair")
    def confirm(self: Any) -> None:
        """Finish the work: parts, work and prices are locked, and addons of stock and money act on them."""
        self.finished_on = self.env.today()
        self.env.hook.repair_confirmed(repair=self)

    @transition("state", source=["repaired"], target="received", label="Repair again")
    def reopen(self: Any) -> None:
        """Take the work up again; what finishing it brought about is undone by who did it."""
        self.env.hook.repair_reopened(repair=self)
        self.finished_on = None

    @transition("state", source=["received"], target="cancelled", label="Cancel")
    def cancel(self: Any) -> None:
        """Call the repair off: it was entered by mistake.

        Raises:
            ValidationError: Parts or work were noted already.
        """
        if self.parts or self.work:
            raise ValidationError(_("%(number)s has parts or work: finish it instead.", number=self.number))

    # How it goes back: who has it now, and what is noted when it goes on.
    holder = fields.Many2one(
        "core.user",
        label="Kept by",
        readonly=True,
        copy=False,
        index=True,
        ondelete="set null",
        help="The colleague who has the product now; empty: who repairs it.",
    )
    colleague = fields.Many2one("core.user", label="Pass on to", copy=False, ondelete="set null")
    receiver = fields.Char(label="Received by", copy=False, help="Who of the customer takes it.")
    signature = fields.File(label="Signature", copy=False, help="Picture or scan of the signed receipt.")
    handed_on = fields.Date(label="Handed back on", copy=False, index=True, help="Empty: today.")
    handings = fields.One2many("crm.repair.handing", "repair", label="Ways back")

    @action("Pass on", visible="record.state == 'repaired'")
    def pass_on(self: Any, colleague: int | None = None) -> None:
        """Give the product to a colleague who brings it to the customer; the colleague is told.

        Args:
            colleague: Id of the user; None takes what the record says.

        Raises:
            ValidationError: Nobody is named, or the repair is not finished.
        """
        hand_to_colleague(self, colleague)

    @transition("state", source=["repaired"], target="handed_back", label="Hand back")
    def hand_back(self: Any, receiver: str | None = None) -> None:
        """Note that the customer has the product again.

        Args:
            receiver: Who took it; None takes what the record says.

        Raises:
            ValidationError: Nobody is named, or the day lies before the repair or ahead.
        """
        hand_to_customer(self, receiver)


class RepairHanding(Model):
    """One way of a repaired product: to a colleague or to the customer. Written when it happens and never changed."""

    _name = "crm.repair.handing"
    _label = "Handing over"
    _order = "date, id"
    _log = True

    repair = fields.Many2one("crm.repair", required=True, index=True, ondelete="cascade")
    kind = fields.Selection({"colleague": "To a colleague", "customer": "To the customer"}, required=True, label="To")
    date = fields.Date(default=today, required=True)
    giver = fields.Many2one("core.user", label="Given by", ondelete="set null")
    colleague = fields.Many2one("core.user", ondelete="set null")
    receiver = fields.Char(label="Received by")
    signature = fields.File(label="Signature")


class Ticket(Model):
    """A ticket knows its repairs, what they cost and what the customer pays for them."""

    _inherit = "crm.ticket"

    repairs = fields.One2many("crm.repair", "ticket", label="Repair orders")
    repair_amount = fields.Money(label="Charged for repairs", compute="_compute_repairs", store=True)
    repair_cost = fields.Money(label="Cost of repairs", compute="_compute_repairs", store=True)

    @depends("repairs.amount", "repairs.cost", "repairs.state")
    def _compute_repairs(self: Any) -> None:
        counted = [repair for repair in self.repairs if repair.state != "cancelled"]
        self.repair_amount = sum((repair.amount or 0 for repair in counted), Decimal(0))
        self.repair_cost = sum((repair.cost or 0 for repair in counted), Decimal(0))

    @action("Make repair order")
    def make_repair(self: Any) -> object:
        """Make a repair order for the product of the ticket; see `services.repair`."""
        return make_repair(self)
