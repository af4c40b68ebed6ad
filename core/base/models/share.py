"""One record shown to somebody who would not see it otherwise (CORE-28)."""

from __future__ import annotations

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class Share(Model):
    """A share of one record with one user, one team or one department; `created_by` is who gave it."""

    _name = "core.share"
    _inherit = ["core.named_object"]
    _label = "Share"
    _order = "id desc"
    _recycle = False

    model = fields.Char(required=True, index=True)
    record_id = fields.Integer(label="Record", required=True, index=True)
    user = fields.Many2one("core.user", ondelete="cascade", index=True)
    team = fields.Many2one("core.team", ondelete="cascade", index=True)
    department = fields.Many2one("core.department", ondelete="cascade", index=True)
    access = fields.Selection({"read": "Read", "write": "Read and write"}, default="read", required=True)
    until = fields.Date(label="Valid until", help="The last day, included; empty: without end.")
    note = fields.Char()

    @constrains("user", "team", "department")
    def _check_grantee(self) -> None:
        if sum(one is not None for one in (self.user, self.team, self.department)) != 1:
            raise ValidationError(_("A share is for one user, one team or one department."))
