"""Customers, tags, and what nobody but chiefs sees."""

from core.api import Model, ValidationError, _, action, constrains, depends, fields


class Customer(Model):
    """Somebody who buys."""

    _name = "web.customer"
    _label = "Customer"
    _order = "name, id"

    name = fields.Char(required=True, size=40, index="fuzzy", track=True)
    code = fields.Char(unique=True)
    owner = fields.Many2one("core.user")
    level = fields.Selection({"a": "Good", "b": "Better"}, default="a")
    limit = fields.Money(label="Credit limit")
    rating = fields.Float(min=0, max=10)
    visits = fields.Integer()
    since = fields.Date()
    seen_at = fields.Datetime()
    note = fields.Text()
    vip = fields.Boolean()
    extra = fields.Json()
    margin = fields.Decimal()
    tags = fields.Many2many("web.tag")
    orders = fields.One2many("web.order", "customer")
    about = fields.Reference()
    source = fields.Char(readonly=True, default="web")
    shout = fields.Char(compute="_compute_shout")
    total = fields.Money(compute="_compute_total", store=True)

    @depends("name")
    def _compute_shout(self):
        self.shout = (self.name or "").upper()

    @depends("orders.amount")
    def _compute_total(self):
        self.total = sum(order.amount or 0 for order in self.orders)

    @constrains("name")
    def _check_name(self):
        if self.name == "forbidden":
            raise ValidationError(_("This name is not wanted."), field="name")

    @action("Greet")
    def greet(self, times: int = 1, loudly: bool = False):
        """Return a greeting."""
        return " ".join([f"Hello {self.name}{'!' if loudly else ''}"] * times)

    @action("Rename")
    def rename(self, name: str):
        """Change the name and answer with the record."""
        self.name = name
        return self

    @action("Vanish")
    def vanish(self):
        """Delete the record."""
        self.delete()

    @action("Give away")
    def give_away(self):
        """Let go of the record, so that who owned it does not see it any more."""
        with self.env.elevated(reason="given away by its owner"):
            self.owner = None

    @action("Explode")
    def explode(self):
        """Fail in a way nobody expected."""
        self.note = "half-done"
        raise RuntimeError("secret of the house")

    @action("Approve", groups=["web_shop.chief"])
    def approve(self):
        """For chiefs only."""
        return {"by": self.env.user, "on": self.since}

    @action("Add")
    def add(self, number, note: str = ""):
        """Take an argument of which nobody says what it is."""
        return number + 1

    @action("Measure")
    def measure(self, much: int = 0):
        """Fail by a wrong type of its own."""
        return self.name + much

    def not_for_outside(self):
        """What is not decorated can't be called."""


class Tag(Model):
    """A word for customers."""

    _name = "web.tag"
    _label = "Tag"

    name = fields.Char(required=True, unique=True)


class Secret(Model):
    """Only chiefs know of it."""

    _name = "web.secret"
    _label = "Secret"

    name = fields.Char(required=True)


class Badge(Model):
    """What it is called only chiefs may see."""

    _name = "web.badge"
    _label = "Badge"
    _order = "name, id"

    name = fields.Char(index="fuzzy")
    color = fields.Char()
    peer = fields.Many2one("web.badge")


class Box(Model):
    """Everybody may drop something in, only chiefs look."""

    _name = "web.box"
    _label = "Box"

    name = fields.Char(required=True)
