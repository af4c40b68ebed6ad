"""The points account: one entry for each time points are earned, taken back or redeemed."""

from core.api import Model, ValidationError, _, constrains, fields, today


class PointEntry(Model):
    """One line of a customer's points account. The balance is their sum."""

    _name = "crm.point.entry"
    _label = "Points entry"
    _order = "date desc, id desc"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    date = fields.Date(default=today, index=True)
    points = fields.Integer(required=True, help="positive: earned; negative: redeemed")
    kind = fields.Selection(
        {
            "earn": "Earned",
            "take_back": "Points taken back",
            "redeem": "Redeemed",
            "undo": "Redemption undone",
            "adjust": "Adjusted",
        },
        default="earn",
        index=True,
    )
    order = fields.Many2one("crm.order", index=True, ondelete="set null", help="The order that earned the points.")
    redemption = fields.Many2one(
        "crm.redemption", index=True, ondelete="set null", help="The redemption that used the points."
    )
    notes = fields.Char()

    @constrains("points")
    def _check_points(self) -> None:
        if not self.points:
            raise ValidationError(_("Points must not be zero."), field="points")
