"""Duplicate check (CORE-61, D21)."""

from __future__ import annotations

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class DuplicateRule(Model):
    """Which fields of one object make two records alike, and what happens then."""

    _name = "core.duplicate_rule"
    _label = "Duplicate check"
    _order = "model, id"
    _rec_name = "model"
    _recycle = False

    model = fields.Char(required=True, index=True, track=True)
    field_names = fields.Json(label="Fields", required=True, track=True, help="Names of the fields compared together.")
    compare = fields.Selection(
        {"name": "As names", "digits": "Digits only", "text": "As text"},
        default="name",
        required=True,
        track=True,
        help="As names: without spaces, case, width and legal endings. Digits only: for phones and tax numbers.",
    )
    policy = fields.Selection(
        {"off": "Off", "remind": "Remind", "forbid": "Forbid"}, default="remind", required=True, track=True
    )

    @constrains("model", "field_names")
    def _check_fields(self) -> None:
        names = self.field_names
        if not isinstance(names, list) or not names:
            raise ValidationError(_("Name at least one field."), field="field_names")
        for name in names:
            if self.env.registry.field(self.model, name).column is None:
                raise ValidationError(
                    _('The field "%(name)s" is not stored and can\'t be compared.', name=name), field="field_names"
                )


class DuplicateKey(Model):
    """The normalised key of one record under one rule; kept by `services.duplicates`, so that a check is one look-up."""

    _name = "core.duplicate_key"
    _label = "Duplicate key"
    _order = "id"
    _rec_name = "key"
    _recycle = False
    _unique = [("rule", "record_id")]

    rule = fields.Many2one("core.duplicate_rule", required=True, ondelete="cascade")
    record_id = fields.Integer(label="Record", required=True)
    key = fields.Char(required=True, index=True)
