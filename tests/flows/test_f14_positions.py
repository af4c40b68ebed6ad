"""F14 Positions and sharing modes: a teacher's set-up with classes, departments and salespeople, in every mode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.api import AccessDenied, Environment, MissingRecord, grant_share
from tests.flows.company import Company

ADDONS = ("crm_base",)
CLASSES = ("一班", "二班", "三班")
FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
FOUR = ("teacher", "class1", "department1", "seller11")
"""One person of each row of the table of F14."""
TABLE = {
    "private": ((12, 12), (4, 4), (4, 4), (2, 2)),
    "public_read": ((12, 12), (12, 4), (12, 4), (12, 2)),
    "public_write": ((12, 12), (12, 12), (12, 12), (12, 12)),
}


class School:
    """The people of F14 and their customers; nobody else has any."""

    def __init__(self, company: Company) -> None:
        self.company = company
        env = self.env = company.env
        self.groups = {group.key: group for group in env["core.group"].search()}
        env["crm.customer"].search([]).delete()
        self.teacher = self.position("教师", None)
        self.person("teacher", self.teacher)
        self.classes = [self.position(name, self.teacher) for name in CLASSES]
        self.sellers = []
        for number, place in enumerate(self.classes, 1):
            department = self.position(f"{place.name}部门", place)
            self.sellers.append(self.position(f"{place.name}业务员", department))
            self.person(f"class{number}", place)
            self.person(f"department{number}", department)
            for letter in "12":
                owner = self.person(f"seller{number}{letter}", self.sellers[-1])
                for count in range(2):
                    contacts = [{"name": f"联系人{count}", "is_main": True}]
                    env["crm.customer"].create(
                        {"name": f"客户{number}{letter}{count}", "owner": owner, "contacts": contacts}
                    )
        env.flush()

    def position(self, name: str, parent: Any) -> Any:
        """Make a position."""
        return self.env["core.position"].create({"name": name, "parent": parent})

    def person(self, login: str, position: Any) -> Any:
        """Make an employee with the role of a salesperson."""
        return self.env["core.user"].create(
            {"name": login, "login": login, "position": position, "groups": [self.groups["crm_base.salesperson"]]}
        )

    def set_mode(self, mode: str) -> None:
        """Switch the sharing mode of customers."""
        found = self.env["core.sharing_mode"].search([["model", "=", "crm.customer"]])
        if found:
            found[0].update(mode=mode)
        else:
            self.env["core.sharing_mode"].create({"model": "crm.customer", "mode": mode})
        self.env.flush()

    def counts(self, login: str) -> tuple[int, int]:
        """Return how many customers somebody reads and changes, which is the same for their contacts."""
        found = [
            (env[model].count(), len(env[model].search([], operation="update")))
            for env in [self.company.as_user(login)]
            for model in ("crm.customer", "crm.contact")
        ]
        assert found[0] == found[1]
        return found[0]


@pytest.fixture
def school(company: Company) -> Iterator[School]:
    """The set-up of F14, private."""
    return School(company)


@pytest.mark.rows("CORE-18", "CORE-19", "CORE-20")
@pytest.mark.parametrize("mode", TABLE)
def test_the_table_of_positions_and_modes(school: School, mode: str) -> None:
    school.set_mode(mode)
    assert tuple(school.counts(login) for login in FOUR) == TABLE[mode]


@pytest.mark.rows("CORE-20")
def test_switching_the_mode_has_effect_on_the_next_request(school: School) -> None:
    client = school.company.client("seller11")
    totals = []
    for mode in ("private", "public_read", "private"):
        school.set_mode(mode)
        totals.append(client.get_json("/api/v1/crm.customer")["total"])
    assert totals == [2, 12, 2]
    others = school.env["crm.customer"].search([["owner.login", "=", "seller21"]])[0]
    for mode, status in (("public_read", 403), ("public_write", 200)):
        school.set_mode(mode)
        answer = client.request("PATCH", f"/api/v1/crm.customer/{others.id}", json={"phone": "021-1"})
        assert answer.status_code == status


@pytest.mark.rows("CORE-19")
def test_moving_a_salesperson_to_another_class_moves_what_its_superiors_see(school: School) -> None:
    assert [school.counts(f"class{number}")[0] for number in (1, 2, 3)] == [4, 4, 4]
    school.company.find("core.user", ["login", "=", "seller12"]).update(position=school.sellers[1])
    school.env.flush()
    assert [school.counts(f"class{number}")[0] for number in (1, 2, 3)] == [2, 6, 4]


@pytest.mark.rows("CORE-08")
def test_six_registered_users_are_put_into_a_class_in_one_action(school: School) -> None:
    env = school.env
    logins = [f"pupil{number}" for number in range(6)]
    pupils = [
        env["core.user"].create({"name": login, "login": login, "registered": True, "groups": []}) for login in logins
    ]
    env.flush()
    for login in logins:
        with pytest.raises(AccessDenied):
            school.company.as_user(login)["crm.customer"].count()
    answer = school.company.client("admin").post(
        "/organisation/assign",
        headers=FORM,
        data={
            "users": [str(pupil.id) for pupil in pupils],
            "position": str(school.classes[0].id),
            "groups": [str(school.groups["crm_base.salesperson"].id)],
        },
    )
    assert answer.status_code == 303
    assert [school.counts(login) for login in logins] == [(4, 4)] * 6
    assert env["core.audit"].count([["kind", "=", "assign_position"]]) == 1


@pytest.mark.rows("CORE-28", "BASE-35")
def test_sharing_one_customer_for_reading_adds_it_to_what_is_read(school: School) -> None:
    giver = school.company.as_user("seller21")
    taker = school.company.find("core.user", ["login", "=", "seller11"])
    customer = giver["crm.customer"].search()[0]
    grant_share(giver, customer, user=taker.id, access="read")
    giver.flush()
    assert school.counts("seller11") == (3, 2)
    with pytest.raises(MissingRecord):
        school.company.as_user("seller12")["crm.customer"].get(customer.id)


@pytest.mark.rows("CORE-79", "CORE-64")
@pytest.mark.parametrize("mode", TABLE)
def test_totals_charts_and_exports_give_the_same_counts(school: School, mode: str) -> None:
    school.set_mode(mode)
    school.env["core.model_right"].create(
        {
            "model": "crm.customer",
            "operation": "export",
            "group": school.groups["crm_base.salesperson"],
            "allowed": True,
        }
    )
    school.env.flush()
    for login, (readable, _changeable) in zip(FOUR, TABLE[mode], strict=True):
        env: Environment = school.company.as_user(login)
        customers = env["crm.customer"]
        by_owner = customers.aggregate([], {"id": "count"}, by=["owner"])
        exported = customers.read([], ["name"], operation="export")
        listed = school.company.client(login).get_json("/api/v1/crm.customer")
        assert (
            customers.aggregate([], {"id": "count"})[0]["id"],
            sum(row["id"] for row in by_owner),
            len(exported),
            len(customers.search()),
            listed["total"],
            len(listed["records"]),
        ) == (readable,) * 6
