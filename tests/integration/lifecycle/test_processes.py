"""A second process on the same database sees each change at its next transaction."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .world import World

REPOSITORY = Path(__file__).parents[3]


def test_another_process_follows_at_its_next_transaction(world: World) -> None:
    command = [
        sys.executable,
        str(Path(__file__).with_name("world.py")),
        str(world.folder),
        world.database.url,
        "answer",
    ]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def seen() -> tuple[bool, bool]:
            other.stdin.write("tcrm.customer tpoints.entry\n")  # type: ignore[union-attr]
            other.stdin.flush()  # type: ignore[union-attr]
            found = json.loads(other.stdout.readline())  # type: ignore[union-attr]
            return "tpoints.entry" in found, "card" in found["tcrm.customer"]

        assert seen() == (False, False)
        world.lifecycle.enable(["tpoints"])
        assert seen() == (True, True)
        world.lifecycle.disable(["tpoints"])
        assert seen() == (False, False)
        world.lifecycle.enable(["tpoints"])
        path = world.addons_path / "tpoints" / "models" / "points.py"
        path.write_text(path.read_text().replace("card = fields", "badge = fields.Char()\n    card = fields"))
        world.lifecycle.upgrade(["tpoints"])
        assert seen() == (True, True)
        archive = world.lifecycle.remove(["tpoints"])
        assert seen() == (False, False)
        world.lifecycle.restore(archive)
        assert seen() == (True, True)
        other.stdin.close()
    assert other.returncode == 0
