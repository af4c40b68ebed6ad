"""What a definition may leave out or write in more than one way."""

from __future__ import annotations

from typing import Any

import pytest

from core.api import Model, fields
from core.errors import DefinitionError
from core.orm.definitions import compose


class User(Model):
    """The authors of records."""

    _name = "core.user"
    name = fields.Char()


class Level(Model):
    """A level."""

    _name = "test.level"
    code = fields.Char()
    kind = fields.Selection([("a", "A"), ("b", "B")])
    _unique = ["code", "kind"]


class Customer(Model):
    """A customer."""

    _name = "test.customer"
    level = fields.Many2one("test.level")
    _unique = [("level", "version"), ("level",)]


class Order(Model):
    """An order."""

    _name = "test.order"
    customer = fields.Many2one("test.customer")
    line_level_kind = fields.Selection(related="customer_level.kind")
    customer_level = fields.Many2one(related="customer.level", store=True)


@pytest.fixture
def infos() -> dict[str, Any]:
    return compose([("base", [User, Level, Customer, Order])])


def test_related_field_takes_model_and_choices_of_the_field_it_mirrors(infos: dict[str, Any]) -> None:
    assert infos["test.order"].fields["customer_level"].comodel == "test.level"
    assert infos["test.order"].fields["line_level_kind"].options == {"a": "A", "b": "B"}


def test_choices_are_a_mapping_or_pairs() -> None:
    assert fields.Selection([("a", "A")]).options == fields.Selection({"a": "A"}).options == {"a": "A"}
    for wrong in ("draft", ["draft", "done"], [("a", "A", "x")], {1: "One"}):
        with pytest.raises(DefinitionError, match="mapping of keys to labels"):
            fields.Selection(wrong)  # type: ignore[arg-type]  # that is the point


def test_field_names_by_themselves_are_one_unique_combination(infos: dict[str, Any]) -> None:
    assert infos["test.level"].unique == (("code", "kind"),)
    assert infos["test.customer"].unique == (("level", "version"), ("level",))
