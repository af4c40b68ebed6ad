"""Deleting into the bin and back (CORE-67)."""

from __future__ import annotations

import pytest

from core.errors import ConflictError, MissingRecord
from core.orm import recycle
from core.orm.environment import Environment


@pytest.mark.rows("CORE-67")
def test_deleting_takes_dependent_lines_and_tells_who_and_when(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A", "orders": [{"lines": [{}, {}]}, {}]})
    customer.delete()
    assert [env[model].count() for model in ("shop.customer", "shop.order", "shop.line")] == [0, 0, 0]
    deletion = env["core.deletion"].search()[0]
    assert (deletion.title, deletion.count, deletion.user.id, deletion.at) == ("A", 5, 1, env.now())


@pytest.mark.rows("CORE-67")
def test_restoring_brings_back_lines_and_links(env: Environment) -> None:
    tag = env["shop.tag"].create({"name": "t"})
    parent = env["shop.customer"].create({"name": "P", "tags": [tag], "orders": [{"lines": [{"price": 2}]}]})
    child = env["shop.customer"].create({"name": "C", "parent": parent})
    parent.delete()
    assert child.parent is None
    recycle.restore(env, env["core.deletion"].search()[0].id)
    assert child.parent.name == "P"
    restored = child.parent
    assert [item.name for item in restored.tags] == ["t"]
    assert restored.orders[0].lines[0].price == 2


def test_referenced_record_is_kept_where_the_reference_restricts(env: Environment) -> None:
    country = env["shop.country"].create({"name": "China"})
    customer = env["shop.customer"].create({"name": "A", "country": country})
    with pytest.raises(ConflictError, match="Customer: 1") as caught:
        country.delete()
    assert caught.value.code == "conflict.in_use"
    customer.delete()
    country.delete()
    assert env["shop.country"].count() == 0


def test_value_of_a_deleted_record_is_free_and_blocks_its_restoring(env: Environment) -> None:
    old = env["shop.tag"].create({"name": "t"})
    old.delete()
    env["shop.tag"].create({"name": "t"})
    deletion = env["core.deletion"].search()[0]
    with pytest.raises(ConflictError, match="Name"):
        recycle.restore(env, deletion.id)
    assert env["shop.tag"].count() == 1


def test_purged_record_is_gone_for_good(env: Environment) -> None:
    customer = env["shop.customer"].create({"name": "A", "orders": [{"lines": [{}]}]})
    customer.delete()
    deletion = env["core.deletion"].search()[0]
    recycle.purge(env, deletion.id)
    table = env.registry["shop.line"].table
    assert env.session.connection().execute(table.select()).all() == []
    for act in (recycle.restore, recycle.purge):
        with pytest.raises(MissingRecord):
            act(env, deletion.id)


def test_model_without_bin_loses_its_rows(env: Environment) -> None:
    counter = env["shop.counter"].create({"name": "n"})
    counter.delete()
    assert env.session.connection().execute(env.registry["shop.counter"].table.select()).all() == []
