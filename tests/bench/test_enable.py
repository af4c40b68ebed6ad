"""Enabling an addon with ten models on a running system, against the bare CREATE statements of its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.bench.report import Report, Target
from tests.bench.site import Site
from tests.bench.timing import CORE, OURS, Clock, race

WORKLOAD = "enable an addon of 10 models"
ADDON = "bench_ten"
MODEL = '''

class Thing{number}(Model):
    """A thing."""

    _name = "ten.thing{number}"

    name = fields.Char(required=True, index=True)
    code = fields.Char(size=20, unique=True)
    quantity = fields.Integer(default=0)
    price = fields.Money(default=0)
    day = fields.Date()
    note = fields.Text()
    state = fields.Selection({{"draft": "Draft", "done": "Done"}}, default="draft")
    owner = fields.Many2one("core.user")
    country = fields.Many2one("bench.country")
'''


def write_addon(folder: Path) -> None:
    """Write the addon: ten models with rights and a list each."""
    (folder / ADDON / "models").mkdir(parents=True)
    (folder / ADDON / "security").mkdir()
    manifest = "title: Ten models\nversion: 1.0.0\ndepends: [bench_shop]\n"
    models = "from core.api import Model, fields\n" + "".join(MODEL.format(number=number) for number in range(10))
    rights = "\n".join(f"  ten.thing{number}: {{bench_shop.clerk: crud}}" for number in range(10))
    (folder / ADDON / "__init__.py").write_text('"""Ten models."""\n', encoding="utf-8")
    (folder / ADDON / "manifest.yaml").write_text(manifest, encoding="utf-8")
    (folder / ADDON / "models" / "things.py").write_text(models, encoding="utf-8")
    (folder / ADDON / "security" / "access.yaml").write_text(f"access:\n{rights}\n", encoding="utf-8")


@pytest.mark.bench
def test_enable(site: Site, report: Report, tmp_path: Path) -> None:
    write_addon(tmp_path)
    app = site.with_addons(tmp_path)
    lifecycle = app.lifecycle()
    lifecycle.enable([ADDON])
    tables = [info.table for name, info in lifecycle.database.registry().models.items() if name.startswith("ten.")]
    assert len(tables) == 10
    lifecycle.remove([ADDON])

    def there() -> int:
        with site.raw() as connection:
            return sum(name.startswith("ten_thing") for name in sa.inspect(connection).get_table_names())

    def tangram(clock: Clock) -> Any:
        with clock:
            lifecycle.enable([ADDON])
        made = there()
        lifecycle.remove([ADDON])
        return made

    def core(clock: Clock) -> Any:
        with clock, site.raw() as connection:
            tables[0].metadata.create_all(connection, tables)
        made = there()
        with site.raw() as connection:
            tables[0].metadata.drop_all(connection, tables)
        return made

    times = race({OURS: tangram, CORE: core}, rounds=5, warm_up=0)
    app.close()
    report.add(WORKLOAD, site.engine, times, Target(2, at_least=False, seconds=True))
