"""Contacts: the people we talk to at a customer."""

from core.api import Model, constrains, fields


class Contact(Model):
    """A person at a customer. At most one contact of a customer is the main one."""

    _name = "crm.contact"
    _label = "Contact"
    _order = "is_main desc, name, id"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, index="fuzzy", track=True)
    post = fields.Char(help="Such as purchasing manager.")
    phone = fields.Char()
    mail = fields.Char(label="E-mail")
    birthday = fields.Date()
    is_main = fields.Boolean(label="Main contact", default=False)
    notes = fields.Text()

    @constrains("is_main", "customer")
    def _keep_one_main_contact(self) -> None:
        if self.is_main:
            others = [["customer", "=", self.customer], ["is_main", "=", True], ["id", "!=", self.id]]
            self.env["crm.contact"].search(others).update(is_main=False)
