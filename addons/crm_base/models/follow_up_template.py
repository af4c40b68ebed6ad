"""Templates for follow-ups: headings that are filled in (BASE-38)."""

from core.api import Model, fields


class FollowUpTemplate(Model):
    """A text that a follow-up begins with, such as the headings of a first visit."""

    _name = "crm.follow_up.template"
    _inherit = ["core.active"]
    _label = "Follow-up template"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    channel = fields.Lookup("follow_up_channel", help="Chosen along with the template.")
    kind = fields.Lookup("follow_up_kind", label="Purpose")
    body = fields.Text(label="Text", required=True, help="Headings, one a line.")
    sequence = fields.Integer(default=10)
