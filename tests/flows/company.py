"""The company of the flows (F0): its people, customers and goods, made through the environment like anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.api import Environment
from core.testing.client import Client
from core.testing.clock import Clock
from core.testing.installation import TestedApplication

FOUNDED = "2024-01-01"
"""The day on which everything below is made: before any day of any flow."""

# name, login, position, superior, department, groups; who has a group of an addon that is not enabled goes without it.
PEOPLE = (
    ("王总", "wang", "总经理", None, "总经办", ("crm_base.manager", "crm_finance.auditor")),
    ("李经理", "li", "销售经理", "王总", "销售部", ("crm_base.manager",)),
    ("张三", "zhang", "销售员", "李经理", "销售部", ("crm_base.salesperson",)),
    ("陈四", "chen", "销售员", "李经理", "销售部", ("crm_base.salesperson",)),
    ("孙工", "sun", "技术", "王总", "服务部", ("crm_service.technician",)),
    ("周客服", "zhou", "客服", "王总", "服务部", ("crm_service.agent",)),
    ("吴师傅", "wu", "维修", "王总", "服务部", ("crm_service.technician",)),
    ("郑采购", "zheng", "采购", "王总", "供应部", ("base.user",)),
    ("冯仓管", "feng", "仓管", "王总", "供应部", ("crm_sales.warehouse", "crm_stock.keeper")),
    ("韩行政", "han", "行政", "王总", "总经办", ("base.user",)),
    ("钱财务", "qian", "财务", "王总", "财务部", ("crm_sales.cashier", "crm_finance.manager")),
)
LOGINS = {name: login for name, login, *_ in PEOPLE} | {"admin": "admin"}
POSITIONS = (
    ("总经理", None),
    ("销售经理", "总经理"),
    ("销售员", "销售经理"),
    *((name, "总经理") for name in ("技术", "客服", "维修", "采购", "仓管", "行政", "财务")),
)
HEADS = {"总经办": "王总", "销售部": "李经理"}
TEAM, MEMBERS = "销售一组", ("李经理", "张三", "陈四")


class Company:
    """The company in the transaction of a test; records are found by what F0 calls them."""

    def __init__(self, app: TestedApplication, env: Environment) -> None:
        self.app = app
        self.env = env
        """Of the administrator."""

    @property
    def clock(self) -> Clock:
        """The clock, which stands still: ``company.clock.set("2025-01-03")``."""
        assert isinstance(self.app.clock, Clock)  # FlowDatabases makes them so
        return self.app.clock

    def has(self, addon: str) -> bool:
        """Tell whether an addon is enabled."""
        return addon in self.env.registry.addons

    def as_user(self, name: str) -> Environment:
        """Return the environment of a person, such as ``company.as_user("张三")``, in the same transaction."""
        self.env.flush()
        return self.env.as_user(LOGINS.get(name, name))

    def client(self, name: str) -> Client:
        """Return an HTTP client on which a person is logged in, in the same transaction."""
        self.env.flush()
        return Client(self.app, LOGINS.get(name, name))

    def user(self, name: str, env: Environment | None = None) -> Any:
        """Return the record of a person."""
        return self.find("core.user", ["name", "=", name], env)

    def customer(self, name: str = "华星贸易", env: Environment | None = None) -> Any:
        """Return a customer."""
        return self.find("crm.customer", ["name", "=", name], env)

    def contact(self, name: str = "王芳", env: Environment | None = None) -> Any:
        """Return a contact."""
        return self.find("crm.contact", ["name", "=", name], env)

    def product(self, model_number: str, env: Environment | None = None) -> Any:
        """Return a product by its model, such as LP-200."""
        return self.find("crm.product", ["model_number", "=", model_number], env)

    def unit(self, model_number: str, unit: str, env: Environment | None = None) -> Any:
        """Return a unit of a product, such as the 箱 of LP-200."""
        product = self.product(model_number, env)
        return self.find("crm.product.unit", [["product", "=", product.id], ["unit.name", "=", unit]], env)

    def find(self, model: str, domain: list[Any], env: Environment | None = None) -> Any:
        """Return the one record that a condition, or several, fits, as seen by who asks.

        Raises:
            AssertionError: There is none, or more than one.
        """
        conditions = [domain] if isinstance(domain[0], str) else domain
        found = (self.env if env is None else env)[model].search(conditions)
        assert len(found) == 1, f"{model} {conditions}: {len(found)}"
        return found[0]


def build(env: Environment) -> None:
    """Make all that F0 names and the enabled addons know."""
    _people(env)
    for addon, part in PARTS.items():
        if addon in env.registry.addons:
            part(env)
            env.flush()


def _people(env: Environment) -> None:
    positions: dict[str | None, Any] = {None: None}
    for name, parent in POSITIONS:
        positions[name] = env["core.position"].create({"name": name, "parent": positions[parent]})
    departments = {
        name: env["core.department"].create({"name": name}) for name in dict.fromkeys(row[4] for row in PEOPLE)
    }
    team = env["core.team"].create({"name": TEAM, "department": departments["销售部"]})
    known = {f"{group.key}": group for group in env["core.group"].search()}
    people: dict[str | None, Any] = {None: None}
    for name, login, position, superior, department, groups in PEOPLE:
        people[name] = env["core.user"].create(
            {
                "name": name,
                "login": login,
                "language": "zh_CN",
                "position": positions[position],
                "superior": people[superior],
                "department": departments[department],
                "groups": [known[group] for group in groups if group in known] or [known["base.user"]],
                "teams": [team] if name in MEMBERS else [],
                "main_team": team if name in MEMBERS else None,
            }
        )
    for department, head in HEADS.items():
        departments[department].update(head=people[head])
    env.flush()


def user_named(env: Environment, name: str) -> Any:
    """Return a person by name."""
    return env["core.user"].search([["name", "=", name]])[0]


def choice(env: Environment, dictionary: str, name: str) -> Any:
    """Return an item of a dictionary by its label; it is added where the addon ships none of that name."""
    found = env["core.dictionary.item"].search([["dictionary.code", "=", dictionary], ["name", "=", name]])
    if found:
        return found[0]
    holder = env["core.dictionary"].search([["code", "=", dictionary]])[0]
    return env["core.dictionary.item"].create({"dictionary": holder, "key": name, "name": name})


def _customers(env: Environment) -> None:
    for name, kind, region, owner, contacts in (
        ("华星贸易", "VIP", "华东", "张三", [{"name": "王芳", "phone": "021-55501234", "is_main": True}]),
        ("远航科技", "普通", "华南", "陈四", []),
    ):
        env["crm.customer"].create(
            {
                "name": name,
                "kind": "company",
                "type": choice(env, "customer_type", kind),
                "region": choice(env, "region", region),
                "owner": user_named(env, owner),
                "contacts": contacts,
            }
        )


# model, name, warranty in months, cost, units with ratio, list price, floor
PRODUCTS = (
    ("LP-200", "激光打印机", 12, 600, (("台", 1, 1000, 900), ("箱", 4, 3900, 3500))),
    ("TN-20", "硒鼓", None, 120, (("支", 1, 200, 160), ("盒", 10, 1900, 1500))),
    ("FU-2", "定影组件", None, 150, (("件", 1, 260, 220),)),
    ("CUP", "保温杯", None, 30, (("个", 1, 0, None),)),
)
VIP_PRICES = (("LP-200", "台", 950),)
"""What customers of type VIP pay."""


def _products(env: Environment) -> None:
    known = {unit.name: unit for unit in env["crm.unit"].search()}
    for model_number, name, warranty, cost, units in PRODUCTS:
        lines = []
        for unit, ratio, price, _floor in units:
            if unit not in known:
                known[unit] = env["crm.unit"].create({"name": unit})
            lines.append({"unit": known[unit], "ratio": ratio, "is_base": ratio == 1, "price": price})
        env["crm.product"].create(
            {"model_number": model_number, "name": name, "cost": cost, "warranty_months": warranty, "units": lines}
        )


def _prices(env: Environment) -> None:
    def unit_of(model_number: str, unit: str) -> Any:
        return env["crm.product.unit"].search([["product.model_number", "=", model_number], ["unit.name", "=", unit]])[
            0
        ]

    for model_number, _name, _warranty, _cost, units in PRODUCTS:
        for unit, _ratio, _price, floor in units:
            unit_of(model_number, unit).update(floor_price=floor)
    for model_number, unit, price in VIP_PRICES:
        env["crm.price.policy"].create(
            {"unit": unit_of(model_number, unit), "type": choice(env, "customer_type", "VIP"), "price": price}
        )


def _approval(env: Environment) -> None:
    """Level 1 the direct superior, level 2 the 总经理 from 10,000 on; started by the price control, where there is one."""
    if "crm_price" not in env.registry.addons:
        return
    env["crm.approval.flow"].search().update(active=False)
    manager = env["core.position"].search([["name", "=", "总经理"]])[0]
    for model, transition in (("crm.quote", "submit"), ("crm.order", "confirm")):
        env["crm.approval.flow"].create(
            {
                "name": f"价格审批 {model}",
                "model": model,
                "transition": transition,
                "condition": [["needs_price_approval", "=", True]],
                "sequence": 1,
                "steps": [
                    {"sequence": 1, "rule": "superior"},
                    {
                        "sequence": 2,
                        "rule": "position",
                        "position": manager,
                        "condition": [["base_amount", ">=", 10000]],
                    },
                ],
            }
        )


STOCK = (("LP-200", 30), ("TN-20", 100), ("FU-2", 10), ("CUP", 20))
"""Opening stock in base units; purchase cost is the cost of the product."""


def _stock(env: Environment) -> None:
    """One warehouse, kept by 冯仓管, with its opening stock."""
    values = {"name": "主仓库", "code": "A", "keepers": [user_named(env, "冯仓管")]}
    warehouse = env["crm.warehouse"].create(values)
    products = {product.model_number: product for product in env["crm.product"].search()}
    lines = [
        {"product": products[number], "quantity": quantity, "unit_cost": products[number].cost}
        for number, quantity in STOCK
    ]
    env["crm.stock.document"].create({"kind": "opening", "warehouse": warehouse, "lines": lines}).confirm()


BRANCH = "分公司"
# name, opening balance, currency, branch
ACCOUNTS = (("工行", 100000, "CNY", None), ("建行", 20000, "CNY", BRANCH), ("中行", 1000, "USD", None))


def _finance(env: Environment) -> None:
    """Three accounts, whose cashier is 钱财务; several currencies are on."""
    env["core.parameter"].search([["key", "=", "crm_finance.many_currencies"]])[0].update(value=True)
    env["crm.currency.rate"].create({"currency": "USD", "date": FOUNDED, "rate": "7.20"})
    head = env.company
    branch = env["core.company"].create({"name": BRANCH, "parent": head, "currency": head.currency})
    for sequence, (name, opening, currency, place) in enumerate(ACCOUNTS):
        env["crm.account"].create(
            {
                "name": name,
                "sequence": sequence,
                "currency": currency,
                "opening_balance": opening,
                "company": branch if place else head,
                "cashiers": [user_named(env, "钱财务")],
            }
        ).open()


# model, unit, points of everybody, points of customers of type VIP
POINTS = (("LP-200", "台", 10, 12), ("LP-200", "箱", 45, 50), ("TN-20", "支", 1, None), ("TN-20", "盒", 15, None))


def _loyalty(env: Environment) -> None:
    """Points on for VIP, off for 普通; a 保温杯 for 80 points; 张三 may change points of lines."""
    for model_number, unit, points, vip in POINTS:
        domain = [["product.model_number", "=", model_number], ["unit.name", "=", unit]]
        sold = env["crm.product.unit"].search(domain)[0]
        sold.update(points=points)
        if vip is not None:
            env["crm.point.rule"].create({"unit": sold, "type": choice(env, "customer_type", "VIP"), "points": vip})
    choice(env, "customer_type", "普通").update(without_points=True)
    cup = env["crm.product"].search([["model_number", "=", "CUP"]])[0]
    env["crm.gift"].create({"product": cup, "points": 80})
    env["core.special_grant"].create({"right": "crm_loyalty.change_points", "user": user_named(env, "张三")})


REPAIR_STEPS = ("登记", "检测", "维修", "交付")


def _service(env: Environment) -> None:
    """The flow of repairs, whose handlers are named from step to step; urgencies and their hours are those shipped."""
    steps = [{"name": name, "sequence": number * 10} for number, name in enumerate(REPAIR_STEPS, 1)]
    env["crm.service.flow"].create({"name": "维修流程", "sequence": 1, "steps": steps})


PARTS: Mapping[str, Callable[[Environment], None]] = {
    "crm_base": _customers,
    "crm_product": _products,
    "crm_price": _prices,
    "crm_approval": _approval,
    "crm_stock": _stock,
    "crm_finance": _finance,
    "crm_loyalty": _loyalty,
    "crm_service": _service,
}
"""Addon → what it adds, in this order."""
