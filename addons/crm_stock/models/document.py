"""Stock documents: what is to come in, go out, be lent, moved or counted, and moves stock once the keeper confirms it (STOCK-04, STOCK-05)."""

from types import SimpleNamespace
from typing import Any

from addons.crm_stock.services.kinds import PREFIXES, REASONS_OF
from addons.crm_stock.services.posting import need_lines, need_opening, post, take_back
from addons.crm_stock.services.rights import need_keeper
from addons.crm_stock.services.warehouses import check_place, default_warehouse
from core.api import Model, ValidationError, _, constrains, current_user, fields, label_of, today, transition


class StockDocument(Model):
    """A document of one warehouse. Only its confirmation moves stock; a confirmed one is never changed, only reversed."""

    _name = "crm.stock.document"
    _inherit = "core.company_owned"
    _label = "Stock document"
    _order = "id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.stock.document", label="Document number")
    kind = fields.Selection(
        {
            "opening": "Opening stock",
            "in": "Stock in",
            "out": "Stock out",
            "loan": "Goods lent",
            "loan_return": "Loan returned",
            "transfer": "Stock transfer",
            "count": "Stock-taking",
        },
        default="in",
        required=True,
        index=True,
    )
    reason = fields.Selection(
        {
            "purchase": "Purchase",
            "return": "Goods returned",
            "borrow_back": "Borrowed back",
            "sale": "Sale",
            "gift": "Points gift",
            "part": "Repair part",
            "sample": "Sample",
            "other": "Other reason",
        },
        only_with={"gift": "crm_loyalty", "part": "crm_service"},
        label="Business kind",
        default="other",
        required=True,
        index=True,
    )
    warehouse = fields.Many2one(
        "crm.warehouse", required=True, index=True, ondelete="restrict", default=default_warehouse, track=True
    )
    target_warehouse = fields.Many2one(
        "crm.warehouse", label="To warehouse", index=True, ondelete="restrict", help="Of transfers only."
    )
    customer = fields.Many2one("crm.customer", index=True, ondelete="restrict")
    employee = fields.Many2one(
        "core.user", index=True, ondelete="restrict", help="To whom goods are lent, or who took them."
    )
    date = fields.Date(default=today, required=True, index=True, track=True)
    due_date = fields.Date(label="To be returned by", index=True, help="Of loans only.")
    state = fields.Selection(
        {
            "draft": "Draft",
            "requested": "Requested",
            "confirmed": "Confirmed",
            "reversed": "Reversed",
            "cancelled": "Cancelled",
        },
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    requester = fields.Many2one(
        "core.user",
        label="Requested by",
        default=current_user,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
    )
    source = fields.Reference(
        label="Made for", readonly=True, copy=False, index=True, help="The document that asked for it."
    )
    lines = fields.One2many("crm.stock.line", "document", copy=True)
    value = fields.Money(
        label="Stock value",
        readonly=True,
        copy=False,
        help="What stock became worth more or less; set on confirmation.",
    )
    posted_at = fields.Datetime(label="Posted at", readonly=True, copy=False)
    posted_by = fields.Many2one("core.user", label="Posted by", readonly=True, copy=False, ondelete="restrict")
    notes = fields.Text()

    @property
    def category(self: Any) -> Any:
        """What numbering rules take for ``{category}``: two letters for each kind."""
        return SimpleNamespace(key=PREFIXES[self.kind])

    @constrains("kind", "reason", "warehouse", "target_warehouse")
    def _check_kind(self: Any) -> None:
        if self.reason not in REASONS_OF.get(self.kind, {"other"}):
            raise ValidationError(
                _(
                    '"%(reason)s" is no reason for "%(kind)s".',
                    reason=label_of(self, "reason"),
                    kind=label_of(self, "kind"),
                ),
                field="reason",
            )
        if self.kind == "transfer" and self.target_warehouse in (None, self.warehouse):
            raise ValidationError(_("A transfer needs another warehouse to go to."), field="target_warehouse")
        need_opening(self)

    @constrains("warehouse")
    def _check_places(self: Any) -> None:
        for line in self.lines:
            check_place(line)

    @transition("state", source=["draft"], target="requested", label="Ask the keeper")
    def request(self: Any) -> None:
        """Hand the document to the keeper: it reserves what is to go out, and only the keeper changes it now (STOCK-07)."""
        need_lines(self)

    @transition(
        "state",
        source=["draft", "requested"],
        target="confirmed",
        label="Confirm and post",
        groups=["crm_stock.keeper"],
    )
    def confirm(self: Any) -> None:
        """Post the document: stock, ledger and average cost change now, whole or not at all.

        Raises:
            AccessDenied: The user is no keeper of the warehouse.
            ValidationError: It has no lines, or stock would go below zero.
        """
        need_keeper(self)
        post(self)

    @transition("state", source=["confirmed"], target="reversed", label="Reverse document", groups=["crm_stock.keeper"])
    def reverse(self: Any) -> None:
        """Take the document back by opposite moves at the value of the original ones.

        Raises:
            AccessDenied: The user is no keeper of the warehouse.
            ValidationError: Stock would go below zero.
        """
        need_keeper(self)
        take_back(self)

    @transition("state", source=["draft", "requested"], target="cancelled", label="Cancel document")
    def cancel(self: Any) -> None:
        """Give the document up: what it reserved is free again."""
