"""Tickets: feedback, complaints and services of customers (SERV-01, SERV-02)."""

from decimal import Decimal
from typing import Any

from addons.crm_service.services.due import usual_urgency
from addons.crm_service.services.reopen import reopen_ticket
from addons.crm_service.services.steps import check_done, finish_step, pass_over, start_work
from addons.crm_service.services.waiting import waiting_text
from core.api import Model, ValidationError, _, action, constrains, depends, fields, now, transition

KINDS = {"feedback": "Feedback message", "complaint": "Complaint", "service": "Service task"}


class Ticket(Model):
    """What a customer wants of service, from receipt to solution.

    It goes through the steps of a flow. Its state follows from them: under way once the first has begun, done when the last is finished
    (SERV-09). Its owner received it, its executor answers for it, and the handler of the present step acts.
    """

    _name = "crm.ticket"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Service ticket"
    _order = "received_at desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.ticket", label="Ticket number")
    owner = fields.Many2one("core.user", label="Received by")
    kind = fields.Selection(
        KINDS,
        label="Kind of ticket",
        default="service",
        required=True,
        index=True,
        track=True,
    )
    subject = fields.Char(label="Concern", required=True, index="fuzzy", track=True)
    problem = fields.Text(label="What the customer says")
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict", track=True)
    contact = fields.Many2one("crm.contact", index=True, ondelete="set null")
    product = fields.Many2one("crm.product", index=True, ondelete="restrict")
    sold_item = fields.Many2one("crm.sold.item", label="Sold item", index=True, ondelete="set null")
    serial = fields.Char(label="Serial number", index="substring")
    category = fields.Lookup("service_category", label="Kind of problem", index=True)
    urgency = fields.Many2one("crm.urgency", default=usual_urgency, index=True, ondelete="restrict", track=True)
    channel = fields.Lookup("service_channel", label="Received through", index=True)
    method = fields.Lookup("service_method", label="Way of handling", index=True)
    received_at = fields.Datetime(label="Received at", default=now, required=True, index=True)
    due_at = fields.Datetime(
        label="To be solved by", index=True, copy=False, track=True, help="Empty: by the hours of its urgency."
    )
    executor = fields.Many2one("core.user", index=True, ondelete="restrict", track=True)
    team = fields.Many2one("core.team", label="Executing team", index=True, ondelete="set null", track=True)
    flow = fields.Many2one("crm.service.flow", label="Service flow", index=True, ondelete="set null")
    steps = fields.One2many("crm.ticket.step", "ticket")
    state = fields.Selection(
        {"new": "To be processed", "processing": "In process", "done": "Processed", "closed": "Case closed"},
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        track=True,
    )
    result = fields.Lookup("service_result", label="Outcome", copy=False, index=True, track=True)
    solution = fields.Text(copy=False)
    warranty = fields.Selection(
        {"in": "In warranty", "out": "Out of warranty"}, compute="_compute_warranty", store=True, index=True
    )
    warranty_end = fields.Date(label="Warranty until", related="sold_item.warranty_end")

    step_note = fields.Text(label="What was done", copy=False, help="Goes into the step that is finished.")
    step_cost = fields.Money(label="Cost of the step", copy=False, min=0)
    next_handler = fields.Many2one(
        "core.user",
        label="Next handler",
        copy=False,
        ondelete="set null",
        help="Empty: the usual one of the next step.",
    )

    stage = fields.Char(label="Present step", compute="_compute_stage", store=True, index=True)
    handler = fields.Many2one(
        "core.user", label="Present handler", compute="_compute_stage", store=True, index=True, ondelete="restrict"
    )
    stage_since = fields.Datetime(label="In this step since", compute="_compute_stage", store=True)
    waiting = fields.Char(label="Has waited", compute="_compute_waiting")
    step_costs = fields.Money(label="Cost of all steps", compute="_compute_step_costs", store=True)

    @depends("steps.state", "steps.name", "steps.handler", "steps.started_at")
    def _compute_stage(self: Any) -> None:
        step = self.current_step()
        self.stage = None if step is None else step.name
        self.handler = None if step is None else step.handler
        self.stage_since = None if step is None else step.assigned_at

    @depends("steps.cost")
    def _compute_step_costs(self: Any) -> None:
        self.step_costs = sum((step.cost or Decimal(0) for step in self.steps), Decimal(0))

    @depends("sold_item.warranty_end", "received_at")
    def _compute_warranty(self: Any) -> None:
        end = self.sold_item.warranty_end if self.sold_item is not None else None
        if end is None or self.received_at is None:
            self.warranty = "out" if self.sold_item is not None else None
        else:
            self.warranty = "in" if self.received_at.astimezone(self.env.timezone).date() <= end else "out"

    def _compute_waiting(self: Any) -> None:
        self.waiting = waiting_text(self.env, self.stage_since)

    def current_step(self: Any) -> Any:
        """Return the step whose turn it is, or None: none was copied yet, or all are finished."""
        return next((step for step in self.steps if step.state == "current"), None)

    @constrains("contact", "customer")
    def _check_contact(self: Any) -> None:
        if self.contact is not None and self.contact.customer != self.customer:
            raise ValidationError(
                _("%(contact)s is no contact of %(customer)s.", contact=self.contact.name, customer=self.customer.name),
                field="contact",
            )

    @constrains("sold_item", "customer")
    def _check_sold_item(self: Any) -> None:
        if self.sold_item is not None and self.sold_item.customer != self.customer:
            raise ValidationError(_("These goods were sold to another customer."), field="sold_item")

    @constrains("state")
    def _check_state(self: Any) -> None:
        check_done(self)

    @action("Begin work", visible="record.state == 'new'")
    def begin(self: Any) -> None:
        """Begin the first step; that is the first answer to the customer (SERV-26)."""
        start_work(self)

    @action("Finish step", visible="record.state in ('new', 'processing')")
    def finish_step(
        self: Any, note: str | None = None, next_handler: int | None = None, cost: Decimal | None = None
    ) -> None:
        """Finish the present step and hand over to the next handler, who is told (SERV-08); after the last the ticket is processed.

        Args:
            note: What was done; None takes what the ticket says.
            next_handler: Id of who handles the next step; None takes whom the ticket names, else the usual one.
            cost: Cost of the step; None takes what the ticket says.

        Raises:
            AccessDenied: Another one handles the step, who does not stand below the user.
            ValidationError: Nobody was named for the next step.
        """
        finish_step(self, note=note, next_handler=next_handler, cost=cost)

    @action("Pass over step", visible="record.state in ('new', 'processing')")
    def pass_over_step(self: Any, reason: str | None = None, next_handler: int | None = None) -> None:
        """Pass over the present step, if its template says that it may be (D23).

        Args:
            reason: Why; None takes what the ticket says under what was done.
            next_handler: As for `finish_step`.

        Raises:
            AccessDenied: As for `finish_step`.
            ValidationError: The step has to be done, or there is no reason.
        """
        pass_over(self, reason=reason, next_handler=next_handler)

    @transition("state", source=["done"], target="closed", label="Close")
    def close(self: Any) -> None:
        """Nothing more is to be done for the customer."""

    @transition("state", source=["done", "closed"], target="processing", label="Take up again")
    def reopen(self: Any, next_handler: int | None = None) -> None:
        """Take up a finished ticket again: it gets one more step (SERV-23).

        Args:
            next_handler: Id of who handles the step; None takes whom the ticket names, its executor, or who finished it last.

        Raises:
            ValidationError: There is nobody for the step.
        """
        reopen_ticket(self, next_handler=next_handler)
