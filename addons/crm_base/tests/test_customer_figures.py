"""The summary and the rankings of customers, with figures that other addons name (BASE-16, BASE-61)."""

import datetime as dt

import pytest

from addons.crm_base.api import CustomerFigure
from addons.crm_base.services.customer_figures import figures_for
from addons.crm_base.services.customer_ranking import rank_customers
from addons.crm_base.services.customer_summary import summarise
from core.api import ValidationError

# Contacts stand in for orders here: what is counted is any model with a way to the customer.
CONTACTS = CustomerFigure("test.contacts", "Contacts", "crm.contact", "id:count", date="birthday", in_summary=True)
MEN = CustomerFigure(
    "test.men", "Men", "crm.contact", "id:count", date="birthday", domain=[["gender", "=", "male"]], in_summary=True
)
RATE = CustomerFigure("test.rate", "Share of men", "crm.contact", "id:count", domain=MEN.domain, per="test.contacts",
                      date="birthday")  # fmt: skip


@pytest.fixture(autouse=True)
def figures(hooks):
    hooks.register(register_customer_figures=lambda: [CONTACTS, MEN, RATE])


def contacts(count, gender="female", day="2025-03-01"):
    day = dt.date.fromisoformat(day)
    return [{"name": f"{gender} {number}", "gender": gender, "birthday": day} for number in range(count)]


@pytest.mark.rows("BASE-16")
class TestSummary:
    def test_customers_are_totalled_with_last_contact_and_figures(self, env, as_user, create_customer):
        li = as_user("li", groups=["crm_base.salesperson"]).user.id
        first = create_customer(owner=li, contacts=contacts(2, "male"))
        create_customer(owner=li, contacts=contacts(1))
        create_customer(owner=li, active=False, contacts=contacts(5))
        create_customer(contacts=contacts(3))
        with env.system_changes():
            first.last_contact = dt.date(2025, 3, 4)
        env.flush()
        rows = {row["group"]: row for row in summarise(env, "owner")}
        assert (rows[li]["count"], rows[li]["last_contact"], rows[li]["figures"]) == (
            2,
            dt.date(2025, 3, 4),
            {"test.contacts": 3, "test.men": 2},
        )
        assert rows[env.uid]["figures"] == {"test.contacts": 3}

    def test_only_readable_customers_count(self, env, as_user, create_customer):
        create_customer(contacts=contacts(3))
        assert summarise(as_user("li", groups=["crm_base.salesperson"]), "status") == []

    def test_an_unknown_dimension_is_refused(self, env):
        with pytest.raises(ValidationError):
            summarise(env, "password")

    @pytest.mark.parametrize("by", ["owner", "region", "category", "status", "type", "level", "source", "industry"])
    def test_the_page_shows_every_dimension(self, client, env, create_customer, by):
        create_customer(region="CN", category="key", contacts=contacts(2))
        page = client.request("GET", f"/x/crm_base/summary?by={by}", headers={"Accept": "text/html"})
        assert page.status_code == 200 and "Men" in page.get_data(as_text=True)

    def test_it_takes_a_statement_for_each_figure(self, env, create_customer, statements):
        for _number in range(10):
            create_customer(contacts=contacts(2))
        summarise(env, "status")
        with statements.at_most(4):
            summarise(env, "status")


@pytest.mark.rows("BASE-61")
class TestRanking:
    @pytest.fixture
    def customers(self, create_customer):
        return {
            "甲": create_customer(name="甲", contacts=contacts(3)),
            "乙": create_customer(name="乙", contacts=contacts(2) + contacts(3, "male", "2024-06-01")),
            "丙": create_customer(name="丙", contacts=contacts(2) + contacts(1, "male")),
            "丁": create_customer(name="丁", contacts=contacts(1)),
        }

    def test_ties_share_a_rank_and_the_next_one_is_left_out(self, env, customers):
        rows = rank_customers(env, CONTACTS)
        assert [(row["rank"], row["name"], row["value"]) for row in rows] == [
            (1, "乙", 5),
            (2, "甲", 3),
            (2, "丙", 3),
            (4, "丁", 1),
        ]

    def test_a_period_counts_from_its_first_to_its_last_day(self, env, customers, clock):
        clock.set("2025-04-15")
        march = (dt.date(2025, 3, 1), dt.date(2025, 3, 1))
        assert [row["value"] for row in rank_customers(env, CONTACTS, march)] == [3, 3, 2, 1]
        assert rank_customers(env, CONTACTS, (dt.date(2025, 3, 2), None)) == []
        assert [row["name"] for row in rank_customers(env, CONTACTS, {"last": "year"})] == ["乙"]

    def test_a_rate_divides_two_figures(self, env, customers):
        rows = rank_customers(env, RATE)
        assert [(row["rank"], row["name"], str(row["value"])) for row in rows] == [
            (1, "乙", "60.00"),
            (2, "丙", "33.33"),
            (3, "甲", "0.00"),
            (3, "丁", "0.00"),
        ]

    def test_only_what_one_may_read_is_ranked(self, as_user, customers):
        assert rank_customers(as_user("li", groups=["crm_base.salesperson"]), CONTACTS) == []

    def test_figures_of_models_that_are_not_there_are_left_out(self, env, hooks):
        hooks.register(
            register_customer_figures=lambda: [
                CustomerFigure("no.model", "?", "no.such", "amount:sum"),
                CustomerFigure("no.field", "?", "crm.contact", "amount:sum"),
                CustomerFigure("no.whole", "?", "crm.contact", "id:count", per="none"),
            ]
        )
        assert not {"no.model", "no.field", "no.whole"} & set(figures_for(env))

    def test_the_page_shows_the_ranking_and_refuses_nonsense(self, client, customers):
        def page(query, status=200):
            answer = client.request("GET", f"/x/crm_base/ranking?{query}", headers={"Accept": "text/html"})
            assert answer.status_code == status
            return answer.get_data(as_text=True)

        text = page("figure=test.contacts&period=all")
        assert text.index("乙") < text.index("丁")
        page("figure=test.rate&period=own&from=2025-01-01&to=2025-12-31")
        page("figure=none", 422)
        page("figure=test.men&period=own&from=yesterday", 422)
        page("period=century", 422)
