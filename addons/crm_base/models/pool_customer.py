"""The pool as salespeople see it: customers without an owner, with the fields that the policy shows."""

from addons.crm_base.services import claims, claims_requests
from core.api import Model, action, depends, fields

SALESPERSON = ["crm_base.salesperson"]


class PoolCustomer(Model):
    """What is shown of a customer that lies in the pool (decision 0036).

    One row for each customer that ever lay there; only those that lie there now are ever found. Which fields a role sees is said by the
    field rights of this model.
    """

    _name = "crm.pool.customer"
    _label = "Customer in the pool"
    _order = "since desc, id desc"

    customer = fields.Many2one("crm.customer", required=True, unique=True, ondelete="cascade")
    in_pool = fields.Boolean(compute="_compute_in_pool", store=True, index=True)
    since = fields.Date(label="In the pool since", related="customer.held_since", store=True, index=True)
    number = fields.Char(label="Customer number", related="customer.number", store=True)
    name = fields.Char(related="customer.name", store=True, index="fuzzy")
    kind = fields.Selection(related="customer.kind", store=True)
    level = fields.Many2one("crm.level", related="customer.level", store=True, index=True)
    industry = fields.Lookup("industry", related="customer.industry", store=True)
    region = fields.Lookup("region", related="customer.region", store=True, index=True)
    source = fields.Lookup("customer_source", related="customer.source", store=True)
    company = fields.Many2one("core.company", related="customer.company", store=True, index=True)
    phone = fields.Char(related="customer.phone", store=True)
    mail = fields.Char(label="E-mail", related="customer.mail", store=True)
    address = fields.Text(related="customer.address", store=True)
    last_contact = fields.Date(related="customer.last_contact", store=True)

    @depends("customer.owner", "customer.active")
    def _compute_in_pool(self) -> None:
        self.in_pool = self.customer is not None and self.customer.owner is None and self.customer.active

    @action("Claim", groups=SALESPERSON)
    def claim(self) -> int:
        """Become the owner of the customer, within the limits of the claim policy (BASE-31); return its id."""
        return claims.claim(self.env, [self.customer.id])[0]

    @action("Apply for it", groups=SALESPERSON)
    def apply(self) -> int:
        """Ask to become the owner; a manager decides (BASE-28). Return the id of the application."""
        return int(claims_requests.apply(self.env, self.customer.id).id)
