"""Groups, which the pages call roles: what rights are given to (CORE-23)."""

from __future__ import annotations

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class Group(Model):
    """A role. Those of addons have the key of their YAML, such as ``crm_base.salesperson``; others are an administrator's."""

    _name = "core.group"
    _label = "Role"
    _order = "addon, sequence, label, id"
    _rec_name = "label"
    _recycle = False

    key = fields.Char(required=True, unique=True, copy=False, help="Stable name, such as crm_base.salesperson.")
    label = fields.Char(label="Name", required=True, translate=True)
    description = fields.Text(translate=True)
    addon = fields.Char(readonly=True, index=True, help="The addon that declares it; empty: made by an administrator.")
    sequence = fields.Integer(default=100)
    implies = fields.Many2many("core.group", label="Includes the rights of")
    users = fields.Many2many("core.user", label="Members", inverse="groups")

    @constrains("implies")
    def _check_implies(self) -> None:
        if self in self.implies:
            raise ValidationError(_("A role can't include itself."), field="implies")
