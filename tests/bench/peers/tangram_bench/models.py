"""As bench.country, bench.part and bench.customer; the stamps and the access rules are Tryton's own."""

from trytond.model import Index, ModelSQL, ModelView, fields


class Country(ModelSQL, ModelView):
    """What parts refer to."""

    __name__ = "tangram.country"

    name = fields.Char("Name", required=True)


class Part(ModelSQL, ModelView):
    """A part in a warehouse."""

    __name__ = "tangram.part"

    name = fields.Char("Name", required=True)
    code = fields.Char("Code")
    quantity = fields.Integer("Quantity")
    price = fields.Numeric("Price", digits=(18, 2))
    weight = fields.Float("Weight")
    arrived_on = fields.Date("Arrived on")
    active = fields.Boolean("Active")
    kind = fields.Selection([("bought", "Bought"), ("made", "Made")], "Kind")
    note = fields.Text("Note")
    country = fields.Many2One("tangram.country", "Country")
    owner = fields.Many2One("res.user", "Owner")


class Customer(ModelSQL, ModelView):
    """A company in China, with the text our fuzzy search looks in; Tryton has no index for it."""

    __name__ = "tangram.customer"

    name = fields.Char("Name", required=True)
    name_fuzzy = fields.Text("Characters and initials")
    kind = fields.Char("Kind")
    city = fields.Char("City")
    turnover = fields.Integer("Turnover")
    owner = fields.Many2One("res.user", "Owner")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.update(
            {Index(table, (table.owner, Index.Equality())), Index(table, (table.name, Index.Range()))}
        )
