"""Customers: companies and persons that buy, or may buy."""

from core.api import Model, fields


class Customer(Model):
    """A company or person we sell to. Its owner is the salesperson responsible for it."""

    _name = "crm.customer"
    _inherit = ["core.owned", "core.company_owned", "core.active"]
    _label = "Customer"
    _order = "name, id"

    number = fields.Sequence("crm.customer", label="Customer number")
    name = fields.Char(required=True, index="fuzzy", track=True)
    kind = fields.Selection({"company": "Company", "person": "Person"}, default="company", required=True)
    level = fields.Many2one("crm.level", ondelete="restrict", index=True, track=True)
    source = fields.Lookup("customer_source", help="How the customer came to us.")
    industry = fields.Lookup("industry")
    region = fields.Lookup("region")
    parent = fields.Many2one("crm.customer", label="Belongs to", help="The company that this customer is a part of.")
    children = fields.One2many("crm.customer", "parent", label="Parts")

    phone = fields.Char(track=True)
    mail = fields.Char(label="E-mail")
    website = fields.Char()
    address = fields.Text()
    notes = fields.Text()
    contacts = fields.One2many("crm.contact", "customer")
