"""Groups, which the pages call roles: what rights are given to (CORE-23)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.services import roles
from core.base.services.administrators import ADMINISTRATOR
from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import action, constrains
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
    users = fields.Many2many("core.user", label="Members", inverse="groups", copy=False)

    @constrains("implies")
    def _check_implies(self) -> None:
        if self in self.implies:
            raise ValidationError(_("A role can't include itself."), field="implies")

    @action("Copy with rights", groups=[ADMINISTRATOR], visible="False")
    def copy_role(self) -> dict[str, int]:
        """Make a role with the same rights and without members, and answer its id; forms have the button Copy for it."""
        return {"id": self.copy().id}

    def copy(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
        """Return a new role with the rights of this one and the values given on top."""
        made = roles.copy_role(self.env, self)
        given = {**(values or {}), **more}
        if given:
            made.update(given)
        return made
