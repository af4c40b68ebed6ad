"""Products are numbered, found, kept in categories, and their costs are seen by few."""

from decimal import Decimal

import pytest

from addons.crm_product.api import find_product
from core.api import AccessDenied, ConflictError, CoreError, ValidationError, find_duplicates_of_many


@pytest.mark.rows("PROD-01", "PROD-03")
def test_products_are_numbered_by_rule_or_by_hand(env):
    assert env["crm.product"].create({"name": "LP-200"}).number == "P00001"
    assert env["crm.product"].create({"name": "TN-20", "number": "TN-20"}).number == "TN-20"
    with pytest.raises(ValidationError, match="Product number"):
        env["crm.product"].create({"name": "TN-20 b", "number": "TN-20"})


@pytest.mark.rows("PROD-02")
def test_a_filter_on_a_category_takes_in_all_below_it(env, create_product_category, create_product):
    devices = create_product_category(name="Devices")
    printers = create_product_category(name="Printers", parent=devices)
    laser = create_product_category(name="Laser", parent=printers)
    wanted = [create_product(category=devices), create_product(category=laser)]
    create_product(category=create_product_category(name="Paper"))
    assert env["crm.product"].search([["category", "under", devices]]) == wanted


@pytest.mark.rows("PROD-02")
def test_a_category_in_use_can_not_be_deleted(create_product_category, create_product):
    devices = create_product_category(name="Devices")
    printers = create_product_category(name="Printers", parent=devices)
    create_product(category=printers)
    for category in (devices, printers):
        with pytest.raises(ConflictError):
            category.delete()


@pytest.mark.rows("PROD-05", "PROD-07")
def test_a_product_is_found_by_what_is_scanned_or_typed(env, create_unit):
    units = [
        {"unit": create_unit(name="台"), "is_base": True, "barcode": "111"},
        {"unit": create_unit(name="箱"), "ratio": 4, "barcode": "222"},
    ]
    values = {"name": "激光打印机", "model_number": "LP-200", "mnemonic": "jgdyj", "units": units}
    product = env["crm.product"].create(values)
    piece, box = product.units
    for text in (product.number, "激光打印机", "LP-200", "jgdyj", " 111 "):
        assert find_product(env, text) == (product, piece)
    assert find_product(env, "222") == (product, box)
    assert find_product(env, "打印机") is None
    assert find_product(env, " ") is None


def test_what_two_products_on_sale_are_called_names_neither(env, create_product):
    first, _second = create_product(name="Cable"), create_product(name="Cable")
    assert find_product(env, "Cable") is None
    first.stop()
    assert find_product(env, "Cable")[0].state == "on_sale"


@pytest.mark.rows("PROD-05")
def test_products_are_found_by_parts_pinyin_and_barcode(client, env, create_product):
    wanted = create_product(name="激光打印机", model_number="LP-200")
    wanted.base_unit.update(barcode="6901234567892")
    env.flush()
    create_product(name="硒鼓")
    for typed in ("打印", "jgdyj", "LP-2", "6901234567892", wanted.number):
        page = client.get("/records/crm.product", q=typed).text
        assert "激光打印机" in page
        assert "硒鼓" not in page


@pytest.mark.rows("PROD-05", "PROD-07")
def test_a_selection_box_finds_products_by_number_model_pinyin_and_barcode(client, env, create_product):
    wanted = create_product(name="激光打印机", model_number="LP-200")
    wanted.base_unit.update(barcode="6901234567892")
    env.flush()
    create_product(name="硒鼓")
    for typed in ("打印", "jgdyj", "LP-2", "6901234567892", wanted.number):
        choices = client.get_json("/choices/crm.product.unit/product", q=typed)["choices"]
        assert [choice["id"] for choice in choices] == [wanted.id]


@pytest.mark.rows("PROD-07")
def test_a_scanned_barcode_finds_its_unit_in_the_selection_box_of_units(client, env, create_product):
    unit = create_product(name="LP-200").base_unit
    unit.update(barcode="6901234567892")
    create_product(name="TN-20")
    env.flush()
    choices = client.get_json("/choices/crm.product/base_unit", q="6901234567892")["choices"]
    assert [choice["id"] for choice in choices] == [unit.id]


@pytest.mark.rows("PROD-10")
def test_products_alike_are_reminded_of_and_refused_where_the_policy_says_so(env, create_product):
    create_product(name="激光打印机", model_number="LP-200")
    alike = {"name": "激光 打印机", "model_number": "lp-200"}
    assert len(find_duplicates_of_many(env, "crm.product", [alike], "remind")[0]) == 1
    assert find_duplicates_of_many(env, "crm.product", [{"name": "激光打印机", "model_number": "LP-300"}]) == {}
    env.ref("crm_product.duplicate_name").update(policy="forbid")
    env.flush()
    with pytest.raises(CoreError):
        env["crm.product"].create(alike)


@pytest.mark.rows("PROD-10")
def test_the_administrator_says_which_fields_a_product_needs(env):
    env["core.field_rule"].create({"model": "crm.product", "field": "model_number", "required": True})
    with pytest.raises(ValidationError, match="Model number"):
        env["crm.product"].create({"name": "LP-200"})


@pytest.mark.rows("PROD-01")
def test_costs_are_seen_by_those_who_may(as_user, create_product):
    product = create_product(name="LP-200", cost=Decimal("600.123456"))
    with as_user("li", groups=["base.user"]) as li:
        with pytest.raises(AccessDenied):
            li["crm.product"].read([], ["cost"])
        assert "cost" not in li["crm.product"].read([])[0]
    with as_user("zhang", groups=["base.user", "crm_product.see_cost"]) as zhang:
        assert zhang["crm.product"].read([], ["cost"])[0]["cost"] == Decimal("600.123456")
    assert product.cost == Decimal("600.123456")


@pytest.mark.rows("PROD-01")
def test_employees_read_products_and_keepers_keep_them(as_user):
    with as_user("kong", groups=["crm_product.keeper"]) as kong:
        kong["crm.product"].create({"name": "LP-200"})
    with as_user("li", groups=["base.user"]) as li:
        assert li["crm.product"].count() == 1
        with pytest.raises(AccessDenied):
            li["crm.product"].create({"name": "TN-20"})


def test_a_stopped_product_can_be_put_on_sale_again(create_product):
    product = create_product()
    product.stop()
    assert product.state == "stopped"
    product.put_on_sale()
    assert product.state == "on_sale"


def test_a_list_of_products_takes_few_statements(env, create_product, statements):
    for _number in range(20):
        create_product()
    columns = ["number", "name", "model_number", "category.name", "unit.name", "price", "cost", "state"]
    with statements.at_most(3):
        env["crm.product"].read(None, columns, limit=80)
