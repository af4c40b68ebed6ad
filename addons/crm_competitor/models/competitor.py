"""Competitors (COMP-01): companies that want to sell to our customers what we want to sell them."""

from addons.crm_competitor.services.following import is_follower, start_following, stop_following
from core.api import Model, action, depends, fields


class Competitor(Model):
    """A company that competes with us. What is known of it is common to all salespeople; its owner keeps an eye on it.

    Deleting takes along all that belongs to it, into the recycle bin and back (COMP-04).
    """

    _name = "crm.competitor"
    _inherit = ["core.owned", "core.active"]
    _label = "Competitor"
    _order = "name, id"

    number = fields.Sequence("crm.competitor", label="Competitor number")
    name = fields.Char(required=True, index="fuzzy", track=True)
    nature = fields.Lookup("competitor_nature", label="Nature", index=True, help="What kind of company it is.")
    size = fields.Lookup("competitor_size", label="Company size", index=True)
    region = fields.Lookup("region", index=True)
    threat = fields.Lookup("competitor_threat", label="Threat level", index=True, track=True)
    website = fields.Char()
    direction = fields.Text(label="Business direction", track=True, help="Where it is heading.")
    main_products = fields.Text()
    sales_model = fields.Text(label="Sales model", help="How it sells: direct, dealers, on line, prices, terms.")
    strengths = fields.Text()
    weaknesses = fields.Text()
    notes = fields.Text()
    news = fields.One2many("crm.competitor.news", "competitor", label="Latest moves")
    values = fields.One2many("crm.competitor.value", "competitor", label="Attributes")
    customers = fields.One2many("crm.competitor.customer", "competitor")
    contacts = fields.One2many("crm.competitor.contact", "competitor", label="Their people")
    products = fields.One2many("crm.competitor.product", "competitor", label="Products")
    followers = fields.One2many("crm.competitor.follower", "competitor")
    is_followed = fields.Boolean(compute="_compute_is_followed", label="I follow it")

    @depends("followers.user")
    def _compute_is_followed(self) -> None:
        self.is_followed = is_follower(self)

    @action("Follow", visible="not record.is_followed")
    def follow(self) -> None:
        """Have the news of this competitor on one's workbench, and be told of them; doing it again changes nothing."""
        start_following(self)

    @action("Unfollow", visible="record.is_followed")
    def unfollow(self) -> None:
        """No longer be told of its news; doing it again changes nothing."""
        stop_following(self)
