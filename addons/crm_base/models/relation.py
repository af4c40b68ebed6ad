"""Who influences whom at a customer, and how a customer is tied to other accounts (BASE-10, BASE-11)."""

from core.api import Model, ValidationError, _, constrains, fields


class Influence(Model):
    """One contact influences another, or a decision at the customer; drawn as an arrow in the relationship map."""

    _name = "crm.influence"
    _label = "Influence"
    _order = "customer, strength desc, id"
    _recycle = False

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    source = fields.Many2one("crm.contact", label="Influencer", required=True, index=True, ondelete="cascade")
    target = fields.Many2one(
        "crm.contact",
        label="Influenced person",
        index=True,
        ondelete="cascade",
        help="Empty: the customer's decisions as a whole.",
    )
    kind = fields.Lookup("influence_kind", label="Kind of influence", required=True)
    strength = fields.Integer(required=True, default=3, min=1, max=5, help="1 weak to 5 decisive.")
    attitude = fields.Selection(
        {"supporter": "For us", "neutral": "Neutral", "opponent": "Against us"}, default="neutral", required=True
    )
    approach = fields.Text(label="Suggested approach")

    @property
    def display_name(self) -> str:
        """Who influences whom."""
        return f"{self.source.name} → {self.target.name if self.target else self.customer.name}"

    @constrains("source", "target", "customer")
    def _check_ends(self) -> None:
        if self.target is self.source:
            raise ValidationError(_("Nobody influences themselves."), field="target")
        if self.target is not None and self.target.customer is not self.customer:
            raise ValidationError(_("Who is influenced must be a contact of this customer."), field="target")


class Partnership(Model):
    """A customer and another account are tied: parent, agent, supplier, consultant. Seen from both sides."""

    _name = "crm.partnership"
    _label = "Business partner"
    _order = "customer, id"
    _unique = [("customer", "partner", "kind")]
    _recycle = False

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    kind = fields.Lookup("partnership_kind", label="The partner is", required=True, help="Such as agent or supplier.")
    partner = fields.Many2one("crm.customer", label="Partner", required=True, index=True, ondelete="cascade")
    since = fields.Date()
    notes = fields.Char()

    @property
    def display_name(self) -> str:
        """Both accounts and how they are tied."""
        return f"{self.customer.name} – {self.partner.name}"

    @constrains("customer", "partner")
    def _check_partner(self) -> None:
        if self.partner is self.customer:
            raise ValidationError(_("A customer is not its own partner."), field="partner")


class Customer(Model):
    """A customer has departments, influences and partners."""

    _inherit = "crm.customer"

    departments = fields.One2many("crm.customer.department", "customer", label="Organisation")
    influences = fields.One2many("crm.influence", "customer")
    partners = fields.One2many("crm.partnership", "customer", label="Business partners")
    partner_of = fields.One2many("crm.partnership", "partner")
