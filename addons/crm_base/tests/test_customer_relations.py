"""Who influences whom, the customer's own organisation, and partners seen from both sides (BASE-10, BASE-11)."""

import pytest

from addons.crm_base.services.relation_map import draw_map, organisation_of, partners_of
from core.api import ValidationError


@pytest.fixture
def customer(create_customer):
    return create_customer(
        name="华星贸易",
        contacts=[{"name": "王芳", "decision_part": "decider"}, {"name": "李四"}, {"name": "赵雷"}, {"name": "无关"}],
    )


@pytest.fixture
def people(customer):
    return {each.name: each for each in customer.contacts}


@pytest.mark.rows("BASE-10")
class TestMap:
    def test_contacts_stand_in_rows_by_whom_they_influence(self, env, customer, people):
        env["crm.influence"].create(
            [
                {"customer": customer, "source": people["李四"], "target": people["王芳"], "kind": "advises", "strength": 5,
                 "attitude": "supporter", "approach": "请他带路"},
                {"customer": customer, "source": people["赵雷"], "target": people["李四"], "kind": "refers", "attitude": "opponent"},
                {"customer": customer, "source": people["王芳"], "kind": "reports"},
            ]
        )  # fmt: skip
        drawn = draw_map(env, customer.id)
        rows = {box["name"]: box["y"] for box in drawn["boxes"]}
        assert rows["华星贸易"] < rows["王芳"] < rows["李四"] < rows["赵雷"]
        assert "无关" not in rows
        assert sorted((each["who"], each["whom"], each["kind"]) for each in drawn["told"]) == [
            ("李四", "王芳", "Advises"),
            ("王芳", "华星贸易", "Is superior of"),
            ("赵雷", "李四", "Recommended"),
        ]
        tones = {box["name"]: box["tone"] for box in drawn["boxes"]}
        assert (tones["李四"], tones["赵雷"]) == ("ok", "er")

    def test_a_circle_of_influence_is_drawn_too(self, env, customer, people):
        for one, other in (("李四", "王芳"), ("王芳", "李四")):
            env["crm.influence"].create(
                {"customer": customer, "source": people[one], "target": people[other], "kind": "advises"}
            )
        assert len(draw_map(env, customer.id)["arrows"]) == 2

    def test_nobody_influences_themselves_or_contacts_of_others(self, env, customer, people, create_contact):
        for target in (people["王芳"], create_contact()):
            with pytest.raises(ValidationError), env.savepoint():
                env["crm.influence"].create(
                    {"customer": customer, "source": people["王芳"], "target": target, "kind": "advises"}
                )

    def test_the_map_is_drawn_by_the_server(self, client, env, customer, people):
        env["crm.influence"].create({"customer": customer, "source": people["李四"], "kind": "advises"})
        page = client.request("GET", f"/x/crm_base/customer/{customer.id}/map", headers={"Accept": "text/html"})
        text = page.get_data(as_text=True)
        assert "<svg" in text and "李四" in text and "style=" not in text


@pytest.mark.rows("BASE-10")
class TestOrganisation:
    def test_departments_are_a_tree_with_the_contacts_in_it(self, env, customer, people):
        head = env["crm.customer.department"].create({"customer": customer, "name": "总部", "posts": "总经理"})
        buying = env["crm.customer.department"].create({"customer": customer, "name": "采购部", "parent": head})
        people["王芳"].update(department=buying, post="采购总监")
        env.flush()
        lines = organisation_of(env, customer.id)["lines"]
        assert [(line["name"], line["depth"]) for line in lines] == [("总部", 0), ("采购部", 1)]
        assert [person["name"] for person in lines[1]["people"]] == ["王芳"]

    def test_a_department_of_another_customer_is_refused(self, env, customer, people, create_customer):
        other = env["crm.customer.department"].create({"customer": create_customer(), "name": "财务部"})
        with pytest.raises(ValidationError):
            people["王芳"].update(department=other)
            env.flush()

    def test_the_tree_has_no_loops(self, env, customer):
        one = env["crm.customer.department"].create({"customer": customer, "name": "一部"})
        two = env["crm.customer.department"].create({"customer": customer, "name": "二部", "parent": one})
        with pytest.raises(ValidationError):
            one.update(parent=two)
            env.flush()


@pytest.mark.rows("BASE-11")
class TestPartners:
    def test_a_partner_is_seen_from_both_sides_in_the_words_of_each(self, env, customer, create_customer):
        agent = create_customer(name="晨光代理")
        env["crm.partnership"].create({"customer": customer, "partner": agent, "kind": "agent"})
        assert [(each["name"], each["kind"]) for each in partners_of(env, customer.id)["lines"]] == [
            ("晨光代理", "Agent")
        ]
        assert [(each["name"], each["kind"]) for each in partners_of(env, agent.id)["lines"]] == [
            ("华星贸易", "Represented company")
        ]

    def test_the_name_of_a_partner_one_may_not_read_is_not_told(self, as_user, customer, env):
        with as_user("li", groups=["crm_base.salesperson"]) as li:
            own = li["crm.customer"].create({"name": "星火"})
        env["crm.partnership"].create({"customer": customer, "partner": own.id, "kind": "supplier"})
        (line,) = partners_of(env.as_user("li"), own.id)["lines"]
        assert (line["name"], line["url"], line["kind"]) == ("–", None, "Client")

    def test_a_customer_is_not_its_own_partner_and_a_tie_stands_once(self, env, customer, create_customer):
        other = create_customer()
        tie = {"customer": customer, "partner": other, "kind": "agent"}
        env["crm.partnership"].create(tie)
        for wrong in (tie, {**tie, "partner": customer}):
            with pytest.raises(ValidationError), env.savepoint():
                env["crm.partnership"].create(wrong)
