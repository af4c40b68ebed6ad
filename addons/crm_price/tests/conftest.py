"""What the tests of prices begin with: a printer of F0, choices of dictionaries, orders and quotes of one line."""

import pytest


@pytest.fixture
def choice(env):
    """Make an item of a dictionary: ``choice("region", "华东")``."""

    def item(dictionary, name, parent=None):
        holder = env["core.dictionary"].search([["code", "=", dictionary]])[0]
        values = {"dictionary": holder, "key": name, "name": name, "parent": parent}
        return env["core.dictionary.item"].create(values)

    return item


@pytest.fixture
def printer(env, create_unit):
    units = [
        {"unit": create_unit(name="台"), "is_base": True, "price": 1000, "floor_price": 900},
        {"unit": create_unit(name="箱"), "ratio": 4, "price": 3900, "floor_price": 3500},
        {"unit": create_unit(name="托"), "ratio": 40, "price": 38000},
    ]
    return env["crm.product"].create({"name": "激光打印机", "model_number": "LP-200", "cost": 600, "units": units})


@pytest.fixture
def sell(env, printer, create_customer):
    """Make a document of one line: ``sell("880", unit=1, model="crm.quote", rate=7)``."""

    def document(price, *, unit=0, model="crm.order", line=None, **values):
        lines = [{"product": printer, "unit": printer.units[unit], "price": price, **(line or {})}]
        return env[model].create({"customer": create_customer(), "lines": lines, **values})

    return document
