"""Teams: employees grouped within or across departments (CORE-16)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Team(Model):
    """A group of employees with a leader, who sees the records of the team."""

    _name = "core.team"
    _label = "Team"
    _order = "name, id"
    _recycle = False

    name = fields.Char(required=True, index=True)
    leader = fields.Many2one("core.user", ondelete="set null", index=True, track=True)
    department = fields.Many2one("core.department", ondelete="restrict", index=True, help="Empty: across departments.")
    members = fields.Many2many("core.user", inverse="teams")
    note = fields.Text()
    active = fields.Boolean(default=True)
