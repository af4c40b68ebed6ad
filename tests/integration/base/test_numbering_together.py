"""Numbers drawn by several processes at once (CORE-54): none twice, none lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from core.base.services.numbering import draw_numbers
from core.orm.database import Database
from core.orm.environment import Environment


def test_eight_at_once_draw_every_number_once(database: Database) -> None:
    def draw(count: int) -> list[str]:
        return database.run(1, lambda env: draw_numbers(env, "sample.customer", count))

    with ThreadPoolExecutor(8) as pool:
        drawn = [number for numbers in pool.map(draw, [1, 3, 5, 2] * 10) for number in numbers]
    assert len(drawn) == 110
    assert sorted(drawn) == [f"C20260731-{number:03d}" for number in range(1, 111)]


def test_a_rolled_back_transaction_takes_its_numbers_back(database: Database) -> None:
    def refuse(env: Environment) -> Any:
        draw_numbers(env, "sample.customer", 5)
        raise LookupError

    with pytest.raises(LookupError):
        database.run(1, refuse)
    assert database.run(1, lambda env: draw_numbers(env, "sample.customer")) == ["C20260731-001"]


def test_codes_and_prefix(database: Database) -> None:
    with database.transaction() as env:
        env["core.numbering"].create(
            {"code": "x", "label": "X", "prefix": "HT", "pattern": "{department}/{2}", "start": 10}
        )
        env.flush()
        assert draw_numbers(env, "x", 2, codes=lambda place: {"department": f"D{place}"}) == ["HTD0/10", "HTD1/11"]
        assert draw_numbers(env, "x", 0) == []
