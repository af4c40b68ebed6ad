"""Parts of repairs, where they come from and what they cost there (SERV-14)."""

from typing import Any

from addons.crm_service_stock.services.parts import request_parts
from core.api import ConflictError, Model, _, action, depends, fields


class Repair(Model):
    """A repair asks the warehouse for its parts."""

    _inherit = "crm.repair"

    @action("Ask for parts", visible="record.state == 'received'")
    def request_parts(self: Any) -> None:
        """Ask the warehouse for the parts that were not asked for yet; the keeper confirms.

        Raises:
            ConflictError: There are none.
        """
        if request_parts(self) is None:
            raise ConflictError(_("All parts of %(number)s were asked for already.", number=self.number))


class RepairPart(Model):
    """A part costs what it cost in stock, once it was issued."""

    _inherit = "crm.repair.part"

    document = fields.Many2one(
        "crm.stock.document",
        label="Stock document",
        readonly=True,
        copy=False,
        index=True,
        ondelete="set null",
        help="By which the warehouse was asked for it.",
    )
    issue_cost = fields.Money(readonly=True, copy=False, help="What it cost in stock; empty until it is issued.")

    @depends("issue_cost")
    def _compute_cost(self: Any) -> None:
        super()._compute_cost()  # type: ignore[misc]  # a layer below has it
        if self.issue_cost is not None:
            self.cost = self.issue_cost
