"""The customer record: classification, status, companies and persons, contacts of which one is the main one."""

import datetime as dt

import pytest

from addons.crm_base.api import mark_formal
from core.api import AccessDenied, ValidationError


@pytest.mark.rows("BASE-01")
def test_what_is_known_of_a_customer_is_kept_searched_and_changed(env):
    customer = env["crm.customer"].create(
        {
            "name": "苏州华星贸易有限公司",
            "mnemonic": "SZHX",
            "phone": "0512-55501200",
            "fax": "0512-55501201",
            "mail": "info@huaxing.example",
            "website": "huaxing.example",
            "address": "苏州市虎丘区锦峰路 8 号",
            "postcode": "215011",
            "region": "CN-JS",
            "industry": "manufacturing",
            "category": "key",
            "source": "exhibition",
            "degree": "trusted",
            "value": "high",
            "notes": "月结 30 天",
        }
    )
    assert (customer.status, customer.number[:1]) == ("potential", "C")
    for domain in (
        [["mnemonic", "ilike", "zhx"]],
        [["phone", "ilike", "5550120"]],
        [["category.key", "=", "key"], ["value.key", "=", "high"]],
        [["region", "=", "CN-JS"]],
    ):
        assert env["crm.customer"].search(domain) == [customer]
    customer.update(address="苏州市工业园区星湖街 1 号")
    env.flush()
    changes = env["core.history"].search([["model", "=", "crm.customer"], ["record_id", "=", customer.id]])
    assert "address" in changes.mapped("field")


@pytest.mark.rows("BASE-03", "BASE-04")
def test_types_and_classes_are_lists_that_the_administrator_extends(env, create_customer):
    kinds = env["core.dictionary.item"].search([["dictionary.code", "=", "customer_type"]]).mapped("key")
    assert kinds == ["end", "intermediary", "public"]
    env["core.dictionary.item"].create(
        {"dictionary": env.ref("crm_base.dictionary_customer_type"), "key": "vip", "name": "VIP"}
    )
    create_customer(type="vip")
    create_customer(type="end")
    create_customer(type="end")
    groups = env["crm.customer"].aggregate([], {"id": "count"}, ["type.key"])
    assert {(row["type.key"], row["id"]) for row in groups} == {("vip", 1), ("end", 2)}


@pytest.mark.rows("BASE-05")
def test_the_first_effective_contract_makes_a_customer_formal(create_customer, as_user):
    with as_user("li", groups=["crm_base.salesperson"]) as li:
        customer = li["crm.customer"].create({"name": "华星贸易", "status": "interested"})
        mark_formal(customer)
        assert li["crm.customer"].search([["status", "=", "formal"]]) == [customer]
        mark_formal(customer)
        assert customer.status == "formal"


@pytest.mark.rows("BASE-02")
def test_a_person_has_identity_fields_and_is_their_own_contact(env):
    person = env["crm.customer"].create(
        {
            "name": "陈晓梅",
            "kind": "person",
            "gender": "female",
            "birthday": dt.date(1990, 2, 28),
            "id_number": "110101199002281234",
            "phone": "13800010018",
        }
    )
    (own,) = person.contacts
    assert (own.name, own.phone, own.birthday, own.is_main, own.is_self) == (
        "陈晓梅",
        "13800010018",
        dt.date(1990, 2, 28),
        True,
        True,
    )
    person.update(phone="13900010018", name="陈小梅")
    env.flush()
    assert (own.name, own.phone) == ("陈小梅", "13900010018")
    assert (person.main_contact, person.main_phone) == ("陈小梅", "13900010018")


@pytest.mark.rows("BASE-02")
def test_a_company_is_not_its_own_contact_and_keeps_the_person_it_was(env, create_customer):
    assert create_customer(kind="company").contacts == []
    customer = create_customer(kind="person", name="李国栋")
    customer.update(kind="company", name="国栋五金")
    env.flush()
    assert [(each.name, each.is_self) for each in customer.contacts] == [("李国栋", False)]


@pytest.mark.rows("BASE-02")
def test_many_persons_at_once_each_get_their_contact(env, statements):
    env["crm.customer"].create({"name": "one", "kind": "person"})
    rows = [{"name": f"人{number}", "kind": "person"} for number in range(30)]
    made = env["crm.customer"].create(rows)
    assert env["crm.contact"].count([["customer", "in", made.ids], ["is_main", "=", True]]) == 30


@pytest.mark.rows("BASE-02")
def test_each_kind_shows_its_own_part_of_the_form(client, create_customer):
    def page(customer):
        answer = client.request("GET", f"/records/crm.customer/{customer.id}/edit", headers={"Accept": "text/html"})
        return answer.get_data(as_text=True)

    person, company = page(create_customer(kind="person")), page(create_customer(kind="company"))
    assert 'data-node="section/person">' in person and 'data-node="section/person" hidden' in company
    assert 'data-node="section/registration" hidden' in person


@pytest.mark.rows("BASE-22")
def test_a_contact_keeps_post_phones_messenger_birthday_hobby_and_part_in_decisions(env, create_customer):
    customer = create_customer()
    env["crm.contact"].create(
        {
            "customer": customer,
            "name": "王芳",
            "post": "采购总监",
            "phone": "021-55501234",
            "mobile": "13800007731",
            "mail": "wang@huaxing.example",
            "im": "wangfang",
            "address": "上海",
            "birthday": dt.date(1985, 2, 28),
            "hobby": "羽毛球",
            "decision_part": "decider",
        }
    )
    assert env["crm.contact"].search([["decision_part", "=", "decider"], ["mobile", "ilike", "7731"]]).mapped(
        "name"
    ) == ["王芳"]


@pytest.mark.rows("BASE-23")
class TestMainContact:
    def test_the_first_contact_becomes_the_main_one_by_itself(self, create_customer, create_contact):
        customer = create_customer()
        first, second = create_contact(customer=customer), create_contact(customer=customer)
        assert (first.is_main, second.is_main) == (True, False)

    def test_of_several_marked_at_once_the_last_wins(self, create_customer):
        customer = create_customer(contacts=[{"name": name, "is_main": True} for name in ("王芳", "李四", "赵雷")])
        assert [each.name for each in customer.contacts if each.is_main] == ["赵雷"]
        assert customer.main_contact == "赵雷"

    def test_another_one_marked_unsets_the_first(self, env, create_customer):
        customer = create_customer(contacts=[{"name": "王芳"}, {"name": "李四"}])
        wang, li = sorted(customer.contacts, key=lambda each: each.id)
        li.update(is_main=True)
        env.flush()
        assert (wang.is_main, li.is_main, customer.main_contact) == (False, True, "李四")

    def test_unmarking_the_main_contact_leaves_one(self, env, create_customer):
        customer = create_customer(contacts=[{"name": "王芳"}, {"name": "李四"}])
        next(each for each in customer.contacts if each.is_main).update(is_main=False)
        env.flush()
        assert [each.is_main for each in customer.contacts].count(True) == 1

    def test_when_the_main_contact_is_deleted_the_oldest_takes_its_place(self, env, create_customer):
        customer = create_customer(contacts=[{"name": "王芳"}, {"name": "李四"}, {"name": "赵雷"}])
        next(each for each in customer.contacts if each.is_main).delete()
        env.flush()
        assert env["crm.contact"].search([["customer", "=", customer], ["is_main", "=", True]]).mapped("name") == [
            "李四"
        ]
        assert (customer.main_contact, customer.contact_count) == ("李四", 2)

    def test_a_contact_that_moves_leaves_a_main_one_behind(self, env, create_customer):
        one, other = create_customer(contacts=[{"name": "王芳"}, {"name": "李四"}]), create_customer()
        next(each for each in one.contacts if each.is_main).update(customer=other)
        env.flush()
        for customer in (one, other):
            assert env["crm.contact"].count([["customer", "=", customer], ["is_main", "=", True]]) == 1


@pytest.mark.rows("BASE-19")
class TestCollaborators:
    @pytest.fixture
    def customer(self, as_user):
        with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
            return zhang["crm.customer"].create({"name": "华星贸易", "contacts": [{"name": "王芳"}]})

    @pytest.fixture
    def sun(self, as_user, customer):
        sun = as_user("sun", groups=["crm_base.salesperson"], name="孙工")
        assert sun["crm.customer"].count() == 0
        customer.env["crm.collaborator"].create({"customer": customer, "user": sun.user.id, "part": "technician"})
        customer.env.flush()
        return sun

    def test_a_collaborator_reads_the_customer_and_its_contacts_but_changes_nothing(self, sun, customer):
        assert sun["crm.customer"].get(customer.id).name == "华星贸易"
        assert sun["crm.contact"].search().mapped("name") == ["王芳"]
        with sun.savepoint(), pytest.raises(AccessDenied):
            sun["crm.customer"].get(customer.id).update(name="别名")

    def test_a_collaborator_finds_the_customer_in_the_own_list(self, sun, customer):
        domain = [["collaborators.user", "=", sun.user]]
        assert sun["crm.customer"].search(domain).ids == [customer.id]

    def test_a_collaborator_records_follow_ups(self, sun, customer):
        made = sun["crm.follow_up"].create({"customer": customer.id, "channel": "phone", "content": "调试正常"})
        assert customer.env["crm.follow_up"].search([["customer", "=", customer]]).ids == [made.id]

    def test_who_helps_with_nothing_records_nothing(self, sun, customer, as_user):
        other = as_user("qian", groups=["crm_base.salesperson"])
        with pytest.raises((AccessDenied, ValidationError)):
            other["crm.follow_up"].create({"customer": customer.id, "channel": "phone", "content": "?"})

    def test_a_collaborator_does_not_bring_others(self, sun, customer, as_user):
        other = as_user("qian", groups=["crm_base.salesperson"]).user.id
        with pytest.raises(AccessDenied):
            sun["crm.collaborator"].create({"customer": customer.id, "user": other, "part": "assistant"})

    def test_the_same_colleague_stands_there_once(self, sun, customer):
        with pytest.raises(ValidationError):
            customer.env["crm.collaborator"].create({"customer": customer, "user": sun.user.id, "part": "assistant"})


@pytest.mark.rows("BASE-17")
def test_customers_are_exported_and_printed_by_those_with_the_right(env, as_user, client, create_customer):
    create_customer(name="华星贸易")
    as_user("li", groups=["crm_base.salesperson"])
    as_user("wang", groups=["crm_base.manager"])
    for login, allowed in (("wang", True), ("li", False)):
        seen = env.as_user(login)
        if allowed:
            assert len(seen["crm.customer"].read([], ["name"], operation="export")) == 1
        else:
            with pytest.raises(AccessDenied):
                seen["crm.customer"].read([], ["name"], operation="export")
