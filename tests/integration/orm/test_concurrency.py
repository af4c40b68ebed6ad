"""Real transactions in parallel: nothing lost, nothing twice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any

from core.orm.database import Database
from core.orm.registry import Registry
from tests.integration.orm.conftest import EXTENSION, SHOP, Settings, base_definitions

PROCESSES = 8


def move_counter(url: str, moves: int, failures: Any) -> None:
    """Move one counter and add lines to one order, many times, in a process of its own."""
    registry = Registry([("base", base_definitions()), ("shop", SHOP), ("points", EXTENSION)])
    database = Database("shop", url, lambda _database, _connection: registry, settings=Settings())

    def move(env: Any) -> None:
        counter = env["shop.counter"].search(limit=1)[0]
        counter.value = counter.value + 1
        env["shop.line"].create({"order": env["shop.order"].search(limit=1)[0], "price": 1})

    try:
        for _move in range(moves):
            database.run(1, move, attempts=60)
    except BaseException as error:
        failures.put(repr(error))
        raise
    finally:
        database.dispose()


def test_eight_processes_lose_no_move_and_no_computed_total(
    database: Database, campaign: Callable[[int, int], int]
) -> None:
    moves = campaign(8, 100)
    with database.transaction() as env:
        env["shop.counter"].create({"name": "n"})
        env["shop.order"].create({"customer": env["shop.customer"].create({"name": "A"})})
    context = multiprocessing.get_context("spawn")
    failures = context.Queue()
    workers = [
        context.Process(target=move_counter, args=(database.url, moves, failures)) for _worker in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(240)
    assert failures.empty(), failures.get()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    with database.transaction() as env:
        assert env["shop.counter"].search()[0].value == PROCESSES * moves
        order = env["shop.order"].search()[0]
        assert order.total == PROCESSES * moves == len(order.lines)
