"""The profile of a customer: who they are to us and how they like to be approached (BASE-09)."""

from core.api import Model, fields


class Customer(Model):
    """A customer has interests, habits and preferences."""

    _inherit = "crm.customer"

    interests = fields.Text()
    investing = fields.Lookup("customer_investing", label="Way of investing")
    best_time = fields.Char(label="Best time to contact", help="Such as weekdays after 15:00.")
    preferred_channel = fields.Lookup("preferred_channel", label="Preferred channel")
    suitable_marketing = fields.Char(help="Kinds of campaigns and offers that suit.")
    suitable_products = fields.Char()
    club = fields.Lookup("customer_club", label="Club membership")
    preferences = fields.Text(help="What to mind: habits, wishes, what they don't like.")
