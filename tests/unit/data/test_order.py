"""The order of records: levels, circles that can be opened, circles that can't."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.order import in_order
from core.data.schema import RecordSpec
from core.data.values import Link
from core.errors import DataError
from core.orm import fields


def spec(name: str, **refers: bool) -> RecordSpec:
    """A record that refers to others: name → whether the reference may be empty for a while."""
    return RecordSpec("a", name, "m", dict(refers), Path("x.yaml"), line=1)


def links(one: RecordSpec) -> list[Link]:
    found = []
    for target, is_nullable in one.values.items():
        field = fields.Many2one("m")
        field.name = f"to_{target}"
        found.append(Link(field, f"a.{target}", is_nullable))
    return found


def test_each_record_comes_after_those_it_refers_to() -> None:
    order = in_order([spec("c", b=False), spec("b", a=False), spec("a"), spec("d", outside=False)], links)
    assert [[one.name for one in level] for level in order.levels] == [["a", "d"], ["b"], ["c"]]
    assert order.deferred == {}


def test_a_circle_is_opened_at_a_reference_that_can_wait() -> None:
    order = in_order([spec("a", b=False), spec("b", c=True), spec("c", a=False)], links)
    assert [[one.name for one in level] for level in order.levels] == [["b"], ["a"], ["c"]]
    assert order.deferred == {"a.b": {"to_c"}}


def test_a_circle_of_references_that_cannot_wait_is_named() -> None:
    with pytest.raises(DataError, match="circle") as caught:
        in_order([spec("a", b=False), spec("b", a=False)], links)
    assert caught.value.code == "data.cycle"
    assert caught.value.where.line == 1


def test_a_record_that_refers_to_itself_waits_for_itself() -> None:
    order = in_order([spec("a", a=True)], links)
    assert order.deferred == {"a.a": {"to_a"}}
