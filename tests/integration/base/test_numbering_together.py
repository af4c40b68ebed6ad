"""Numbers drawn by several processes at once (CORE-54): none twice, none lost."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.base.services.numbering import draw_numbers
from core.orm.database import Database
from core.orm.environment import Environment
from tests.integration.base.conftest import Clock, build_registry, make_database

PROCESSES = 8


def draw_in_a_process(url: str, folder: Path, rounds: int, drawn: Any) -> None:
    """Create customers, whose numbers are drawn while saving, each in a transaction of its own; tell all numbers at the end."""
    database = make_database(build_registry(), url, folder, Clock())
    try:
        numbers: list[str] = []
        for count in range(rounds):
            numbers += database.run(
                1,
                lambda env, count=count: [
                    record.number
                    for record in env["sample.customer"].create([{"name": "C"} for _one in range(1 + count % 3)])
                ],
                attempts=60,
            )
        drawn.put(numbers)
    except BaseException as error:
        drawn.put(repr(error))
        raise
    finally:
        database.dispose()


@pytest.mark.rows("CORE-54")
def test_eight_processes_saving_at_once_draw_every_number_once(
    prepared_url: str, tmp_path: Path, campaign: Callable[[int, int], int]
) -> None:
    rounds = campaign(6, 60)
    context = multiprocessing.get_context("spawn")
    drawn = context.Queue()
    workers = [
        context.Process(target=draw_in_a_process, args=(prepared_url, tmp_path, rounds, drawn))
        for _worker in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    told = [drawn.get(timeout=240) for _worker in workers]
    for worker in workers:
        worker.join(60)
    assert [numbers for numbers in told if isinstance(numbers, str)] == []
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    total = PROCESSES * sum(1 + count % 3 for count in range(rounds))
    assert sorted(number for numbers in told for number in numbers) == [
        f"C20260731-{number:03d}" for number in range(1, total + 1)
    ]


@pytest.mark.rows("CORE-54")
def test_eight_threads_draw_every_number_once(database: Database) -> None:
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


@pytest.mark.rows("CORE-54")
def test_codes_and_prefix(database: Database) -> None:
    with database.transaction() as env:
        env["core.numbering"].create(
            {"code": "x", "label": "X", "prefix": "HT", "pattern": "{department}/{2}", "start": 10}
        )
        env.flush()
        assert draw_numbers(env, "x", 2, codes=lambda place: {"department": f"D{place}"}) == ["HTD0/10", "HTD1/11"]
        assert draw_numbers(env, "x", 0) == []
