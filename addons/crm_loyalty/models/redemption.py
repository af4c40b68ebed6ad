"""Redemptions: points of a customer exchanged for a gift (LOY-10)."""

from addons.crm_loyalty.services.redeem import give_back, take_points
from core.api import Model, ValidationError, _, constrains, depends, fields, today, transition


class Redemption(Model):
    """Somebody's points for a gift. The points are taken when it is redeemed and given back when that is undone."""

    _name = "crm.redemption"
    _inherit = ["core.owned", "core.company_owned"]
    _label = "Redemption"
    _order = "date desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.redemption", label="Redemption number")
    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="restrict")
    gift = fields.Many2one("crm.gift", required=True, index=True, ondelete="restrict")
    quantity = fields.Integer(label="Number of gifts", default=1, required=True, min=1)
    date = fields.Date(default=today, required=True, index=True)
    points = fields.Integer(label="Points used", compute="_compute_points", store=True)
    state = fields.Selection(
        {"draft": "Draft", "redeemed": "Redeemed", "undone": "Undone"},
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    notes = fields.Char()

    @depends("gift", "quantity")
    def _compute_points(self) -> None:
        self.points = (self.gift.points if self.gift else 0) * (self.quantity or 0)

    @constrains("customer", "gift", "quantity")
    def _check_open(self) -> None:
        if self.state not in (None, "draft"):
            raise ValidationError(
                _("%(number)s is redeemed: undo it and make another one.", number=self.number), field="gift"
            )

    @transition("state", source=["draft"], target="redeemed", label="Redeem")
    def redeem(self) -> None:
        """Take the points and give the gift.

        Raises:
            ValidationError: Too few points, the gift is not offered that day, or the customer has had as many as allowed.
            ConflictError: Points are switched off.
        """
        take_points(self)
        self.env.hook.points_redeemed(redemption=self)

    @transition("state", source=["redeemed"], target="undone", label="Undo redemption")
    def undo(self) -> None:
        """Give the points back for the gift that came back."""
        give_back(self)
        self.env.hook.redemption_undone(redemption=self)
