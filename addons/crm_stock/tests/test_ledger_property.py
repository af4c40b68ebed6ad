"""Whatever is confirmed, cancelled, counted, lent and reversed in whatever order, stock and value are the sums of the ledger, and nothing
is below zero.
"""

import itertools
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.api import ConflictError, ValidationError

QUANTITY = st.one_of(st.integers(1, 5).map(Decimal), st.decimals("0.0001", 40, places=4))
COST = st.one_of(st.sampled_from([Decimal(0), Decimal(100)]), st.decimals(0, 900, places=6))
PLACE = st.integers(0, 1)
WHICH = st.integers(0, 9)
MOVING = st.tuples(st.sampled_from(["go", "transfer", "lend"]), QUANTITY, PLACE)
DECIDING = st.tuples(st.sampled_from(["confirm", "cancel", "move", "reverse", "reverse"]), WHICH)
STEP = st.one_of(
    st.tuples(st.just("come"), QUANTITY, COST, PLACE),
    st.tuples(st.just("ask"), st.sampled_from(["out", "transfer"]), QUANTITY, PLACE),
    st.tuples(st.just("count"), QUANTITY, PLACE, WHICH, st.booleans()),
    st.tuples(st.just("back"), QUANTITY, WHICH),
    *(MOVING, MOVING, DECIDING, DECIDING),
)
WAITING, POSTED = ("draft", "requested"), ("confirmed",)


class World:
    """One product in two warehouses: what is done to it, and what must be true of it."""

    def __init__(self, env, product, warehouses, customer):
        self.env = env
        self.product = product.id
        self.warehouses = [each.id for each in warehouses]
        self.customer = customer.id
        self.made = []
        self.listed = {}
        self.come(Decimal(20), Decimal(600), 0)
        self.come(Decimal(7), Decimal("33.333333"), 1)

    def make(self, kind, quantity, place, **values):
        batch, line = values.pop("batch", None), {"product": self.product, "quantity": quantity}
        line |= {"unit_cost": values.pop("cost", None), "batch": batch}
        document = self.env["crm.stock.document"].create(
            {"kind": kind, "warehouse": self.warehouses[place], "lines": [line], **values}
        )
        self.made.append(document.id)
        return document

    def come(self, quantity, cost, place):
        self.make("in", quantity, place, cost=cost).confirm()

    def go(self, quantity, place):
        self.make("out", quantity, place).confirm()

    def transfer(self, quantity, place):
        self.make("transfer", quantity, place, target_warehouse=self.warehouses[1 - place]).confirm()

    def lend(self, quantity, place):
        due = {"date": "2025-03-01", "due_date": "2025-03-31"}
        self.make("loan", quantity, place, customer=self.customer, **due).confirm()

    def back(self, quantity, which):
        loan = self.pick(which, POSTED, "loan")
        if loan is not None:
            back = loan.take_back_rest()
            back.lines[0].quantity = min(quantity, loan.still_lent)
            self.made.append(back.id)
            if which % 2:
                back.confirm()

    def ask(self, kind, quantity, place):
        """Ask the keeper, who confirms or cancels it some steps later."""
        values = {"target_warehouse": self.warehouses[1 - place]} if kind == "transfer" else {}
        self.make(kind, quantity, place, **values).request()

    def count(self, quantity, place, which, handed_in):
        """List what lies there and say that one level is another quantity; or find something that is not in the book."""
        document = self.env["crm.stock.document"].create({"kind": "count", "warehouse": self.warehouses[place]})
        document.list_stock()
        self.env.flush()
        if which % 3 == 0:
            line = {"document": document, "product": self.product, "quantity": quantity, "batch": f"found {which}"}
            self.env["crm.stock.line"].create(line)
        elif document.lines:
            document.lines[which % len(document.lines)].quantity = quantity if which % 3 == 1 else 0
        self.env.flush()
        self.made.append(document.id)
        self.note_book(document)
        if handed_in:
            document.request()

    def note_book(self, document):
        """Keep what the ledger says of the levels that are counted."""
        stock = self.stock()
        self.listed[document.id] = {
            line.id: stock[document.warehouse.id, line.batch or "", False] for line in document.lines
        }

    def confirm(self, which):
        document = self.pick(which, WAITING)
        if document is not None:
            if document.kind == "count" and document.state == "draft":
                document.request()
            document.confirm()

    def cancel(self, which):
        document = self.pick(which, WAITING)
        if document is not None:
            document.cancel()

    def move(self, which):
        """It was the other warehouse."""
        document = self.pick(which, WAITING)
        if document is not None:
            here = self.warehouses.index(document.warehouse.id)
            document.update(warehouse=self.warehouses[1 - here])
            if document.kind == "transfer":
                document.update(target_warehouse=self.warehouses[here])
            self.env.flush()
            if document.kind == "count":
                self.note_book(document)

    def reverse(self, which):
        document = self.pick(which, POSTED)
        if document is not None:
            document.reverse()

    def pick(self, which, states, kind=None):
        found = [document for document in self.documents() if document.state in states]
        found = [document for document in found if kind in (None, document.kind)]
        return found[which % len(found)] if found else None

    def documents(self):
        return self.env["crm.stock.document"].search([["id", "in", self.made]], order="id")

    def moves(self):
        names = ["quantity", "value", "balance", "warehouse", "batch", "lent", "reverses", "document", "line"]
        return self.env["crm.stock.move"].read([["product", "=", self.product]], names, order="id")

    def stock(self):
        """Return what the ledger says is in each level: by warehouse, batch, and whether it is lent."""
        found = defaultdict(Decimal)
        for move in self.moves():
            found[move["warehouse"], move["batch"] or "", move["lent"]] += move["quantity"]
        return found

    def check(self):
        self.check_ledger()
        self.check_levels()
        for document in self.documents():
            self.check_document(document)

    def check_ledger(self):
        product, moves = self.env["crm.product"].get(self.product), self.moves()
        assert product.stock_quantity == sum(move["quantity"] for move in moves) >= 0
        assert product.stock_value == sum(move["value"] for move in moves) >= 0
        if product.stock_quantity:
            average = product.stock_value / product.stock_quantity
            assert product.average_cost == average.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)
        else:
            assert product.stock_value == 0
        balances = defaultdict(Decimal)
        for move in moves:
            place = move["warehouse"], move["lent"]
            balances[place] += move["quantity"]
            assert move["balance"] == balances[place]

    def check_levels(self):
        held, lent, stock = Counter(), Counter(), self.stock()
        for document in self.documents():
            for line in document.lines:
                place = document.warehouse.id, line.batch or ""
                if document.state == "requested" and document.kind in ("out", "transfer", "loan"):
                    held[place] += line.base_quantity
                if document.kind == "loan":
                    lent[place] += line.still_lent
        levels = self.env["crm.stock.level"].search([["product", "=", self.product]])
        places = [(level.warehouse.id, level.batch or "") for level in levels]
        assert len(set(places)) == len(places)
        assert {place for place in {*held, *lent} if held[place] or lent[place]} <= set(places)
        assert {(warehouse, batch) for warehouse, batch, _lent in stock} <= set(places)
        for level, place in zip(levels, places, strict=True):
            assert level.on_hand == stock[*place, False] >= 0
            assert level.lent == stock[*place, True] == lent[place] >= 0
            assert level.reserved == held[place]
            assert level.available == level.on_hand - level.reserved

    def check_document(self, document):
        """Check that a document moved what it says and what was reversed nothing at all; others moved nothing."""
        moves = [move for move in self.moves() if move["document"] == document.id]
        if document.state not in ("confirmed", "reversed"):
            assert moves == []
            return
        own = [move for move in moves if not move["reverses"]]
        assert document.value == sum(move["value"] for move in own)
        if document.state == "reversed":
            assert sum(move["quantity"] for move in moves) == 0
            assert len(moves) == 2 * len(own)
            return
        assert moves == own
        for line in document.lines:
            signs = {"in": [1], "out": [-1], "count": [1]}.get(document.kind, [-1, 1])
            amount = line.base_quantity
            if document.kind == "count":
                amount -= self.listed[document.id][line.id]
                assert line.difference == amount
            moved = [move["quantity"] for move in own if move["line"] == line.id]
            assert moved == [sign * amount for sign in signs if amount]


@pytest.mark.rows("STOCK-04", "STOCK-05", "STOCK-06", "STOCK-09", "STOCK-10", "STOCK-13", "STOCK-14")
def test_stock_and_value_are_the_sums_of_the_ledger(env, create_warehouse, create_product, create_customer):
    customer, numbers = create_customer(name="Huaxing"), itertools.count()

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, min_size=4, max_size=14))
    def check(steps):
        number = next(numbers)
        warehouses = [create_warehouse(name=f"{name} {number}", code=f"{name}{number}") for name in "AB"]
        world = World(env, create_product(name=f"LP-{number}", cost=600), warehouses, customer)
        for name, *arguments in steps:
            try:
                with env.savepoint():
                    made = list(world.made)
                    getattr(world, name)(*arguments)
            except (ValidationError, ConflictError):
                # Refused, such as goods that are not there: then nothing may have changed.
                world.made = made
        world.check()

    check()
