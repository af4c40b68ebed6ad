"""The collision check tells that a customer exists, by what it was found and who owns it, whoever may see it (BASE-06, D21)."""

import pytest

from addons.crm_base.api import find_by_phone, find_collisions, phone_key
from core.api import ValidationError

pytestmark = pytest.mark.rows("BASE-06")


@pytest.fixture
def zhang(as_user):
    return as_user("zhang", groups=["crm_base.salesperson"], name="张三")


@pytest.fixture
def chen(as_user):
    return as_user("chen", groups=["crm_base.salesperson"], name="陈四")


@pytest.fixture
def huaxing(zhang):
    with zhang:
        return zhang["crm.customer"].create(
            {
                "name": "苏州华星贸易有限公司",
                "phone": "0512-55501200",
                "contacts": [{"name": "王芳", "phone": "021-55501234", "mobile": "138 0000 7731"}],
            }
        )


@pytest.mark.parametrize("typed", ["苏州华星贸易", "苏州 华星贸易 有限责任公司", "苏州华星贸易股份有限公司"])
def test_a_name_is_found_without_its_legal_ending_and_spaces(chen, huaxing, typed):
    found = find_collisions(chen, name=typed)
    assert [(each.customer_id, each.owner, each.is_sure) for each in found] == [(huaxing.id, "张三", True)]


@pytest.mark.parametrize("typed", ["华星贸易", "苏州华星贸易有限公司上海分公司", "苏州华贸易"])
def test_similar_names_are_told_as_similar(chen, huaxing, typed):
    (found,) = find_collisions(chen, name=typed)
    assert (found.customer_id, found.is_sure, found.matches[0].by) == (huaxing.id, False, "similar")


def test_a_phone_is_found_at_customers_and_contacts_however_it_is_written(chen, huaxing):
    for typed in ("021 5550 1234", "+86 21 5550 1234", "02155501234转808", "13800007731", "0512 5550 1200"):
        (found,) = find_collisions(chen, phones=[typed])
        assert found.customer_id == huaxing.id and found.is_sure


def test_of_a_customer_one_may_not_read_nothing_but_the_match_and_the_owner_is_told(chen, zhang, huaxing):
    (hidden,) = find_collisions(chen, phones=["021-55501234"])
    assert (hidden.is_readable, hidden.name, hidden.last_contact, hidden.owner) == (False, "", None, "张三")
    (own,) = find_collisions(zhang, phones=["021-55501234"])
    assert (own.is_readable, own.name) == (True, "苏州华星贸易有限公司")


def test_single_characters_do_not_tell_the_customers_of_others(chen, zhang, huaxing):
    assert find_collisions(chen, name="华") == []
    assert find_collisions(chen, name="华星") == []
    assert [each.customer_id for each in find_collisions(zhang, name="华星")] == [huaxing.id]


def test_the_name_of_a_contact_counts_alone_or_beside_what_fits_as_well(chen, huaxing, create_customer):
    other = create_customer(name="远航科技", contacts=[{"name": "王芳"}])
    assert {each.customer_id for each in find_collisions(chen, contact="王芳")} == {huaxing.id, other.id}
    (found,) = find_collisions(chen, name="苏州华星贸易", contact="王芳")
    assert [match.by for match in found.matches] == ["name", "contact"]


def test_the_credit_code_is_found(chen, huaxing):
    huaxing.update(tax_number="91320505MA1X2Y3Z4K")
    huaxing.env.flush()
    (found,) = find_collisions(chen, tax_number="91320505ma1x2y3z4k ")
    assert found.matches[0].by == "tax_number"


def test_the_customer_that_is_changed_does_not_collide_with_itself(zhang, huaxing):
    assert find_collisions(zhang, name=huaxing.name, exclude=huaxing.id) == []


def test_the_check_takes_few_statements_however_many_customers_there_are(chen, huaxing, create_customer, statements):
    for number in range(30):
        create_customer(name=f"华星贸易{number}")
    find_collisions(chen, name="华星贸易")
    with statements.at_most(10):
        find_collisions(chen, name="苏州华星贸易", phones=["021-55501234"], contact="王芳")


def test_the_number_of_what_is_told_is_a_parameter(env, chen, create_customer):
    for number in range(12):
        create_customer(name=f"华星贸易{number}")
    assert len(find_collisions(env, name="华星贸易")) == 8
    env["core.parameter"].search([["key", "=", "crm_base.collision_limit"]]).update(value=3)
    env.flush()
    assert len(find_collisions(env, name="华星贸易")) == 3


def test_the_page_and_the_hint_name_the_owner(client, huaxing, chen):
    client.log_in("chen")
    page = client.request("GET", "/x/crm_base/collisions?q=苏州华星贸易", headers={"Accept": "text/html"})
    assert "张三" in page.get_data(as_text=True)
    part = client.request("GET", "/x/crm_base/collisions?part=1&phone=13800007731", headers={"Accept": "text/html"})
    text = part.get_data(as_text=True)
    assert "张三" in text and "<html" not in text and f"/customer/{huaxing.id}" not in text


@pytest.mark.rows("BASE-07")
def test_the_entry_policy_refuses_the_same_name_where_the_administrator_forbids_it(env, chen, huaxing):
    with chen:
        chen["crm.customer"].create({"name": "苏州华星贸易"})
    env.ref("crm_base.duplicate_name").update(policy="forbid")
    env.flush()
    with pytest.raises(ValidationError, match="张三"):
        chen["crm.customer"].create({"name": "苏州 华星贸易 有限公司"})


@pytest.mark.rows("BASE-07")
def test_number_rule_required_items_and_formats_of_customers_are_switched_freely(env):
    env.ref("crm_base.numbering_customer").update(pattern="KH{4}", reset="never")
    rule = env["core.field_rule"].create({"model": "crm.customer", "field": "phone", "required": True})
    env.flush()
    with pytest.raises(ValidationError, match="Phone"):
        env["crm.customer"].create({"name": "远航科技"})
    rule.update(required=False, pattern=r"[0-9-]+")
    env.flush()
    with pytest.raises(ValidationError):
        env["crm.customer"].create({"name": "远航科技", "phone": "unknown"})
    assert env["crm.customer"].create({"name": "远航科技", "phone": "020-38001002"}).number.startswith("KH00")


def test_phones_are_compared_by_their_digits():
    assert phone_key("+86 21 5550 1234") == phone_key("021-55501234") == phone_key("0086 021 55501234 ext. 12")
    assert phone_key("12") is None and phone_key("-") is None and phone_key(None) is None


def test_a_caller_is_found_by_the_number_shown(env, zhang, huaxing):
    contact = huaxing.contacts[0]
    assert find_by_phone(zhang, "+862155501234") == [{"customer": huaxing.id, "contact": contact.id}]
    assert find_by_phone(zhang, "051255501200") == [{"customer": huaxing.id, "contact": None}]
    assert find_by_phone(zhang, "unknown") == []
