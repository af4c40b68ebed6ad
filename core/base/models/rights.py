"""Rights an administrator gave or took, on top of what the YAML of the addons says (CORE-24 to CORE-26, CORE-29, CORE-30)."""

from __future__ import annotations

from typing import Any

from core.base.models.labels import field_words
from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains, depends
from core.orm.model import Model


class RightHolder(Model):
    """To whom a right is given: one role, one department or one user (CORE-26)."""

    _name = "core.right_holder"
    _abstract = True

    group = fields.Many2one("core.group", label="Role", ondelete="cascade", index=True, track=True)
    department = fields.Many2one("core.department", ondelete="cascade", index=True, track=True)
    user = fields.Many2one("core.user", ondelete="cascade", index=True, track=True)
    allowed = fields.Boolean(default=True, track=True, help="Off: takes away what the addon gives to this role.")

    @constrains("group", "department", "user")
    def _check_holder(self) -> None:
        if sum(one is not None for one in (self.group, self.department, self.user)) != 1:
            raise ValidationError(_("A right is given to one role, one department or one user."), field="group")


class ModelRight(Model):
    """One function right on one object."""

    _name = "core.model_right"
    _inherit = ["core.right_holder", "core.named_object"]
    _label = "Function right"
    _order = "model, operation, id"
    _rec_name = "model"
    _recycle = False

    model = fields.Char(required=True, index=True, track=True)
    operation = fields.Selection(
        {
            "read": "Read",
            "create": "Create",
            "update": "Change",
            "delete": "Delete",
            "import": "Import",
            "export": "Export",
            "print": "Print",
            "approve": "Approve",
            "assign": "Assign",
        },
        required=True,
        track=True,
    )


class FieldRight(Model):
    """The right to see or change one field; as soon as one row allows it, all others are shut out (CORE-29)."""

    _name = "core.field_right"
    _inherit = ["core.right_holder", "core.named_object"]
    _label = "Field right"
    _order = "model, field, id"
    _rec_name = "field"
    _recycle = False

    model = fields.Char(required=True, index=True, track=True)
    field = fields.Char(required=True, track=True)
    operation = fields.Selection({"read": "Read", "update": "Change"}, required=True, default="read", track=True)
    field_label = fields.Char(label="Field", compute="_compute_field_label", help="What people call the field.")

    @depends("model", "field")
    def _compute_field_label(self) -> None:
        self.field_label = field_words(self.env, self.model, self.field)


class SpecialGrant(Model):
    """One special right, such as ``base.reassign``, given or taken (CORE-25)."""

    _name = "core.special_grant"
    _inherit = ["core.right_holder"]
    _label = "Special right"
    _order = "right, id"
    _rec_name = "right"
    _recycle = False

    right = fields.Char(required=True, index=True, track=True)
    right_label = fields.Char(label="Right", compute="_compute_right_label", help="What people call the right.")

    @depends("right")
    def _compute_right_label(self) -> None:
        guard: Any = self.env.guard
        declared = guard.declarations.special.get(self.right)
        self.right_label = self.env.services.text(declared.label, self.env.lang) if declared is not None else self.right


class MenuRight(Model):
    """A menu hidden from, or shown to, one role; it grants nothing and takes no function right (CORE-24)."""

    _name = "core.menu_right"
    _inherit = ["core.right_holder"]
    _label = "Menu right"
    _order = "menu, id"
    _rec_name = "menu"
    _recycle = False

    menu = fields.Char(required=True, index=True, track=True)
    menu_label = fields.Char(label="Menu", compute="_compute_menu_label", help="What people call the menu.")

    @depends("menu")
    def _compute_menu_label(self) -> None:
        views: Any = self.env.registry.views
        found = views.menu(self.menu) if views is not None and self.menu else None
        if found is None:
            self.menu_label = self.menu
        else:
            self.menu_label = found.label_in(self.env.lang) or self.env.services.text(found.label, self.env.lang)
