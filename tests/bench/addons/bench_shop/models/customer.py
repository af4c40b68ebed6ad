"""A customer with a name that is searched fuzzily: for pages and sums of a million rows."""

from core.api import Model, fields


class Customer(Model):
    """A company in China."""

    _name = "bench.customer"

    name = fields.Char(required=True, index="fuzzy")
    kind = fields.Selection({"small": "Small", "medium": "Medium", "large": "Large"}, default="small")
    city = fields.Char()
    code = fields.Char(index="substring")
    phone = fields.Char(index="substring")
    mail = fields.Char(index="substring")
    turnover = fields.Integer(default=0)
    owner = fields.Many2one("core.user")
