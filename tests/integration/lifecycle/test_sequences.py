"""Random sequences of enable, disable, upgrade, remove, restore and work in between end with the data they should."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ConflictError

from .world import POINTS, World, standard

OPERATIONS = ("enable", "disable", "upgrade", "remove", "restore", "add", "drop")
NEWER = {
    **POINTS,
    "models/points.py": POINTS["models/points.py"].replace(
        "note = fields.Json()", "note = fields.Json()\n            weight = fields.Integer(default=4)"
    ),
    "migrations/1.1.0.py": '''
        """Points are worth a hundred times more."""


        def after(env):
            for entry in env["tpoints.entry"].search():
                entry.update(points=entry.points * 100)
    ''',
}


class Expected:
    """The data as they should be, told without any database."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.state: str | None = None
        self.version = "1.0.0"
        """Of the files."""
        self.stored = ""
        self.points: list[int] = []
        self.archive: tuple[Path, str, list[int]] | None = None

    def do(self, operation: str, number: int) -> None:
        """Do one operation on both sides, if it makes sense now."""
        getattr(self, operation)(number)
        self.compare()

    def enable(self, _number: int) -> None:
        if self.state != "enabled":
            self.world.lifecycle.enable(["tpoints"])
            self.migrate()
            self.state = "enabled"

    def migrate(self) -> None:
        if self.stored == "1.0.0" and self.version == "1.1.0":
            self.points = [points * 100 for points in self.points]
        self.stored = self.version

    def disable(self, _number: int) -> None:
        if self.state == "enabled":
            self.world.lifecycle.disable(["tpoints"])
            self.state = "disabled"

    def upgrade(self, _number: int) -> None:
        self.world.addon("tpoints", NEWER, depends="tcrm", version="1.1.0")
        self.version = "1.1.0"
        if self.state == "enabled":
            self.world.lifecycle.upgrade(["tpoints"])
            self.migrate()

    def remove(self, _number: int) -> None:
        if self.state is not None:
            self.archive = (self.world.lifecycle.remove(["tpoints"]), self.stored, self.points)
            self.state, self.stored, self.points = None, "", []

    def restore(self, _number: int) -> None:
        if self.archive is None:
            return
        path, version, points = self.archive
        if self.state is not None or version != self.version:
            try:
                self.world.lifecycle.restore(path)
            except ConflictError:
                return
            raise AssertionError("restored over what is there")
        assert self.world.lifecycle.restore(path) == []
        self.state, self.stored, self.points = "enabled", version, list(points)

    def add(self, number: int) -> None:
        if self.state == "enabled":
            with self.world.database.transaction() as env:
                env["tpoints.entry"].create({"customer": 1, "points": number})
            self.points = [*self.points, number]

    def drop(self, _number: int) -> None:
        if self.state == "enabled" and self.points:
            with self.world.database.transaction() as env:
                env["tpoints.entry"].search(order="id", limit=1).delete()
            self.points = self.points[1:]

    def compare(self) -> None:
        """See that the database holds what it should."""
        assert self.world.states().get("tpoints") == self.state
        assert ("tpoints_entry" in self.world.tables()) == (self.state is not None)
        with self.world.database.transaction() as env:
            customer = env["tcrm.customer"].get(1)
            assert customer.total == 15 + (self.state == "enabled")
            if self.state == "enabled":
                assert [entry.points for entry in env["tpoints.entry"].search(order="id")] == self.points
                assert customer.points == sum(self.points)
        if self.state is not None:
            alive = [row["points"] for row in self.world.rows("tpoints_entry") if row["deletion_id"] is None]
            assert alive == self.points


def test_random_sequences_end_with_the_data_they_should(
    engine: str, open_world: Callable[..., World], tmp_path: Path
) -> None:
    count = 0

    @settings(
        max_examples=60 if os.environ.get("TANGRAM_SOAK") else 3,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.tuples(st.sampled_from(OPERATIONS), st.integers(-9, 9)), min_size=4, max_size=9))
    def run(operations: list[tuple[str, int]]) -> None:
        nonlocal count
        count += 1
        world = open_world(engine, folder=tmp_path / f"site{count}")
        standard(world)
        expected = Expected(world)
        for operation, number in [("enable", 0), ("add", 7), *operations]:
            expected.do(operation, number)
        world.close()

    run()
