"""Required fields and formats set by an administrator (CORE-60)."""

from __future__ import annotations

from core.base.services.field_rules import check_pattern
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class FieldRule(Model):
    """What one field of one object must be like; a save that breaks it is refused wherever it comes from."""

    _name = "core.field_rule"
    _label = "Field rule"
    _order = "model, field, id"
    _rec_name = "field"
    _recycle = False

    model = fields.Char(required=True, index=True, track=True)
    field = fields.Char(required=True, track=True)
    required = fields.Boolean(default=False, track=True)
    min_length = fields.Integer(label="Characters at least", track=True)
    max_length = fields.Integer(label="Characters at most", track=True)
    pattern = fields.Char(track=True, help="Regular expression that the whole text must match.")
    minimum = fields.Decimal(label="At least", track=True)
    maximum = fields.Decimal(label="At most", track=True)
    message = fields.Char(translate=True, help="Told when the rule is broken; empty: a general text.")
    active = fields.Boolean(default=True, track=True)

    @constrains("pattern")
    def _check_pattern(self) -> None:
        check_pattern(self.pattern)

    @constrains("model", "field")
    def _check_field(self) -> None:
        self.env.registry.field(self.model, self.field)
