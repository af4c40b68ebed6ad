"""The only model of the sample addon."""

from core.api import Model, fields, transition


class Plant(Model):
    """A plant, looked after by its owner."""

    _name = "garden.plant"
    _inherit = ["core.owned"]
    _label = "Plant"

    name = fields.Char(required=True)
    water_on = fields.Date()
    watered = fields.Boolean(default=False)
    born = fields.Date()
    price = fields.Money()
    cost = fields.Money(groups=["mail_garden.chief"])
    mail = fields.Char(label="E-mail")
    phone = fields.Char()
    state = fields.Selection({"growing": "Growing", "sold": "Sold"}, default="growing", required=True)

    @transition("state", source=["growing"], target="sold", label="Sell")
    def sell(self) -> None:
        """Sell it."""
