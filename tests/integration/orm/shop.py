"""Sample models of the ORM's tests: a small shop with every kind of field and an addon that extends it."""

from __future__ import annotations

from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import action, constrains, depends, today, transition
from core.orm.model import Model


class Sized(Model):
    """A mixin that weighs things."""

    _name = "shop.sized"
    _abstract = True

    weight = fields.Float(min=0)


class Country(Model):
    """A country, in two languages."""

    _name = "shop.country"
    _label = "Country"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(unique=True, size=2)


class Tag(Model):
    """A label on customers."""

    _name = "shop.tag"
    _order = "name"

    name = fields.Char(required=True, unique=True)
    customers = fields.Many2many("shop.customer", inverse="tags")


class Customer(Model):
    """Somebody who orders."""

    _name = "shop.customer"
    _label = "Customer"
    _order = "name"
    _unique = [("name", "city")]

    name = fields.Char(required=True, index="fuzzy", track=True)
    city = fields.Char(default="Shanghai", track=True)
    owner = fields.Many2one("core.user")
    country = fields.Many2one("shop.country", ondelete="restrict")
    parent = fields.Many2one("shop.customer", ondelete="set null")
    children = fields.One2many("shop.customer", "parent")
    tags = fields.Many2many("shop.tag", inverse="customers")
    orders = fields.One2many("shop.order", "customer")
    level = fields.Selection({"normal": "Normal", "vip": "VIP"}, default="normal", track=True)
    active = fields.Boolean(default=True)
    notes = fields.Html()
    data = fields.Json()
    since = fields.Date(default=today)
    seen_at = fields.Datetime()
    anything = fields.Reference()
    total = fields.Money(compute="_compute_total", store=True, track=True)
    order_count = fields.Integer(compute="_compute_total", store=True)
    path = fields.Char(compute="_compute_path", store=True, recursive=True)
    initial = fields.Char(compute="_compute_initial")
    country_name = fields.Char(related="country.name")

    @depends("orders.total", "orders.state")
    def _compute_total(self) -> None:
        done = [order for order in self.orders if order.state == "done"]
        self.total = sum(order.total or 0 for order in done)
        self.order_count = len(self.orders)

    @depends("name", "parent.path")
    def _compute_path(self) -> None:
        self.path = f"{self.parent.path} / {self.name}" if self.parent else self.name

    @depends("name")
    def _compute_initial(self) -> None:
        self.initial = (self.name or "")[:1]

    @constrains("name")
    def _check_name(self) -> None:
        if self.name == "forbidden":
            raise ValidationError(_("This name is forbidden."), field="name")

    @action("Make VIP")
    def promote(self) -> str:
        """Raise the level."""
        self.level = "vip"
        return "promoted"


class Order(Model):
    """What somebody ordered."""

    _name = "shop.order"
    _label = "Order"
    _order = "id desc"
    _inherit = ["shop.sized"]
    _checks = {"discount_below_hundred": [["discount", "<", 100]]}

    customer = fields.Many2one("shop.customer", required=True, ondelete="cascade")
    lines = fields.One2many("shop.line", "order", copy=True)
    discount = fields.Decimal(default=0, min=0)
    state = fields.Selection({"draft": "Draft", "done": "Done", "cancelled": "Cancelled"}, default="draft", track=True)
    total = fields.Money(compute="_compute_total", store=True)
    confirmed_on = fields.Date()

    @depends("lines.amount", "discount")
    def _compute_total(self) -> None:
        gross = sum(line.amount or 0 for line in self.lines)
        self.total = gross * (100 - (self.discount or 0)) / 100

    @transition("state", source=["draft"], target="done", label="Confirm")
    def confirm(self) -> None:
        """Take the order in."""
        if not self.lines:
            raise ValidationError(_("An order needs lines."), field="lines")
        self.confirmed_on = self.env.today()

    @transition("state", source=["draft", "done"], target="cancelled", label="Cancel", groups=["shop.manager"])
    def cancel(self) -> None:
        """Give it up."""


class Line(Model):
    """One position of an order."""

    _name = "shop.line"

    order = fields.Many2one("shop.order", required=True, ondelete="cascade")
    product = fields.Char(required=True, default="thing")
    quantity = fields.Integer(default=1, min=0, max=1_000_000)
    price = fields.Money(default=0)
    amount = fields.Money(compute="_compute_amount", store=True)
    customer_level = fields.Selection(related="order.customer.level", store=True)

    @depends("quantity", "price")
    def _compute_amount(self) -> None:
        self.amount = (self.quantity or 0) * (self.price or 0)


class Counter(Model):
    """A number that many processes move."""

    _name = "shop.counter"
    _recycle = False

    name = fields.Char()
    value = fields.Integer(default=0)


class CustomerWithPoints(Model):
    """What another addon adds to a customer."""

    _inherit = "shop.customer"

    level = fields.Selection({"gold": "Gold"})
    points = fields.Integer(default=0, required=True)

    def promote(self) -> str:
        """Raise the level, and give points."""
        answer = super().promote()
        self.points += 10
        return f"{answer} with points"


SHOP = [Sized, Country, Tag, Customer, Order, Line, Counter]
EXTENSION = [CustomerWithPoints]
