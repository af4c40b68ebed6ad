"""Members: customers with a number and a level (LOY-13)."""

from typing import Any

from addons.crm_loyalty.services.levels import level_of
from core.api import ConflictError, Model, _, action, depends, fields, today


class MemberLevel(Model):
    """A level that members reach with so many points earned, or so much bought; see the parameter ``crm_loyalty.level_by``."""

    _name = "crm.member.level"
    _label = "Member level"
    _order = "least, id"

    name = fields.Char(required=True, translate=True)
    least = fields.Decimal(
        label="Reached from", scale=2, min=0, default=0, required=True, help="Points earned or amount bought."
    )
    type = fields.Lookup(
        "customer_type",
        label="Customer type",
        help="Members of this level become customers of this type and get its prices.",
    )


class Member(Model):
    """The membership of one customer. The level follows from what the customer earned or bought."""

    _name = "crm.member"
    _label = "Member"
    _order = "number desc, id desc"
    _rec_name = "number"

    number = fields.Sequence("crm.member", label="Member number")
    customer = fields.Many2one("crm.customer", required=True, unique=True, index=True, ondelete="cascade", copy=False)
    joined = fields.Date(label="Joining date", default=today, required=True, index=True)
    level = fields.Many2one(
        "crm.member.level", label="Member level", compute="_compute_level", store=True, index=True, track=True
    )
    notes = fields.Text()

    @depends("customer.points_earned", "customer.purchases")
    def _compute_level(self) -> None:
        self.level = level_of(self.customer) if self.customer else None


class Customer(Model):
    """A customer may be a member."""

    _inherit = "crm.customer"

    memberships = fields.One2many("crm.member", "customer", label="Membership", copy=False)

    @action("Make a member", visible="not record.memberships")
    def make_member(self: Any) -> object:
        """Give the customer a member number; return the new record of ``crm.member``.

        Raises:
            ConflictError: The customer has one.
        """
        if self.memberships:
            raise ConflictError(
                _(
                    "%(customer)s is a member already: %(number)s.",
                    customer=self.name,
                    number=self.memberships[0].number,
                )
            )
        return self.env["crm.member"].create({"customer": self})
