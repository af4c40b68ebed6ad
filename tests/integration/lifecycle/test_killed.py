"""Killed (SIGKILL) at random moments of enable, upgrade and remove: the database is as before or as after, and goes on working."""

from __future__ import annotations

import logging
import os
import random
import select
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.orm import bookkeeping

from .test_upgrade import TWO
from .world import World, standard

ACTIONS = ("enable", "upgrade", "remove")


def act(world: World, action: str) -> None:
    """Do one action; the addons are written by `prepare`."""
    if action == "enable":
        world.lifecycle.enable(["tpoints"])
    elif action == "upgrade":
        world.lifecycle.upgrade()
    else:
        world.lifecycle.remove(["tpoints"])


def prepare(world: World, action: str) -> None:
    """Bring a clone into the state in which the action begins."""
    standard(world)
    if action == "remove":
        world.lifecycle.enable(["tpoints"])
        with world.database.transaction() as env:
            env["tpoints.entry"].create([{"customer": 1, "points": number} for number in range(40)])
    if action == "upgrade":
        world.addon("tcrm", TWO, version="2.0.0")


def snapshot(world: World) -> dict[str, Any]:
    """Return everything an action changes, without times and versions; waits for what a killed process has left open."""
    with world.database.engine.connect() as connection, connection.begin():
        bookkeeping.lock(connection)
        states = {s.name: (s.version, s.state) for s in bookkeeping.addon_states(connection).values()}
        owners = bookkeeping.owners(connection)
    tables = world.tables()
    shown = sorted(name for name in tables if name.startswith(("tcrm", "tpoints", "core_group", "tangram_xid")))
    rows = {name: world.rows(name, "1") for name in shown if "_fts" not in name}
    return {
        "tables": tables,
        "states": states,
        "owners": owners,
        "rows": {name: shown_rows(found, ids=True) for name, found in rows.items()},
        "values": {name: shown_rows(found, ids=False) for name, found in rows.items()},
    }


def shown_rows(rows: list[dict[str, Any]], *, ids: bool) -> list[str]:
    """Return the rows as texts, without times and versions, and without ids where they may differ."""
    left_out = {"updated_at", "version", "created_at"}
    return sorted(
        str(
            {
                key: value
                for key, value in row.items()
                if key not in left_out and (ids or not (key == "id" or key.endswith("_id")))
            }
        )
        for row in rows
    )


def run_and_kill(folder: Path, url: str, action: str, delay: float | None) -> tuple[float, bool]:
    """Do the action in a process of its own, killed after ``delay`` seconds (None: not at all).

    Returns the seconds it took, and whether it was killed before it had ended.
    """
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ready)
            world = World(folder, url)
            world.database.registry()
            os.write(tell, b"!")
            act(world, action)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(tell)
    os.read(ready, 1)
    start = time.monotonic()
    # The pipe ends with the process, so this waits for its end, but no longer than the delay.
    ended = select.select([ready], [], [], delay)[0]
    seconds = time.monotonic() - start
    if not ended:
        os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    os.close(ready)
    code = os.waitstatus_to_exitcode(status)
    assert code == 0 if ended else code in (0, -signal.SIGKILL)
    return seconds, code != 0


@pytest.mark.soak
def test_killed_at_any_moment_the_database_is_as_before_or_as_after(
    engine: str, open_world: Callable[..., World], tmp_path: Path, campaign: Callable[[int, int], int]
) -> None:
    wanted = campaign(10, 200)
    rounds = 0
    chance = random.Random(f"killed {engine}")
    outcomes: Counter[tuple[str, str, str]] = Counter()
    kills: Counter[str] = Counter()
    # An action that ended before its kill shows something too, but is no kill; each action is killed at least once.
    while kills.total() < wanted or not all(kills[action] for action in ACTIONS):
        number, rounds = rounds, rounds + 1
        assert rounds <= 5 * wanted, outcomes
        action = ACTIONS[number % len(ACTIONS)]
        if number < len(ACTIONS):
            seconds = expect(open_world, engine, tmp_path, action)
        before, after, took = EXPECTED[tmp_path, action]
        world = open_world(engine, folder=tmp_path / f"site{number}")
        prepare(world, action)
        url = world.database.url
        world.close()
        _seconds, killed = run_and_kill(world.folder, url, action, took * moment(chance))
        found = snapshot(world)
        assert found in (before, after), action
        outcomes[action, "killed" if killed else "ended", "before" if found == before else "after"] += 1
        kills[action] += killed
        assert killed or found == after, "an action that ended is done"
        # The next start works, and the change can be made (again).
        again = World(world.folder, url)
        with again.database.transaction() as env:
            assert env["core.user"].count()
        if found == before:
            act(again, action)
            # PostgreSQL does not take back the ids that the killed process drew.
            assert {**snapshot(again), "rows": None} == {**after, "rows": None}
        with again.database.transaction() as env:
            assert env["tcrm.customer"].count() == 2
        again.close()
        world.close()
        assert seconds
    logging.getLogger(__name__).info("%s, %d rounds: %s", engine, rounds, dict(sorted(outcomes.items())))
    assert any(outcomes[action, "killed", "before"] for action in ACTIONS)


def moment(chance: random.Random) -> float:
    """Return when to kill, as a part of the whole action: anywhere, or every other time about its end, where it commits."""
    return chance.choice([chance.uniform(0, 1), chance.uniform(0.7, 1.05)])


EXPECTED: dict[tuple[Path, str], tuple[Any, Any, float]] = {}
"""What is before and after each action, and how long it takes; by test and action."""


def expect(open_world: Callable[..., World], engine: str, tmp_path: Path, action: str) -> float:
    """Do an action undisturbed and remember what it does."""
    world = open_world(engine, folder=tmp_path / f"whole_{action}")
    prepare(world, action)
    before = snapshot(world)
    world.close()
    took, _killed = run_and_kill(world.folder, world.database.url, action, None)
    EXPECTED[tmp_path, action] = (before, snapshot(world), took)
    world.close()
    return took
