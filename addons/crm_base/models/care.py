"""Customer care by rules: on birthdays, holidays and after purchases something is proposed or sent (BASE-20)."""

from addons.crm_base.services.care import check_rule
from core.api import Model, constrains, fields

WAYS = {"task": "Task for the owner", "activity": "Planned activity", "mail": "Mail", "sms": "SMS"}


class CareRule(Model):
    """When customers are cared for, and how."""

    _name = "crm.care.rule"
    _inherit = ["core.active"]
    _label = "Care rule"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, track=True)
    sequence = fields.Integer(default=10)
    occasion = fields.Selection(
        {"date": "Date of a record", "holiday": "Holiday"}, default="date", required=True, track=True
    )
    model = fields.Char(label="Object", track=True, help="Such as crm.contact; for dates.")
    date_field = fields.Char(label="Date", track=True, help="Name of its field, such as birthday.")
    customer_path = fields.Char(
        label="Way to the customer", track=True, help="Such as customer; empty: the record is the customer."
    )
    yearly = fields.Boolean(default=False, track=True, help="The day comes back each year, as birthdays do.")
    month = fields.Integer(label="Month of the holiday", min=1, max=12, track=True)
    day = fields.Integer(label="Day of the holiday", min=1, max=31, track=True)
    days_after = fields.Integer(
        label="Days after",
        default=0,
        required=True,
        min=-365,
        max=3650,
        track=True,
        help="Negative: so many days before.",
    )
    domain = fields.Json(
        label="Which records",
        conditions_of="model",
        track=True,
        help="Conditions on the object, or on customers for holidays; empty: all.",
    )
    way = fields.Selection(WAYS, default="task", required=True, track=True)
    kind = fields.Many2one("crm.activity.kind", label="Kind of activity", ondelete="restrict")
    subject = fields.Char(required=True, help="%(customer)s and %(name)s stand for customer and contact.")
    text = fields.Text(help="Likewise.")

    @constrains(
        "occasion", "model", "date_field", "customer_path", "month", "day", "domain", "way", "kind", "subject", "text"
    )
    def _check_rule(self) -> None:
        check_rule(self)


class Care(Model):
    """What was done by a rule for a customer; once for each occasion."""

    _name = "crm.care"
    _inherit = ["core.owned"]
    _label = "Customer care"
    _order = "date desc, id desc"
    _rec_name = "subject"
    _recycle = False

    key = fields.Char(required=True, unique=True, readonly=True, copy=False, help="Rule, record and occasion.")
    rule = fields.Many2one("crm.care.rule", required=True, ondelete="cascade", index=True)
    customer = fields.Many2one("crm.customer", required=True, ondelete="cascade", index=True)
    contact = fields.Many2one("crm.contact", ondelete="set null", index=True)
    date = fields.Date(label="Occasion", required=True, index=True)
    way = fields.Selection(WAYS, required=True)
    subject = fields.Char(required=True)
    text = fields.Text()
    task = fields.Many2one("crm.task", ondelete="set null", index=True)
    activity = fields.Many2one("crm.activity", ondelete="set null", index=True)
    is_sent = fields.Boolean(label="Sent", default=False)
