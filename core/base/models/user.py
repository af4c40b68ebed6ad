"""Users and employees: one model, because an employee is a user with or without an account (CORE-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.base.services import passwords
from core.base.services.administrators import ADMINISTRATOR
from core.base.services.tree import refuse_loop
from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import action, constrains
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.environment import Environment


def _company_of_creator(env: Environment) -> Any:
    """Return the company of who creates the user; None while the first users are made."""
    return env.company if env.browse("core.user", env.uid) else None


class User(Model):
    """A person of the organisation; one with a login may also sign in.

    Never erased (CORE-15): leaving means ``active`` becomes false, so that authorship and statistics stay.
    """

    _name = "core.user"
    _label = "User"
    _order = "name, id"
    _recycle = False

    number = fields.Char(label="Employee number", unique=True)
    name = fields.Char(required=True, index="fuzzy", track=True)
    login = fields.Char(
        label="Login name", unique=True, copy=False, track=True, help="Empty: an employee without an account."
    )
    password_hash = fields.Char(copy=False, groups=["base.nobody"])
    must_change_password = fields.Boolean(default=False, help="The next login asks for a new password.")
    password_changed_at = fields.Datetime(readonly=True, copy=False)
    active = fields.Boolean(default=True, track=True)
    registered = fields.Boolean(
        label="Registered by themselves", default=False, copy=False, help="Gets roles together with a position only."
    )

    mail = fields.Char(label="E-mail")
    phone = fields.Char()
    extension = fields.Char()
    picture = fields.Image()
    signature = fields.Html()
    language = fields.Char(help="Such as zh_CN; empty takes the language of the database.")
    timezone = fields.Char(help="Such as Asia/Shanghai; empty takes the time zone of the server.")

    preferences = fields.Json(copy=False, groups=["base.nobody"])
    """How the user likes the pages; read and written by `core.base.services.preferences` only."""

    company = fields.Many2one("core.company", ondelete="restrict", index=True, track=True, default=_company_of_creator)
    department = fields.Many2one("core.department", ondelete="restrict", index=True, track=True)
    position = fields.Many2one("core.position", ondelete="restrict", index=True, track=True)
    superior = fields.Many2one("core.user", ondelete="set null", index=True, track=True)
    teams = fields.Many2many("core.team", inverse="members")
    main_team = fields.Many2one("core.team", ondelete="set null", help="The team used by statistics.")
    hire_date = fields.Date()
    leave_date = fields.Date(track=True)
    note = fields.Text()

    groups = fields.Many2many("core.group", label="Roles", inverse="users", track=True)
    employments = fields.One2many("core.employment", "user", label="Department history")
    api_keys = fields.One2many("core.api_key", "user", label="API keys")

    @constrains("superior")
    def _check_superior(self) -> None:
        refuse_loop(self, "superior")

    @constrains("login")
    def _check_login(self) -> None:
        if self.login is not None and (self.login != self.login.strip() or not self.login):
            raise ValidationError(_("A login name has no spaces around it."), field="login")

    @constrains("main_team", "teams")
    def _check_main_team(self) -> None:
        if self.main_team is not None and self.main_team not in self.teams:
            raise ValidationError(_("The main team must be one of the teams."), field="main_team")

    @constrains("registered", "groups", "position")
    def _check_registered(self) -> None:
        if self.registered and self.groups and self.position is None:
            raise ValidationError(_("Somebody who registered gets a position before a role."), field="position")

    @action("Reset password", groups=[ADMINISTRATOR])
    def reset_password(self) -> dict[str, str]:
        """Give the user a random password, which is answered this once; the next login asks for another."""
        return {"password": passwords.reset_password(self.env, self)}

    @constrains("hire_date", "leave_date")
    def _check_dates(self) -> None:
        if self.hire_date and self.leave_date and self.leave_date < self.hire_date:
            raise ValidationError(_("Nobody leaves before being hired."), field="leave_date")
