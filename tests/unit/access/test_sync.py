"""Declared groups become rows that users can be given."""

from __future__ import annotations

from typing import Any

from core.access import guard_of, sync_groups

from .world import Maker


def test_declared_groups_have_a_row_and_an_external_id(env: Any, make: Maker) -> None:
    seller = env.ref("test.seller")
    assert (seller.key, seller.label, seller.addon) == ("test.seller", "Seller", "test")


def test_syncing_again_changes_nothing_and_brings_back_what_is_gone(env: Any, make: Maker) -> None:
    declarations = guard_of(env).declarations
    make.group("test.seller").update(label="Verkäufer")
    assert sync_groups(env, declarations) == []
    assert make.group("test.seller").label == "Verkäufer"
    table = env.registry["core.group"].table
    env.connection.execute(table.delete().where(table.c.key == "test.finance"))
    assert sync_groups(env, declarations) == ["test.finance"]
    assert env.ref("test.finance").key == "test.finance"
