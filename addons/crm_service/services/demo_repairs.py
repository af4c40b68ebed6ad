"""What lies on the workbench of the demo's technician: repairs of the last weeks in every state, with the calls and visits that go with them."""

import datetime as dt
from typing import Any

from core.api import DemoYear

BENCH = (
    (4, 6, "received", "打印机卡纸", ""),
    (9, 5, "repaired", "打印有竖线", "硒鼓刮板磨损，已更换"),
    (16, 5, "handed_back", "定影组件异响", "定影组件老化，已更换"),
    (7, 4, "cancelled", "无法开机", ""),
    (8, 5, "received", "双面打印卡纸", ""),
    (1, 7, "received", "进纸轮打滑", ""),
    (6, 6, "repaired", "扫描件发黑", "清洁扫描组件"),
    (21, 7, "handed_back", "频繁提示缺纸", "传感器积尘，已清洁"),
    (2, 4, "received", "打印字迹模糊", ""),
    (12, 7, "repaired", "网络接口损坏", "更换接口板"),
    (0, 5, "received", "面板无显示", ""),
    (26, 8, "handed_back", "运行中自动重启", "更换电源板"),
)
"""Days ago that it came in, after how many it was promised, how far it got, the fault, what was found."""
EVERY_STATE = 4
"""The first of them; a small year has these too."""


def make_bench(year: DemoYear) -> None:
    """Take in what lies on the workbench; the technician is some days at each."""
    chance = year.chance("bench")
    agent, technician = year.users("hejing", "kongwei")
    customers = list(year.env["crm.customer"].search([["owner", "is_set", True]], order="id"))
    for step, (ago, promised, state, fault, finding) in enumerate(BENCH[: max(EVERY_STATE, year.some(len(BENCH)))]):
        day = year.today - dt.timedelta(days=ago)
        with year.at(day, 9 + step % 3):
            repair = _take_in(year, chance.choice(customers), fault, f"LP200-{day:%y%m}-{chance.randint(100, 999)}")
            repair.update(promised_on=day + dt.timedelta(days=promised), owner=technician)
        if state != "received":
            with year.at(day + dt.timedelta(days=2), 16):
                _work(year, repair, state, finding, agent if step % 3 == 0 else None)
        if state == "handed_back":
            with year.at(day + dt.timedelta(days=promised - 1), 15):
                _give_back(repair)
        _meet(year, repair, agent, technician, step)


def spare_part(year: DemoYear) -> dict[str, Any]:
    """Return a line of a repair: the part that is replaced most."""
    unit = year.env.ref("crm_product.demo_fu2_item")
    return {"product": unit.product, "unit": unit, "quantity": 1, "price": unit.price}


def labour(worker: Any, hours: int) -> dict[str, Any]:
    """Return a line of a repair: the work at it."""
    return {"name": "检修", "worker": worker, "quantity": hours, "price": 100, "unit_cost": 45}


def _take_in(year: DemoYear, customer: Any, fault: str, serial: str) -> Any:
    agent, technician = year.users("hejing", "kongwei")
    ticket = year.env["crm.ticket"].create(
        {
            "subject": fault,
            "problem": f"{fault}，客户送修。",
            "customer": customer,
            "contact": next(iter(customer.contacts), None),
            "product": year.env.ref("crm_product.demo_lp200"),
            "serial": serial,
            "category": year.choice("service_category", "fault"),
            "channel": year.choice("service_channel", "phone"),
            "owner": agent,
            "executor": technician,
            "flow": year.env.ref("crm_service.flow_repair"),
        }
    )
    ticket.finish_step(note="已登记收件", next_handler=technician.id)
    return year.env["crm.repair"].create({"ticket": ticket, "owner": technician, "accessories": "电源线"})


def _work(year: DemoYear, repair: Any, state: str, finding: str, colleague: Any) -> None:
    ticket = repair.ticket
    if state == "cancelled":
        while ticket.state != "done":
            ticket.finish_step(note="客户自行解决，取回设备", next_handler=repair.owner.id)
        repair.cancel()
        return
    repair.update(
        finding=finding, parts=[spare_part(year)] if "更换" in finding else [], work=[labour(repair.owner, 2)]
    )
    for note in ("检测完成", finding):
        ticket.finish_step(note=note, next_handler=repair.owner.id)
    repair.confirm()
    if state == "repaired" and colleague is not None:
        repair.pass_on(colleague.id)


def _give_back(repair: Any) -> None:
    contact = repair.contact
    repair.hand_back(receiver="前台" if contact is None else contact.name)
    repair.ticket.finish_step(note="已交还客户")


def _meet(year: DemoYear, repair: Any, agent: Any, technician: Any, step: int) -> None:
    """Plan a call about the repair, or a visit at which it goes back, for the working day for which it was promised."""
    if repair.state == "cancelled":
        return
    kind, subject, owner = ("visit", "送还维修设备", technician) if step % 3 else ("call", "电话告知维修进度", agent)
    day = repair.promised_on
    day += dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
    activity = year.env["crm.activity"].create(
        {
            "name": f"{subject} {repair.number}",
            "kind": year.env.ref(f"crm_base.activity_{kind}"),
            "customer": repair.customer,
            "owner": owner,
            "about": repair,
            "start": year.moment(day, 9 + step % 6),
        }
    )
    if repair.state == "handed_back":
        activity.complete(result="客户已收到，运行正常。")
