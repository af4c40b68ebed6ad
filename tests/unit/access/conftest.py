"""Fixtures of the access tests: one guarded registry for the session, one rolled-back transaction for a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.orm.registry import Registry

from .world import Maker, World, make_registry


@pytest.fixture(scope="session")
def access_registry() -> Registry:
    """The registry of the test world."""
    return make_registry()


@pytest.fixture(scope="session")
def access_world(access_registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world on SQLite."""
    return World(f"sqlite:///{tmp_path_factory.mktemp('access') / 'world.db'}", access_registry)


@pytest.fixture
def env(access_world: World) -> Iterator[Any]:
    """The system's environment; everything is undone after the test."""
    with access_world.env() as env:
        yield env


@pytest.fixture
def make(env: Any) -> Maker:
    """Makes users, positions and records."""
    return Maker(env)
