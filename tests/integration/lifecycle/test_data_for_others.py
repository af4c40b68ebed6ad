"""Records that an addon ships for another one, without needing it: ``data/for/<addon>/``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .world import World

COUNTING = {
    "models/measure.py": '''
    """Measures."""

    from core.api import Model, fields


    class Measure(Model):
        """A measure."""

        _name = "tcounting.measure"
        _label = "Measure"

        key = fields.Char(required=True, unique=True)
    '''
}
SHOP = {
    "models/sale.py": '''
    """Sales."""

    from core.api import Model, fields


    class Sale(Model):
        """A sale."""

        _name = "tshop.sale"
        _label = "Sale"

        name = fields.Char()
    ''',
    "data/sales.yaml": "tshop.sale: [{id: first, name: First}]",
    "data/for/tcounting/measures.yaml": "tcounting.measure: [{id: sales, key: shop_sales}]",
}


def keys(world: World) -> list[Any]:
    with world.database.transaction() as env:
        return env["tcounting.measure"].search().mapped("key")


@pytest.fixture
def written(world: World) -> World:
    world.addon("tcounting", COUNTING)
    world.addon("tshop", SHOP)
    return world


def test_the_records_wait_until_the_other_addon_is_enabled(written: World) -> None:
    written.lifecycle.enable(["tshop"])
    with written.database.transaction() as env:
        assert env["tshop.sale"].count() == 1
    written.lifecycle.enable(["tcounting"])
    assert keys(written) == ["shop_sales"]


@pytest.mark.parametrize("names", [["tcounting", "tshop"], ["tshop", "tcounting"]])
def test_the_records_come_whichever_addon_is_enabled_first(written: World, names: list[str]) -> None:
    for name in names:
        written.lifecycle.enable([name])
    assert keys(written) == ["shop_sales"]
    written.lifecycle.upgrade(None)
    assert keys(written) == ["shop_sales"]


def test_an_upgrade_without_the_other_addon_leaves_its_records_alone(written: World) -> None:
    written.lifecycle.enable(["tshop", "tcounting"])
    written.lifecycle.disable(["tcounting"])
    written.lifecycle.upgrade(["tshop"])
    written.lifecycle.enable(["tcounting"])
    assert keys(written) == ["shop_sales"]


def test_removing_and_enabling_the_other_addon_again_brings_the_records_back(written: World) -> None:
    written.lifecycle.enable(["tshop", "tcounting"])
    written.lifecycle.remove(["tcounting"])
    written.lifecycle.enable(["tcounting"])
    assert keys(written) == ["shop_sales"]


def test_restoring_the_other_addon_does_not_double_the_records(written: World) -> None:
    written.lifecycle.enable(["tshop", "tcounting"])
    archive = written.lifecycle.remove(["tcounting"])
    written.lifecycle.restore(archive)
    assert keys(written) == ["shop_sales"]
    written.lifecycle.upgrade(None)
    assert keys(written) == ["shop_sales"]


LATER = {
    "models/sale.py": '''
    """Sales, checked by a setting."""

    from core.api import Model, constrains, get_parameter


    class Sale(Model):
        """A sale has a name as long as the setting says."""

        _inherit = "tshop.sale"

        @constrains("name")
        def _check_name(self):
            assert len(self.name) >= get_parameter(self.env, "tlater.shortest")
    ''',
    "data/parameters.yaml": "core.parameter: [{id: shortest, key: tlater.shortest, addon: tlater, label: Shortest, kind: integer, value: 3, default: 3}]",
}


def test_demo_records_wait_for_the_data_of_addons_that_come_later(
    open_world: Callable[..., World], tmp_path: Path
) -> None:
    world = open_world(url=f"sqlite:///{tmp_path / 'empty.db'}")
    files = {"models/sale.py": SHOP["models/sale.py"], "demo/sales.yaml": "tshop.sale: [{id: shown, name: Shown}]"}
    world.addon("tshop", files)
    world.addon("tlater", LATER, depends="tshop")
    world.lifecycle.install(["tlater"], demo=True)
    with world.database.transaction() as env:
        assert env["tshop.sale"].search(order="id").mapped("name") == ["Shown"]
