"""Checks that the database holds, whoever writes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.orm.environment import Environment


def test_named_check_and_range_hold_in_the_database(env: Environment) -> None:
    order = env["shop.order"].create({"customer": env["shop.customer"].create({"name": "A"}), "lines": [{}]})
    tables = {"shop.order": {"discount": 100}, "shop.line": {"quantity": -1}}
    for model, wrong in tables.items():
        table = env.registry[model].table
        with pytest.raises(IntegrityError), env.session.connection().begin_nested():
            env.session.connection().execute(sa.update(table).values(**wrong))
    assert order.discount == 0
