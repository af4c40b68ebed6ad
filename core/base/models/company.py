"""Companies and branches, with the organisation profile (CORE-10, CORE-12)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Company(Model):
    """A company or branch. Print templates and reports take address, logo and bank details from here."""

    _name = "core.company"
    _label = "Company"
    _order = "name, id"
    _recycle = False

    name = fields.Char(required=True, index=True, translate=True, track=True)
    code = fields.Char(unique=True, help="Short code, used in numbers.")
    parent = fields.Many2one("core.company", label="Parent company", ondelete="restrict", index=True, track=True)
    children = fields.One2many("core.company", "parent", label="Branches")
    active = fields.Boolean(default=True)

    address = fields.Text()
    phone = fields.Char()
    mail = fields.Char(label="E-mail")
    website = fields.Char()
    logo = fields.Image()
    tax_number = fields.Char()
    bank_name = fields.Char(label="Bank")
    bank_account = fields.Char()
    bank_holder = fields.Char(label="Account holder")
    currency = fields.Lookup("currency", label="Base currency")
    fiscal_year_start = fields.Integer(
        label="First month of the fiscal year",
        default=1,
        required=True,
        min=1,
        max=12,
        help="1 is January; 4: the year begins in April.",
    )
