"""Where an employee belonged, and when (CORE-14)."""

from __future__ import annotations

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class Employment(Model):
    """A period in which an employee's department, position, team and company stayed the same.

    Kept by `services.employment` whenever one of them changes, so that statistics use what was valid at the time.
    """

    _name = "core.employment"
    _label = "Department history"
    _order = "since desc, id desc"
    _recycle = False
    _log = True

    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    since = fields.Date(required=True, label="From")
    until = fields.Date(label="To", help="The last day, included; empty: still so.")
    company = fields.Many2one("core.company", ondelete="restrict")
    department = fields.Many2one("core.department", ondelete="restrict", index=True)
    position = fields.Many2one("core.position", ondelete="restrict")
    team = fields.Many2one("core.team", ondelete="restrict")

    @constrains("since", "until")
    def _check_period(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValidationError(_("The period ends before it begins."), field="until")
