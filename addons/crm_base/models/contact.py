"""Contacts: the people we talk to at a customer."""

from addons.crm_base.services.keys import name_key, phone_key
from core.api import Model, ValidationError, _, constrains, depends, fields


class Contact(Model):
    """A person at a customer. Of a customer's contacts exactly one is the main one; the first becomes it by itself."""

    _name = "crm.contact"
    _label = "Contact"
    _order = "is_main desc, name, id"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, index="fuzzy", track=True)
    gender = fields.Selection({"female": "Female", "male": "Male"})
    post = fields.Char(index=True, help="Such as purchasing manager.")
    department = fields.Many2one(
        "crm.customer.department", index=True, ondelete="set null", help="Part of the customer's own organisation."
    )
    decision_part = fields.Lookup("decision_part", label="Part in decisions", index=True)
    phone = fields.Char(index="substring")
    mobile = fields.Char(index="substring", track=True)
    mail = fields.Char(label="E-mail", index="substring")
    im = fields.Char(label="WeChat or other messenger")
    address = fields.Text()
    birthday = fields.Date()
    hobby = fields.Text(label="Interests")
    is_main = fields.Boolean(label="Main contact", default=False)
    is_self = fields.Boolean(
        label="The customer itself", default=False, readonly=True, copy=False, help="A person is their own contact."
    )
    last_contact = fields.Date(index=True, readonly=True, copy=False, help="Day of the last follow-up.")
    notes = fields.Text()

    name_key = fields.Char(compute="_compute_keys", store=True, index=True, help="The name as names are compared.")
    phone_key = fields.Char(compute="_compute_keys", store=True, index=True, help="Digits of the phone, as compared.")
    mobile_key = fields.Char(compute="_compute_keys", store=True, index=True, help="Digits of the mobile, as compared.")

    @depends("name", "phone", "mobile")
    def _compute_keys(self) -> None:
        self.name_key = name_key(self.name)
        self.phone_key = phone_key(self.phone)
        self.mobile_key = phone_key(self.mobile)

    @constrains("department", "customer")
    def _check_department(self) -> None:
        if self.department is not None and self.department.customer is not self.customer:
            raise ValidationError(_("The department belongs to another customer."), field="department")
