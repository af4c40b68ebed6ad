"""The organisation of a customer: its departments as a tree (BASE-10)."""

from core.api import Model, ValidationError, _, constrains, fields


class CustomerDepartment(Model):
    """A department, branch or body of a customer, with the posts that matter to us."""

    _name = "crm.customer.department"
    _label = "Department of the customer"
    _order = "sequence, name, id"

    customer = fields.Many2one("crm.customer", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, index="fuzzy")
    parent = fields.Many2one("crm.customer.department", label="Belongs under", index=True, ondelete="cascade")
    children = fields.One2many("crm.customer.department", "parent", label="Departments below")
    posts = fields.Char(help="Such as director, buyer, technician.")
    sequence = fields.Integer(default=10)
    contacts = fields.One2many("crm.contact", "department")
    notes = fields.Text()

    @constrains("parent", "customer")
    def _check_parent(self) -> None:
        if self.parent is not None and self.parent.customer is not self.customer:
            raise ValidationError(_("The department above belongs to another customer."), field="parent")
