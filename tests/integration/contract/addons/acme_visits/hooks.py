"""What visits do elsewhere."""

from addons.acme_visits.services.give_points import give_points
from core.api import ValidationError, _, hookimpl


@hookimpl
def before_transition(record, transition):
    """Sell nothing to who is blocked."""
    if record._name == "crm.order" and transition.target == "confirmed" and record.customer.segment == "blocked":
        raise ValidationError(_("This customer is blocked."))


@hookimpl
def acme_visit_made(visit):
    """Give points for the visit."""
    give_points(visit)


@hookimpl
def sales_order_confirmed(order):
    """Note the order in the report of the latest visit."""
    visits = order.customer.visits
    if visits:
        visits[0].report = f"sold for {order.amount}"
