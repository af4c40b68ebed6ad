"""How tests start programs as somebody would who has tangram-crm installed: ``tangram`` and ``pytest`` on the path."""

from __future__ import annotations

import os
import shlex
import sys
from importlib.metadata import entry_points
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLUGIN = "core.testing.plugin"
PLUGIN_WORDS = () if any(point.value == PLUGIN for point in entry_points(group="pytest11")) else ("-p", PLUGIN)
"""Words for pytest that bring in our plugin where no installed package does."""


def environment(**variables: str) -> dict[str, str]:
    """Return the variables of a process outside the repository: nothing of this run but the way to our code."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "TANGRAM", "PG_"))}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **variables}


def write_commands(folder: Path) -> Path:
    """Write ``tangram`` and ``pytest`` into a folder and return it, to stand first in ``PATH``."""
    folder.mkdir(parents=True)
    commands = {"tangram": ("core.cli",), "pytest": ("pytest", "-p", "no:cacheprovider", *PLUGIN_WORDS)}
    for name, words in commands.items():
        path = folder / name
        path.write_text(f'#!/bin/sh\nexec {shlex.join([sys.executable, "-m", *words])} "$@"\n', encoding="utf-8")
        path.chmod(0o755)
    return folder
