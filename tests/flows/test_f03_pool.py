"""F3 Customer pool: claims within limits, protection, the daily job and its warnings, assignment, application, random claim."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import pytest

from addons.crm_base.services import claims, reclaim, transfer
from core.api import SYSTEM_UID, ConflictError, Environment, RetryableError, ValidationError
from core.testing.installation import TestedApplication
from tests.flows.company import Company, user_named

ADDONS = ("crm_sales",)
POLICY = {
    "reclaim_not_contacted": 7,
    "reclaim_interval": 15,
    "reclaim_no_deal": 60,
    "reclaim_warning": 3,
    "claim_total": 5,
    "claim_daily": 2,
    "protect_number": 1,
    "protect_days": 30,
}
C = [f"C{number:02}" for number in range(1, 11)]


def prepare(env: Environment) -> None:
    """Set the policy, put C01 to C10 into the pool, and give 张三 and 陈四 customers with effective contracts."""
    for name, value in POLICY.items():
        env.ref(f"crm_base.parameter_{name}").update(value=value)
    env["crm.customer"].create([{"name": name, "owner": None} for name in C])
    env["crm.customer"].create({"name": "东方电子", "owner": user_named(env, "张三")})
    for name in ("华星贸易", "东方电子", "远航科技"):
        sign(env, name)


def sign(env: Environment, name: str) -> None:
    """Let a customer sign a contract, which becomes effective."""
    customer = env["crm.customer"].search([["name", "=", name]])[0]
    order = env["crm.order"].create({"customer": customer, "lines": [{"name": "Printer", "quantity": 1, "price": 100}]})
    order.confirm()
    env.flush()


class Pool:
    """What the people of the flow do, by name."""

    def __init__(self, company: Company) -> None:
        self.company = company
        prepare(company.env)

    def on(self, day: str) -> dt.date:
        """Let it be a day."""
        self.company.clock.set(day)
        return dt.date.fromisoformat(day)

    def env(self, name: str) -> Environment:
        """Return somebody's environment, with all that others did."""
        return self.company.as_user(name)

    def claim(self, name: str, customer: str) -> None:
        """Claim a customer as the page does."""
        env = self.env(name)
        with env.savepoint():
            self.company.find("crm.pool.customer", ["name", "=", customer], env).claim()

    def contact(self, name: str, customer: str) -> None:
        """Record a follow-up of today."""
        env = self.env(name)
        record = self.company.customer(customer, env)
        env["crm.follow_up"].create({"customer": record, "content": "Called", "channel": "phone"})
        env.flush()

    def owned(self, name: str) -> list[str]:
        """Return the names of the customers somebody owns."""
        env = self.env(name)
        rows = env["crm.customer"].read([["owner", "=", env.uid]], ["name"], order="name")
        return [row["name"] for row in rows]

    def lying(self) -> list[str]:
        """Return the names of the customers in the pool, as a salesperson sees them."""
        return [row["name"] for row in self.env("张三")["crm.pool.customer"].read([], ["name"], order="name")]

    def job(self, day: str) -> list[tuple[str, str]]:
        """Run the daily job of a day; return who went back, and why."""
        self.on(day)
        system = self.company.env.as_user(SYSTEM_UID)
        foreseen = [(each.name, each.reason) for chunk, _place in reclaim.due(system, system.today()) for each in chunk]
        count, rest = reclaim.reclaim(system)
        reclaim.warn(system)
        system.flush()
        assert (count, rest) == (len(foreseen), None)
        return sorted(foreseen)

    def trial(self, day: str, name: str = "李经理") -> list[tuple[str, str]]:
        """Return who goes back on a day, as somebody sees it beforehand."""
        chunks = reclaim.due(self.env(name), dt.date.fromisoformat(day))
        return sorted((each.name, each.reason) for chunk, _place in chunks for each in chunk)

    def jobs(self, first: str, last: str) -> dict[str, list[tuple[str, str]]]:
        """Run the job of each day; return the days on which somebody went back."""
        day, found = dt.date.fromisoformat(first), {}
        while day <= dt.date.fromisoformat(last):
            if gone := self.job(day.isoformat()):
                found[day.isoformat()] = gone
            day += dt.timedelta(days=1)
        return found

    def history(self, customer: str) -> list[tuple[str | None, str, str]]:
        """Return the owners of a customer, with the day since when and the reason in Chinese."""
        env = self.env("李经理")
        rows = env["crm.customer.ownership"].search([["customer.name", "=", customer]], order="id")
        labels = env["crm.customer.ownership"].info.fields["reason"].options
        return [
            (
                row.owner.name if row.owner else None,
                row.since.isoformat(),
                env.services.text(labels[row.reason], "zh_CN"),
            )
            for row in rows
        ]

    def claimed_today(self, name: str) -> int:
        """Return how many claims of somebody count on this day."""
        env = self.env(name)
        return claims.limits_of(env, env.user).claimed


@pytest.fixture
def pool(company: Company) -> Iterator[Pool]:
    """The pool of F3 on 28 February 2025."""
    company.clock.set("2025-02-28")
    return Pool(company)


@pytest.mark.rows("BASE-27", "BASE-28", "BASE-30", "BASE-31", "BASE-32", "BASE-33", "BASE-34", "BASE-06", "BASE-37")
def test_f3_from_the_first_claim_to_the_random_one(pool: Pool) -> None:
    company = pool.company
    # 1. Claims and the daily limit, protection, a protected name.
    pool.on("2025-03-01")
    assert pool.lying() == C
    pool.claim("张三", "C01")
    pool.claim("张三", "C02")
    assert len(pool.owned("张三")) == 4
    with pytest.raises(ValidationError, match="张三 has claimed 2 customers today; at most 2 a day"):
        pool.claim("张三", "C03")
    zhang = pool.env("张三")
    company.customer("C01", zhang).protect()
    first = company.customer("C01", zhang)
    assert (first.protected_from, first.protected_until) == (dt.date(2025, 3, 1), dt.date(2025, 3, 30))
    with pytest.raises(ValidationError, match="protect 1 customers already; at most 1"):
        company.customer("C02", zhang).protect()
    chen = pool.env("陈四")
    with pytest.raises(ValidationError, match=r"C01, .*张三"), chen.savepoint():
        chen["crm.customer"].create({"name": "C01"})
    pool.claim("陈四", "C05")
    pool.claim("陈四", "C06")

    # 2. The total limit.
    pool.on("2025-03-02")
    pool.claim("张三", "C03")
    assert len(pool.owned("张三")) == 5
    with pytest.raises(ValidationError, match="张三 holds 5 customers; at most 5"):
        pool.claim("张三", "C04")
    assert pool.claimed_today("张三") == 1

    # 3. and 7. Contacts, while the daily job runs; 4. and 5. what it does.
    gone = pool.jobs("2025-03-02", "2025-03-03")
    for day, name, customer in (("2025-03-04", "张三", "C03"), ("2025-03-05", "张三", "C02")):
        gone |= pool.jobs(day, day)
        pool.contact(name, customer)
    pool.on("2025-03-06")
    pool.contact("陈四", "C05")
    pool.contact("陈四", "C06")
    gone |= pool.jobs("2025-03-06", "2025-03-16")
    assert gone == {}
    assert company.customer("C01").owner.name == "张三"
    assert pool.trial("2025-03-18") == []
    assert pool.job("2025-03-17") == []
    warned = pool.env("张三")["core.notification"].read([["title", "ilike", "2025-03-20"]], ["text"])
    assert [row["text"] for row in warned] == ["C02"]
    assert pool.trial("2025-03-20") == [("C02", "interval"), ("C03", "interval")]
    assert pool.job("2025-03-18") == []
    assert pool.job("2025-03-19") == [("C03", "interval")]
    pool.on("2025-03-20")
    pool.contact("陈四", "C05")
    pool.contact("陈四", "C06")
    assert pool.job("2025-03-20") == [("C02", "interval")]
    assert pool.owned("张三") == ["C01", "东方电子", "华星贸易"]

    # 5. A manager gives C02 to 陈四.
    pool.on("2025-03-21")
    li = pool.env("李经理")
    transfer.assign(li, [company.customer("C02", li).id], company.user("陈四", li))
    li.flush()
    assert pool.history("C02") == [
        ("张三", "2025-03-01", "领用"),
        (None, "2025-03-20", "间隔未联系"),
        ("陈四", "2025-03-21", "经理分配"),
    ]
    follow_ups = pool.env("陈四")["crm.follow_up"].search([["customer.name", "=", "C02"]])
    assert [one.at.date() for one in follow_ups] == [dt.date(2025, 3, 5)]
    assert pool.claimed_today("陈四") == 0
    pool.contact("陈四", "C02")

    # 4. The protection of C01 ends.
    assert pool.jobs("2025-03-21", "2025-03-30") == {}
    assert company.customer("C01").owner.name == "张三"
    pool.on("2025-03-31")
    pool.contact("陈四", "C02")
    assert pool.job("2025-03-31") == [("C01", "not_contacted")]
    assert pool.history("C01")[-1] == (None, "2025-03-31", "领用未联系")
    assert pool.owned("张三") == ["东方电子", "华星贸易"]

    # 6. An application is refused, another approved.
    pool.on("2025-04-01")
    zhang, admin = pool.env("张三"), company.env
    asked = company.find("crm.pool.customer", ["name", "=", "C07"], zhang).apply()
    zhang.flush()
    request = admin["crm.claim.request"].get(asked)
    request.update(answer="Not your region")
    request.refuse()
    admin.flush()
    assert "C07" in pool.lying()
    asked = company.find("crm.pool.customer", ["name", "=", "C07"], pool.env("张三")).apply()
    assert pool.claimed_today("张三") == 0
    admin["crm.claim.request"].get(asked).approve()
    admin.flush()
    assert (company.customer("C07").owner.name, pool.claimed_today("张三")) == ("张三", 1)

    # 7. 陈四 goes on; C06 signs, C05 does not.
    visits = {
        "2025-04-03": ("C05", "C06"),
        "2025-04-10": ("C02",),
        "2025-04-17": ("C05", "C06"),
        "2025-04-20": ("C02",),
        "2025-04-29": ("C05", "C06"),
        "2025-04-30": ("C02",),
    }
    gone, day = {}, dt.date(2025, 4, 1)
    while day <= dt.date(2025, 4, 30):
        pool.on(day.isoformat())
        for customer in visits.get(day.isoformat(), ()):
            pool.contact("陈四", customer)
        if day == dt.date(2025, 4, 25):
            sign(pool.env("陈四"), "C06")
        gone |= pool.jobs(day.isoformat(), day.isoformat())
        day += dt.timedelta(days=1)
    assert gone == {"2025-04-08": [("C07", "not_contacted")], "2025-04-30": [("C05", "no_deal")]}
    assert pool.history("C05")[-1] == (None, "2025-04-30", "未成单")
    assert company.customer("C06").owner.name == "陈四"

    # 8. Three at random: the daily limit leaves two.
    pool.on("2025-05-02")
    assert pool.owned("陈四") == ["C02", "C06", "远航科技"]
    chen = pool.env("陈四")
    got = claims.claim_random(chen, 3)
    chen.flush()
    assert len(set(got)) == len(got) == 2
    assert len(pool.owned("陈四")) == 5
    assert set(pool.lying()) == {"C01", "C03", "C04", "C05", "C07", "C08", "C09", "C10"} - set(pool.owned("陈四"))


@pytest.mark.rows("BASE-30", "BASE-31")
def test_of_two_sessions_that_claim_the_same_customer_one_gets_it_and_the_other_is_told(
    committed: TestedApplication,
) -> None:
    committed.run(prepare, user="admin")
    together = Barrier(2)

    def claim(login: str) -> str | None:
        met = []

        def work(env: Environment) -> None:
            found = env["crm.pool.customer"].search([["name", "=", "C04"]])
            if not met:
                met.append(together.wait(30) if committed.shared.engine.dialect.name == "postgresql" else 0)
            claims.claim(env, [found[0].customer.id if found else number])

        with committed.env(login, readonly=True) as env:
            number = env["crm.pool.customer"].search([["name", "=", "C04"]])[0].customer.id
        try:
            committed.run(work, user=login)
        except ConflictError as error:
            return str(error.message)
        return None

    with ThreadPoolExecutor(2) as threads:
        told = list(threads.map(claim, ["zhang", "chen"]))
    with committed.env("admin") as env:
        owner = env["crm.customer"].search([["name", "=", "C04"]])[0].owner.name
        periods = env["crm.customer.ownership"].count([["customer.name", "=", "C04"]])
    assert (told.count(None), periods) == (1, 1)
    assert next(text for text in told if text) == f"{owner} was faster: the customer is no longer in the pool."


@pytest.mark.rows("BASE-30")
def test_sessions_that_claim_at_random_at_once_share_the_pool_without_a_double(committed: TestedApplication) -> None:
    def more(env: Environment) -> None:
        prepare(env)
        env.ref("crm_base.parameter_claim_total").update(value=0)
        env.ref("crm_base.parameter_claim_daily").update(value=0)

    committed.run(more, user="admin")

    def claim(login: str) -> list[int]:
        got: list[int] = []
        asked = 0
        while asked < 3:
            # Where many want the few that are left, one may be told to ask again.
            with suppress(RetryableError):
                got += committed.run(lambda env: claims.claim_random(env, 1), user=login)
                asked += 1
        return got

    with ThreadPoolExecutor(4) as threads:
        found: list[Any] = [number for part in threads.map(claim, ["zhang", "chen", "li", "wang"]) for number in part]
    assert len(found) == len(set(found)) == 10


@pytest.mark.rows("BASE-31")
def test_one_person_in_two_sessions_does_not_get_past_the_limit(committed: TestedApplication) -> None:
    committed.run(prepare, user="admin")

    def claim(customer: str) -> bool:
        def work(env: Environment) -> None:
            claims.claim(env, [env["crm.pool.customer"].search([["name", "=", customer]])[0].customer.id])

        try:
            committed.run(work, user="zhang")
        except ValidationError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        won = list(threads.map(claim, C[:4]))
    assert won.count(True) == POLICY["claim_daily"]
