"""Addons written by tests, of plain Python, so that these tests need no layer above plugins."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.plugins import AddonSet, discover

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Write an addon: ``write("shop", {"hooks.py": "…"}, depends=["x"], folder="a")``; its modules are forgotten afterwards."""
    names: set[str] = set()

    def make(
        name: str, files: dict[str, str] | None = None, depends: tuple[str, ...] = (), folder: str = "addons"
    ) -> Path:
        names.add(name)
        path = tmp_path / folder / name
        path.mkdir(parents=True, exist_ok=True)
        manifest = f"title: {name}\nversion: 1.0.0\ndepends: [{', '.join(depends)}]\n"
        for file, text in {"__init__.py": '"""Test."""\n', "manifest.yaml": manifest, **(files or {})}.items():
            (path / file).parent.mkdir(parents=True, exist_ok=True)
            (path / file).write_text(text, encoding="utf-8")
        return path

    yield make
    for module in [module for module in sys.modules if module.split(".")[:2] in [["addons", name] for name in names]]:
        del sys.modules[module]


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., AddonSet]:
    """Find the addons written into a folder, ``addons`` unless another is named."""

    def look(folder: str = "addons") -> AddonSet:
        return discover([tmp_path / folder], installed=(), built_in=None)

    return look
