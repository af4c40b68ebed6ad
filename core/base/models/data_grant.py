"""Data authorisation: the records of named employees or departments opened to a user or role (CORE-22)."""

from __future__ import annotations

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class DataGrant(Model):
    """Opens the records owned by one employee or one department to one user or one role."""

    _name = "core.data_grant"
    _inherit = ["core.named_object"]
    _label = "Data authorisation"
    _order = "id"
    _recycle = False

    user = fields.Many2one("core.user", label="Granted to user", ondelete="cascade", index=True)
    group = fields.Many2one("core.group", label="Granted to role", ondelete="cascade", index=True)
    model = fields.Char(index=True, help="Empty: every object with an owner.")
    employee = fields.Many2one("core.user", label="Records of employee", ondelete="cascade")
    department = fields.Many2one("core.department", label="Records of department", ondelete="cascade")
    sub_departments = fields.Boolean(label="With sub-departments", default=True)
    access = fields.Selection({"read": "Read", "write": "Read and write"}, default="read", required=True)
    until = fields.Date(label="Valid until", help="The last day, included; empty: without end.")

    @constrains("user", "group")
    def _check_holder(self) -> None:
        if (self.user is None) == (self.group is None):
            raise ValidationError(_("Data authorisation is granted to one user or one role."), field="user")

    @constrains("employee", "department")
    def _check_target(self) -> None:
        if (self.employee is None) == (self.department is None):
            raise ValidationError(
                _("Data authorisation opens the records of one employee or one department."), field="employee"
            )
