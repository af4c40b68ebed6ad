"""Templates: texts with fields of a record, for mails, SMS and messages."""

from addons.base_mail.services import filling
from core.api import Model, ValidationError, _, constrains, fields


class MessageTemplate(Model):
    """A text with ``{{ record.field }}`` in it; each reader gets it in the own language, with what they may read."""

    _name = "base.mail.template"
    _label = "Message template"
    _order = "name, id"
    _recycle = False

    name = fields.Char(required=True, index=True, track=True)
    model = fields.Char(
        label="Object", index=True, track=True, help="Such as crm.customer; empty: for no particular record."
    )
    subject = fields.Char(translate=True, help="Heading of a mail or message; an SMS has none.")
    text = fields.Text(
        label="Text of the message", required=True, translate=True, help="Fields are written as {{ record.name }}."
    )
    html = fields.Html(label="Text with formatting", translate=True, help="For mails; empty: the text alone.")
    active = fields.Boolean(default=True)

    @constrains("model", "subject", "text", "html")
    def _check_texts(self) -> None:
        if self.model and self.model not in self.env.registry.models:
            raise ValidationError(_('There is no object "%(model)s".', model=self.model), field="model")
        for name in ("subject", "text", "html"):
            filling.check_text(self.env, self.model, getattr(self, name), name)
