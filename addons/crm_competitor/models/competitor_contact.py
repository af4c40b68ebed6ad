"""People of a competitor (COMP-08)."""

from core.api import Model, fields


class CompetitorContact(Model):
    """Somebody known to work for a competitor."""

    _name = "crm.competitor.contact"
    _label = "Person of a competitor"
    _order = "name, id"

    competitor = fields.Many2one("crm.competitor", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, index="fuzzy", track=True)
    post = fields.Char(help="Such as regional manager.")
    phone = fields.Char(index="substring")
    mobile = fields.Char(index="substring")
    mail = fields.Char(label="E-mail")
    notes = fields.Text()
