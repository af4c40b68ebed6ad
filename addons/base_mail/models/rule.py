"""Notification rules: who is told what, and how, when something happens (CORE-76)."""

from addons.base_mail.services import rulecheck
from core.api import Model, constrains, fields


class NotificationRule(Model):
    """When this happens to a record of an object, these people are told. Nobody is told of what they may not read."""

    _name = "base.mail.rule"
    _label = "Notification rule"
    _order = "sequence, name, id"
    _recycle = False

    name = fields.Char(required=True, translate=True, track=True, help="Users choose their channels by this name.")
    active = fields.Boolean(default=True, track=True)
    sequence = fields.Integer(default=10)
    model = fields.Char(label="Object", required=True, index=True, track=True, help="Such as crm.customer.")
    event = fields.Selection(
        {
            "created": "A record is created",
            "changed": "A field changes",
            "transition": "A change of state is made",
            "date": "A date is reached",
        },
        label="What happens",
        required=True,
        default="created",
        index=True,
        track=True,
    )
    field = fields.Char(track=True, help="For a change: the field that changes. For a date: the field that holds it.")
    value_from = fields.Char(label="From value", track=True, help="As stored; several separated by commas; empty: any.")
    value_to = fields.Char(label="To value", track=True, help="As stored; several separated by commas; empty: any.")
    transition = fields.Char(track=True, help="Name of the change of state, such as confirm; empty: any.")
    days = fields.Integer(
        default=0, min=-3650, max=3650, track=True, help="For a date: days after it; a negative number: days before."
    )
    condition = fields.Json(
        conditions_of="model", track=True, help="Only records for which it holds; empty: every one."
    )
    groups = fields.Many2many("core.group", label="Roles", help="Everybody who holds one of them.")
    users = fields.Many2many("core.user", help="These people.")
    paths = fields.Char(
        label="People of the record",
        track=True,
        help="Fields that lead to users, separated by commas, such as owner, owner.superior.",
    )
    by_message = fields.Boolean(label="Internal message", default=True, track=True)
    by_mail = fields.Boolean(label="Mail", default=False, track=True)
    by_sms = fields.Boolean(label="SMS", default=False, track=True)
    template = fields.Many2one("base.mail.template", ondelete="restrict", track=True, help="Empty: a general text.")

    @constrains("model", "event", "field", "transition", "condition", "paths", "template", "groups", "users")
    def _check_rule(self) -> None:
        rulecheck.check_rule(self)


class RuleFiring(Model):
    """That a rule about a date was applied to a record for one day, so that it is not applied twice."""

    _name = "base.mail.rule.firing"
    _label = "Applied rule"
    _order = "id"
    _recycle = False
    _unique = [("rule", "record_id", "date")]

    rule = fields.Many2one("base.mail.rule", required=True, ondelete="cascade")
    record_id = fields.Integer(label="Record number", required=True)
    date = fields.Date(required=True)
