from core.api import Model, depends, fields


class Partner(Model):
    """Somebody to trade with."""

    _name = "acme.partner"
    _label = "Partner"
    _order = "id"

    name = fields.Char(required=True)
    code = fields.Char(unique=True)
    phone = fields.Char()
    mobile = fields.Char()
    mail = fields.Char()
    level = fields.Selection({"a": "A", "b": "B"}, track=True)
    limit = fields.Money()
    secret = fields.Char()
    photo = fields.Image()
    parent = fields.Many2one("acme.partner", label="Belongs to")
    teams = fields.Many2many("core.team")
    deals = fields.One2many("acme.deal", "partner")
    contacts = fields.One2many("acme.contact", "partner")
    turnover = fields.Money(compute="_compute_turnover", store=True)

    @depends("deals.amount")
    def _compute_turnover(self) -> None:
        self.turnover = sum(deal.amount or 0 for deal in self.deals)


class Contact(Model):
    """A person of a partner; goes with it."""

    _name = "acme.contact"
    _label = "Contact"
    _order = "id"
    _recycle = False

    name = fields.Char(required=True)
    partner = fields.Many2one("acme.partner", required=True, ondelete="cascade", index=True)


class Deal(Model):
    """Something sold; holds the partner, others who take part, and what it is about."""

    _name = "acme.deal"
    _label = "Deal"
    _order = "id"

    name = fields.Char(required=True)
    partner = fields.Many2one("acme.partner", required=True, index=True)
    payer = fields.Many2one("acme.partner")
    about = fields.Reference()
    others = fields.Many2many("acme.partner")
    amount = fields.Money()
