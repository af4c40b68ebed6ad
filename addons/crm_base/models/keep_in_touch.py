"""Keeping in touch by itself: every so many days the owner of a customer gets a task (BASE-21, BASE-41)."""

from core.api import Model, fields


class ContactInterval(Model):
    """After how many days customers of a category are due for contact, and for an order."""

    _name = "crm.contact.interval"
    _label = "Contact interval"
    _order = "contact_days, id"
    _rec_name = "category"
    _recycle = False

    category = fields.Lookup("customer_category", required=True, unique=True, ondelete="cascade")
    contact_days = fields.Integer(label="Contact every … days", min=1, max=3650, help="Empty: no return visits.")
    order_days = fields.Integer(
        label="Order at least every … days", min=1, max=3650, help="Later than that a customer is overdue for ordering."
    )

    @property
    def display_name(self) -> str:
        """The category."""
        return self.category.display_name if self.category is not None else ""


class Customer(Model):
    """A customer may have an interval of its own, and has at most one open return visit."""

    _inherit = "crm.customer"

    contact_interval = fields.Integer(
        label="Contact every … days", min=0, max=3650, index=True, help="Empty: by category; 0: never by itself."
    )
    return_visit = fields.Many2one("crm.task", readonly=True, copy=False, index=True, ondelete="set null")
    tasks = fields.One2many("crm.task", "customer")


class Task(Model):
    """A task may be a return visit that the system made."""

    _inherit = "crm.task"

    is_return_visit = fields.Boolean(label="Return visit", default=False, readonly=True, index=True, copy=False)
