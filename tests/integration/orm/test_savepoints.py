"""A block that is undone leaves nothing behind, in no environment of the transaction."""

from __future__ import annotations

import pytest

from core.api import ValidationError
from core.orm.environment import Environment


def test_what_another_environment_had_pending_in_an_undone_block_is_not_saved_later(env: Environment) -> None:
    other = env.as_user("li")
    with pytest.raises(ValidationError), env.savepoint():
        other["shop.customer"].create({"name": "Pending"})
        raise ValidationError("no")
    assert env["shop.customer"].count([["name", "=", "Pending"]]) == 0


def test_what_another_environment_had_pending_before_the_block_is_kept(env: Environment) -> None:
    other = env.as_user("li")
    other["shop.customer"].create({"name": "Before"})
    with pytest.raises(ValidationError), env.savepoint():
        raise ValidationError("no")
    assert env["shop.customer"].count([["name", "=", "Before"]]) == 1


def test_records_loaded_of_undone_rows_are_not_taken_for_new_ones_with_their_ids(env: Environment) -> None:
    other = env.as_user("li")
    held = []
    with pytest.raises(ValidationError), env.savepoint():
        other["shop.customer"].create({"name": "Undone"})
        other.flush()
        held += env["shop.customer"].search([["name", "=", "Undone"]])
        raise ValidationError("no")
    made = env["shop.customer"].create({"name": "Real"})
    env.flush()
    assert [each.name for each in env["shop.customer"].search([["id", "=", made.id]])] == ["Real"]
    assert made is not held[0]


def test_records_loaded_together_keep_their_relations_over_an_undone_block(env: Environment) -> None:
    china, japan = env["shop.country"].create([{"name": "China", "code": "CN"}, {"name": "Japan", "code": "JP"}])
    env["shop.customer"].create([{"name": "A", "country": china}, {"name": "B", "country": japan}])
    env.flush()
    env.session.expunge_all()
    first, second = env["shop.customer"].search([["name", "in", ["A", "B"]]], order="name")
    with pytest.raises(ValidationError), env.savepoint():
        raise ValidationError("no")
    # The first is read again; of the second, loaded with it before, no value is known any more but its id.
    assert first.country.code == "CN"
    assert second.country.code == "JP"
