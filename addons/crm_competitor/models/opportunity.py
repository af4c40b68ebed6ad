"""What competitors add to opportunities."""

from core.api import Model, constrains, fields


class Opportunity(Model):
    """An opportunity knows whom else the customer asks, and who won where we did not."""

    _inherit = "crm.opportunity"

    competitors = fields.One2many("crm.opportunity.competitor", "opportunity")
    offers = fields.One2many("crm.quote", "opportunity", label="Quotes of it")
    lost_to = fields.Many2one(
        "crm.competitor",
        label="Lost to",
        index=True,
        ondelete="set null",
        copy=False,
        track=True,
        help="Who won it, where it is known; counts once the opportunity is lost.",
    )

    @constrains("lost_to")
    def _meet_the_winner(self) -> None:
        """A winner that nobody had noted among the competitors was met all the same."""
        if self.lost_to is not None and all(each.competitor is not self.lost_to for each in self.competitors):
            self.env["crm.opportunity.competitor"].create({"opportunity": self, "competitor": self.lost_to})
