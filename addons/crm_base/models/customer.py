"""Customers: companies and persons that buy, or may buy."""

from addons.crm_base.services.keys import name_key, phone_key
from core.api import Model, depends, fields


class Customer(Model):
    """A company or person we sell to. Its owner is the salesperson responsible for it."""

    _name = "crm.customer"
    _inherit = ["core.owned", "core.company_owned", "core.active", "core.mnemonic"]
    _label = "Customer"
    _order = "name, id"

    number = fields.Sequence("crm.customer", label="Customer number")
    name = fields.Char(required=True, index="fuzzy", track=True)
    kind = fields.Selection(
        {"company": "Company", "person": "Person"}, label="Customer kind", default="company", required=True
    )
    status = fields.Selection(
        {"potential": "Potential", "interested": "Interested", "formal": "Formal", "related": "Related"},
        default="potential",
        required=True,
        index=True,
        track=True,
        help="The first deal makes a customer formal by itself.",
    )
    type = fields.Lookup(
        "customer_type", label="Customer type", index=True, track=True, help="Prices and value models go by it."
    )
    level = fields.Many2one("crm.level", ondelete="restrict", index=True, track=True)
    category = fields.Lookup("customer_category", index=True)
    degree = fields.Lookup("customer_degree", label="Degree of relation", index=True)
    value = fields.Lookup("customer_value", label="Value to us", index=True)
    source = fields.Lookup("customer_source", index=True, help="How the customer came to us.")
    industry = fields.Lookup("industry", index=True)
    region = fields.Lookup("region", index=True)
    parent = fields.Many2one(
        "crm.customer", label="Belongs to", index=True, help="The company that this customer is a part of."
    )
    children = fields.One2many("crm.customer", "parent", label="Parts")

    phone = fields.Char(index="substring", track=True)
    fax = fields.Char()
    mail = fields.Char(label="E-mail", index="substring")
    website = fields.Char()
    postcode = fields.Char(size=16)
    address = fields.Text(track=True)
    notes = fields.Text()
    contacts = fields.One2many("crm.contact", "customer")

    last_contact = fields.Date(index=True, readonly=True, copy=False, help="Day of the last follow-up.")
    next_contact = fields.Date(index=True, copy=False, help="Day on which the customer is to be contacted again.")

    contact_count = fields.Integer(label="Number of contacts", compute="_compute_main_contact", store=True)
    main_contact = fields.Char(compute="_compute_main_contact", store=True, help="Name of the main contact.")
    main_phone = fields.Char(
        label="Phone of the main contact", compute="_compute_main_contact", store=True, index="substring"
    )
    name_key = fields.Char(
        compute="_compute_keys",
        store=True,
        index=True,
        help="The name without spaces, case, width and legal ending, as names are compared.",
    )
    phone_key = fields.Char(compute="_compute_keys", store=True, index=True, help="Digits of the phone, as compared.")

    @depends("contacts", "contacts.is_main", "contacts.name", "contacts.phone", "contacts.mobile")
    def _compute_main_contact(self) -> None:
        contacts = list(self.contacts)
        main = next((each for each in contacts if each.is_main), contacts[0] if contacts else None)
        self.contact_count = len(contacts)
        self.main_contact = None if main is None else main.name
        self.main_phone = None if main is None else main.mobile or main.phone

    @depends("name", "phone")
    def _compute_keys(self) -> None:
        self.name_key = name_key(self.name)
        self.phone_key = phone_key(self.phone)
