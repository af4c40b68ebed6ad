"""Saved statistics: a question under a name, for its owner or shared with roles, on the workbench of whoever pins it."""

from __future__ import annotations

from typing import Any

from core.api import AccessDenied, Environment, Model, _, constrains, fields, has_right

SHARE_RIGHT = "base.share_scheme"


def _who_asks(env: Environment) -> Any:
    return env.user


class Report(Model):
    """A question to statistics: measures, groups, period and kind of chart."""

    _name = "base.report"
    _label = "Report"
    _order = "sequence, name, id"
    _recycle = False

    name = fields.Char(required=True, size=60)
    user = fields.Many2one(
        "core.user", label="Made by", required=True, default=_who_asks, ondelete="cascade", index=True
    )
    query = fields.Json(required=True, copy=True, help="What stands in the address of the page.")
    shared_with = fields.Many2many("core.group", label="Shared with", help="Roles that see it; empty: its owner alone.")
    sequence = fields.Integer(default=10)

    @constrains("shared_with")
    def _check_shared_with(self) -> None:
        if self.shared_with and not self.env.is_elevated and not has_right(self.env, SHARE_RIGHT):
            raise AccessDenied(_("You may not share reports."), code="access_denied.special")


class ReportPin(Model):
    """A report on somebody's workbench."""

    _name = "base.report.pin"
    _label = "Report on the workbench"
    _order = "id"
    _recycle = False

    report = fields.Many2one("base.report", required=True, ondelete="cascade", index=True)
    user = fields.Many2one("core.user", required=True, default=_who_asks, ondelete="cascade", index=True)
