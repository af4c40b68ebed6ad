"""Rules of the administrator hold for rows inserted together exactly as for single records, in few statements."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import ValidationError
from core.orm.engine import statements_of

MANY = 12


def places(**values: Any) -> list[dict[str, Any]]:
    """Return rows of which the one in the middle has other values."""
    rows: list[dict[str, Any]] = [
        {"name": f"place {number}", "code": f"A-{number}", "size": number} for number in range(MANY)
    ]
    rows[5] |= values
    return rows


def refusals(env: Any, values: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Return code and field of the refusal of one record, and of the same among many."""
    found = []
    for rows in (places(**values), places(**values)[5]):
        with pytest.raises(ValidationError) as error, env.savepoint():
            env["acme.place"].create(rows)
        found.append((error.value.code, error.value.where.field))
    return found


@pytest.mark.rows("CORE-57", "CORE-60", "CORE-61")
def test_what_is_refused_alone_is_refused_among_many(env: Any) -> None:
    assert env.registry.is_plain(env.registry["acme.place"])
    env["core.field_rule"].create(
        [
            {"model": "acme.place", "field": "code", "pattern": "[A-Z]-[0-9]+", "required": True},
            {"model": "acme.place", "field": "size", "maximum": 100},
        ]
    )
    env["core.duplicate_rule"].create(
        {"model": "acme.place", "field_names": ["name"], "compare": "name", "policy": "forbid"}
    )
    env["acme.place"].create({"name": "Hall", "code": "H-1", "unit": "piece"})
    assert not env.services.has_rules(env, "acme.place")
    for values, code in (
        ({"code": "wrong"}, "validation.rule"),
        ({"code": None}, "validation.rule"),
        ({"size": 101}, "validation.rule"),
        ({"name": "HALL "}, "validation.duplicate"),
    ):
        first, second = refusals(env, values)
        assert first == second
        assert first[0] == code
    with pytest.raises(ValidationError) as error, env.savepoint():
        env["acme.place"].create([*places(), {"name": "Place 3", "code": "B-1"}])
    assert error.value.code == "validation.duplicate"
    item = env["acme.place"].search([["name", "=", "Hall"]])[0].unit
    item.update(active=False, is_default=False)
    env.flush()
    first, second = refusals(env, {"unit": item.id})
    assert first == second == ("validation.retired", "unit")


def test_the_keys_of_rows_inserted_together_are_found_later(env: Any) -> None:
    env["core.duplicate_rule"].create(
        {"model": "acme.place", "field_names": ["name"], "compare": "name", "policy": "forbid"}
    )
    before = statements_of(env.connection).number
    env["acme.place"].create(places())
    assert statements_of(env.connection).number - before <= 14
    with pytest.raises(ValidationError, match="already"):
        env["acme.place"].create({"name": "PLACE 7"})


def test_rows_for_somebody_else_get_that_department(env: Any, as_user: Any) -> None:
    sales = env["core.department"].create({"name": "Sales"})
    li = as_user("li", "acme_assets.clerk", department=sales.id)
    rows = [{**row, "owner": li.uid} for row in places()]
    made = env["acme.place"].create(rows)
    assert {place.department for place in made} == {sales}
    assert env["acme.place"].create({**rows[0], "name": "single"}).department is sales
