"""Absence: who decides for whom, and when."""

from addons.crm_approval.services import deputies
from core.api import Environment, Model, constrains, fields, today


def _current_user(env: Environment) -> object:
    return env.user


class ApprovalSubstitute(Model):
    """A period in which somebody else may decide what waits for a person."""

    _name = "crm.approval.substitute"
    _label = "Substitute"
    _order = "since desc, id desc"
    _recycle = False

    person = fields.Many2one(
        "core.user", label="Who is away", required=True, ondelete="cascade", index=True, default=_current_user
    )
    substitute = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    since = fields.Date(label="From", required=True, default=today)
    until = fields.Date(label="To", required=True, index=True, help="The last day, included.")
    note = fields.Char()

    @property
    def display_name(self) -> str:
        """Both people."""
        names = [user.name if user is not None else "–" for user in (self.person, self.substitute)]
        return " → ".join(names)

    @constrains("person", "substitute", "since", "until")
    def _check_period(self) -> None:
        deputies.check_period(self)
