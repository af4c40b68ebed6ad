"""What definitions of one model may say together is decided when the registry is made."""

from __future__ import annotations

import pytest

from core.errors import CoreError, DefinitionError
from core.orm import fields
from core.orm.model import Model
from core.orm.registry import Registry
from tests.integration.orm.conftest import base_definitions


class Thing(Model):
    """A thing."""

    _name = "t.thing"

    size = fields.Integer()


def test_a_field_declared_again_with_another_kind_is_refused_at_its_place() -> None:
    class Again(Model):
        """Says that the size is a text."""

        _inherit = "t.thing"

        size = fields.Char()

    with pytest.raises(DefinitionError, match='"size" is declared as integer and again as char') as caught:
        Registry([("base", base_definitions()), ("one", [Thing]), ("two", [Again])])
    where = caught.value.where
    assert (caught.value.code, where.addon, where.model, where.field) == (
        "definition.field_kind",
        "two",
        "t.thing",
        "size",
    )
    assert caught.value.hint


def test_a_field_declared_again_with_the_same_kind_changes_its_options() -> None:
    class Again(Model):
        """Wants the size."""

        _inherit = "t.thing"

        size = fields.Integer(required=True, label="How large")

    registry = Registry([("base", base_definitions()), ("one", [Thing]), ("two", [Again])])
    assert (registry["t.thing"].fields["size"].required, registry["t.thing"].fields["size"].label) == (
        True,
        "How large",
    )


def test_extending_an_unknown_model_proposes_the_nearest() -> None:
    class Stray(Model):
        """Extends what is not there."""

        _inherit = "t.thin"

    with pytest.raises(CoreError, match=r"t\.thin.*t\.thing"):
        Registry([("base", base_definitions()), ("one", [Thing]), ("two", [Stray])])


def test_a_choice_that_belongs_to_another_addon_is_offered_only_with_that() -> None:
    class Paper(Model):
        """A paper."""

        _name = "t.paper"

        state = fields.Selection({"new": "New", "held": "Held", "done": "Done"}, only_with={"held": "two"})

    alone = Registry([("base", base_definitions()), ("one", [Paper])])["t.paper"].fields["state"]
    both = Registry([("base", base_definitions()), ("one", [Paper]), ("two", [])])["t.paper"].fields["state"]
    assert list(alone.options) == ["new", "done"]
    assert list(both.options) == ["new", "held", "done"]
    with pytest.raises(CoreError, match='"held" is not a choice'):
        alone.convert("held")
