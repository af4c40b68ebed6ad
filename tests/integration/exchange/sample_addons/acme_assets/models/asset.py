from core.api import Model, ValidationError, constrains, fields


class Asset(Model):
    """One thing."""

    _name = "acme.asset"
    _label = "Asset"
    _order = "id"

    name = fields.Char(required=True, size=60)
    code = fields.Char(unique=True)
    kind = fields.Selection({"machine": "Machine", "tool": "Tool"}, default="tool")
    price = fields.Money(track=True)
    weight = fields.Decimal()
    pieces = fields.Integer(min=0)
    share = fields.Float()
    bought_on = fields.Date()
    checked_at = fields.Datetime()
    insured = fields.Boolean()
    unit = fields.Lookup("unit")
    keeper = fields.Many2one("core.user")
    department = fields.Many2one("core.department")
    parent = fields.Many2one("acme.asset", label="Part of", ondelete="restrict")
    teams = fields.Many2many("core.team")
    data = fields.Json()
    secret = fields.Char()
    note = fields.Text()

    @constrains("note")
    def _check_note(self) -> None:
        if self.note == "forbidden":
            raise ValidationError("Not this note.", field="note")
