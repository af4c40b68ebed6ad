"""Building the registry of 150 models, against mapping the same classes with SQLAlchemy alone."""

from __future__ import annotations

from typing import Any

import pytest

from core.orm.registry import Registry
from tests.bench.many_models import declare_by_hand, definitions
from tests.bench.report import Report, at_most
from tests.bench.timing import CORE, OURS, Clock, race

NUMBER = 150
WORKLOAD = "registry of 150 models"


def shape(metadata: Any) -> dict[str, Any]:
    """Tables with their columns, and how many indexes they have."""
    return {
        name: (sorted(table.c.keys()), sorted(key.target_fullname for key in table.foreign_keys), len(table.indexes))
        for name, table in metadata.tables.items()
    }


@pytest.mark.bench
def test_registry(report: Report) -> None:
    def tangram(clock: Clock) -> Any:
        declared = definitions(NUMBER)
        with clock:
            registry = Registry([("base", declared[:1]), ("wide", declared[1:])])
        return shape(registry.metadata)

    def core(clock: Clock) -> Any:
        with clock:
            user, *_others = declare_by_hand(NUMBER)
        made = shape(user.metadata)
        user.registry.dispose()
        return made

    times = race({OURS: tangram, CORE: core}, rounds=5)
    report.add(WORKLOAD, "any", times, at_most(3))
